"""`make faults`: real processes killed, stopped, cut off; each test says what it showed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.yard import Yard, open_yard

SHOWN = "shown"


@pytest.fixture
def shown(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keeps a sentence of what was shown, for the end of the run."""

    def say(sentence: str) -> None:
        request.node.user_properties.append((SHOWN, sentence))

    return say


@pytest.fixture(params=["sqlite", "postgresql"])
def yard(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Yard]:
    """A production installation on each database, its suppliers, and the processes it starts."""
    with open_yard(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
def sqlite_yard(tmp_path: Path) -> Iterator[Yard]:
    """The same on SQLite only."""
    with open_yard("sqlite", tmp_path) as opened:
        yield opened


@pytest.fixture
def postgresql_yard(tmp_path: Path) -> Iterator[Yard]:
    """The same on PostgreSQL only."""
    with open_yard("postgresql", tmp_path) as opened:
        yield opened


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that the others run beside it."""
    items.sort(key=lambda item: "test_deadline" not in item.nodeid)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What each fault showed, printed whatever the options."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, [])]
    terminalreporter.section("WHAT THE FAULTS SHOWED")
    for report in reports:
        told = [text for name, text in report.user_properties if name == SHOWN]
        if told or report.when == "call":
            name = report.nodeid.rpartition("::")[2]
            terminalreporter.line(f"{'shown ' if report.passed else 'FAILED'} {name}")
        for text in told:
            terminalreporter.line(f"       {text}")
