"""The demonstration played once for the run, copied and opened for each test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import Settings, load
from app.wiring import Wiring, build
from tests.support.demonstration import Demonstration, demonstration


@pytest.fixture
def played(tmp_path: Path) -> Demonstration:
    """A copy of what `sad demo --json` made, and what it printed."""
    return demonstration(tmp_path)


@pytest.fixture
def settings(played: Demonstration) -> Settings:
    """The settings that find the copy."""
    return settings_of(played.data_dir)


@pytest.fixture
def wiring(settings: Settings) -> Iterator[Wiring]:
    """The copy, opened as a process does."""
    opened = build(settings)
    yield opened
    opened.engine.dispose()


def settings_of(folder: Path) -> Settings:
    """Settings of a folder, whatever the tests' environment says."""
    assert "DATABASE_URL" not in os.environ
    return load({"DATA_DIR": str(folder)})
