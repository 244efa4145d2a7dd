"""The two ways people use a page: a finger or a mouse, and a keyboard alone."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Download, FilePayload, Locator, Page, expect

from tests.support.browser import Visitor
from tests.support.crawl import shape
from tests.support.looked import faults

MOST_TABS = 300
# Which way the focus must go, and about how many times: 0 once it is there.
WAY = """wanted => { const at = document.activeElement;
  if (at === wanted || (wanted.type === 'radio' && at.name === wanted.name)) return ['', 0];
  const places = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter(one => one === at || one === wanted || (!one.disabled && one.checkVisibility()));
  const steps = places.indexOf(wanted) - places.indexOf(at);
  return [steps < 0 ? 'Shift+Tab' : 'Tab', Math.max(1, Math.abs(steps) - 2)]; }"""
# The browser's own window of files is kept shut: the tools miss it now and then.
OPENED = """input => input.addEventListener('click', event => {
  event.preventDefault(); input.dataset.opened = event.isTrusted; }, {once: true})"""
OUTLINE = "element => getComputedStyle(element).outlineStyle"


@dataclass
class Hand:
    """Somebody's own browser, used with a finger or a mouse. `pressed`: the names of what was."""

    person: Visitor
    pressed: list[str] = field(default_factory=list)
    read_by_axe: set[tuple[str, str]] = field(default_factory=set)

    @property
    def page(self) -> Page:
        """The page in front."""
        return self.person.page

    def words(self) -> str:
        """The words of the page, with plain spaces."""
        return re.sub(r"\s+", " ", self.page.locator("main").inner_text())

    def look(self) -> None:
        """Fails with all that is wrong with the page; axe-core reads each kind of page once."""
        path = self.page.url.removeprefix(self.person.origin)
        kind = (shape(path), self.page.locator("h1").first.inner_text())
        found = faults(self.page, quick=kind in self.read_by_axe)
        self.read_by_axe.add(kind)
        assert not found, f"{self.page.url}:\n" + "\n".join(found)

    def go(self, path: str) -> None:
        """Opens an address, typed or mailed."""
        self.person.go(path)

    def press(self, name: str) -> None:
        """A button that leads to another page."""
        self.pressed.append(name)
        self._leave(self.page.get_by_role("button", name=name).first)

    def follow(self, name: str) -> None:
        """The first link whose words contain `name`."""
        self._leave(self.page.get_by_role("link", name=name).first)

    def takes(self, link: Locator) -> Download:
        """What a link gives to keep."""
        with self.page.expect_download() as given:
            self.activate(link)
        return given.value

    def activate(self, target: Locator) -> None:
        """A link or a button, whatever it does."""
        target.click()

    def fill(self, target: Locator, text: str) -> None:
        """Replaces what a field holds, and leaves the field."""
        target.fill(text)
        target.blur()

    def choose(self, target: Locator, label: str) -> None:
        """An option of a list."""
        target.select_option(label)

    def tick(self, target: Locator) -> None:
        """A box or a radio button."""
        target.check(force=True)

    def give(self, target: Locator, *files: FilePayload) -> None:
        """Files for an input."""
        target.set_input_files(list(files))

    def forgets_the_console(self) -> None:
        """What the browser and htmx say of a cut or of a closed session is no fault of the page."""
        faults = self.person.faults
        faults[:] = [fault for fault in faults if not re.search("net::|htmx:|Code 401", fault)]

    def _leave(self, target: Locator) -> None:
        with self.page.expect_navigation():
            self.activate(target)


class Keys(Hand):
    """The same with a keyboard alone: Tab, forward or back, until the focus is there, and seen."""

    def reach(self, target: Locator) -> None:
        """Presses Tab until the target, or another choice of its question, has the focus."""
        for _ in range(MOST_TABS):
            way, times = target.evaluate(WAY)
            if not times:
                shown = target.evaluate(OUTLINE)
                assert shown != "none", f"the focus does not show on {target}"
                return
            for _ in range(times):
                self.page.keyboard.press(way)
        raise AssertionError(f"the keyboard does not reach {target}")

    def activate(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def fill(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Tab")

    def choose(self, target: Locator, label: str) -> None:
        self.reach(target)
        self.page.keyboard.type(label.partition(" ")[0])  # a space would open the list
        expect(target.locator("option:checked")).to_have_text(label)

    def tick(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Space")
        for _ in range(MOST_TABS):
            if target.is_checked():
                return
            self.page.keyboard.press("ArrowDown")

    def give(self, target: Locator, *files: FilePayload) -> None:
        self.reach(target)
        target.evaluate(OPENED)
        self.page.keyboard.press("Enter")
        expect(target).to_have_attribute("data-opened", "true")
        target.set_input_files(list(files))
