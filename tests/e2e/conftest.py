"""Browser tests: one Chromium for a worker, one server with its own demonstration for a file."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.support.browser import DESKTOP, Visitor, chromium, visitor
from tests.support.demonstration import Demonstration, demonstration
from tests.support.server import Server, serving

Arrive = Callable[..., Visitor]


@dataclass(frozen=True)
class Site:
    """A served demonstration: the server and the data it was started on."""

    server: Server
    demonstration: Demonstration


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of one file run in one worker, in order: they share its server."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`sad serve --demonstration` on a free port, on a fresh copy of the demonstration."""
    folder = tmp_path_factory.mktemp("site")
    data = demonstration(folder)
    settings = {"DATA_DIR": str(data.data_dir)}
    with serving(folder, "--demonstration", settings=settings) as server:
        yield Site(server, data)


@pytest.fixture
def arrive(browser: Browser, site: Site) -> Iterator[Arrive]:
    """`arrive(path="/", viewport=PHONE, scripts=False)` brings a new person to the site.

    At the end of the test each one's pages must have been without script error or outside request.
    """
    with ExitStack() as people:

        def come(
            path: str = "/", viewport: ViewportSize = DESKTOP, *, scripts: bool = True
        ) -> Visitor:
            person = people.enter_context(
                visitor(browser, site.server.url, viewport, scripts=scripts)
            )
            person.go(path)
            return person

        yield come


@pytest.fixture
def sign_in(arrive: Arrive, site: Site) -> Arrive:
    """`sign_in("buyer", nth=0, viewport=…)`: a new person, signed in with the printed link."""

    def come(role: str, nth: int = 0, viewport: ViewportSize = DESKTOP) -> Visitor:
        person = arrive("/", viewport)
        person.sign_in(site.demonstration.path_to_sign_in(role, nth))
        return person

    return come
