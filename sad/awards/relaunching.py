"""Lines without award launched again, differently: another category, other slices (END-16, P3).

A market ended without award gives back all its lines; a market decided those that nobody
supplies, or the quantity left of them. The new draft starts without dates nor credits: those of
the first market were given back by its own acts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import insert, select
from sqlmodel import col

from sad.accounts.permissions import Permission, require
from sad.audit.service import record
from sad.awards.rows import awards_of, live
from sad.awards.schemas import RelaunchInput
from sad.awards.shares import lines_given
from sad.awards.slices import slices_of
from sad.categories.tables import Category
from sad.db.work import Work
from sad.evaluation.file import load
from sad.frames import queries as frames
from sad.frames.partial import Portion, narrow
from sad.frames.queries import LineView
from sad.inventories.tables import InventoryPick
from sad.kernel.errors import Invalid, Refusal
from sad.markets import service as markets
from sad.markets.rows import chain_of, lots_of
from sad.markets.states import AwardMode, MarketState
from sad.markets.tables import SpecificMarket
from sad.systems.tables import PurchasingSystem

ENDED = (MarketState.UNSUCCESSFUL, MarketState.WITHDRAWN)
DECIDED = (
    MarketState.DECIDED,
    MarketState.SIGNED,
    MarketState.TRANSMITTED,
    MarketState.NOTIFIED,
    MarketState.PERFORMED,
    MarketState.SETTLED,
)


class NothingLeft(Refusal):
    """Every line has its supplier, or the market still runs: nothing is launched again."""

    code = "awards.nothing_to_relaunch"


class LineNotFree(Invalid):
    """A line chosen has its supplier, or is not of this market."""

    code = "awards.line_not_free"


class CategoryClosed(Invalid):
    """The category chosen is of a system that is not published, or closed. Fact: `category`."""

    code = "awards.category_closed"


@dataclass(frozen=True)
class FreeLine:
    """A line to launch again, and the quantity of it that has no supplier."""

    line: LineView
    quantity: Decimal

    @property
    def slice_size(self) -> Decimal | None:
        """Its slices as they were, while they still fit in what is left."""
        size = self.line.slice_size
        return size if size is not None and size <= self.quantity else None


def free_lines(work: Work, market_id: UUID) -> list[FreeLine]:
    """What has no supplier in a market ended or decided; nothing while it runs."""
    require(work, Permission.READ_FILE)
    market = work.get(SpecificMarket, market_id)
    if market.state in ENDED:
        lines = frames.frame(work, market.organisation_id, market.frame_id).lines
        return [FreeLine(line, line.quantity) for line in lines]
    if market.state not in DECIDED:
        return []
    file = load(work, market.organisation_id, market_id)
    awards = live(awards_of(work, market))
    won = {award.lot_number for award in awards}
    if not file.by_line:
        return [FreeLine(x, x.quantity) for x in file.frame.lines if x.lot_number not in won]
    given: dict[UUID, Decimal] = {}
    for award in awards:
        slices = {UUID(line): count for line, count in award.slices.items()}
        for one in lines_given(file, award.offer_id, award.lot_number, slices):
            given[one.line.id] = given.get(one.line.id, Decimal(0)) + one.quantity
    left = [FreeLine(x, x.quantity - given.get(x.id, Decimal(0))) for x in file.frame.lines]
    return [one for one in left if one.quantity > 0]


def successors(work: Work, market_id: UUID) -> Sequence[tuple[UUID, str]]:
    """The markets made from this one, the oldest first: its lines may be asked there already."""
    require(work, Permission.READ_FILE)
    query = (
        select(col(SpecificMarket.id), col(SpecificMarket.title))
        .where(
            col(SpecificMarket.organisation_id) == work.organisation_id,
            col(SpecificMarket.copied_from) == market_id,
        )
        .order_by(col(SpecificMarket.created_at), col(SpecificMarket.id))
    )
    return [(row[0], row[1]) for row in work.session.execute(query)]


def relaunch(work: Work, market_id: UUID, data: RelaunchInput) -> SpecificMarket:
    """A draft that asks for these lines again, in the same category or in another.

    In another category its criteria are those that its notice announces. Raises NothingLeft,
    LineNotFree, SliceSizeRefused, CategoryClosed.
    """
    require(work, Permission.PREPARE_MARKET)
    source = work.get(SpecificMarket, market_id, lock=True)
    free = {one.line.id: one for one in free_lines(work, market_id)}
    if not free:
        raise NothingLeft()
    chosen = _chosen(free, data)
    category = _category(work, source, data.category_id)
    whole = source.state in ENDED and len(chosen) == len(free)
    moved = category.id != source.category_id
    draft = markets.copy(work, market_id, category if moved else None)
    draft.title = data.title or source.title
    draft.award_mode = data.award_mode or source.award_mode
    if any(portion.slice_size for portion in chosen.values()):
        draft.award_mode = AwardMode.LINES  # slices are given line by line (P3)
    work.add(draft)
    _keep_lots(work, draft, free, chosen, whole=whole)
    lots = {lot: place for place, lot in enumerate(_lots(free, chosen), start=1)}
    narrow(work, draft.frame_id, _by_position(free, chosen, lots))
    if whole:
        _pick_again(work, source, draft)
    after = {"from": str(source.id), "lines": len(chosen), "category": str(category.id)}
    record(work, chain_of(draft), "market.relaunched", draft.id, after=after)
    return draft


def _chosen(free: Mapping[UUID, FreeLine], data: RelaunchInput) -> dict[UUID, Portion]:
    """What is asked of each line chosen, all of them by default, in the order of the grid."""
    wanted = set(data.lines or free)
    if not wanted | set(data.slices) <= set(free):
        raise LineNotFree(where="lines")
    found = {}
    for id_, one in free.items():
        if id_ in wanted:
            size = data.slices.get(id_, one.slice_size)
            if size is not None:
                slices_of(one.quantity, size, where=f"slice:{id_}")
            found[id_] = Portion(one.quantity, size, one.line.lot_number)
    return found


def _category(work: Work, source: SpecificMarket, category_id: UUID | None) -> Category:
    found = work.get(Category, category_id or source.category_id)
    system = work.get(PurchasingSystem, found.system_id)
    closed = system.closing_at is not None and system.closing_at < work.now
    if system.published_at is None or closed:
        raise CategoryClosed(where="category_id", category=found.name)
    return found


def _lots(free: Mapping[UUID, FreeLine], chosen: Mapping[UUID, Portion]) -> list[int]:
    return sorted({free[id_].line.lot_number for id_ in chosen})


def _by_position(
    free: Mapping[UUID, FreeLine], chosen: Mapping[UUID, Portion], lots: Mapping[int, int]
) -> dict[int, Portion]:
    return {
        free[id_].line.position: Portion(one.quantity, one.slice_size, lots[one.lot_number])
        for id_, one in chosen.items()
    }


def _keep_lots(
    work: Work,
    draft: SpecificMarket,
    free: Mapping[UUID, FreeLine],
    chosen: Mapping[UUID, Portion],
    *,
    whole: bool,
) -> None:
    """The lots that still have lines, numbered from 1; an estimate is of all its lines, or none."""
    kept = _lots(free, chosen)
    for lot in lots_of(work, draft):
        if lot.number not in kept:
            work.session.delete(lot)
            continue
        place = kept.index(lot.number) + 1
        lot.estimate_cents = lot.estimate_cents if whole else None
        work.session.flush()  # the number is unique: one lot at a time
        lot.number = place
        work.add(lot)
    work.session.flush()


def _pick_again(work: Work, source: SpecificMarket, draft: SpecificMarket) -> None:
    """The inventory's lines the first market took go with the second: not free for a third."""
    mine = (
        col(InventoryPick.organisation_id) == source.organisation_id,
        col(InventoryPick.market_id) == source.id,
    )
    rows = work.session.execute(select(InventoryPick).where(*mine)).scalars().all()
    copies = [
        row.model_dump()
        | {"market_id": draft.id, "picked_at": work.now, "picked_by": work.actor.person_id}
        for row in rows
    ]
    if copies:
        work.session.connection().execute(insert(InventoryPick), copies)
