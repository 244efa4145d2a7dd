"""What each step of an award asks for; nothing passes with something missing."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

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
    step_after_signature,
)
from sad.awards.states import MOVES, AwardState, Paper
from sad.kernel.errors import Problem
from sad.kernel.money import Money
from sad.kernel.moves import MoveRefused, move

DAY = date(2026, 11, 3)
READY = Candidate(
    in_market=True,
    opened=True,
    evaluation_closed=True,
    eliminated=False,
    already_awarded=False,
    bound_until=DAY,
)
SIGNED = SignatureFacts(
    signed_paper=True,
    supplier_signed=True,
    covered=True,
    engagement_number="E2026-118",
    system_act=True,
)


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code.removeprefix("awards.") for problem in problems]


def at(hour: int) -> datetime:
    return datetime(2026, 11, 3, hour, tzinfo=UTC)


def test_an_award_up_to_the_credits_passes() -> None:
    assert credits_problems(Money(1000), Money(1000)) == []
    (problem,) = credits_problems(Money(1001), Money(1000))
    assert problem.code == "awards.above_credits"
    assert problem.facts == {"amount": Money(1001), "credits": Money(1000), "short": Money(1)}


def test_an_increase_counts_only_before_any_elimination_on_that_ground() -> None:
    increase = [Increase(Money(500), at(9))]
    assert credits_problems(Money(1500), Money(1000), increase) == []
    assert credits_problems(Money(1500), Money(1000), increase, at(10)) == []
    for elimination in (at(9), at(8)):
        late = credits_problems(Money(1500), Money(1000), increase, elimination)
        assert codes(late) == ["increase_too_late"]
    assert codes(credits_problems(Money(1501), Money(1000), increase, at(8))) == ["above_credits"]


@pytest.mark.parametrize(("cents", "asked"), [(499_999, False), (500_000, True)])
def test_the_vigilance_certificate_from_five_thousand_euros(cents: int, asked: bool) -> None:
    assert (Paper.VIGILANCE_CERTIFICATE in papers_needed(Money(cents))) is asked


def test_insurance_and_foreign_workers_only_where_relevant() -> None:
    always = set(papers_needed(Money(1)))
    more = set(papers_needed(Money(1), insurance=True, foreign_workers=True))
    assert more - always == {Paper.INSURANCE, Paper.FOREIGN_WORKERS}


def test_papers_missing_or_past_their_last_day() -> None:
    needed = papers_needed(Money(500_000))
    held = {
        Paper.TAX_CERTIFICATE: HeldPaper(),
        Paper.VIGILANCE_CERTIFICATE: HeldPaper(date(2026, 11, 2)),
        Paper.REGISTRATION: HeldPaper(DAY),
        Paper.SIGNATORY_POWER: HeldPaper(),
    }
    problems = papers_problems(needed, held, DAY)
    assert [(problem.code, problem.where) for problem in problems] == [
        ("awards.paper_expired", "papers.vigilance_certificate"),
        ("awards.paper_missing", "papers.bank_details"),
    ]


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        (READY, []),
        (replace(READY, in_market=False), ["not_of_market"]),
        (replace(READY, opened=False, evaluation_closed=False), ["not_opened"]),
        (replace(READY, evaluation_closed=False), ["evaluation_open"]),
        (replace(READY, eliminated=True), ["offer_eliminated"]),
        (replace(READY, already_awarded=True), ["already_awarded"]),
        (replace(READY, skipped=["B"]), ["better_ranked"]),
        (replace(READY, bound_until=date(2026, 11, 2)), ["offer_lapsed"]),
        (replace(READY, bound_until=date(2026, 11, 2), still_agreed=True), []),
        (replace(READY, bound_until=None), []),
    ],
)
def test_what_may_be_proposed(candidate: Candidate, expected: list[str]) -> None:
    assert codes(proposal_problems(candidate, DAY)) == expected


def test_a_decision_names_its_power_and_its_reasons() -> None:
    assert decision_problems(covered=True, reasons="La mieux classée.") == []
    assert codes(decision_problems(covered=False, reasons=" ")) == [
        "not_covered",
        "reasons_missing",
    ]


def test_a_signature_needs_power_both_signatures_engagement_and_the_act_of_the_system() -> None:
    assert signature_problems(SIGNED) == []
    nothing = SignatureFacts(
        signed_paper=False,
        supplier_signed=False,
        covered=False,
        engagement_number=" ",
        system_act=False,
    )
    assert codes(signature_problems(nothing)) == [
        "not_covered",
        "supplier_unsigned",
        "contract_missing",
        "engagement_missing",
        "system_act_missing",
    ]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (NotificationFacts(covered=True, subject=False), []),
        (NotificationFacts(covered=False, subject=False), ["not_covered"]),
        (NotificationFacts(covered=True, subject=True), ["receipt_missing"]),
        (NotificationFacts(covered=True, subject=True, receipt_on=DAY), []),
        (
            NotificationFacts(covered=True, subject=True, receipt_on=date(2026, 11, 4)),
            ["receipt_later"],
        ),
    ],
)
def test_no_notification_before_the_prefecture_s_receipt(
    facts: NotificationFacts, expected: list[str]
) -> None:
    assert codes(notification_problems(facts, DAY)) == expected


def test_the_prefecture_comes_first_when_the_market_is_subject_to_it() -> None:
    assert step_after_signature(True) is AwardState.TRANSMITTED
    assert step_after_signature(False) is AwardState.NOTIFIED


def test_sans_suite_stays_possible_until_signature_and_no_step_is_skipped() -> None:
    assert set(MOVES) == set(AwardState)
    before = {state for state in AwardState if AwardState.CANCELLED in MOVES[state]}
    assert before == {AwardState.PROPOSED, AwardState.DECIDED}
    with pytest.raises(MoveRefused):
        move(MOVES, AwardState.PROPOSED, AwardState.SIGNED)
    with pytest.raises(MoveRefused):
        move(MOVES, AwardState.DECIDED, AwardState.NOTIFIED)
    assert move(MOVES, AwardState.SIGNED, AwardState.NOTIFIED) is AwardState.NOTIFIED
