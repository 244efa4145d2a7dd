"""`make screenshots`: redraws the pictures of the main screens, in docs/pictures/."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.support.browser import DESKTOP, PHONE, Visitor, chromium, visitor
from tests.support.databases import stop_cluster
from tests.support.demonstration import Demonstration, demonstration
from tests.support.once import run_folder, start_run
from tests.support.pictures import lightened
from tests.support.server import serving

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
HEAVIEST = 150_000  # bytes: pictures stay in the repository for ever


@dataclass(frozen=True)
class Screen:
    """A picture: who looks (None: anybody), at what, in which window, from which element down.

    `{open}` in the path is the demonstration's last market in that state.
    """

    name: str
    role: str | None
    path: str
    phone: bool = False
    top: str = ""


SCREENS = (
    Screen("accueil", None, "/"),
    Screen("accueil-telephone", None, "/", phone=True),
    Screen("marches", "buyer", "/marches"),
    Screen("grille", "buyer", "/marches/{draft}/grille"),
    Screen("comparaison", "buyer", "/marches/{opened}/analyse/comparaison"),
    Screen("bureau", "supplier", "/bureau"),
    Screen("bureau-telephone", "supplier", "/bureau", phone=True),
    Screen("reponse-telephone", "supplier", "/reponse/{open}/offre", phone=True, top="#ligne-1"),
    Screen("credits", "officer", "/credits"),
    Screen("histoire", "auditor", "/marches/{notified}/histoire"),
)


def draw() -> None:
    """Serves a fresh demonstration, looks at each screen as its person, writes one PNG each."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sad-screens-") as folder, chromium() as browser:
        data = demonstration(Path(folder))
        settings = {"DATA_DIR": str(data.data_dir)}
        with serving(Path(folder), "--demonstration", settings=settings) as server:
            for role in dict.fromkeys(screen.role for screen in SCREENS):
                with visitor(browser, server.url) as person:
                    if role is not None:
                        person.sign_in(data.path_to_sign_in(role))
                    for screen in SCREENS:
                        if screen.role == role:
                            _draw(person, data, screen)


def _draw(person: Visitor, data: Demonstration, screen: Screen) -> None:
    markets = data.printed["systems"][0]["markets"]
    person.page.set_viewport_size(PHONE if screen.phone else DESKTOP)
    page = person.go(screen.path.format(**{one["state"]: one["id"] for one in markets}))
    page.evaluate("document.fonts.ready")
    if screen.top:
        script = "element => scrollBy(0, element.getBoundingClientRect().top - 16)"
        page.locator(screen.top).evaluate(script)
    picture = lightened(page.screenshot())
    assert len(picture) <= HEAVIEST, f"{screen.name}: {len(picture)} bytes"
    (PICTURES / f"{screen.name}.png").write_bytes(picture)
    print(f"{PICTURES / screen.name}.png, {len(picture) // 1000} kB")


if __name__ == "__main__":
    start_run()
    try:
        draw()
    finally:
        stop_cluster(run_folder())
        shutil.rmtree(os.fspath(run_folder()), ignore_errors=True)
