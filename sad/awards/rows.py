"""Awards of a market, who wins what, and where the market stands between them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from sad.awards.slices import Allocation, RankShared, SliceOffer, allocate, by_winner, slices_of
from sad.awards.states import AwardState
from sad.awards.tables import Award
from sad.db.work import Work
from sad.evaluation.file import File, LotOffer
from sad.evaluation.tables import Ranking
from sad.kernel.calendar import paris_date
from sad.kernel.errors import Refusal
from sad.kernel.moves import move
from sad.markets.states import MOVES, MarketState
from sad.markets.tables import SpecificMarket
from sad.offers.tables import Offer
from sad.scoring.frozen import thaw
from sad.scoring.scoring import Result

ORDER = (
    AwardState.PROPOSED,
    AwardState.DECIDED,
    AwardState.SIGNED,
    AwardState.TRANSMITTED,
    AwardState.NOTIFIED,
    AwardState.PERFORMED,
    AwardState.SETTLED,
)


class Tie(Refusal):
    """Equals at the head, after the announced tie-break: nobody chooses without a reason."""

    code = "awards.tie"


@dataclass(frozen=True)
class Share:
    """What one offer wins of a lot; `slices` by line where it is given by slices (P3)."""

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
    order: Sequence[UUID] = (),
) -> list[Share]:
    """Who wins what, from the frozen ranking, without those set aside (EX-11, P3, CAND-18).

    `order` parts equals. Raises Tie, RankShared.
    """
    found: list[Share] = []
    for lot in rankings:
        out = {offer for offer, number in aside if number == lot.lot}
        if any(line is not None for line, _ in lot.groups):
            found += _by_slices(file, lot, out, order)
        else:
            for _, results in lot.groups:
                found += _best(file, lot.lot, results, out, order)
    return found


def awards_of(work: Work, market: SpecificMarket) -> list[Award]:
    """All the awards of a market, the cancelled ones too, in the order of their birth."""
    query = (
        select(Award)
        .where(
            col(Award.organisation_id) == market.organisation_id,
            col(Award.market_id) == market.id,
        )
        .order_by(col(Award.lot_number), col(Award.rank), col(Award.id))
    )
    return list(work.session.exec(query))


def live(awards: Sequence[Award]) -> list[Award]:
    """Those that are not cancelled."""
    return [award for award in awards if award.state != AwardState.CANCELLED]


def set_aside(awards: Sequence[Award]) -> set[tuple[UUID, int]]:
    """The offers left because they did not prove (R2144-7), by lot."""
    return {(award.offer_id, award.lot_number) for award in awards if award.set_aside}


def advance(work: Work, market: SpecificMarket) -> None:
    """The market stands where the least advanced of its awards does; ranked again without any."""
    states = [AwardState(award.state) for award in live(awards_of(work, market))]
    least = min(states, key=ORDER.index, default=None)
    target = MarketState.RANKED if least is None else MarketState(least.value)
    if market.state != target:
        market.state = move(MOVES, MarketState(market.state), target)
        market.version += 1
        work.add(market)


def bound_until(market: SpecificMarket) -> date | None:
    """The last day offers bind their authors (P16)."""
    if market.deadline_at is None:
        return None
    return paris_date(market.deadline_at) + timedelta(days=market.validity_days)


def _parted(
    results: Sequence[Result], out: Collection[UUID], order: Sequence[UUID]
) -> list[Result]:
    """The results left, best first; equals in the order given."""
    places = {id_: place for place, id_ in enumerate(order)}
    left = [r for r in results if r.rank is not None and UUID(r.id) not in out]
    return sorted(left, key=lambda r: (r.rank, places.get(UUID(r.id), len(places)), r.id))


def _best(
    file: File, lot: int, results: Sequence[Result], out: Collection[UUID], order: Sequence[UUID]
) -> list[Share]:
    left = _parted(results, out, order)
    if not left:
        return []
    first = left[0]
    equals = [result for result in left if result.rank == first.rank]
    if len(equals) > 1 and UUID(first.id) not in order:
        names = sorted(_offer(file, result.id).supplier_name for result in equals)
        raise Tie(rank=first.rank, offers=names, lot=str(lot))
    offer = _offer(file, first.id)
    return [Share(offer, lot, first.rank or 1, file.in_lot(offer, lot))]


def _by_slices(
    file: File, lot: Ranked, out: Collection[UUID], order: Sequence[UUID]
) -> list[Share]:
    asked = {line.id: line for line in file.frame.lines}
    given: dict[str, Allocation] = {}
    ranks: dict[str, int] = {}
    for line_id, results in lot.groups:
        if line_id is None:
            continue
        line = asked[line_id]
        size = line.slice_size or line.quantity
        wanting = [
            SliceOffer(result.id, rank, _slices(file, result.id, line_id, line.slice_size is None))
            for rank, result in _slice_ranks(_parted(results, out, order), order)
        ]
        try:
            given[str(line_id)] = allocate(slices_of(line.quantity, size), wanting)
        except RankShared as tie:
            names = sorted(_offer(file, id_).supplier_name for id_ in tie.facts["offers"])
            raise RankShared(tie.where, **(tie.facts | {"offers": names})) from tie
        for result in results:
            best = ranks.get(result.id, result.rank or 1)
            ranks[result.id] = min(best, result.rank or best)
    found = []
    for offer_id, lines in by_winner(given).items():
        offer = _offer(file, offer_id)
        slices = {UUID(line): count for line, count in lines.items()}
        amount = file.share(offer, lot.lot, slices)
        found.append(Share(offer, lot.lot, ranks[offer_id], amount, slices))
    return sorted(found, key=lambda share: (share.rank, str(share.offer.id)))


def _slice_ranks(left: Sequence[Result], order: Sequence[UUID]) -> list[tuple[int, Result]]:
    """Ranks as scored; equals that the order names come one after the other."""
    if not order:
        return [(result.rank or 1, result) for result in left]
    return [(place, result) for place, result in enumerate(left, start=1)]


def _slices(file: File, offer_id: str, line_id: UUID, whole: bool) -> int:
    """How many slices an offer can supply of a line; one where the line is given whole."""
    row = file.lines[UUID(offer_id)][line_id]
    if whole:
        asked = next(line for line in file.frame.lines if line.id == line_id)
        return 1 if row.quantity >= asked.quantity else 0
    if row.slices is not None:
        return row.slices
    size = next(line.slice_size for line in file.frame.lines if line.id == line_id)
    return int(row.quantity // size) if size else 0


def _offer(file: File, offer_id: str) -> Offer:
    found = file.offer(UUID(offer_id))
    if found is None:
        raise KeyError(offer_id)
    return found
