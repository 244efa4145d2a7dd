"""One catalogue of sentences for pages, API and command line; facts written by their type."""

import logging
import string
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest

from app.rendering.sentences import label, messages, problems, sentence, written_for_people
from sad.kernel.errors import Incomplete, NotFound, Problem
from sad.kernel.french import parse_money
from sad.kernel.money import Money
from sad.kernel.vat import VatRegime


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (Money(123450), "1\u202f234,50\u00a0€"),
        (date(2026, 11, 3), "mardi 3 novembre 2026"),
        (datetime(2026, 11, 3, 11, tzinfo=UTC), "mardi 3 novembre 2026 à 12 h 00"),
        (timedelta(hours=72), "3 jours"),
        (Decimal("1234.50"), "1\u202f234,5"),
        (1234, "1\u202f234"),
        (True, "oui"),
        (None, ""),
        ("2026", "2026"),
        (["a", Money(100)], "a, 1,00\u00a0€"),
        (VatRegime.EXEMPT, "exonéré de TVA"),
        (Colour.RED, "red"),
    ],
)
def test_a_fact_is_written_by_its_type(fact: Any, text: str) -> None:
    assert written_for_people(fact) == text


def test_the_label_of_an_enumeration() -> None:
    assert label(VatRegime.LIABLE) == "assujetti à la TVA"


def test_a_refusal_says_what_is_accepted() -> None:
    with pytest.raises(Exception) as refused:  # noqa: PT011 - its sentence is the subject
        parse_money("1,234.50", where="price")
    [problem] = problems(refused.value)  # type: ignore[arg-type]  # a Refusal, as the test reads
    assert problem["code"] == "number.two_separators"
    assert problem["where"] == "price"
    assert "« 1,234.50 »" in str(problem["message"])
    assert "par exemple 1\u202f234,56" in str(problem["message"])


def test_an_incomplete_lists_each_problem() -> None:
    incomplete = Incomplete([Problem("vat.rate_missing", "vat_rate"), Problem("not_found")])
    assert [(p["code"], p["where"]) for p in problems(incomplete)] == [
        ("vat.rate_missing", "vat_rate"),
        ("not_found", None),
    ]


def test_typed_braces_are_only_text() -> None:
    assert "{example.__class__}" in sentence(
        "number.unreadable", {"text": "{example.__class__}", "example": 1}
    )


def test_a_fault_of_ours_never_stops_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert sentence("nothing.known", {}) == sentence("refused", {})
        assert "…" in sentence("vat.rate_wrong", {})
    assert [r.getMessage() for r in caplog.records] == [
        "no sentence for the code nothing.known",
        "a sentence lacks its fact rate",
    ]


def test_codes_without_a_dot_are_general() -> None:
    assert sentence(NotFound.code, {}).startswith("Cette page")


def test_a_sentence_names_facts_and_gives_no_format() -> None:
    for code, text in messages().items():
        for _, field, spec, _ in string.Formatter().parse(text):
            assert field is None or (field.isidentifier() and not spec), code
