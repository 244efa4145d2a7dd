"""A page looked at: what every page owes to everybody, whatever it shows."""

import re
from pathlib import Path

from playwright.sync_api import Page

from tests.support.browser import axe, overflow
from tests.support.crawl import raw_words

SHOTS: Path | None = None  # set by hand to keep a picture of each page looked at


def faults(page: Page, *, quick: bool = False) -> list[str]:
    """What is wrong with the page as it stands: its title, its width, its texts, axe-core's list.

    `quick` leaves axe-core out.
    """
    found = [f"raw text: {word!r}" for word in dict.fromkeys(raw_words(page))]
    titles = page.locator("h1").count()
    if titles != 1:
        found.append(f"{titles} h1")
    if wider := overflow(page):
        found.append(f"{wider} px wider than the window")
    return found if quick else found + axe(page)


def look(page: Page) -> None:
    """Fails with everything wrong with the page at once."""
    if SHOTS is not None:
        _picture(page, SHOTS)
    found = faults(page)
    assert not found, f"{page.url}:\n" + "\n".join(found)


def _picture(page: Page, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^a-z]+", "-", page.title().lower())[:60]
    page.screenshot(path=folder / f"{len(list(folder.iterdir())):03d}-{name}.png", full_page=True)
