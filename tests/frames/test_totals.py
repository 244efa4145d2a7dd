"""Totals by the engine, under each VAT regime (acceptance 28)."""

from decimal import Decimal

import pytest

from sad.frames.totals import PricedLine, totals
from sad.kernel.money import Money
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
