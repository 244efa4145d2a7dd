"""Prices that seem abnormally low: who to question, never who to reject (EX-06, OAB-03).

Among offers of reuse, gaps of 40 to 60 % with new goods mean nothing: give one kind at a time.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sad.kernel.money import Money
from sad.scoring.formulas import two_places

DROPPED_ABOVE = Fraction(20, 100)
SUSPECT_BELOW = Fraction(10, 100)
SECOND_LOWEST_OFFERS = 5
BELOW_OTHERS = Fraction(50, 100)
BELOW_SECOND = Fraction(20, 100)


@dataclass(frozen=True)
class Suspect:
    """An offer to question (L2152-6), with the figures that say why.

    `code` is the screen's; `reference` the amount it was compared with, rounded to the cent;
    `percent_below` by how much it is under it, 2 decimals.
    """

    code: str
    offer: str
    price: Money
    reference: Money
    percent_below: Decimal


@dataclass(frozen=True)
class Screen:
    """Both screens over prices compared together, with every figure that they use, to the cent.

    `kept` of `offers` are at most 20 % above the first `mean`; `reference` is theirs, `threshold`
    10 % under it. `half` and `near`, from five offers: half the mean of the others, and 20 % under
    the second lowest.
    """

    offers: int
    mean: Money
    ceiling: Money
    kept: int
    reference: Money
    threshold: Money
    half: Money | None
    near: Money | None
    suspects: tuple[Suspect, ...]


def screen(prices: Mapping[str, Money]) -> Screen | None:
    """The screens with their figures; None for fewer than two prices, which compare nothing."""
    if len(prices) < 2:
        return None
    mean = _mean(prices.values())
    ceiling = mean * (1 + DROPPED_ABOVE)
    kept = [price for price in prices.values() if price.cents <= ceiling]
    reference = _mean(kept)
    half = near = None
    if len(prices) >= SECOND_LOWEST_OFFERS:
        ordered = sorted(prices.values())
        half = _cents(_mean(ordered[1:]) * (1 - BELOW_OTHERS))
        near = _cents(Fraction(ordered[1].cents) * (1 - BELOW_SECOND))
    return Screen(
        offers=len(prices),
        mean=_cents(mean),
        ceiling=_cents(ceiling),
        kept=len(kept),
        reference=_cents(reference),
        threshold=_cents(reference * (1 - SUSPECT_BELOW)),
        half=half,
        near=near,
        suspects=(*double_mean(prices), *second_lowest(prices)),
    )


def double_mean(prices: Mapping[str, Money]) -> list[Suspect]:
    """OAB-01: mean, without those more than 20 % above it, mean again; suspects 10 % below or more.

    By offer id; prices above zero. Nobody is suspect alone, nor when all are equal.
    """
    if not prices:
        return []
    mean = _mean(prices.values())
    kept = [price for price in prices.values() if price.cents <= mean * (1 + DROPPED_ABOVE)]
    reference = _mean(kept)
    return [
        _suspect("evaluation.low_double_mean", offer, price, reference)
        for offer, price in sorted(prices.items())
        if price.cents <= reference * (1 - SUSPECT_BELOW)
    ]


def second_lowest(prices: Mapping[str, Money]) -> list[Suspect]:
    """OAB-02: from five offers, the lowest when it is more than 50 % under the mean of the others
    and more than 20 % under the second lowest.
    """
    if len(prices) < SECOND_LOWEST_OFFERS:
        return []
    (offer, lowest), *others = sorted(prices.items(), key=lambda item: (item[1], item[0]))
    mean = _mean([price for _, price in others])
    second = Fraction(others[0][1].cents)
    if lowest.cents < mean * (1 - BELOW_OTHERS) and lowest.cents < second * (1 - BELOW_SECOND):
        return [_suspect("evaluation.low_second_lowest", offer, lowest, second)]
    return []


def _mean(prices: Collection[Money]) -> Fraction:
    return Fraction(sum(price.cents for price in prices), len(prices))


def _cents(amount: Fraction) -> Money:
    return Money(round(amount))


def _suspect(code: str, offer: str, price: Money, reference: Fraction) -> Suspect:
    below = two_places((reference - price.cents) / reference * 100)
    return Suspect(code, offer, price, _cents(reference), below)
