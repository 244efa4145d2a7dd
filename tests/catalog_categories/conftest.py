"""A folder that holds one small valid family: the example of the catalogue's README."""

import re
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[2] / "catalog_categories" / "README.md"


@pytest.fixture(scope="session")
def example() -> str:
    """The text of the README's example."""
    found = re.search(r"```toml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def folder(tmp_path: Path, example: str) -> Path:
    """A catalogue of one family, `velos.toml`."""
    (tmp_path / "velos.toml").write_text(example, encoding="utf-8")
    return tmp_path
