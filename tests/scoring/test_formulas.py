"""The worked examples of the law's own sources (E1, E2, E5, E6, D1, D3) and the exact rounding."""

from decimal import Decimal
from fractions import Fraction

import pytest

from sad.kernel.money import Money
from sad.kernel.vat import VatRecovery, VatRegime, compared_price
from sad.scoring.formulas import Field, computed_mark, judged_mark, two_places
from sad.scoring.rules import Criterion
from sad.scoring.states import Direction, Method


def price(weight: str, method: Method, n: str | None = None, **more: object) -> Criterion:
    steep = None if n is None else Decimal(n)
    return Criterion("price", "price", Decimal(weight), method, n=steep, **more)  # type: ignore[arg-type]


def marks(criterion: Criterion, *euros: int) -> list[Decimal]:
    amounts = [Money(each * 100) for each in euros]
    field = Field.of(amounts)
    return [computed_mark(criterion, amount, field).points for amount in amounts]


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def test_e1_half_the_points_at_twice_the_price() -> None:
    assert marks(price("10", Method.PROPORTIONAL), 100, 200) == decimals("10", "5")


def test_e2_linear_on_the_lowest_and_its_proportional_neighbour() -> None:
    assert marks(price("40", Method.LINEAR, "2"), 200, 235) == decimals("40", "33")
    assert marks(price("40", Method.PROPORTIONAL), 200, 235) == decimals("40", "34.04")


def test_e5_the_payable_price_reverses_the_unlawful_ranking() -> None:
    liable = compared_price(Money(12_000_00), VatRegime.LIABLE, Decimal(20), VatRecovery.NONE)
    net = compared_price(Money(12_600_00), VatRegime.FRANCHISE, None, VatRecovery.NONE)
    assert (liable, net) == (Money(14_400_00), Money(12_600_00))
    field = Field.of([liable, net])
    criterion = price("40", Method.PROPORTIONAL)
    assert computed_mark(criterion, net, field).points == 40
    assert computed_mark(criterion, liable, field).points == 35


def test_e6_the_line_through_two_points() -> None:
    assert marks(price("10", Method.LINEAR, "3"), 100, 150, 200) == decimals("10", "7.5", "5")


@pytest.mark.parametrize(
    ("method", "n", "expected"),
    [
        (Method.PROPORTIONAL, None, ("40", "32", "25")),
        (Method.MIN_MAX, None, ("40", "23.33", "0")),
        (Method.LINEAR, "2", ("40", "30", "16")),
        (Method.LINEAR, "3", ("40", "35", "28")),
    ],
)
def test_d1_three_offers(method: Method, n: str | None, expected: tuple[str, ...]) -> None:
    assert marks(price("40", method, n), 10_000, 12_500, 16_000) == decimals(*expected)


@pytest.mark.parametrize(
    ("method", "n"),
    [(Method.PROPORTIONAL, None), (Method.MIN_MAX, None), (Method.LINEAR, "2")],
)
@pytest.mark.parametrize("offers", [1, 2, 3, 5])
def test_d3_one_offer_or_all_equal_have_every_point(
    method: Method, n: str | None, offers: int
) -> None:
    criterion = price("40", method, n, fallback=Method.PROPORTIONAL)
    assert marks(criterion, *[777] * offers) == [Decimal(40)] * offers


def test_the_linear_formula_stops_at_zero() -> None:
    assert marks(price("40", Method.LINEAR, "2"), 100, 200, 900) == decimals("40", "0", "0")


def test_min_max_below_three_offers_is_proportional_and_says_so() -> None:
    field = Field.of([Money(100), Money(200)])
    mark = computed_mark(price("40", Method.MIN_MAX), Money(200), field)
    assert mark.points == 20
    assert mark.explanation.code == "evaluation.formula_fallback"


def test_a_column_where_the_highest_is_the_best() -> None:
    criterion = Criterion(
        "warranty", "quality", Decimal(10), Method.PROPORTIONAL, direction=Direction.HIGHER
    )
    field = Field.of([Decimal(24), Decimal(12), Decimal(0)])
    points = [computed_mark(criterion, each, field).points for each in decimals("24", "12", "0")]
    assert points == decimals("10", "5", "0")
    nothing = Field.of([Decimal(0), Decimal(0)])
    assert computed_mark(criterion, Decimal(0), nothing).points == 10


def test_a_judged_value_is_a_share_of_its_maximum() -> None:
    criterion = Criterion("state", "quality", Decimal("33.33"), Method.JUDGED)
    assert judged_mark(criterion, Decimal(15)).points == Decimal("25.00")


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        (Fraction(5, 1000), "0.01"),
        (Fraction(4999999999999999999999999999999, 10**33), "0.00"),
        (Fraction(12345, 1000), "12.35"),
        (Fraction(1, 3), "0.33"),
        (Fraction(2, 3), "0.67"),
    ],
)
def test_half_up_without_an_early_rounding(exact: Fraction, rounded: str) -> None:
    assert str(two_places(exact)) == rounded


def test_the_tenderer_can_compute_its_mark_again() -> None:
    field = Field.of([Money(10_000_00), Money(12_500_00)])
    mark = computed_mark(price("40", Method.LINEAR, "3"), Money(12_500_00), field)
    figures = mark.explanation.figures
    assert figures == {
        "weight": Decimal(40),
        "best": Money(10_000_00),
        "own": Money(12_500_00),
        "n": Decimal(3),
        "n_less_one": Decimal(2),
    }
