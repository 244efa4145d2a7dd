"""Totals by the engine, under each VAT regime (acceptance 28)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sad.frames.totals import PricedLine, totals
from sad.kernel.money import ZERO, Money, line_ht
from sad.kernel.vat import VatRateMissing, VatRegime

LINES = [
    PricedLine("R-01", Money(1_233), Decimal(3), Decimal(20)),
    PricedLine("R-02", Money(999), Decimal("2.5"), Decimal("5.5")),
    PricedLine("R-03", Money(1_001), Decimal(1)),
]


def test_a_liable_supplier() -> None:
    found = totals(LINES, VatRegime.LIABLE, default_rate=Decimal(20))
    assert found.lines == {"R-01": Money(3_699), "R-02": Money(2_498), "R-03": Money(1_001)}
    assert found.ht == Money(7_198)
    assert found.vat == {Decimal("5.5"): Money(137), Decimal(20): Money(940)}
    assert found.payable == Money(7_198 + 137 + 940)


@pytest.mark.parametrize("regime", [VatRegime.FRANCHISE, VatRegime.EXEMPT, VatRegime.MARGIN])
def test_no_vat_is_added(regime: VatRegime) -> None:
    found = totals(LINES, regime)
    assert found.payable == found.ht == Money(7_198)
    assert found.vat == {}


def test_a_rate_is_needed() -> None:
    with pytest.raises(VatRateMissing) as refused:
        totals(LINES, VatRegime.LIABLE)
    assert refused.value.where == "R-03.vat_rate"


def test_nothing_answered_costs_nothing() -> None:
    assert totals([], VatRegime.LIABLE).payable == Money(0)


RATES = st.sampled_from([Decimal(0), Decimal("5.5"), Decimal(10), Decimal(20)])
ANY_LINES = st.lists(
    st.tuples(st.integers(0, 10**7), st.decimals(0, 9_999, places=3), RATES), max_size=20
).map(
    lambda rows: [
        PricedLine(f"R-{place}", Money(cents), quantity, rate)
        for place, (cents, quantity, rate) in enumerate(rows)
    ]
)


@given(lines=ANY_LINES, regime=st.sampled_from(list(VatRegime)), data=st.data())
def test_any_totals_are_the_sum_of_their_lines_in_any_order(
    lines: list[PricedLine], regime: VatRegime, data: st.DataObject
) -> None:
    found = totals(lines, regime)
    assert found.lines == {x.key: line_ht(x.unit_price.cents, x.quantity) for x in lines}
    assert found.ht == sum(found.lines.values(), ZERO)
    assert found.payable == found.ht + sum(found.vat.values(), ZERO)
    shuffled = totals(data.draw(st.permutations(lines)), regime)
    assert (shuffled.ht, shuffled.vat, shuffled.payable) == (found.ht, found.vat, found.payable)
