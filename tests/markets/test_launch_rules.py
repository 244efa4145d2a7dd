"""What blocks or warns before a launch, on values (acceptance 12 to 16)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from sad.kernel.calendar import Calendar
from sad.kernel.errors import Problem
from sad.kernel.money import Money
from sad.markets.facts import (
    CandidatureFacts,
    CriterionFacts,
    LaunchFacts,
    LeftFacts,
    LineFacts,
    LotFacts,
    SystemFacts,
    Text,
    VisitFacts,
)
from sad.markets.launch_rules import missing_to_launch
from sad.markets.rules import NumberTooLong, deadline_too_close, market_number
from sad.markets.states import AwardMode, MarketAction, MarketPhase, Section, actions
from sad.scoring.rules import AnnouncedFamily, Criterion, launch_problems
from sad.scoring.states import Method

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)  # Tuesday, 10 h 00 in Paris

SYSTEM = SystemFacts(
    published=True,
    opening_at=NOW - timedelta(days=30),
    closing_at=NOW + timedelta(days=1000),
    first_candidatures_on=date(2026, 8, 20),
    first_market_launched=False,
    maximum=Money(200_000_00),
    outside=Money(0),
    committed=Money(0),
)
LOT = LotFacts(1, Money(1_000_00), Money(1_200_00), Money(1_000_00), "Mobilier", "Réemploi")
READY = LaunchFacts(
    now=NOW,
    calendar=Calendar(),
    system=SYSTEM,
    candidatures=CandidatureFacts(admitted=2),
    title="Tables",
    description="Pour deux salles.",
    need_confirmed=True,
    lines=[LineFacts("T-01", Decimal(4), None, 1)],
    grid_problems=[],
    criteria_problems=[],
    criteria=[
        CriterionFacts("Prix", judged=False, explained=False),
        CriterionFacts("Environnement", judged=True, explained=True),
    ],
    price_weight=Decimal(40),
    same_reuse_for_all=False,
    tie_break=["price"],
    condition_of_performance="Emballages repris.",
    social_condition="",
    delivery_place="Le Totem",
    delivery_from=None,
    delivery_until=date(2026, 10, 15),
    storage="",
    visit=VisitFacts(),
    validity_days=30,
    award_mode=AwardMode.SINGLE,
    partial_allowed=False,
    variants_allowed=False,
    deadline_at=datetime(2026, 9, 15, 10, 0, tzinfo=UTC),
    short_deadline_agreement="",
    lots=[LOT],
    funding_lines=[LeftFacts("Mobilier", Money(50_000_00), Money(1_200_00))],
    envelopes=[LeftFacts("Réemploi", Money(50_000_00), Money(1_200_00), blocks=False)],
)


def blocking(facts: LaunchFacts) -> list[str]:
    return [f.problem.code.split(".")[1] for f in missing_to_launch(facts) if f.blocking]


def warnings(facts: LaunchFacts) -> list[str]:
    return [f.problem.code.split(".")[1] for f in missing_to_launch(facts) if not f.blocking]


def test_all_in_order_says_nothing() -> None:
    assert missing_to_launch(READY) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": " "}, "title_missing"),
        ({"description": ""}, "description_missing"),
        ({"need_confirmed": False}, "need_unconfirmed"),
        ({"condition_of_performance": " "}, "condition_missing"),
        ({"delivery_place": ""}, "delivery_place_missing"),
        ({"delivery_until": None}, "delivery_date_missing"),
        ({"delivery_until": date(2026, 9, 15)}, "delivery_before_deadline"),
        ({"variants_allowed": None}, "variants_unsaid"),
        ({"deadline_at": None}, "deadline_missing"),
        ({"deadline_at": NOW}, "deadline_past"),
        ({"candidatures": CandidatureFacts(admitted=0)}, "no_admitted"),
        ({"candidatures": CandidatureFacts(2, overdue=1)}, "candidature_overdue"),
        ({"candidatures": CandidatureFacts(2, first_undecided=1)}, "first_undecided"),
        ({"system": replace(SYSTEM, published=False)}, "system_unpublished"),
        ({"system": replace(SYSTEM, closing_at=NOW - timedelta(seconds=1))}, "system_closed"),
        ({"system": replace(SYSTEM, opening_at=NOW + timedelta(1))}, "system_not_started"),
        (
            {"system": replace(SYSTEM, first_candidatures_on=date(2026, 9, 1))},
            "before_first_candidatures",
        ),
        ({"system": replace(SYSTEM, committed=Money(199_500_00))}, "need_exceeded"),
        ({"lots": [replace(LOT, estimate=None)]}, "estimate_missing"),
        ({"lots": [replace(LOT, credits=None, credits_ht=None)]}, "credits_missing"),
        ({"lots": [replace(LOT, credits=Money(999_99))]}, "credits_low"),
        ({"lots": [replace(LOT, funding_line=None)]}, "funding_line_missing"),
        ({"lots": [replace(LOT, envelope=None)]}, "envelope_missing"),
        ({"funding_lines": [LeftFacts("M", Money(1), Money(2))]}, "line_exceeded"),
        ({"envelopes": [LeftFacts("M", Money(1), Money(2))]}, "envelope_exceeded"),
        ({"partial_allowed": True}, "partial_totals"),
        ({"award_mode": AwardMode.LOTS, "partial_allowed": True}, "partial_totals"),
        ({"lines": [LineFacts("T", Decimal(4), Decimal(2), 1)]}, "slices_unused"),
        ({"lines": [LineFacts("T-01", Decimal(4), None, 2)], "lots": [LOT]}, "lot_unknown"),
        ({"grid_problems": [Problem("frames.no_price_column")]}, "no_price_column"),
    ],
)
def test_what_blocks(change: dict[str, object], code: str) -> None:
    assert code in blocking(replace(READY, **change))  # type: ignore[arg-type]  # a change of fields


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"candidatures": CandidatureFacts(2, pending=1)}, "candidature_pending"),
        ({"system": replace(SYSTEM, committed=Money(160_000_00))}, "need_alert"),
        ({"texts": [Text(Section.NEED, "De préférence des artisans locaux.")]}, "local_preference"),
        ({"texts": [Text(Section.CRITERIA, "Distance de livraison")]}, "local_criterion"),
        ({"price_weight": Decimal(61)}, "price_heavy"),
        ({"same_reuse_for_all": True}, "reuse_separates_nobody"),
        ({"tie_break": []}, "tie_break_unsaid"),
        ({"delivery_until": date(2026, 12, 1)}, "storage_unsaid"),
        ({"envelopes": [LeftFacts("M", Money(1), Money(2), blocks=False)]}, "envelope_exceeded"),
        ({"award_mode": AwardMode.LOTS}, "single_lot"),
        ({"grid_problems": [Problem("frames.code_twice")]}, "code_twice"),
    ],
)
def test_what_deserves_a_look(change: dict[str, object], code: str) -> None:
    facts = replace(READY, **change)  # type: ignore[arg-type]  # a change of fields
    assert warnings(facts) == [code]
    assert blocking(facts) == []


@pytest.mark.parametrize("size", [None, Decimal(2)])
def test_line_by_line_a_line_may_be_left_out_and_cut_or_not(size: Decimal | None) -> None:
    lines = [LineFacts("T-01", Decimal(4), size, 1)]
    by_line = replace(READY, award_mode=AwardMode.LINES, partial_allowed=True, lines=lines)
    assert missing_to_launch(by_line) == []


def test_totals_that_could_not_be_ranked_block_with_both_ways_out() -> None:
    (finding,) = missing_to_launch(replace(READY, partial_allowed=True))
    assert (finding.article, finding.section) == ("Pratique P3", Section.AWARD)


@pytest.mark.parametrize(
    ("due", "blocked", "warned"),
    [
        (datetime(2026, 9, 10, 21, 59, tzinfo=UTC), ["deadline_short"], []),
        (datetime(2026, 9, 11, 10, 0, tzinfo=UTC), [], ["deadline_before_midnight"]),
        (datetime(2026, 9, 11, 21, 59, tzinfo=UTC), [], []),  # 23 h 59 in Paris
        (datetime(2026, 9, 14, 10, 0, tzinfo=UTC), [], []),
    ],
)
def test_sent_on_1_september_due_on_the_11th_at_the_earliest(
    due: datetime, blocked: list[str], warned: list[str]
) -> None:
    facts = replace(READY, deadline_at=due)
    assert (blocking(facts), warnings(facts)) == (blocked, warned)


def test_an_eleventh_day_on_a_weekend_moves_to_monday() -> None:
    sent = datetime(2026, 9, 2, 8, 0, tzinfo=UTC)  # the 10th day after is Saturday the 12th
    saturday = replace(READY, now=sent, deadline_at=datetime(2026, 9, 12, 21, 59, tzinfo=UTC))
    assert blocking(saturday) == ["deadline_short"]
    monday = replace(READY, now=sent, deadline_at=datetime(2026, 9, 14, 21, 59, tzinfo=UTC))
    assert blocking(monday) == []


def test_the_agreement_of_all_the_invited_allows_less() -> None:
    short = replace(READY, deadline_at=datetime(2026, 9, 8, 10, 0, tzinfo=UTC))
    assert blocking(short) == ["deadline_short"]
    agreed = replace(short, short_deadline_agreement="Accords du 31 août, par message.")
    assert blocking(agreed) == []
    assert warnings(agreed) == ["deadline_agreed"]


def test_fifteen_days_in_august_deserve_a_look() -> None:
    august = replace(
        READY,
        now=datetime(2027, 8, 2, 8, 0, tzinfo=UTC),
        deadline_at=datetime(2027, 8, 17, 21, 59, tzinfo=UTC),
        delivery_until=date(2027, 9, 15),
    )
    assert warnings(august) == ["deadline_in_holidays"]


def test_the_european_threshold_with_what_is_bought_outside() -> None:
    """A system announced below the threshold does not pass it by purchases outside (P4)."""
    over = replace(SYSTEM, maximum=Money(215_000_00), outside=Money(10_000_00),
                   committed=Money(206_000_00))  # fmt: skip
    assert "threshold_exceeded" in blocking(replace(READY, system=over))


def criterion(family: str, weight: str, method: Method = Method.JUDGED) -> Criterion:
    return Criterion(code=family, family=family, weight=Decimal(weight), method=method)


FAMILIES = [
    AnnouncedFamily("price", Decimal(30), Decimal(50)),
    AnnouncedFamily("quality", Decimal(20), Decimal(40)),
    AnnouncedFamily("environment", Decimal(10), Decimal(40)),
]


@pytest.mark.parametrize(
    ("weights", "refused"),
    [
        (("33.33", "33.33", "33.34"), False),
        (("33.33", "33.33", "33.33"), True),
        (("55", "25", "20"), True),  # outside the announced range
    ],
)
def test_weights_total_100_within_their_ranges(
    weights: tuple[str, str, str], refused: bool
) -> None:
    names = ("price", "quality", "environment")
    criteria = [
        criterion(name, weight, Method.PROPORTIONAL if name == "price" else Method.JUDGED)
        for name, weight in zip(names, weights, strict=True)
    ]
    problems = launch_problems(criteria, ["price"], FAMILIES)
    facts = replace(READY, criteria_problems=problems)
    assert bool(blocking(facts)) is refused
    assert all(f.section is Section.CRITERIA for f in missing_to_launch(facts))
    assert all(f.article for f in missing_to_launch(facts))


def test_numbers() -> None:
    assert market_number("2026S01", 12, 2) == "2026S01-012-02"
    with pytest.raises(NumberTooLong):
        market_number("2026SYSTEME", 12, 2)


def test_six_whole_days_after_a_significant_change() -> None:
    due = datetime(2026, 9, 15, 10, 0, tzinfo=UTC)
    assert deadline_too_close(datetime(2026, 9, 9, 8, 0, tzinfo=UTC), due) is None
    later = deadline_too_close(datetime(2026, 9, 10, 8, 0, tzinfo=UTC), due)
    assert later == date(2026, 9, 16)


def test_opening_is_possible_from_its_instant_only() -> None:
    opening = NOW + timedelta(seconds=60)
    assert MarketAction.OPEN not in actions(MarketPhase.CLOSED, NOW, opening)
    assert MarketAction.OPEN in actions(MarketPhase.CLOSED, opening, opening)
    assert MarketAction.LAUNCH not in actions(MarketPhase.OPEN, NOW, opening)
    assert actions(MarketPhase.WITHDRAWN, NOW, opening) == (MarketAction.COPY,)
