"""Invented prices under each method of the price, and their curves."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sad.kernel.money import Money
from sad.scoring.formulas import Field
from sad.scoring.rules import Criterion
from sad.scoring.scoring import Offered, score
from sad.scoring.states import Method
from sad.scoring.trial import alternatives, compared, curve

PRICE = Criterion("price", "price", Decimal(40), Method.PROPORTIONAL)
GREEN = Criterion("green", "environment", Decimal(60), Method.JUDGED)
D1 = (10_000_00, 12_500_00, 16_000_00)  # legal reference 4.3, D1


def offers(prices: tuple[int, ...], green: int = 10) -> list[Offered]:
    marks = {"green": Decimal(green)}
    return [Offered(f"o{i}", Money(cents), marks) for i, cents in enumerate(prices)]


def test_the_worked_example_under_each_method() -> None:
    tried = alternatives([PRICE, GREEN], offers(D1))
    marks = [[str(mark.points) for r in one.results if (mark := r.mark("price"))] for one in tried]
    assert marks == [
        ["40.00", "32.00", "25.00"],
        ["40.00", "30.00", "16.00"],
        ["40.00", "35.00", "28.00"],
        ["40.00", "23.33", "0.00"],
    ]
    assert [one.announced for one in tried] == [True, False, False, False]


def test_the_market_s_own_coefficient_is_tried_too() -> None:
    own = replace(PRICE, method=Method.LINEAR, n=Decimal(4))
    tried = alternatives([own, GREEN], offers(D1))
    assert (tried[0].n, tried[0].announced, len(tried)) == (Decimal(4), True, 5)


def test_a_method_that_would_be_refused_says_why() -> None:
    heavy = replace(PRICE, weight=Decimal(60))
    tried = alternatives([heavy, replace(GREEN, weight=Decimal(40))], offers(D1))
    assert [p.code for p in tried[-1].problems] == ["evaluation.min_max_weight"]
    assert tried[-1].first == ()
    assert tried[0].first == ("o0",)


def test_below_three_offers_the_fallback_serves() -> None:
    last = alternatives([PRICE, GREEN], offers(D1[:2]))[-1]
    mark = last.results[1].mark("price")
    assert mark is not None
    assert mark.explanation.code == "evaluation.formula_fallback"
    assert last.problems == ()


def test_an_eliminated_offer_is_not_in_the_field() -> None:
    rules = [PRICE, replace(GREEN, minimum=Decimal(8))]
    weak = Offered("weak", Money(1_00), {"green": Decimal(5)})
    entered = [*offers(D1), weak]
    field = compared(entered, score(rules, entered))
    assert field == Field(Money(D1[0]), Money(D1[2]), 3)
    assert compared([weak], score(rules, [weak])) is None


@given(
    prices=st.lists(st.integers(1, 10**9), min_size=1, max_size=6).map(tuple),
    method=st.sampled_from((Method.PROPORTIONAL, Method.LINEAR, Method.MIN_MAX)),
)
def test_a_curve_starts_at_the_top_never_rises_and_stays_within(
    prices: tuple[int, ...], method: Method
) -> None:
    criterion = replace(PRICE, method=method, n=Decimal(2))
    field = Field.of([Money(cents) for cents in prices])
    points = [mark for _, mark in curve(criterion, field)]
    assert points[0] == 40
    assert all(0 <= mark <= 40 for mark in points)
    assert points == sorted(points, reverse=True)
