"""What a template may name: the list people read, its example, and our own templates agree."""

import pytest

from app.rendering.docx_ours import our_template
from app.rendering.paper_fields import example, important, rows, shape
from sad.papers.catalogue import MODELS
from sad.papers.facts_letter import BY_KIND
from sad.papers.rights import ISSUED_BY
from sad.papers.states import ABOUT, About, PaperKind
from tests.support.documents import words

KINDS = sorted(MODELS)


def test_every_paper_and_letter_has_its_facts_and_its_fields() -> None:
    letters = {kind for kind in PaperKind if ABOUT[kind] is About.LETTER}
    assert set(MODELS) == set(PaperKind) == set(ISSUED_BY) | letters
    assert set(BY_KIND) == {kind.value for kind in letters}


@pytest.mark.parametrize("kind", KINDS)
def test_each_field_says_what_it_is(kind: PaperKind) -> None:
    listed = rows(kind)
    assert len({row.path for row in listed}) == len(listed)
    assert all(row.meaning for row in listed)
    assert {row.path for row in listed} >= set(important(kind))
    named = [row for row in listed if row.path == "number"]
    assert named[0].example == example(kind)["number"] == "2026S01-005-06"


@pytest.mark.parametrize("kind", KINDS)
def test_our_template_is_one_for_a_person_to_rework(kind: PaperKind) -> None:
    made = our_template(kind)
    said = words(made)
    assert "{{ number }}" in said
    assert "thumbnail" not in made.decode("latin-1")
    for name in important(kind):
        assert name in said, name


def test_amounts_and_days_are_dressed_in_french() -> None:
    said = example(PaperKind.CONTRACT)
    assert said["ht"].replace("\u202f", " ").replace("\xa0", " ") == "5 760,00 €"
    assert example(PaperKind.INVITATION)["deadline_at"] == "mercredi 21 octobre 2026 à 12 h 00"


def test_lists_are_lists_and_groups_are_groups() -> None:
    found = shape(PaperKind.ANALYSIS_REPORT)
    assert found["buyer"]["name"] is True
    assert found["lots"][0]["groups"][0]["offers"][0]["marks"][0]["points"] is True
    assert found["tie_break"] == [True]
