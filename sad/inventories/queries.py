"""Reads: the organisation's inventories, one of them, its lines as a scenario says them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func
from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.categories.tables import Category
from sad.db.work import Work
from sad.frames.vocabulary import plain
from sad.inventories.schemas import InventoryView, LineView, RouteView, ScenarioView, TakenBy
from sad.inventories.service import routes_of
from sad.inventories.states import InventoryState
from sad.inventories.tables import Inventory, InventoryLine, Scenario, ScenarioChange
from sad.kernel.errors import NotFound, Problem
from sad.kernel.money import ZERO, Money, line_ht
from sad.systems.tables import PurchasingSystem

LONGEST_READING = 120  # seconds: beyond, the process that read the file is no more
Markets = Mapping[UUID, tuple[TakenBy, ...]]


def listed(work: Work) -> list[InventoryView]:
    """Every inventory not put aside, the newest first, without routes nor scenarios."""
    require(work, Permission.READ_FILE)
    return [_view(work, row, system) for row, system in _rows(work)]


def one(work: Work, inventory_id: UUID) -> InventoryView:
    """An inventory with its routes, categories and scenarios."""
    require(work, Permission.READ_FILE)
    for row, system in _rows(work):
        if row.id == inventory_id:
            return _view(work, row, system, whole=True)
    raise NotFound(kind="inventory")


def lines(
    work: Work,
    inventory_id: UUID,
    scenario_id: UUID | None = None,
    markets: Markets | None = None,
) -> list[LineView]:
    """The lines in the file's order, as the scenario says them, as the file does without one.

    `markets`: where lines went, from `sad.markets.picking.picked`.
    """
    require(work, Permission.READ_FILE)
    changes: dict[UUID, Any] = {}
    if scenario_id is not None:
        query = select(ScenarioChange).where(
            col(ScenarioChange.organisation_id) == work.organisation_id,
            col(ScenarioChange.scenario_id) == scenario_id,
        )
        changes = {row.line_id: row for row in work.session.exec(query)}
    found = (
        select(*InventoryLine.__table__.columns, col(Category.name).label("category_name"))  # type: ignore[call-overload,attr-defined] # rows of plain values: an object a line costs ten times more
        .outerjoin(
            Category,
            and_(
                col(Category.organisation_id) == col(InventoryLine.organisation_id),
                col(Category.id) == col(InventoryLine.category_id),
            ),
        )
        .where(
            col(InventoryLine.organisation_id) == work.organisation_id,
            col(InventoryLine.inventory_id) == inventory_id,
        )
        .order_by(col(InventoryLine.position))
    )
    names = _category_names(work) if changes else {}
    return [
        _line(row, changes.get(row.id), names, (markets or {}).get(row.id, ()))
        for row in work.connection.execute(found)
    ]


def _line(
    row: Any,
    change: ScenarioChange | None,
    names: Mapping[UUID, str],
    markets: tuple[TakenBy, ...],
) -> LineView:
    quantity, unit_cents = row.quantity, row.unit_cents
    route_id, category_id, category = row.route_id, row.category_id, row.category_name
    if change is not None:
        quantity = quantity if change.quantity is None else change.quantity
        unit_cents = unit_cents if change.unit_cents is None else change.unit_cents
        route_id = change.route_id or route_id
        if change.category_id is not None:
            category_id, category = change.category_id, names.get(change.category_id)
    return LineView(
        id=row.id,
        sheet=row.sheet,
        row=row.row,
        level=row.level,
        room=row.room,
        code=row.code,
        designation=row.designation,
        kind=plain(row.designation),
        quantity=quantity,
        unit=row.unit,
        dimensions=row.dimensions,
        materials=row.materials,
        requirements=row.requirements,
        note=row.note,
        category=category or row.category,
        category_id=category_id,
        route_id=route_id,
        colour=row.colour,
        unit_price=None if unit_cents is None else Money(unit_cents),
        amount=_amount(quantity, unit_cents, row.stated_cents),
        changed=change is not None,
        markets=markets,
    )


def _amount(quantity: Any, unit_cents: int | None, stated_cents: int | None) -> Money:
    if unit_cents is not None and quantity is not None:
        return line_ht(unit_cents, quantity)
    return ZERO if stated_cents is None else Money(stated_cents)


def _rows(work: Work) -> list[tuple[Inventory, str]]:
    query = (
        select(Inventory, PurchasingSystem.title)
        .join(
            PurchasingSystem,
            and_(
                col(PurchasingSystem.organisation_id) == col(Inventory.organisation_id),
                col(PurchasingSystem.id) == col(Inventory.system_id),
            ),
        )
        .where(
            col(Inventory.organisation_id) == work.organisation_id,
            col(Inventory.state) != InventoryState.DISCARDED,
        )
        .order_by(col(Inventory.created_at).desc(), col(Inventory.id).desc())
    )
    return [(row, title) for row, title in work.session.exec(query)]


def _view(work: Work, row: Inventory, system: str, *, whole: bool = False) -> InventoryView:
    state = InventoryState(row.state)
    waited = (work.now - row.created_at).total_seconds()
    return InventoryView(
        id=row.id,
        system_id=row.system_id,
        system=system,
        name=row.name,
        source_name=row.source_name,
        state=state,
        step=row.step,
        interrupted=state is InventoryState.READING and waited > LONGEST_READING,
        created_at=row.created_at,
        budget=None if row.budget_cents is None else Money(row.budget_cents),
        warnings=tuple(Problem(**warning) for warning in row.warnings),
        refusal=None if row.refusal is None else Problem(**row.refusal),
        routes=_routes(work, row.id) if whole else (),
        categories=_categories(work, row.system_id) if whole else (),
        scenarios=_scenarios(work, row.id) if whole else (),
    )


def _routes(work: Work, inventory_id: UUID) -> tuple[RouteView, ...]:
    return tuple(
        RouteView(row.id, row.label, row.colour, row.bought_here)
        for row in routes_of(work, inventory_id)
    )


def _categories(work: Work, system_id: UUID) -> tuple[tuple[UUID, str], ...]:
    query = (
        select(col(Category.id), col(Category.name))
        .where(
            col(Category.organisation_id) == work.organisation_id,
            col(Category.system_id) == system_id,
        )
        .order_by(col(Category.position))
    )
    return tuple((each, name) for each, name in work.session.exec(query))


def _category_names(work: Work) -> dict[UUID, str]:
    query = select(col(Category.id), col(Category.name)).where(
        col(Category.organisation_id) == work.organisation_id
    )
    return dict(work.session.exec(query).all())


def _scenarios(work: Work, inventory_id: UUID) -> tuple[ScenarioView, ...]:
    changed = (
        select(func.count())
        .select_from(ScenarioChange)
        .where(
            col(ScenarioChange.organisation_id) == col(Scenario.organisation_id),
            col(ScenarioChange.scenario_id) == col(Scenario.id),
        )
        .scalar_subquery()
    )
    query = (
        select(Scenario, changed)
        .where(
            col(Scenario.organisation_id) == work.organisation_id,
            col(Scenario.inventory_id) == inventory_id,
        )
        .order_by(col(Scenario.created_at), col(Scenario.id))
    )
    return tuple(
        ScenarioView(row.id, row.name, count, row.created_at)
        for row, count in work.session.exec(query)
    )
