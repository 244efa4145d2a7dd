"""What different ways of choosing would cost, side by side: a simulation, nothing is proposed.

Prices alone decide here, whole offers, lots or lines; once the ranking is frozen, it decides too.
Nobody may be chosen by a basket: awards follow the announced criteria (EX-11).
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sad.awards.shares import Ranked, Share, Ties, shares, slices_offered
from sad.awards.slices import SliceOffer, allocate, slices_of
from sad.evaluation.file import File, LotOffer
from sad.frames.queries import LineView
from sad.kernel.money import ZERO, Money
from sad.markets.tables import Lot


class BasketKind(StrEnum):
    """How the winners of a basket are found."""

    RANKING = "ranking"  # as the frozen ranking gives, line by line or whole
    LINES = "lines"  # each line to the cheapest, slices to the next when it has not enough
    LOTS = "lots"  # each lot to the cheapest that answers all of it
    ONE = "one"  # everything to one supplier


@dataclass(frozen=True)
class Part:
    """What one supplier would supply: lines answered, and its amount over the lots."""

    offer_id: UUID
    name: str
    lines: int
    paid: Money


@dataclass(frozen=True)
class Basket:
    """A way of choosing. `ht` and `paid` as invoiced; `charged` on the basis of the credits.

    `served`: lines wholly supplied, of `asked`. `credits`: those of all the lots with their
    increases, None when one was never fixed.
    """

    kind: BasketKind
    parts: Sequence[Part]
    served: int
    asked: int
    ht: Money
    paid: Money
    charged: Money
    credits: Money | None

    @property
    def left(self) -> Money | None:
        """What the credits would keep; negative when they are exceeded."""
        return None if self.credits is None else self.credits - self.charged


def baskets(file: File, rankings: Sequence[Ranked] = ()) -> list[Basket]:
    """The baskets that can be made, the ranking's first; equals not parted make none of it."""
    asked, found = _asked(file), []
    if rankings:
        with suppress(Ties):
            found.append(_ranking(file, asked, shares(file, rankings, ())))
    found += [_lines(file, asked), _lots(file, asked), *one_supplier(file)[:1]]
    return [basket for basket in found if basket.parts]


def one_supplier(file: File) -> list[Basket]:
    """Everything to one supplier, one basket each: the most lines served, then the cheapest."""
    asked, found = _asked(file), []
    for offer in file.still_in():
        amounts = [
            file.in_lot(offer, lot.number) for lot in file.lots if not file.out(offer, lot.number)
        ]
        served = sum(_served(file, asked, entry) for entry in amounts)
        found.append(_basket(file, BasketKind.ONE, amounts, served))
    return sorted(found, key=lambda one: (-one.served, one.charged, one.parts[0].name))


def _asked(file: File) -> dict[UUID, int]:
    """How many slices each line asks for; one of an uncut line."""
    return {
        line.id: slices_of(line.quantity, line.slice_size or line.quantity)
        for line in file.frame.lines
    }


def _ranking(file: File, asked: Mapping[UUID, int], given: Sequence[Share]) -> Basket:
    amounts = [share.amount for share in given]
    served: dict[UUID, int] = {}
    for share in given:
        for id_ in share.amount.lines:
            served[id_] = served.get(id_, 0) + share.slices.get(id_, asked[id_])
    whole = sum(count >= asked[id_] for id_, count in served.items())
    return _basket(file, BasketKind.RANKING, amounts, whole)


def _lines(file: File, asked: Mapping[UUID, int]) -> Basket:
    amounts, served = [], 0
    for lot in file.lots:
        entries = {str(entry.offer.id): entry for entry in file.remaining(lot.number)}
        won: dict[str, dict[UUID, int]] = {}
        for line in file.lot_lines(lot.number):
            given = allocate(asked[line.id], _cheapest_first(file, lot, line, entries))
            served += given.left == 0
            for id_, count in given.given.items():
                won.setdefault(id_, {})[line.id] = count
        amounts += [file.share(entries[id_].offer, lot.number, of) for id_, of in won.items()]
    return _basket(file, BasketKind.LINES, amounts, served)


def _cheapest_first(
    file: File, lot: Lot, line: LineView, entries: Mapping[str, LotOffer]
) -> list[SliceOffer]:
    """Who answers the line, by the price compared of one slice; equals by name, only here."""
    prices = {
        id_: (file.one_slice(entry.offer, lot.number, line.id).compared, entry.offer.supplier_name)
        for id_, entry in entries.items()
        if line.id in entry.lines
    }
    return [
        SliceOffer(id_, rank, slices_offered(file, UUID(id_), line))
        for rank, id_ in enumerate(sorted(prices, key=lambda one: (prices[one], one)), start=1)
    ]


def _lots(file: File, asked: Mapping[UUID, int]) -> Basket:
    amounts, served = [], 0
    for lot in file.lots:
        lines = len(file.lot_lines(lot.number))
        whole = [one for one in file.remaining(lot.number) if _served(file, asked, one) == lines]
        if whole:
            amounts.append(min(whole, key=lambda one: (one.compared, one.offer.supplier_name)))
            served += lines
    return _basket(file, BasketKind.LOTS, amounts, served)


def _served(file: File, asked: Mapping[UUID, int], entry: LotOffer) -> int:
    """Lines of which the offer has the whole quantity."""
    return sum(
        slices_offered(file, entry.offer.id, line) >= asked[line.id]
        for line in file.frame.lines
        if line.id in entry.lines
    )


def _basket(file: File, kind: BasketKind, amounts: Sequence[LotOffer], served: int) -> Basket:
    parts: dict[UUID, Part] = {}
    for one in amounts:
        before = parts.get(one.offer.id, Part(one.offer.id, one.offer.supplier_name, 0, ZERO))
        lines, paid = before.lines + len(one.lines), before.paid + one.paid
        parts[one.offer.id] = Part(one.offer.id, one.offer.supplier_name, lines, paid)
    fixed = [most for lot in file.lots if (most := file.credits(lot)) is not None]
    return Basket(
        kind=kind,
        parts=sorted(parts.values(), key=lambda part: (-part.paid.cents, part.name)),
        served=served,
        asked=len(file.frame.lines),
        ht=sum((one.ht for one in amounts), ZERO),
        paid=sum((one.paid for one in amounts), ZERO),
        charged=sum((one.charged for one in amounts), ZERO),
        credits=sum(fixed, ZERO) if len(fixed) == len(file.lots) else None,
    )
