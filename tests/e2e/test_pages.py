"""Every page that each person of the demonstration can reach, on a desk and on a phone.

A person follows the links from where they arrive; each kind of page is looked at in both widths.
The mails of the demonstration are left out: their links are for the people they were sent to.
"""

from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Arrive, Site
from tests.support.browser import DESKTOP, PHONE, Visitor
from tests.support.crawl import shape, walk
from tests.support.looked import faults

WRITERS = ("officer", "buyer", "supplier")
ON_PHONES = ("supplier", "anybody")  # whose narrow pages axe-core reads too
LINKS = 150  # followed for each person
SUPPLIER_ADMITTED, SUPPLIER_NEW = 0, 21
PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const pasted = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", pasted));
}"""
LOOKED: Counter[str] = Counter()
"""Kinds of pages looked at: axe-core reads each for the first person who meets it."""


@pytest.mark.parametrize(
    ("role", "nth", "fewest"),
    [
        ("officer", 0, 30),
        ("buyer", 0, 30),
        ("evaluator", 0, 8),
        ("auditor", 0, 12),
        ("administrator", 0, 8),
        ("signatory", 0, 12),
        ("supplier", SUPPLIER_ADMITTED, 12),
        ("supplier", SUPPLIER_NEW, 8),
    ],
)
def test_each_page_of_a_person(sign_in: Arrive, role: str, nth: int, fewest: int) -> None:
    person = sign_in(role, nth)
    start = person.page.url.removeprefix(person.origin)
    # A new supplier's own states are met whole in test_supplier.py.
    reads = role not in WRITERS or nth == SUPPLIER_NEW
    assert_pages_stand(person, start, fewest, role, reads=reads)


def test_each_public_page(arrive: Arrive) -> None:
    assert_pages_stand(arrive("/"), "/", 6, "anybody", reads=True)


def assert_pages_stand(person: Visitor, start: str, fewest: int, role: str, *, reads: bool) -> None:
    """Walks, looks in both widths, and reports everything wrong at once.

    Those who write have pages of their own; the others read what was looked at for somebody else.
    """
    wrong: list[str] = []

    def look(page: Page, path: str) -> None:
        LOOKED[shape(path)] += 1
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            quick = LOOKED[shape(path)] > 1 or (size is PHONE and role not in ON_PHONES)
            found = faults(page, quick=quick)
            wrong.extend(f"{size['width']} px, {path}: {fault}" for fault in found)
        page.set_viewport_size(DESKTOP)
        if role == "supplier" and not page.locator(".footer a[href^='tel:']").count():
            wrong.append(f"{path}: nobody to call (P18)")

    def known(kind: str) -> bool:
        return reads and LOOKED[kind] > 0

    seen = walk(person, start, look, each_shape=1, most=LINKS, known=known)
    wrong += [f"{path} answers {status}" for path, status in seen.answered.items() if status >= 400]
    assert not wrong, "\n".join(wrong)
    assert len(seen.looked) >= fewest, seen.looked


def test_a_grid_is_typed_like_a_spreadsheet(sign_in: Arrive, site: Site) -> None:
    """Kept line by line, a block pasted makes its lines, many removed at once come back."""
    person = sign_in("buyer", 1)  # a printed link serves once, and the first buyer walks the pages
    markets = site.demonstration.printed["systems"][0]["markets"]
    draft = next(one["id"] for one in markets if one["state"] == "draft")
    page = person.go(f"/marches/{draft}/grille")
    rows = page.locator("tr[data-line]:not([data-fresh])")
    count = rows.count()
    first = page.locator("tr[data-fresh] textarea").first
    first.focus()
    lines = "\n".join(f"Lampe {n}\tL-{n}\t{n}0\tpièce" for n in range(1, 6))
    page.evaluate(PASTE, lines)
    expect(page.locator("[data-told]")).to_contain_text("20 cases collées")
    expect(rows).to_have_count(count + 5)
    quantity = rows.nth(count).locator("input[name$='.quantity']")
    quantity.fill("1200")
    quantity.press("Enter")
    expect(rows.nth(count + 1).locator("input[name$='.quantity']")).to_be_focused()
    expect(quantity).to_have_value("1\u202f200")  # what the server kept
    quantity.fill("douze")
    quantity.press("Tab")
    expect(rows.nth(count).get_by_role("alert")).to_contain_text("n'est pas un nombre")
    page.reload()
    expect(quantity).to_have_value("1\u202f200")
    ticks = page.locator("[name=tick]")
    ticks.nth(count).check()
    ticks.nth(count + 4).click(modifiers=["Shift"])
    page.get_by_role("button", name="Retirer", exact=True).click()
    expect(page.get_by_text("5 lignes retirées.")).to_be_visible()
    page.get_by_role("button", name="Annuler").click()
    expect(rows).to_have_count(count + 5)
    page.goto(page.url.split("#")[0] + "/apercu")
    inside = page.frame_locator("iframe")
    expect(inside.get_by_text("Lampe 5")).to_be_visible()
