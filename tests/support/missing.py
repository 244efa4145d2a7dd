"""A test that needs a program of the machine says so; what is missing is never silent."""

import os
import shutil
from pathlib import Path

import pytest

PREFIX = "missing component: "


def require_component(name: str, present: bool) -> None:
    """Skips the test when a component is absent; with `CI=true` the test fails instead.

    The skips made here are counted aloud at the end of the run.
    """
    if present:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"{PREFIX}{name} (CI=true: a missing component fails)", pytrace=False)
    pytest.skip(f"{PREFIX}{name}")


def require_program(program: str, package: str | None = None) -> str:
    """The path of a program, or the skip of `require_component` naming its Debian package."""
    path = shutil.which(program)
    require_component(f"{program} (Debian: {package or program})", path is not None)
    assert path is not None
    return path


def postgresql_present() -> bool:
    """Whether a PostgreSQL server can be started here."""
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
