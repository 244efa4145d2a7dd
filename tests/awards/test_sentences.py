"""Every refusal of an award reads as a whole French sentence."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.rendering.sentences import sentence
from sad.awards.rules import (
    Candidate,
    HeldPaper,
    Increase,
    NotificationFacts,
    SignatureFacts,
    credits_problems,
    decision_problems,
    notification_problems,
    papers_needed,
    papers_problems,
    proposal_problems,
    signature_problems,
)
from sad.awards.slices import SliceOffer, allocate, slices_of
from sad.awards.states import Paper
from sad.kernel.errors import Problem, Refusal
from sad.kernel.money import Money
from tests.awards.test_rules import DAY, at

NEEDED = papers_needed(Money(500_000), insurance=True, foreign_workers=True)
WORST = Candidate(
    in_market=True,
    opened=True,
    evaluation_closed=False,
    eliminated=True,
    already_awarded=True,
    skipped=["B"],
    bound_until=date(2026, 11, 2),
)
PROBLEMS = [
    *credits_problems(Money(2), Money(1)),
    *credits_problems(Money(2), Money(1), [Increase(Money(1), at(9))], at(8)),
    *papers_problems(NEEDED, {Paper.TAX_CERTIFICATE: HeldPaper(date(2026, 1, 1))}, DAY),
    *proposal_problems(WORST, DAY),
    *proposal_problems(replace(WORST, in_market=False), DAY),
    *proposal_problems(replace(WORST, opened=False), DAY),
    *decision_problems(covered=False, reasons=""),
    *signature_problems(SignatureFacts(False, False, False, "", False)),
    *notification_problems(NotificationFacts(False, True), DAY),
    *notification_problems(NotificationFacts(True, True, date(2026, 11, 4)), DAY),
]


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.code)
def test_each_problem_can_be_read(problem: Problem) -> None:
    text = sentence(problem.code, problem.facts)
    assert text.endswith(".")
    assert "…" not in text
    assert "_" not in text  # a label, not an enumeration's value


def test_each_refusal_of_slices_can_be_read() -> None:
    equals = [SliceOffer("A", 1, 2), SliceOffer("B", 1, 2)]
    for refused in (lambda: allocate(3, equals), lambda: slices_of(Decimal(5), Decimal(2))):
        with pytest.raises(Refusal) as refusal:
            refused()
        assert "…" not in sentence(refusal.value.code, refusal.value.facts)
