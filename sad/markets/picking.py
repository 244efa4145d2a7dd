"""From an inventory's lines to the draft of a market in the right category.

Which lines went where is kept: a line does not go to a second market without saying so, unless
the first one ended without award.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, insert
from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.audit.service import record
from sad.categories.tables import Category
from sad.db.work import Work
from sad.frames import service as frames
from sad.frames.columns import Column
from sad.frames.schemas import LineInput
from sad.frames.vocabulary import Role, Side
from sad.inventories import queries
from sad.inventories.rules import AlreadyPicked, NothingChosen, QuantityMissing
from sad.inventories.scenarios import of_inventory
from sad.inventories.schemas import LineView, TakenBy
from sad.inventories.sums import total
from sad.inventories.tables import Inventory, InventoryPick
from sad.kernel.errors import NotFound
from sad.kernel.money import Money
from sad.markets.defaults import COLUMNS
from sad.markets.rows import chain_of, lots_of
from sad.markets.schemas import MarketDefaults
from sad.markets.sections import touch
from sad.markets.service import create_draft
from sad.markets.states import MarketPhase, MarketState, Section, phase_at
from sad.markets.tables import SpecificMarket

ENDED = (MarketState.UNSUCCESSFUL, MarketState.WITHDRAWN)
SHOWN = 5  # lines named in a refusal


@dataclass(frozen=True)
class Proposal:
    """What a new draft starts from in its category; see `create_draft`."""

    columns: Sequence[Column] = COLUMNS
    hints: Mapping[str, str] | None = None
    defaults: MarketDefaults | None = None


@dataclass(frozen=True)
class MarketOfLines:
    """A market made from an inventory: what it took, its estimate without tax."""

    id: UUID
    title: str
    number: str
    phase: MarketPhase
    lines: int
    pieces: Decimal
    estimate: Money


@dataclass(frozen=True)
class Picking:
    """Lines of a scenario for one market. `grouped`: identical pieces make one line of the grid.

    `again`: those already in another market are taken all the same.
    """

    inventory_id: UUID
    scenario_id: UUID
    lines: Sequence[UUID]
    category_id: UUID
    title: str
    grouped: bool = True
    again: bool = False


def picked(work: Work, inventory_id: UUID) -> dict[UUID, tuple[TakenBy, ...]]:
    """For each line that went to markets not ended: these markets, the oldest first."""
    found: dict[UUID, tuple[TakenBy, ...]] = {}
    for pick, market in _picks(work, inventory_id):
        if market.state not in ENDED:
            taken = TakenBy(market.id, market.title, _phase(work, market))
            found[pick.line_id] = (*found.get(pick.line_id, ()), taken)
    return found


def markets_of(work: Work, inventory_id: UUID) -> list[MarketOfLines]:
    """The markets made from the inventory's lines, ended ones too, the oldest first."""
    picks: dict[UUID, list[InventoryPick]] = {}
    markets: dict[UUID, SpecificMarket] = {}
    for pick, market in _picks(work, inventory_id):
        markets[market.id] = market
        picks.setdefault(market.id, []).append(pick)
    return [
        MarketOfLines(
            market.id,
            market.title,
            market.number or "",
            _phase(work, market),
            len(picks[market.id]),
            sum((pick.quantity for pick in picks[market.id]), Decimal(0)),
            Money(sum(lot.estimate_cents or 0 for lot in lots_of(work, market))),
        )
        for market in markets.values()
    ]


def origins(work: Work, market_id: UUID) -> list[tuple[UUID, str]]:
    """The inventories a market's lines were picked in: their ids and names, by name."""
    require(work, Permission.READ_FILE)
    query = (
        select(Inventory.id, Inventory.name)
        .join(
            InventoryPick,
            and_(
                col(InventoryPick.organisation_id) == col(Inventory.organisation_id),
                col(InventoryPick.inventory_id) == col(Inventory.id),
            ),
        )
        .where(
            col(Inventory.organisation_id) == work.organisation_id,
            col(InventoryPick.market_id) == market_id,
        )
        .distinct()
        .order_by(col(Inventory.name), col(Inventory.id))
    )
    return list(work.session.exec(query))


def _picks(work: Work, inventory_id: UUID) -> Iterable[tuple[InventoryPick, SpecificMarket]]:
    require(work, Permission.READ_FILE)
    query = (
        select(InventoryPick, SpecificMarket)
        .join(
            SpecificMarket,
            and_(
                col(SpecificMarket.organisation_id) == col(InventoryPick.organisation_id),
                col(SpecificMarket.id) == col(InventoryPick.market_id),
            ),
        )
        .where(
            col(InventoryPick.organisation_id) == work.organisation_id,
            col(InventoryPick.inventory_id) == inventory_id,
        )
        .order_by(col(InventoryPick.picked_at), col(SpecificMarket.id), col(InventoryPick.line_id))
    )
    return work.session.exec(query)


def _phase(work: Work, market: SpecificMarket) -> MarketPhase:
    return phase_at(MarketState(market.state), market.deadline_at, work.now)


