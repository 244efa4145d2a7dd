"""A relay, and an installation that hands its mails to it, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

import storage
from app.settings import load
from app.wiring import Wiring
from tests.mail.relay import Relay, running_relay
from tests.support.clock import FixedClock
from tests.support.rings import FixedRings


@pytest.fixture
def relay() -> Iterator[Relay]:
    """A real SMTP server on loopback."""
    with running_relay() as running:
        yield running


@pytest.fixture
def wiring(
    database: Engine, clock: FixedClock, rings: FixedRings, tmp_path: Path, relay: Relay
) -> Wiring:
    """An installation of the production kind whose mails go to the relay."""
    settings = replace(
        load({"DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://achats.example"}),
        smtp_url=relay.url,
        mail_from="Achats <achats@brume.example>",
    )
    files = storage.open_store((tmp_path / "files").as_uri())
    return Wiring(settings, database, clock, rings, files, "production")
