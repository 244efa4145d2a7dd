"""Identical slices of a line, given in rank order (P3): 200 chairs are 20 lots of 10.

One unit price whatever the number; the quantity offered is never scored. What is left is
sans suite.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sad.kernel.errors import Invalid, Refusal


class SliceSizeRefused(Invalid):
    """The quantity is not a whole number of slices of that size."""

    code = "awards.slice_size"


class RankShared(Refusal):
    """Equals ask for more than what is left: the rule for separating them was not announced."""

    code = "awards.rank_shared"


@dataclass(frozen=True)
class SliceOffer:
    """How many slices a ranked offer can supply; `rank` as the scoring gave it."""

    offer: str
    rank: int
    slices: int


@dataclass(frozen=True)
class Allocation:
    """Slices given by offer (winners only), and those nobody can supply: sans suite (END-16)."""

    given: Mapping[str, int]
    left: int


def slices_of(quantity: Decimal, size: Decimal, where: str | None = None) -> int:
    """How many identical slices a quantity makes. Raises SliceSizeRefused when it does not."""
    if size <= 0 or quantity <= 0 or quantity % size:
        raise SliceSizeRefused(where, quantity=quantity, size=size)
    return int(quantity / size)


def allocate(asked: int, offers: Sequence[SliceOffer]) -> Allocation:
    """The slices of one line to the best ranked within its number, then to the next (P3).

    Never more than asked, nor than offered. Offers of one rank are served together; raises
    RankShared when what is left does not serve them all: choosing among equals needs an announced
    rule.
    """
    left = max(0, asked)
    given: dict[str, int] = {}
    for rank in sorted({offer.rank for offer in offers}):
        equals = [offer for offer in offers if offer.rank == rank and offer.slices > 0]
        wanted = sum(offer.slices for offer in equals)
        if len(equals) > 1 and 0 < left < wanted:
            names = sorted(offer.offer for offer in equals)
            raise RankShared(rank=rank, offers=names, wanted=wanted, left=left)
        for offer in equals:
            taken = min(left, offer.slices)
            if taken:
                given[offer.offer] = taken
                left -= taken
    return Allocation(given, left)


def by_winner(lines: Mapping[str, Allocation]) -> dict[str, dict[str, int]]:
    """Slices by winner then line: one acte d'engagement per winner (P3)."""
    winners: dict[str, dict[str, int]] = {}
    for line, allocation in lines.items():
        for offer, slices in allocation.given.items():
            winners.setdefault(offer, {})[line] = slices
    return dict(sorted(winners.items()))
