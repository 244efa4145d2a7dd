"""A real Chromium, watched: errors of the console, requests that leave the machine, axe-core."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize, sync_playwright

from tests.support.missing import require_program

AXE = Path(__file__).resolve().parents[1] / "e2e" / "vendor" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
ARGUMENTS = [
    "--no-sandbox",  # tests run as root in containers
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium under Playwright, headless."""
    executable = require_program("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visitor:
    """One person's browser: its own cookies, and everything that went wrong on its pages."""

    context: BrowserContext
    page: Page
    origin: str
    faults: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Opens a path of the site; a server error is a failure."""
        response = self.page.goto(self.origin + path)
        assert response is not None, path
        assert response.status < 500, f"{path} answered {response.status}"
        return self.page

    def sign_in(self, path: str) -> Page:
        """Opens a sign-in link and presses its button; the press is what uses the link."""
        self.go(path)
        with self.page.expect_navigation():
            self.page.locator("main form button[type=submit]").first.click()
        return self.page


@contextmanager
def visitor(
    browser: Browser, origin: str, viewport: ViewportSize = DESKTOP, *, scripts: bool = True
) -> Iterator[Visitor]:
    """A person arriving with an empty browser, in French, in Paris.

    Leaving the block fails if a page had a script error, a console error, or asked for something
    outside the site. Answers of 4xx are not faults: refusals are part of the pages.
    """
    context = browser.new_context(
        viewport=viewport,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    person = Visitor(context, context.new_page(), origin)
    host = urlsplit(origin).netloc

    def guard(route: Route) -> None:
        if urlsplit(route.request.url).netloc == host:
            route.continue_()
        else:
            person.faults.append(f"request outside the site: {route.request.url}")
            route.abort()

    def fails(error: object) -> None:
        # htmx leaves its promise rejected, without a reason, when a page is left while it asks.
        if str(error) != "undefined":
            person.faults.append(f"script error: {error}")

    def watch(page: Page) -> None:
        page.on("pageerror", fails)
        page.on(
            "console",
            lambda message: (
                person.faults.append(f"console: {message.text}")
                if message.type == "error" and "status of 4" not in message.text
                else None
            ),
        )

    context.route("**/*", guard)
    context.on("page", watch)
    watch(person.page)
    try:
        yield person
    finally:
        context.close()
    assert not person.faults, "\n".join(person.faults)


def axe(page: Page) -> list[str]:
    """The WCAG 2.2 A and AA violations of the page as it stands, one readable line for each."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text(encoding="utf-8"))  # evaluated: the page's CSP does not apply
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    result: dict[str, Any] = page.evaluate(f"axe.run(document, {json.dumps(options)})")
    return [
        f"{page.url} {violation['id']} ({violation['impact']}): {violation['help']}"
        f" at {', '.join(' '.join(map(str, node['target'])) for node in violation['nodes'][:5])}"
        for violation in result["violations"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window: 0 on every page, at 390 as at 1280."""
    script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(script))
