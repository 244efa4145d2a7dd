"""Rules and states are pure: the standard library, `sad.kernel`, and the concept's own states."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PURE = sorted((ROOT / "sad").glob("*/rules.py")) + sorted((ROOT / "sad").glob("*/states.py"))
# In the standard library, but the outside world all the same.
OUTSIDE = {
    "asyncio", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets",
    "shutil", "socket", "sqlite3", "subprocess", "tempfile", "threading", "time", "urllib",
}  # fmt: skip


def imports(source: str, package: str) -> Iterator[str]:
    """Every module imported anywhere in a source, by its full name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: 1 - node.level or None] if node.level else []
            yield ".".join([*above, *([node.module] if node.module else [])])


def is_pure(module: str, concept: str, *, states: bool) -> bool:
    """Whether a rule (or states) file of a concept may import a module."""
    top = module.split(".")[0]
    if top in sys.stdlib_module_names:
        return top not in OUTSIDE
    if module == "sad.kernel" or module.startswith("sad.kernel."):
        return True
    return not states and module == f"sad.{concept}.states"


@pytest.mark.parametrize("path", PURE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_rules_and_states_import_nothing_from_outside(path: Path) -> None:
    concept = path.parent.name
    wrong = [
        module
        for module in imports(path.read_text(encoding="utf-8"), f"sad.{concept}")
        if not is_pure(module, concept, states=path.name == "states.py")
    ]
    assert not wrong, f"{path.relative_to(ROOT)} imports {', '.join(wrong)}"


@pytest.mark.parametrize(
    ("module", "pure"),
    [
        ("decimal", True),
        ("sad.kernel.money", True),
        ("sad.markets.states", True),
        ("sad.offers.states", False),
        ("sad.markets.tables", False),
        ("sqlmodel", False),
        ("pathlib", False),
        ("sad.kernels", False),
    ],
)
def test_what_a_rule_may_import(module: str, pure: bool) -> None:
    assert is_pure(module, "markets", states=False) is pure


def test_relative_imports_are_resolved() -> None:
    source = "from . import tables\nfrom .states import State\nfrom ..db import work"
    assert list(imports(source, "sad.markets")) == [
        "sad.markets",
        "sad.markets.states",
        "sad.db",
    ]
