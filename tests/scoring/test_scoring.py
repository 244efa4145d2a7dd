"""From offers to ranks: eliminate first, announced tie-break, no influence of the order of rows."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sad.kernel.errors import Incomplete
from sad.kernel.money import Money
from sad.scoring.rules import Criterion
from sad.scoring.scoring import Offered, Result, score
from sad.scoring.states import Method

PRICE = Criterion("price", "price", Decimal(40), Method.PROPORTIONAL)
STATE = Criterion("state", "quality", Decimal(40), Method.JUDGED, minimum=Decimal(8))
GREEN = Criterion("green", "environment", Decimal(20), Method.JUDGED, max=Decimal(10))
CRITERIA = (PRICE, STATE, GREEN)


def offer(id_: str, euros: int, state: str = "15", green: str = "5", **more: bool) -> Offered:
    values = {"state": Decimal(state), "green": Decimal(green)}
    return Offered(id_, Money(euros * 100), values, **more)


def ranks(results: Sequence[Result]) -> dict[str, int | None]:
    return {result.id: result.rank for result in results}


def codes(refused: pytest.ExceptionInfo[Incomplete]) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.where) for problem in refused.value.problems]


def test_marks_are_rounded_one_by_one_then_added() -> None:
    thirds = (
        Criterion("price", "price", Decimal(40), Method.PROPORTIONAL),
        Criterion("a", "environment", Decimal(30), Method.JUDGED, max=Decimal(9)),
        Criterion("b", "quality", Decimal(30), Method.JUDGED, max=Decimal(9)),
    )
    values = {"a": Decimal("0.2"), "b": Decimal("0.2")}  # 0.666… each, 1.333… together
    (result,) = score(thirds, [Offered("A", Money(100), values)])
    assert [str(mark.points) for mark in result.marks] == ["40.00", "0.67", "0.67"]
    assert str(result.total) == "41.34"


def test_an_eliminated_offer_does_not_set_the_lowest_price() -> None:
    results = score(CRITERIA, [offer("low", 10, state="7.99"), offer("A", 100), offer("B", 200)])
    assert ranks(results) == {"A": 1, "B": 2, "low": None}
    assert str(results[0].mark("price").points) == "40.00"  # type: ignore[union-attr]  # ranked
    assert results[2].below == ("state",)
    assert results[2].total is None
    assert results[2].mark("price") is None


def test_an_offer_at_the_minimum_stays() -> None:
    assert ranks(score(CRITERIA, [offer("A", 100, state="8")])) == {"A": 1}


def test_an_offer_already_out_is_kept_aside_even_with_an_absurd_price() -> None:
    free = Offered("free", Money(0), eliminated=True)
    assert ranks(score(CRITERIA, [free, offer("A", 100)])) == {"A": 1, "free": None}


def test_everybody_eliminated_or_nobody_there() -> None:
    assert ranks(score(CRITERIA, [offer("A", 1, state="0")])) == {"A": None}
    assert score(CRITERIA, []) == []


def test_equal_totals_use_the_announced_tie_break() -> None:
    dear = offer("A", 200, state="20", green="5")  # 20 + 40 + 10
    cheap = offer("B", 100, state="10", green="5")  # 40 + 20 + 10
    assert ranks(score(CRITERIA, [dear, cheap])) == {"A": 1, "B": 1}
    assert ranks(score(CRITERIA, [dear, cheap], ["price"])) == {"B": 1, "A": 2}
    assert ranks(score(CRITERIA, [dear, cheap], ["green", "state"])) == {"A": 1, "B": 2}


def test_still_equal_they_share_the_rank_and_the_next_is_skipped() -> None:
    equal = [offer("B", 100), offer("A", 100), offer("C", 300)]
    results = score(CRITERIA, equal, ["price", "state"])
    assert [(each.id, each.rank) for each in results] == [("A", 1), ("B", 1), ("C", 3)]


def test_min_max_is_refused_when_elimination_leaves_two_offers() -> None:
    criteria = (Criterion("price", "price", Decimal(40), Method.MIN_MAX), STATE, GREEN)
    offers = [offer("A", 100), offer("B", 200), offer("C", 300, state="0")]
    with pytest.raises(Incomplete) as refused:
        score(criteria, offers)
    assert codes(refused) == [("evaluation.min_max_few", "criteria[0].method")]
    assert refused.value.problems[0].facts["remaining"] == 2
    printed = Criterion("price", "price", Decimal(40), Method.MIN_MAX, fallback=Method.PROPORTIONAL)
    assert ranks(score((printed, STATE, GREEN), offers)) == {"A": 1, "B": 2, "C": None}


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ([offer("A", 0)], ("evaluation.price_not_positive", "offers[0].price")),
        ([offer("A", -5)], ("evaluation.price_not_positive", "offers[0].price")),
        ([offer("A", 5), offer("A", 6)], ("evaluation.offer_twice", "offers[1].id")),
        (
            [Offered("A", Money(1), {"state": Decimal(9)})],
            ("evaluation.value_missing", "offers[0].values.green"),
        ),
        (
            [offer("A", 5), offer("B", 5, green="10.01")],
            ("evaluation.value_above_max", "offers[1].values.green"),
        ),
        ([offer("A", 5, green="-1")], ("evaluation.value_negative", "offers[0].values.green")),
    ],
)
def test_what_cannot_be_scored_is_named(offers: list[Offered], expected: tuple[str, str]) -> None:
    with pytest.raises(Incomplete) as refused:
        score(CRITERIA, offers)
    assert codes(refused) == [expected]


def test_a_column_where_zero_would_take_everything_is_refused() -> None:
    delay = Criterion("delay", "delay", Decimal(40), Method.PROPORTIONAL)
    price = Criterion("price", "price", Decimal(40), Method.PROPORTIONAL)
    values = {"delay": Decimal(0), "green": Decimal(5)}
    with pytest.raises(Incomplete) as refused:
        score((price, delay, GREEN), [Offered("A", Money(1), values)])
    assert codes(refused) == [("evaluation.value_zero", "offers[0].values.delay")]


def test_unlawful_criteria_are_never_scored() -> None:
    with pytest.raises(Incomplete) as refused:
        score((Criterion("price", "price", Decimal(100), Method.PROPORTIONAL),), [offer("A", 1)])
    assert ("evaluation.price_only", "criteria") in codes(refused)


METHODS = st.sampled_from(
    [
        Criterion("price", "price", Decimal(40), Method.PROPORTIONAL),
        Criterion("price", "price", Decimal(40), Method.LINEAR, n=Decimal(2)),
        Criterion("price", "price", Decimal(40), Method.LINEAR, n=Decimal("3.5")),
        Criterion("price", "price", Decimal(40), Method.MIN_MAX, fallback=Method.PROPORTIONAL),
    ]
)
VALUES = st.decimals(0, 20, places=1)
OFFERS = st.lists(
    st.tuples(st.integers(1, 10**12), VALUES, st.decimals(0, 10, places=1), st.booleans()),
    max_size=8,
).map(
    lambda rows: [
        Offered(f"o{i}", Money(cents), {"state": state, "green": green}, eliminated=out)
        for i, (cents, state, green, out) in enumerate(rows)
    ]
)


@given(price=METHODS, offers=OFFERS, data=st.data())
@settings(deadline=None)
def test_any_offers_are_ranked_alike_in_any_order_and_within_bounds(
    price: Criterion, offers: list[Offered], data: st.DataObject
) -> None:
    criteria = (price, STATE, GREEN)
    results = score(criteria, offers, ["state"])
    shuffled = data.draw(st.permutations(offers))
    assert score(criteria, shuffled, ["state"]) == results
    weights = {criterion.code: criterion.weight for criterion in criteria}
    for result in results:
        assert all(0 <= mark.points <= weights[mark.criterion] for mark in result.marks)
        if result.total is not None:
            assert result.total == sum(mark.points for mark in result.marks)
    kept = [result for result in results if not result.eliminated]
    totals = [result.total for result in kept if result.total is not None]
    assert totals == sorted(totals, reverse=True)
    if kept:
        lowest = min(kept, key=lambda result: result.price)
        assert lowest.mark("price").points == 40  # type: ignore[union-attr]  # it was compared
        by_price = sorted(kept, key=lambda result: result.price)
        points = [result.mark("price").points for result in by_price]  # type: ignore[union-attr]  # compared
        assert points == sorted(points, reverse=True)