def draft_from_lines(
    work: Work,
    given: Picking,
    proposal: Proposal = Proposal(),
) -> SpecificMarket:
    """A draft whose grid asks for these lines, its estimate their amount (P6).

    Raises NothingChosen, QuantityMissing, AlreadyPicked, NotFound for what is not of the inventory.
    """
    require(work, Permission.PREPARE_MARKET)
    inventory = work.get(Inventory, given.inventory_id, lock=True)
    category = work.get(Category, given.category_id)
    if category.system_id != inventory.system_id:
        raise NotFound(kind="category")
    chosen = chosen_lines(work, given.inventory_id, given.scenario_id, given.lines)
    check_pickable(chosen, again=given.again)
    market = create_draft(
        work,
        category.id,
        given.title[:200],
        columns=proposal.columns,
        hints=proposal.hints,
        defaults=proposal.defaults,
    )
    asked = grid_lines(chosen, proposal.columns, grouped=given.grouped)
    frames.add_lines(work, market.frame_id, asked)
    lot = lots_of(work, market)[0]
    lot.estimate_cents = total(chosen).amount.cents or None
    work.add(lot)
    _remember(work, market, given.inventory_id, chosen)
    touch(work, market, Section.LINES, {"lines": len(asked)}, None)
    said = {"inventory": str(inventory.id), "lines": len(chosen), "asked": len(asked)}
    record(work, chain_of(market), "market.lines_picked", market.id, after=said)
    return market


def chosen_lines(
    work: Work, inventory_id: UUID, scenario_id: UUID, ids: Iterable[UUID]
) -> list[LineView]:
    """The lines of these ids as the scenario says them, in the file's order.

    Raises NothingChosen, NotFound.
    """
    wanted = set(ids)
    if not wanted:
        raise NothingChosen(where="lines")
    of_inventory(work, inventory_id, scenario_id)
    known = queries.lines(work, inventory_id, scenario_id, picked(work, inventory_id))
    found = [line for line in known if line.id in wanted]
    if len(found) != len(wanted):
        raise NotFound(kind="inventory_line")
    return found


def check_pickable(chosen: Sequence[LineView], *, again: bool) -> None:
    """Raises QuantityMissing; AlreadyPicked unless `again`."""
    empty = [line for line in chosen if not line.quantity]
    if empty:
        raise QuantityMissing(where="lines", count=len(empty), lines=_named(empty))
    gone = [line for line in chosen if line.markets]
    if gone and not again:
        titles = dict.fromkeys(market.title for line in gone for market in line.markets)
        raise AlreadyPicked(
            where="again", count=len(gone), lines=_named(gone), markets=list(titles)
        )


def grid_lines(
    chosen: Sequence[LineView], columns: Sequence[Column], *, grouped: bool
) -> list[LineInput]:
    """The lines of the grid: one for each piece, or one for all the identical pieces.

    Identical: same words, dimensions, materials, requirements and unit.
    """
    groups: dict[object, list[LineView]] = {}
    for line in chosen:
        alike = (line.kind, line.dimensions, line.materials, line.requirements, line.unit)
        groups.setdefault(alike if grouped else line.id, []).append(line)
    return [_asked(group, columns) for group in groups.values()]


def _asked(group: Sequence[LineView], columns: Sequence[Column]) -> LineInput:
    first = group[0]
    codes = [line.code for line in group if line.code]
    others = f" et {len(codes) - 1} autres" if len(codes) > 2 else ""
    code = ", ".join(codes) if len(codes) < 3 else codes[0]
    rooms = dict.fromkeys(" – ".join(x for x in (g.level, g.room) if x) for g in group)
    said = {
        Role.DIMENSIONS: first.dimensions,
        Role.MATERIALS: first.materials,
        Role.REQUIREMENTS: first.requirements,
        Role.PLACE: ", ".join(rooms),
    }
    values = {
        column.key: said[column.role][:2000]
        for column in columns
        if column.side is Side.BUYER and column.role in said and said[column.role]
    }
    return LineInput(
        designation=first.designation[:500],
        quantity=sum((line.quantity or Decimal(0) for line in group), Decimal(0)),
        code=f"{code}{others}"[:40],
        unit=first.unit[:40],
        values=values,
    )


def _remember(
    work: Work, market: SpecificMarket, inventory_id: UUID, chosen: Sequence[LineView]
) -> None:
    rows = [
        {
            "organisation_id": work.organisation_id,
            "line_id": line.id,
            "market_id": market.id,
            "inventory_id": inventory_id,
            "quantity": line.quantity,
            "picked_at": work.now,
            "picked_by": work.actor.person_id,
        }
        for line in chosen
    ]
    work.session.connection().execute(insert(InventoryPick), rows)


def _named(lines: Sequence[LineView]) -> list[str]:
    """The first ones, as people know them."""
    names = [line.code or f"{line.sheet}, ligne {line.row}" for line in lines[:SHOWN]]
    return [*names, "…"] if len(lines) > SHOWN else names
