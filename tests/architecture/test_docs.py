"""What the documentation says of the code is what the code says."""

import importlib
import pkgutil
import re
from collections.abc import Mapping, Set
from enum import StrEnum
from pathlib import Path

import pytest

import app.web
from tests.architecture.source import ROOT

PAGE = ROOT / "docs" / "architecture.md"
GUIDES = sorted((ROOT / "docs").glob("guide-*.md"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
CONCEPTS = ("sad.candidatures.states", "sad.markets.states", "sad.awards.states")


def table(module: str, moves: Mapping[StrEnum, Set[StrEnum]]) -> str:
    """A table of moves in Markdown: states in the order of their enumeration."""
    lines = [f"| `{module}`: from | to |", "|---|---|"]
    for state in type(next(iter(moves))):
        following = [f"`{other}`" for other in type(state) if other in moves.get(state, ())]
        lines.append(f"| `{state}` | {', '.join(following) or '—'} |")
    return "\n".join(lines)


@pytest.mark.parametrize("module", CONCEPTS)
def test_the_tables_of_moves_are_the_constants(module: str) -> None:
    found = re.search(
        rf"^<!-- moves: {re.escape(module)} -->\n(.*?)\n?<!-- end -->$",
        PAGE.read_text(encoding="utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    assert found, f"docs/architecture.md has no table for {module}"
    assert found[1] == table(module, importlib.import_module(module).MOVES)


def shapes() -> set[str]:
    """The addresses of pages, each parameter as `{}`."""
    found = set()
    for info in pkgutil.iter_modules(app.web.__path__):
        router = getattr(importlib.import_module(f"app.web.{info.name}"), "router", None)
        found |= {re.sub(r"\{[^}]+\}", "{}", route.path) for route in getattr(router, "routes", ())}
    return found


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_addresses_named_in_guides_exist(guide: Path) -> None:
    named = set(re.findall(r"`(/[^`\s]*)`", guide.read_text(encoding="utf-8")))
    known = shapes()
    assert named
    assert not {address for address in named if not is_known(address, known)}


def is_known(address: str, known: Set[str]) -> bool:
    """Whether a page has this address; a written part may stand for a parameter."""
    asked = re.sub(r"\{[^}]+\}", "{}", address)
    return asked in known or any(
        re.fullmatch(re.escape(shape).replace(r"\{\}", "[^/]+"), asked) for shape in known
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    here = [link for link in links if "://" not in link]
    assert not [link for link in here if not (page.parent / link).exists()]
