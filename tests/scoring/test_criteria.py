"""What makes criteria unlawful at launch, each with its code; and what keeps an evaluation open."""

from dataclasses import replace
from decimal import Decimal

import pytest

from sad.kernel.errors import Problem
from sad.kernel.money import Money
from sad.scoring.rules import (
    AnnouncedFamily,
    Criterion,
    Entry,
    closing_problems,
    criteria_problems,
    is_unacceptable,
    launch_problems,
)
from sad.scoring.states import Direction, Method

PRICE = Criterion("price", "price", Decimal(40), Method.PROPORTIONAL)
STATE = Criterion("state", "quality", Decimal(40), Method.JUDGED)
GREEN = Criterion("green", "environment", Decimal(20), Method.JUDGED)
LAWFUL = (PRICE, STATE, GREEN)
NOTICE = (
    AnnouncedFamily("price", Decimal(30), Decimal(50)),
    AnnouncedFamily("quality", Decimal(20), Decimal(40)),
    AnnouncedFamily("environment", Decimal(10), Decimal(30)),
    AnnouncedFamily("delay", Decimal(0), Decimal(20)),
)


def codes(problems: list[Problem]) -> list[tuple[str, str | None]]:
    return [(problem.code.removeprefix("evaluation."), problem.where) for problem in problems]


def test_lawful_criteria_have_no_problem() -> None:
    assert launch_problems(LAWFUL, ["price", "green"], NOTICE) == []


def test_thirds_with_two_decimals_make_a_hundred() -> None:
    thirds = [
        replace(PRICE, weight=Decimal("33.33")),
        replace(STATE, weight=Decimal("33.33")),
        replace(GREEN, weight=Decimal("33.34")),
    ]
    assert criteria_problems(thirds) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ([replace(PRICE, weight=Decimal("40.01"))], ("weights_total", "criteria")),
        ([replace(STATE, method=Method.LINEAR)], ("linear_bounds", "criteria[1].n")),
        (
            [replace(PRICE, method=Method.LINEAR, n=Decimal(7))],
            ("linear_bounds", "criteria[0].n"),
        ),
        (
            [replace(PRICE, method=Method.LINEAR, n=Decimal("1.99"))],
            ("linear_bounds", "criteria[0].n"),
        ),
        ([replace(PRICE, method=Method.JUDGED)], ("price_judged", "criteria[0].method")),
        ([replace(PRICE, minimum=Decimal(5))], ("minimum_computed", "criteria[0].minimum")),
        (
            [replace(PRICE, direction=Direction.HIGHER)],
            ("direction_refused", "criteria[0].direction"),
        ),
        ([replace(STATE, max=Decimal(0))], ("max_not_positive", "criteria[1].max")),
        (
            [replace(STATE, minimum=Decimal(21))],
            ("minimum_out_of_bounds", "criteria[1].minimum"),
        ),
        ([replace(GREEN, family="quality")], ("environment_missing", "criteria")),
        ([replace(PRICE, family="quality")], ("price_missing", "criteria")),
    ],
)
def test_one_fault_gives_one_problem(changed: list[Criterion], expected: tuple[str, str]) -> None:
    by_code = {criterion.code: criterion for criterion in changed}
    criteria = [by_code.get(criterion.code, criterion) for criterion in LAWFUL]
    assert codes(criteria_problems(criteria)) == [expected]


def test_the_price_alone_is_unlawful_even_in_two_criteria() -> None:
    halves = [
        replace(PRICE, weight=Decimal(50)),
        replace(PRICE, code="price2", weight=Decimal(50)),
    ]
    for criteria in ([replace(PRICE, weight=Decimal(100))], halves):
        assert codes(criteria_problems(criteria)) == [
            ("price_only", "criteria"),
            ("environment_missing", "criteria"),
        ]


def test_no_criterion_at_all() -> None:
    assert codes(criteria_problems([])) == [("no_criterion", "criteria")]


