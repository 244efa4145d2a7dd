"""VAT, and the price a buyer compares. One place rounds it: per rate, on the sum of the lines' HT.

The price compared is what the buyer finally bears (P10; SC-09, CAA Toulouse 19 March 2024,
22TL20276; SC-11): payable under the supplier's regime, or HT when the buyer recovers the VAT.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from sad.kernel.errors import Invalid
from sad.kernel.money import ZERO, Money, half_up


class VatRegime(StrEnum):
    """How a supplier invoices (SC-11). Only the first adds VAT to its prices."""

    LIABLE = "liable"
    FRANCHISE = "franchise"  # CGI 293 B
    EXEMPT = "exempt"
    MARGIN = "margin"  # second-hand dealer, CGI 297 A and 297 E: the price is all-in (SC-10)


class VatRecovery(StrEnum):
    """Whether the buyer gets its VAT back, said by the funding line (P10). FCTVA does not count."""

    NONE = "none"
    FULL = "full"


class VatRateMissing(Invalid):
    """A liable supplier's price without its rate: nobody can tell what will be paid."""

    code = "vat.rate_missing"


class VatRateWrong(Invalid):
    """A rate that is not between 0 and 100 percent."""

    code = "vat.rate_wrong"


def vat_of(ht: Money, rate: Decimal) -> Money:
    """VAT on an amount at a rate in percent (`Decimal("20")`), half up to the cent.

    Raises VatRateWrong outside 0…100.
    """
    if not (rate.is_finite() and 0 <= rate <= 100):
        raise VatRateWrong(rate=str(rate))
    return Money(int(half_up(Decimal(ht.cents) * rate / 100, 0)))


def payable(ht_by_rate: Mapping[Decimal, Money], regime: VatRegime) -> Money:
    """What the buyer pays: the sums of lines' HT, one per rate in percent, plus the VAT of each.

    Outside the `liable` regime no VAT is added: the prices are what is paid, whatever the rates.
    """
    total = sum(ht_by_rate.values(), ZERO)
    if regime is not VatRegime.LIABLE:
        return total
    return sum((vat_of(ht, rate) for rate, ht in ht_by_rate.items()), total)


def compared_total(
    ht_by_rate: Mapping[Decimal, Money], regime: VatRegime, vat_recovery: VatRecovery
) -> Money:
    """The price compared of an offer with several rates (P10, SC-09): payable, HT if recovered."""
    if vat_recovery is VatRecovery.FULL:
        return sum(ht_by_rate.values(), ZERO)
    return payable(ht_by_rate, regime)


def compared_price(
    ht: Money, regime: VatRegime | None, rate: Decimal | None, vat_recovery: VatRecovery
) -> Money:
    """The price compared of an offer with one rate (P10, SC-09). No regime: `ht` is what is paid.

    Raises VatRateMissing for a liable supplier without rate, even where HT is compared.
    """
    if regime is not VatRegime.LIABLE:
        return ht
    if rate is None:
        raise VatRateMissing(where="vat_rate")
    return compared_total({rate: ht}, regime, vat_recovery)
