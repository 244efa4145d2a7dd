"""Money is whole cents; the price of a line is rounded half up, once."""

from dataclasses import FrozenInstanceError
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sad.kernel.money import ZERO, Money, half_up, line_ht

CENTS = st.integers(-(10**14), 10**14)


def test_arithmetic_and_order() -> None:
    assert Money(150) + Money(25) - Money(5) == Money(170)
    assert -Money(150) == Money(-150)
    assert abs(Money(-150)) == Money(150)
    assert 3 * Money(33) == Money(33) * 3 == Money(99)
    assert sum([Money(1), Money(2)], ZERO) == Money(3)
    assert max(Money(1), Money(2)) == Money(2)
    assert Money(1) > ZERO
    assert not ZERO


@pytest.mark.parametrize("wrong", [1.5, "12", Decimal(1), True, None])
def test_only_whole_cents(wrong: object) -> None:
    with pytest.raises(TypeError):
        Money(wrong)  # type: ignore[arg-type]  # what a caller must not do


def test_no_fraction_of_an_amount_and_no_change_in_place() -> None:
    with pytest.raises(TypeError):
        Money(100) * 0.5  # type: ignore[operator]  # what a caller must not do
    with pytest.raises(TypeError):
        Money(100) + 5  # type: ignore[operator]  # what a caller must not do
    with pytest.raises(FrozenInstanceError):
        Money(100).cents = 5  # type: ignore[misc]  # what a caller must not do


def test_euros_both_ways() -> None:
    assert Money.of(Decimal("1234.5")) == Money(123450)
    assert str(Money(-5).euros) == "-0.05"
    assert str(Money(120000).euros) == "1200.00"
    with pytest.raises(ValueError, match="whole number of cents"):
        Money.of(Decimal("0.005"))


@given(CENTS)
def test_euros_are_exact(cents: int) -> None:
    assert Money.of(Money(cents).euros) == Money(cents)


@pytest.mark.parametrize(
    ("unit_cents", "quantity", "cents"),
    [
        (1250, "3", 3750),
        (1, "0.5", 1),
        (3, "0.5", 2),
        (1, "0.499", 0),
        (333, "1.001", 333),
        (999, "0.333", 333),
        (0, "12", 0),
        (99_999_999_999_999, "999999999999.999", 99_999_999_999_998_900_000_000_000),
    ],
)
def test_line_is_rounded_half_up(unit_cents: int, quantity: str, cents: int) -> None:
    assert line_ht(unit_cents, Decimal(quantity)) == Money(cents)


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("0.125", 2, "0.13"),
        ("0.135", 2, "0.14"),
        ("-0.125", 2, "-0.13"),
        ("2.5", 0, "3"),
        ("1", 2, "1.00"),
    ],
)
def test_half_up(value: str, places: int, rounded: str) -> None:
    assert str(half_up(Decimal(value), places)) == rounded
