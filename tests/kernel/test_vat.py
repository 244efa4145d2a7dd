"""VAT per rate on the sum of the lines, and the price a buyer compares (SC-09 to SC-11, P10)."""

from decimal import Decimal

import pytest

from sad.kernel.money import ZERO, Money
from sad.kernel.vat import (
    VatRateMissing,
    VatRateWrong,
    VatRecovery,
    VatRegime,
    compared_price,
    compared_total,
    payable,
    vat_of,
)

NORMAL, REDUCED = Decimal(20), Decimal("5.5")
NOT_LIABLE = [VatRegime.FRANCHISE, VatRegime.EXEMPT, VatRegime.MARGIN]


def test_vat_is_half_up() -> None:
    assert vat_of(Money(1000), NORMAL) == Money(200)
    assert vat_of(Money(10), REDUCED) == Money(1)  # 0.55 cents
    assert vat_of(Money(9), REDUCED) == ZERO  # 0.495 cents
    assert vat_of(Money(-10), REDUCED) == Money(-1)


def test_one_rounding_per_rate_on_the_sum_of_the_lines() -> None:
    three_lines_of_3_cents = Money(9)
    assert payable({REDUCED: three_lines_of_3_cents}, VatRegime.LIABLE) == Money(9)
    both = {NORMAL: Money(100000), REDUCED: Money(10000)}
    assert payable(both, VatRegime.LIABLE) == Money(120000 + 10550)


@pytest.mark.parametrize("regime", NOT_LIABLE)
def test_no_vat_is_added_outside_the_liable_regime(regime: VatRegime) -> None:
    assert payable({NORMAL: Money(100), REDUCED: Money(50)}, regime) == Money(150)


def test_nothing_to_pay_without_lines() -> None:
    assert payable({}, VatRegime.LIABLE) == ZERO


def test_court_example_e5_ranks_what_is_paid() -> None:
    """CAA Toulouse 22TL20276: 12 000 HT liable loses against 12 600 net without VAT."""
    a = compared_price(Money(1200000), VatRegime.LIABLE, NORMAL, VatRecovery.NONE)
    b = compared_price(Money(1260000), VatRegime.FRANCHISE, None, VatRecovery.NONE)
    assert a == Money(1440000)
    assert b < a


def test_a_buyer_who_recovers_the_vat_compares_ht() -> None:
    a = compared_price(Money(1200000), VatRegime.LIABLE, NORMAL, VatRecovery.FULL)
    b = compared_price(Money(1260000), VatRegime.MARGIN, None, VatRecovery.FULL)
    assert (a, b) == (Money(1200000), Money(1260000))
    assert compared_total({NORMAL: Money(100)}, VatRegime.LIABLE, VatRecovery.FULL) == Money(100)


def test_without_regime_the_price_is_what_is_paid() -> None:
    assert compared_price(Money(100), None, NORMAL, VatRecovery.NONE) == Money(100)


@pytest.mark.parametrize("recovery", list(VatRecovery))
def test_a_liable_price_needs_its_rate(recovery: VatRecovery) -> None:
    with pytest.raises(VatRateMissing):
        compared_price(Money(100), VatRegime.LIABLE, None, recovery)


@pytest.mark.parametrize("rate", ["-1", "100.01", "NaN", "Infinity"])
def test_a_rate_is_a_percentage(rate: str) -> None:
    with pytest.raises(VatRateWrong):
        vat_of(Money(100), Decimal(rate))
