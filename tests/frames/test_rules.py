"""What may be offered on a line, and identical slices (P3)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sad.frames.rules import (
    NOT_OFFERED,
    LineRefused,
    Offered,
    check_price,
    offered_quantity,
    slices_in,
)
from sad.kernel.money import Money

D = Decimal


@pytest.mark.parametrize(
    ("asked", "size", "available", "slices", "offered"),
    [
        (D(60), None, None, None, Offered(True, D(60))),
        (D(60), None, D(60), None, Offered(True, D(60))),
        (D(60), None, D(0), None, NOT_OFFERED),
        (D(200), D(10), None, None, Offered(True, D(200), 20)),
        (D(200), D(10), D(37), None, Offered(True, D(30), 3)),
        (D(200), D(10), D(200), 4, Offered(True, D(40), 4)),
        (D(200), D(10), None, 4, Offered(True, D(40), 4)),
        (D(200), D(10), D(37), 9, Offered(True, D(30), 3)),
        (D(200), D(10), None, 0, NOT_OFFERED),
    ],
)
def test_offered(
    asked: Decimal,
    size: Decimal | None,
    available: Decimal | None,
    slices: int | None,
    offered: Offered,
) -> None:
    assert offered_quantity("R-01", asked, size, available, slices) == offered


@pytest.mark.parametrize(
    ("size", "available", "slices", "code"),
    [
        (None, D(61), None, "frames.quantity_above_asked"),
        (D(10), D(61), None, "frames.quantity_above_asked"),
        (None, D(59), None, "frames.partial_not_open"),
        (None, None, 3, "frames.slices_not_open"),
        (D(10), D(9), None, "frames.quantity_below_slice"),
        (D(10), None, 7, "frames.slices_above_asked"),
    ],
)
def test_refused(
    size: Decimal | None, available: Decimal | None, slices: int | None, code: str
) -> None:
    with pytest.raises(LineRefused) as refused:
        offered_quantity("R-01", D(60), size, available, slices, where="R-01.quantity")
    assert refused.value.code == code
    assert refused.value.facts["line"] == "R-01"


_THOUSANDTHS = st.integers(1, 500_000).map(lambda n: D(n) / 1000)


@given(
    asked=_THOUSANDTHS,
    size=st.none() | _THOUSANDTHS,
    available=st.none() | _THOUSANDTHS,
    slices=st.none() | st.integers(0, 50),
)
def test_never_above_what_is_asked_nor_what_one_has(
    asked: Decimal, size: Decimal | None, available: Decimal | None, slices: int | None
) -> None:
    try:
        offer = offered_quantity("R-01", asked, size, available, slices)
    except LineRefused:
        return
    assert 0 <= offer.quantity <= asked
    assert offer.quantity <= (asked if available is None else available)
    if offer.slices is not None:
        assert offer.quantity == offer.slices * (size or 0)
        assert offer.slices <= (offer.slices if slices is None else slices)


def test_slices_are_whole() -> None:
    assert slices_in(D(37), D(10)) == 3
    assert slices_in(D(200), D(10)) == 20


def test_the_highest_price() -> None:
    check_price("R-01", Money(12_000), Money(12_000))
    check_price("R-01", None, Money(12_000))
    check_price("R-01", Money(99_999), None)
    with pytest.raises(LineRefused) as refused:
        check_price("R-01", Money(12_001), Money(12_000))
    assert refused.value.code == "frames.price_above_maximum"
