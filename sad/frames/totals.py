"""Totals of an answer: the engine's, never typed. Unit price × quantity prevails (GRID-04)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sad.kernel.money import ZERO, Money, line_ht
from sad.kernel.vat import VatRateMissing, VatRegime, payable, vat_of


@dataclass(frozen=True)
class PricedLine:
    """One line answered: unit price, quantity supplied, VAT rate in percent where it is asked."""

    key: str
    unit_price: Money
    quantity: Decimal
    vat_rate: Decimal | None = None


@dataclass(frozen=True)
class Totals:
    """`lines`: HT of each line by its key. `vat`: by rate in percent, empty outside `liable`."""

    lines: Mapping[str, Money]
    ht: Money
    vat: Mapping[Decimal, Money]
    payable: Money


def totals(
    lines: Iterable[PricedLine], regime: VatRegime, default_rate: Decimal | None = None
) -> Totals:
    """The totals of an answer under a supplier's VAT regime (P10, SC-11).

    Each line half up to the cent; VAT once per rate, on the sum of its lines. `default_rate`, in
    percent, is that of the supplier's file, for the lines without their own.
    Raises VatRateMissing when a liable supplier's line has no rate.
    """
    by_line: dict[str, Money] = {}
    by_rate: dict[Decimal, Money] = {}
    for line in lines:
        amount = line_ht(line.unit_price.cents, line.quantity)
        by_line[line.key] = amount
        rate = _rate(line, regime, default_rate)
        by_rate[rate] = by_rate.get(rate, ZERO) + amount
    liable = regime is VatRegime.LIABLE
    vat = {rate: vat_of(ht, rate) for rate, ht in sorted(by_rate.items())} if liable else {}
    return Totals(by_line, sum(by_line.values(), ZERO), vat, payable(by_rate, regime))


def _rate(line: PricedLine, regime: VatRegime, default: Decimal | None) -> Decimal:
    """The rate of a line; zero where none is invoiced."""
    if regime is not VatRegime.LIABLE:
        return Decimal(0)
    rate = line.vat_rate if line.vat_rate is not None else default
    if rate is None:
        raise VatRateMissing(where=f"{line.key}.vat_rate")
    return rate
