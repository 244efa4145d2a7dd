"""Every page that each person of the demonstration can reach, on a desk and on a phone.

A person follows the links from where they arrive; each kind of page is looked at in both widths.
The mails of the demonstration are left out: their links are for the people they were sent to.
"""

from collections import Counter

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import Arrive
from tests.support.browser import DESKTOP, PHONE, Visitor
from tests.support.crawl import shape, walk
from tests.support.looked import faults

WRITERS = ("officer", "buyer", "supplier")
LINKS = 150  # followed for each person
SUPPLIER_ADMITTED, SUPPLIER_NEW = 0, 21
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
    assert_pages_stand(person, start, fewest, role)


def test_each_public_page(arrive: Arrive) -> None:
    assert_pages_stand(arrive("/"), "/", 6, "anybody")


def assert_pages_stand(person: Visitor, start: str, fewest: int, role: str) -> None:
    """Walks, looks in both widths, and reports everything wrong at once.

    Those who write have pages of their own; the others read what was looked at for somebody else.
    """
    wrong: list[str] = []

    def look(page: Page, path: str) -> None:
        LOOKED[shape(path)] += 1
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            found = faults(page, quick=LOOKED[shape(path)] > 1)
            wrong.extend(f"{size['width']} px, {path}: {fault}" for fault in found)
        page.set_viewport_size(DESKTOP)
        if role == "supplier" and not page.locator(".footer a[href^='tel:']").count():
            wrong.append(f"{path}: nobody to call (P18)")

    def known(kind: str) -> bool:
        return role not in WRITERS and LOOKED[kind] > 0

    seen = walk(person, start, look, each_shape=1, most=LINKS, known=known)
    wrong += [f"{path} answers {status}" for path, status in seen.answered.items() if status >= 400]
    assert not wrong, "\n".join(wrong)
    assert len(seen.looked) >= fewest, seen.looked
