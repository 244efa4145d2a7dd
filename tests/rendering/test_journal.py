"""Every action the code records has its sentence, and sentences name facts that exist."""

import ast
import string
from collections.abc import Iterator

import pytest

from app.rendering.journal import NEUTRAL, details, entries, facts_of, told
from tests.architecture.source import python_files, short

RECORDERS = {"record", "append_now"}


def constants(node: ast.AST) -> Iterator[str]:
    """The texts an expression may give: a constant, either side of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)


def recorded() -> dict[str, str]:
    """Each action given to the journal, or to a helper that hands it on, with its file."""
    found: dict[str, str] = {}
    for path in python_files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        direct = any(name_of(call) in RECORDERS for call in calls)
        for call in calls:
            given = call.args + [word.value for word in call.keywords]
            for text in (text for node in given for text in constants(node)):
                if (name_of(call) in RECORDERS and looks_like(text)) or (
                    direct and text in entries()
                ):
                    found[text] = short(path)
    return found


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def looks_like(text: str) -> bool:
    concept, _, verb = text.partition(".")
    return concept.isidentifier() and verb.isidentifier()


def test_each_recorded_action_has_its_sentence() -> None:
    known = entries()
    missing = {f"{where}: {action}" for action, where in recorded().items() if action not in known}
    assert recorded()
    assert not missing, "\n".join(sorted(missing))


def test_each_sentence_is_of_an_action_the_code_says() -> None:
    said = {
        node.value
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    prefixes = ("evaluation.judged_", "offer.")  # followed by the verdict, by the kind of deposit
    unused = [
        action for action in entries() if action not in said and not action.startswith(prefixes)
    ]
    assert not unused, f"sentences without their action: {unused}"


@pytest.mark.parametrize("action", sorted(entries()))
def test_a_sentence_stands_without_facts(action: str) -> None:
    entry = entries()[action]
    assert set(entry) <= {"sentence", "full", "kind"}
    assert entry["sentence"].endswith(".")
    assert "{" not in entry["sentence"]
    assert told(action, {}).sentence == entry["sentence"] or "full" not in entry
    for _, name, spec, _ in string.Formatter().parse(entry.get("full", "")):
        assert name is None or name.isidentifier()
        assert not spec or spec.count("|") == 1


def test_a_full_sentence_writes_its_facts_for_people() -> None:
    facts = {
        "number": "2026S01-001-01",
        "invited": ["a", "b"],
        "deadline_at": "2026-09-15T10:00:00.000000Z",
    }
    said = told("market.launched", facts)
    assert "sous le n° 2026S01-001-01" in said.sentence
    assert "2 fournisseurs invités" in said.sentence
    assert "mardi 15 septembre 2026 à 12 h 00" in said.sentence
    assert "1 fournisseur invité" in told("market.launched", facts | {"invited": ["a"]}).sentence
    assert said.kind == "info"


def test_a_missing_fact_gives_the_plain_sentence() -> None:
    assert "tous les fournisseurs admis" in told("market.launched", {"number": "1"}).sentence
    assert "tous les fournisseurs" in told("market.launched", {"number": None}).sentence


def test_an_unknown_action_is_neutral() -> None:
    assert told("market.teleported", {}).sentence == NEUTRAL


def test_what_was_before_can_be_said() -> None:
    facts = facts_of(
        {"closing_at": "2030-07-31T21:59:00.000000Z"}, {"closing_at": "2031-07-31T21:59:00.000000Z"}
    )
    said = told("system.closing_moved", facts).sentence
    assert said.index("2030") < said.index("2031")


def test_only_facts_with_words_are_shown_beside() -> None:
    shown = dict(details({"reason": "trop cher"}, {"movement": "0199", "lot": 2, "label": ""}))
    assert shown == {"Motif": "trop cher", "Lot": "2"}


def test_an_identifier_is_never_shown() -> None:
    row = "01a2042f-adb2-7d75-b71b-1f80bf346f47"
    assert dict(details({"engagement": row, "reference": "F-2000"})) == {"Référence": "F-2000"}
