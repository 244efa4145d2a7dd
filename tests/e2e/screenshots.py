"""`make screenshots`: redraws the pictures of the main screens, in docs/images/."""

import os
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import ViewportSize

from tests.support.browser import DESKTOP, PHONE, chromium, visitor
from tests.support.databases import stop_cluster
from tests.support.demonstration import demonstration
from tests.support.once import run_folder, start_run
from tests.support.server import serving

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"

# name of the picture, role that looks (None: anybody), path, width
SCREENS: tuple[tuple[str, str | None, str, ViewportSize], ...] = (
    ("accueil", None, "/", DESKTOP),
    ("accueil-telephone", None, "/", PHONE),
    ("marches", "buyer", "/marches", DESKTOP),
    ("candidatures", "officer", "/candidatures", DESKTOP),
    ("credits", "auditor", "/credits", DESKTOP),
    ("journal", "auditor", "/journal", DESKTOP),
    ("bureau-telephone", "supplier", "/bureau", PHONE),
)


def draw() -> None:
    """Serves a fresh demonstration, looks at each screen as its person, writes one PNG each."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sad-screens-") as folder, chromium() as browser:
        data = demonstration(Path(folder))
        settings = {"DATA_DIR": str(data.data_dir)}
        with serving(Path(folder), "--demonstration", settings=settings) as server:
            for name, role, path, viewport in SCREENS:
                with visitor(browser, server.url, viewport) as person:
                    if role is not None:
                        person.sign_in(data.path_to_sign_in(role))
                    person.go(path)
                    person.page.screenshot(path=IMAGES / f"{name}.png")
                    print(IMAGES / f"{name}.png")


if __name__ == "__main__":
    start_run()
    try:
        draw()
    finally:
        stop_cluster(run_folder())
        shutil.rmtree(os.fspath(run_folder()), ignore_errors=True)
