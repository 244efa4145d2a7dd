"""Who wins what, from the frozen rankings: a lot given whole, or line by line (EX-11, P3).

Line by line, each line goes to the best ranked on it; cut in slices, to the best ranked within its
number, then to the next. One winner has one share of a lot, whatever its lines.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from sad.awards.slices import Allocation, RankShared, SliceOffer, allocate, by_winner, slices_of
from sad.evaluation.file import File, LotOffer
from sad.evaluation.tables import Ranking
from sad.frames.queries import LineView
from sad.kernel.errors import Incomplete, Problem
from sad.kernel.money import Money, line_ht
from sad.offers.tables import Offer
from sad.scoring.frozen import thaw
from sad.scoring.scoring import Result


@dataclass(frozen=True)
class Tied:
    """Equals that what is left does not serve all, after the announced tie-break.

    `key`: the line, or the number of a lot given whole. `where`: the field that parts them.
    """

    key: str
    line: str
    rank: int
    offers: Sequence[Offer]

    @property
    def where(self) -> str:
        """`order:` and the key."""
        return f"order:{self.key}"

    @property
    def problem(self) -> Problem:
        """What is said of it."""
        names = sorted(offer.supplier_name for offer in self.offers)
        facts: dict[str, object] = {"offers": names, "rank": self.rank}
        if self.line:
            return Problem("awards.line_tie", self.where, facts | {"line": self.line})
        return Problem("awards.tie", self.where, facts | {"lot": self.key})


class Ties(Incomplete):
    """Equals at the head: nobody chooses among them without an objective reason (EX-15)."""

    def __init__(self, tied: Sequence[Tied]) -> None:
        super().__init__([one.problem for one in tied])
        self.tied = tuple(tied)


@dataclass(frozen=True)
class Settled:
    """What a proposal settles beyond the ranking, kept beside it for those that follow.

    `order` parts equals everywhere, `orders` those of one line or lot (by `Tied.key`); `left`:
    lines ended without award, with the reason (END-16).
    """

    order: Sequence[UUID] = ()
    orders: Mapping[str, Sequence[UUID]] = field(default_factory=dict)
    left: Mapping[str, str] = field(default_factory=dict)

    def of(self, key: str) -> Sequence[UUID]:
        """Who goes before whom there."""
        return self.orders.get(key) or self.order

    def kept(self) -> dict[str, object]:
        """As JSON; nothing settled is an empty object."""
        said: dict[str, object] = {
            "order": [str(id_) for id_ in self.order],
            "orders": {key: [str(id_) for id_ in ids] for key, ids in sorted(self.orders.items())},
            "left": dict(sorted(self.left.items())),
        }
        return {name: value for name, value in said.items() if value}


def settled(rankings: Sequence[Ranking]) -> Settled:
    """What was settled by the proposal in force; the same on each ranking."""
    kept: Mapping[str, Any] = next((row.settled for row in rankings if row.settled), {})
    return Settled(
        order=[UUID(id_) for id_ in kept.get("order", [])],
        orders={key: [UUID(id_) for id_ in ids] for key, ids in kept.get("orders", {}).items()},
        left=kept.get("left", {}),
    )


@dataclass(frozen=True)
class Share:
    """What one offer wins of a lot; `slices` by line where it is given line by line (P3)."""

    offer: Offer
    lot: int
    rank: int
    amount: LotOffer
    slices: Mapping[UUID, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranked:
    """A frozen ranking read back: by lot, what was ranked together."""

    lot: int
    groups: Sequence[tuple[UUID | None, Sequence[Result]]]


def ranked(rankings: Sequence[Ranking]) -> list[Ranked]:
    """The frozen rankings as values."""
    found = []
    for row in rankings:
        result: dict[str, Any] = dict(row.result)
        groups = [
            (None if group["line"] is None else UUID(group["line"]), thaw(group))
            for group in result["groups"]
        ]
        found.append(Ranked(row.lot_number, groups))
    return found


def shares(
    file: File,
    rankings: Sequence[Ranked],
    aside: Collection[tuple[UUID, int]],
    said: Settled | None = None,
) -> list[Share]:
    """Who wins what, without those set aside (CAND-18) nor the lines left. Raises Ties."""
    said = said or Settled()
    found: list[Share] = []
    tied: list[Tied] = []
    for lot in rankings:
        out = {offer for offer, number in aside if number == lot.lot}
        given = _by_line if file.by_line else _whole
        won, equals = given(file, lot, out, said)
        found, tied = [*found, *won], [*tied, *equals]
    if tied:
        raise Ties(tied)
    return found


def slices_offered(file: File, offer_id: UUID, line: LineView) -> int:
    """How many slices of a line an offer can supply; one of an uncut line, when it has it all."""
    row = file.lines[offer_id][line.id]
    if line.slice_size is None:
        return 1 if row.quantity >= line.quantity else 0
    return int(row.quantity // line.slice_size) if row.slices is None else row.slices


def quantity_of(line: LineView, slices: int) -> Decimal:
    """What so many slices of a line make."""
    return (line.slice_size or line.quantity) * slices


@dataclass(frozen=True)
class GivenLine:
    """A line of a winner: what it supplies of it, for how much excluding tax."""

    line: LineView
    quantity: Decimal
    unit_cents: int
    ht: Money


def lines_given(
    file: File, offer_id: UUID, lot: int, slices: Mapping[UUID, int]
) -> list[GivenLine]:
    """The lines an offer wins in a lot; no `slices`: all those it answered."""
    own = file.lines.get(offer_id, {})
    found = []
    for line in file.lot_lines(lot):
        row = own.get(line.id)
        if row is None or row.ht_cents is None or row.unit_cents is None:
            continue
        quantity = quantity_of(line, slices.get(line.id, 0)) if slices else row.quantity
        if quantity:
            amount = line_ht(row.unit_cents, quantity)
            found.append(GivenLine(line, quantity, row.unit_cents, amount))
    return found


def _left(results: Sequence[Result], out: Collection[UUID]) -> list[Result]:
    """The results that can still win, best first."""
    left = [r for r in results if r.rank is not None and UUID(r.id) not in out]
    return sorted(left, key=lambda result: (result.rank, result.id))


def _places(left: Sequence[Result], order: Sequence[UUID]) -> dict[str, int]:
    """Ranks from 1: as scored, then as the order says; those it does not name stay equal."""
    named = {str(id_): place for place, id_ in enumerate(order)}
    keys = {result.id: (result.rank or 0, named.get(result.id, len(named))) for result in left}
    dense = {key: place for place, key in enumerate(sorted(set(keys.values())), start=1)}
    return {id_: dense[key] for id_, key in keys.items()}


def _whole(
    file: File, lot: Ranked, out: Collection[UUID], said: Settled
) -> tuple[list[Share], list[Tied]]:
    key = str(lot.lot)
    for _, results in lot.groups:
        left = _left(results, out)
        places = _places(left, said.of(key))
        first = [result for result in left if places[result.id] == 1]
        if len(first) > 1:
            return [], [_tied(file, key, "", first)]
        if first:
            offer = _offer(file, first[0].id)
            rank = first[0].rank or 1
            return [Share(offer, lot.lot, rank, file.in_lot(offer, lot.lot))], []
    return [], []


def _by_line(
    file: File, lot: Ranked, out: Collection[UUID], said: Settled
) -> tuple[list[Share], list[Tied]]:
    asked = {line.id: line for line in file.lot_lines(lot.lot)}
    given: dict[str, Allocation] = {}
    ranks: dict[str, int] = {}
    tied: list[Tied] = []
    for line_id, results in lot.groups:
        if line_id is None or str(line_id) in said.left:
            continue
        line, left = asked[line_id], _left(results, out)
        places = _places(left, said.of(str(line_id)))
        offers = [
            SliceOffer(r.id, places[r.id], slices_offered(file, UUID(r.id), line)) for r in left
        ]
        try:
            given[str(line_id)] = allocate(
                slices_of(line.quantity, line.slice_size or line.quantity), offers
            )
        except RankShared as shared:
            equals = [result for result in left if result.id in shared.facts["offers"]]
            tied.append(_tied(file, str(line_id), line.label, equals))
            continue
        for result in left:
            if given[str(line_id)].given.get(result.id):
                ranks[result.id] = min(ranks.get(result.id, result.rank or 1), result.rank or 1)
    return [] if tied else _one_each(file, lot.lot, given, ranks), tied


def _one_each(
    file: File, lot: int, given: Mapping[str, Allocation], ranks: Mapping[str, int]
) -> list[Share]:
    """One share a winner, by its best rank; the credits bear their sum."""
    found = []
    for offer_id, lines in by_winner(given).items():
        offer = _offer(file, offer_id)
        slices = {UUID(line): count for line, count in lines.items()}
        amount = file.share(offer, lot, slices)
        found.append(Share(offer, lot, ranks[offer_id], amount, slices))
    return sorted(found, key=lambda share: (share.rank, share.offer.supplier_name))


def _tied(file: File, key: str, line: str, equals: Sequence[Result]) -> Tied:
    offers = [_offer(file, result.id) for result in equals]
    by_name = sorted(offers, key=lambda offer: (offer.supplier_name, str(offer.id)))
    return Tied(key, line, equals[0].rank or 1, by_name)


def _offer(file: File, offer_id: str) -> Offer:
    found = file.offer(UUID(offer_id))
    if found is None:
        raise KeyError(offer_id)
    return found
