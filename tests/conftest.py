"""What every test may ask for: a fresh database on both engines, a clock, key rings, a Work."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from sad.db.work import Work, reading, writing
from sad.kernel.actor import ENGINE, Actor
from tests.support.cast import Cast, make_cast
from tests.support.clock import FixedClock
from tests.support.databases import fresh_engine, stop_cluster
from tests.support.missing import PREFIX
from tests.support.once import VARIABLE, run_folder, start_run
from tests.support.rings import FixedRings
from tests.support.sockets import closed_network
from tests.support.web import Site, open_site

OpenWork = Callable[..., AbstractContextManager[Work]]


def _is_controller(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    if _is_controller(config):
        start_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    if _is_controller(config) and VARIABLE in os.environ:
        folder = run_folder()
        stop_cluster(folder)
        shutil.rmtree(folder, ignore_errors=True)
        del os.environ[VARIABLE]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Counts aloud the tests skipped because the machine lacks a program."""
    counts: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        if PREFIX in reason:
            name = reason.split(PREFIX, 1)[1]
            counts[name] = counts.get(name, 0) + 1
    if counts:
        terminalreporter.section("SKIPPED: COMPONENTS MISSING ON THIS MACHINE", sep="!")
        for name, count in sorted(counts.items()):
            terminalreporter.line(f"{count} tests skipped, no {name}")


@pytest.fixture(autouse=True, scope="session")
def _closed_network() -> Iterator[None]:
    with closed_network():
        yield


@pytest.fixture
def clock() -> FixedClock:
    """Tuesday 1 September 2026, 10 h 00 in Paris, until the test moves it."""
    return FixedClock()


@pytest.fixture
def rings() -> FixedRings:
    """The three key rings, fixed."""
    return FixedRings()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A fresh migrated database; the test runs once on each of the two."""
    with fresh_engine(request.param, tmp_path) as engine:
        yield engine


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Engine]:
    """A fresh migrated SQLite database."""
    with fresh_engine("sqlite", tmp_path) as engine:
        yield engine


@pytest.fixture
def postgresql_database(tmp_path: Path) -> Iterator[Engine]:
    """A fresh migrated PostgreSQL database."""
    with fresh_engine("postgresql", tmp_path) as engine:
        yield engine


@pytest.fixture
def work(database: Engine, clock: FixedClock, rings: FixedRings) -> OpenWork:
    """`with work(actor) as w:` opens a writing Work on `database`, committed on leaving."""

    def open_work(actor: Actor = ENGINE, request: str = "test") -> AbstractContextManager[Work]:
        return writing(database, clock, rings, actor, request)

    return open_work


@pytest.fixture
def read(database: Engine, clock: FixedClock, rings: FixedRings) -> OpenWork:
    """`with read(actor) as w:` opens a reading Work on `database`, rolled back on leaving."""

    def open_work(actor: Actor = ENGINE, request: str = "test") -> AbstractContextManager[Work]:
        return reading(database, clock, rings, actor, request)

    return open_work


@pytest.fixture
def sqlite_work(sqlite_database: Engine, clock: FixedClock, rings: FixedRings) -> OpenWork:
    """The same as `work`, on SQLite only: for pages, and rules that do not touch the database."""

    def open_work(actor: Actor = ENGINE, request: str = "test") -> AbstractContextManager[Work]:
        return writing(sqlite_database, clock, rings, actor, request)

    return open_work


@pytest.fixture
def cast(work: OpenWork) -> Cast:
    """The cast, in the database of `work`."""
    with work() as w:
        return make_cast(w)


@pytest.fixture
def site(
    sqlite_database: Engine, clock: FixedClock, rings: FixedRings, tmp_path: Path
) -> Iterator[Site]:
    """The application on SQLite, with the cast: for pages and the JSON API."""
    with open_site(sqlite_database, clock, rings, tmp_path) as opened:
        yield opened
