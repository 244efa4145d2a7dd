"""Commands: take a file in, keep what was understood of it, or put it aside.

The file is read outside of any transaction, which may be long; its lines then come all together.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert
from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.audit.chains import Chain, system_chain
from sad.audit.service import record
from sad.categories.tables import Category
from sad.db.work import Work
from sad.frames.vocabulary import plain
from sad.inventories import values
from sad.inventories.schemas import KeepInput
from sad.inventories.states import MOVES, InventoryState
from sad.inventories.sums import bought_here
from sad.inventories.tables import Inventory, InventoryLine, InventoryRoute, Scenario
from sad.kernel.errors import NotFound, Problem
from sad.kernel.ids import uuid7
from sad.kernel.money import Money
from sad.kernel.moves import move
from sad.systems.tables import PurchasingSystem

FIRST_SCENARIO = "Comme dans le fichier"


def start(work: Work, system_id: UUID, source_name: str) -> Inventory:
    """Announces a file about to be read for a system."""
    require(work, Permission.PREPARE_MARKET)
    work.get(PurchasingSystem, system_id)
    name = source_name.rsplit(".", 1)[0]
    row: Inventory = work.add(
        Inventory(
            organisation_id=work.organisation_id,
            id=uuid7(),
            system_id=system_id,
            name=name[:120],
            source_name=source_name[:200],
            created_at=work.now,
            created_by=work.actor.person_id,
        )
    )
    return row


def advance(work: Work, inventory_id: UUID, step: str) -> None:
    """Says how far the reading is: `understanding` once the file is opened."""
    require(work, Permission.PREPARE_MARKET)
    row = work.get(Inventory, inventory_id, lock=True)
    row.step = step
    work.add(row)


def refuse(work: Work, inventory_id: UUID, problem: Problem) -> None:
    """The file cannot be taken in: nothing of it is kept but the reason."""
    require(work, Permission.PREPARE_MARKET)
    row = work.get(Inventory, inventory_id, lock=True)
    row.state = move(MOVES, InventoryState(row.state), InventoryState.REFUSED)
    row.refusal = _plain(problem)
    work.add(row)


def take_in(work: Work, inventory_id: UUID, read: values.Inventory) -> Inventory:
    """Writes what was understood of the file: routes, lines and warnings, all of them."""
    require(work, Permission.PREPARE_MARKET)
    row = work.get(Inventory, inventory_id, lock=True)
    row.state = move(MOVES, InventoryState(row.state), InventoryState.READ)
    row.warnings = [_plain(problem) for problem in read.warnings]
    row.budget_cents = None if read.budget is None else read.budget.cents
    work.add(row)
    routes = _write_routes(work, row, read)
    _write_lines(work, row, read, routes)
    said = {"lines": len(read.lines), "routes": len(read.routes), "warnings": len(read.warnings)}
    record(
        work,
        chain_of(row),
        "inventory.imported",
        row.id,
        after=said,
        details={"file": row.source_name},
    )
    return row


def keep(work: Work, inventory_id: UUID, given: KeepInput) -> Scenario:
    """Keeps an inventory understood as it should be, with a first scenario that is the file."""
    require(work, Permission.PREPARE_MARKET)
    row = work.get(Inventory, inventory_id, lock=True)
    row.state = move(MOVES, InventoryState(row.state), InventoryState.KEPT)
    row.name, row.kept_at = given.name, work.now
    work.add(row)
    routes = routes_of(work, inventory_id)
    if unknown := (set(given.routes) | set(given.labels)) - {route.id for route in routes}:
        raise NotFound(kind="inventory_route", id=str(unknown.pop()))
    for route in routes:
        route.bought_here = route.id in given.routes
        route.label = given.labels.get(route.id, route.label)
        work.add(route)
    record(work, chain_of(row), "inventory.kept", row.id, details={"name": row.name})
    scenario: Scenario = work.add(
        Scenario(
            organisation_id=row.organisation_id,
            id=uuid7(),
            inventory_id=row.id,
            name=FIRST_SCENARIO,
            created_at=work.now,
            created_by=work.actor.person_id,
        )
    )
    return scenario


def discard(work: Work, inventory_id: UUID) -> None:
    """Puts aside a file that was not kept: its lines go, the fact that it came stays."""
    require(work, Permission.PREPARE_MARKET)
    row = work.get(Inventory, inventory_id, lock=True)
    row.state = move(MOVES, InventoryState(row.state), InventoryState.DISCARDED)
    row.refusal, row.warnings = None, []
    work.add(row)
    for table in (InventoryLine, InventoryRoute):
        work.session.connection().execute(
            delete(table).where(
                col(table.organisation_id) == row.organisation_id,
                col(table.inventory_id) == row.id,
            )
        )
    record(work, chain_of(row), "inventory.discarded", row.id, details={"file": row.source_name})


def chain_of(row: Inventory) -> Chain:
    """Its story is told in its system's."""
    return system_chain(row.organisation_id, row.system_id)


def routes_of(work: Work, inventory_id: UUID) -> list[InventoryRoute]:
    """The routes, in the legend's order."""
    query = (
        select(InventoryRoute)
        .where(
            col(InventoryRoute.organisation_id) == work.organisation_id,
            col(InventoryRoute.inventory_id) == inventory_id,
        )
        .order_by(col(InventoryRoute.position))
    )
    return list(work.session.exec(query))


def _write_routes(work: Work, row: Inventory, read: values.Inventory) -> dict[str, UUID]:
    here = bought_here([route.label for route in read.routes])
    ids = {route.label: uuid7() for route in read.routes}
    rows = [
        {
            "organisation_id": row.organisation_id,
            "id": ids[route.label],
            "inventory_id": row.id,
            "position": place,
            "label": route.label[:200],
            "colour": route.colour,
            "bought_here": here[place - 1],
        }
        for place, route in enumerate(read.routes, start=1)
    ]
    if rows:
        work.session.connection().execute(insert(InventoryRoute), rows)
    return ids


def _write_lines(
    work: Work, row: Inventory, read: values.Inventory, routes: dict[str, UUID]
) -> None:
    named = _categories(work, row.system_id)
    rows = [
        {
            "organisation_id": row.organisation_id,
            "id": uuid7(),
            "inventory_id": row.id,
            "position": place,
            "sheet": line.sheet,
            "row": line.row,
            "level": line.level[:200],
            "room": line.room[:200],
            "code": line.code[:200],
            "designation": line.designation[:500],
            "quantity": line.quantity,
            "unit": line.unit[:40],
            "dimensions": line.dimensions[:500],
            "materials": line.materials,
            "requirements": line.requirements,
            "note": line.note,
            "category": line.category[:200],
            "category_id": named.get(plain(line.category)),
            "colour": line.colour,
            "route_id": routes.get(line.route or ""),
            "unit_cents": _cents(line.unit_price),
            "stated_cents": _cents(line.stated_amount),
        }
        for place, line in enumerate(read.lines, start=1)
    ]
    work.session.connection().execute(insert(InventoryLine), rows)


def _categories(work: Work, system_id: UUID) -> dict[str, UUID]:
    """The system's categories by the words that may name them: their code and their name."""
    query = select(Category).where(
        col(Category.organisation_id) == work.organisation_id,
        col(Category.system_id) == system_id,
    )
    found = list(work.session.exec(query))
    named = {plain(row.name): row.id for row in found}
    return named | {plain(row.code): row.id for row in found}


def _cents(amount: Money | None) -> int | None:
    return None if amount is None else amount.cents


def _plain(problem: Problem) -> dict[str, Any]:
    return {"code": problem.code, "where": problem.where, "facts": problem.facts}
