"""Each dependency has its reason, written; each is pinned with its hashes."""

import re
import tomllib

import pytest

from tests.architecture.source import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def names(requirements: list[str]) -> list[str]:
    """The names alone, in the one form of the lock files."""
    found = [re.match(r"[A-Za-z0-9._-]+", requirement) for requirement in requirements]
    return [re.sub(r"[-_.]+", "-", match[0]).lower() for match in found if match]


RUNTIME = names(PROJECT["dependencies"]) + names(PROJECT["optional-dependencies"]["install"])
DEVELOPMENT = names(PROJECT["optional-dependencies"]["dev"])


def pinned(lock: str) -> set[str]:
    """The packages of a lock file that carry at least one hash."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.findall(r"^([a-z0-9-]+)(?:\[[^]]*\])?==[^\n]*\\\n\s+--hash=sha256:", text, re.M)
    every = re.findall(r"^([a-z0-9-]+)(?:\[[^]]*\])?==", text, re.M)
    assert set(every) == set(blocks), "a package without its hash"
    return set(blocks)


@pytest.mark.parametrize("name", RUNTIME + DEVELOPMENT)
def test_each_dependency_has_its_reason(name: str) -> None:
    page = ROOT / "docs" / "decisions" / "0002-dependencies.md"
    assert re.search(rf"^\| `{re.escape(name)}` \| \S", page.read_text(encoding="utf-8"), re.M)


def test_the_locks_hold_every_dependency() -> None:
    assert set(RUNTIME) <= pinned("requirements.lock")
    assert set(RUNTIME + DEVELOPMENT) <= pinned("requirements-dev.lock")
    assert not set(DEVELOPMENT) & pinned("requirements.lock")


def test_the_two_locks_agree() -> None:
    version = re.compile(r"^([a-z0-9-]+(?:\[[^]]*\])?==\S+)", re.M)
    runtime = version.findall((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    everything = version.findall((ROOT / "requirements-dev.lock").read_text(encoding="utf-8"))
    assert set(runtime) <= set(everything)