@pytest.mark.parametrize("weight", ["0", "-10", "100.01"])
def test_a_weight_out_of_bounds(weight: str) -> None:
    criteria = [replace(PRICE, weight=Decimal(weight)), STATE, GREEN]
    assert ("weight_out_of_bounds", "criteria[0].weight") in codes(criteria_problems(criteria))


def test_a_weight_finer_than_the_marks() -> None:
    criteria = [
        replace(PRICE, weight=Decimal("39.995")),
        replace(STATE, weight=Decimal("40.005")),
        GREEN,
    ]
    assert codes(criteria_problems(criteria)) == [
        ("weight_too_fine", "criteria[0].weight"),
        ("weight_too_fine", "criteria[1].weight"),
    ]


@pytest.mark.parametrize(("weight", "refused"), [("59.99", False), ("60", True)])
def test_min_max_never_weighs_sixty(weight: str, refused: bool) -> None:
    rest = Decimal(80) - Decimal(weight)
    criteria = [
        replace(PRICE, weight=Decimal(weight), method=Method.MIN_MAX, fallback=Method.PROPORTIONAL),
        replace(STATE, weight=rest),
        GREEN,
    ]
    found = ("min_max_weight", "criteria[0].weight") in codes(criteria_problems(criteria))
    assert found is refused


def test_min_max_needs_its_printed_fallback_at_launch() -> None:
    bare = replace(PRICE, method=Method.MIN_MAX)
    assert codes(launch_problems([bare, STATE, GREEN], [], NOTICE)) == [
        ("min_max_without_fallback", "criteria[0].fallback")
    ]
    printed = replace(bare, fallback=Method.PROPORTIONAL)
    assert launch_problems([printed, STATE, GREEN], [], NOTICE) == []


def test_codes_twice_and_unknown() -> None:
    criteria = [PRICE, replace(STATE, code="price"), GREEN]
    assert codes(criteria_problems(criteria, ["price", "price", "beauty"])) == [
        ("criterion_twice", "criteria[1].code"),
        ("tie_break_twice", "tie_break[1]"),
        ("tie_break_unknown", "tie_break[2]"),
    ]


def test_a_family_the_notice_does_not_announce() -> None:
    criteria = [PRICE, replace(STATE, family="distance"), GREEN]
    assert codes(launch_problems(criteria, [], NOTICE)) == [
        ("family_unannounced", "criteria[1].family"),
        ("weight_outside_range", "criteria"),  # and quality, announced from 20, is left out
    ]


def test_the_weights_of_one_family_add_up_within_its_range() -> None:
    split = [
        PRICE,
        replace(STATE, weight=Decimal(25)),
        replace(STATE, code="fit", weight=Decimal(15)),
        GREEN,
    ]
    assert launch_problems(split, [], NOTICE) == []
    narrow = (*NOTICE[:1], AnnouncedFamily("quality", Decimal(20), Decimal(39)), *NOTICE[2:])
    (problem,) = launch_problems(split, [], narrow)
    assert problem.facts == {
        "family": "quality",
        "weight": Decimal(40),
        "low": Decimal(20),
        "high": Decimal(39),
    }


def test_an_evaluation_closes_when_each_value_is_given_within_bounds_and_written() -> None:
    entries = {
        ("A", "state"): Entry(Decimal(12), "Bon état, deux rayures."),
        ("A", "green"): Entry(Decimal(20), "  "),
        ("B", "state"): Entry(Decimal("20.5"), "Neuf."),
    }
    assert codes(closing_problems(LAWFUL, ["A", "B"], entries)) == [
        ("reason_missing", "A/green"),
        ("value_above_max", "B/state"),
        ("value_missing", "B/green"),
    ]
    entries |= {
        ("A", "green"): Entry(Decimal(20), "Tout est réemployé."),
        ("B", "state"): Entry(Decimal(20), "Neuf."),
        ("B", "green"): Entry(Decimal(0), "Rien n'est dit."),
    }
    assert closing_problems(LAWFUL, ["A", "B"], entries) == []


def test_unacceptable_only_above_the_credits() -> None:
    assert not is_unacceptable(Money(1000), Money(1000))
    assert is_unacceptable(Money(1001), Money(1000))
