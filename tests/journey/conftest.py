"""The site of the journey, on each of the two databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.clock import FixedClock
from tests.support.rings import FixedRings
from tests.support.web import Site, open_site


@pytest.fixture
def site_on(
    database: Engine, clock: FixedClock, rings: FixedRings, tmp_path: Path
) -> Iterator[Site]:
    """The application with the cast, on SQLite then on PostgreSQL."""
    with open_site(database, clock, rings, tmp_path) as opened:
        yield opened
