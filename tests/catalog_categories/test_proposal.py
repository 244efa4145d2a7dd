"""What a family proposes to a new market."""

from decimal import Decimal
from pathlib import Path

import pytest

from catalog_categories import Entry, load, proposal

ENTRIES = {entry.code: entry for entry in load()}
every_family = pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)


@every_family
def test_sub_criteria_become_criteria_that_total_100(entry: Entry) -> None:
    criteria = proposal.criteria(entry)
    assert sum(one.weight for one in criteria) == 100
    assert all(one.weight > 0 for one in criteria)
    assert len({one.code for one in criteria}) == len(criteria)
    assert {one.family for one in criteria} >= {"price", "quality", "environment"}
    assert len({one.family for one in criteria}) == 4
    assert all(one.anchors and one.maximum == 20 for one in criteria if one.method == "judged")


def test_a_criterion_says_what_its_part_is() -> None:
    first = proposal.criteria(ENTRIES["reemploi-ressourcerie"])[1]
    assert first.code == "qualite_etat"
    assert first.label == "État et adéquation au besoin : État des pièces"
    assert first.weight == Decimal(15)
    assert first.anchors[0].startswith("20 : État A")


def test_thirds_lose_nothing(folder: Path) -> None:
    file = folder / "velos.toml"
    text = file.read_text(encoding="utf-8")
    start = text.index("[[criteria.sub_criteria]]")
    end = text.index("[[conditions]]")
    part = text[start:end]
    thirds = "".join(
        part.replace('"pieces"', f'"p{n}"').replace("share = 100", f"share = {share}")
        for n, share in enumerate(("33.33", "33.33", "33.34"))
    )
    file.write_text(text[:start] + thirds + text[end:], encoding="utf-8")
    [entry] = load(folder)
    weights = [one.weight for one in proposal.criteria(entry)]
    assert weights == [50, Decimal("16.665"), Decimal("16.665"), Decimal("16.670")]


@every_family
def test_only_useful_questions_are_asked(entry: Entry) -> None:
    asked = [question.code for question in proposal.questions(entry)]
    assert ("insertion_work" in asked) == (entry.route == "service")
    assert len(set(asked) - {"insertion_work"}) == 4
    kept = {"price", "environment", "insertion"}
    assert "insertion_work" in [one.code for one in proposal.questions(entry, kept)]


@every_family
def test_default_conditions_make_a_text(entry: Entry) -> None:
    text = proposal.conditions(entry, "environment")
    assert "\n\n" in text
    assert proposal.conditions(entry, "social") == ""


@every_family
def test_the_hint_of_the_condition_defines_each_grade(entry: Entry) -> None:
    column = next((one for one in entry.supplier_columns if one.code == "condition"), None)
    if column is None:
        assert entry.route == "service"
        return
    hint = proposal.hint(column)
    assert "A – Très bon état : " in hint
    assert "C – État d'usage : " in hint
