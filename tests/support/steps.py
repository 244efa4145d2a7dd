"""What one does on a page in a browser, by the words one reads on it."""

import re

from playwright.sync_api import Page


def press(page: Page, name: str) -> None:
    """Presses the button of that name, and waits for the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    """Follows the first link whose words contain `name`."""
    with page.expect_navigation():
        page.get_by_role("link", name=name).first.click()


def choose(page: Page, label: str, text: str) -> None:
    """Chooses the option of a list whose words contain `text`."""
    options = page.get_by_label(label).locator("option")
    value = options.filter(has_text=text).first.get_attribute("value")
    page.get_by_label(label).select_option(value)


def main_text(page: Page) -> str:
    """The words of the page, without its head and foot; any space is one plain space."""
    return re.sub(r"\s+", " ", page.locator("main").inner_text())
