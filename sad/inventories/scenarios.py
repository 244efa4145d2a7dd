"""Commands on scenarios: named ways of buying the same inventory, changed in bulk."""

from uuid import UUID

from sqlalchemy import delete, insert
from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.audit.service import record
from sad.categories.tables import Category
from sad.db.work import Work
from sad.frames.vocabulary import plain
from sad.inventories import steps
from sad.inventories.rules import (
    LastScenario,
    NameTaken,
    NothingChosen,
    NothingToChange,
    NotLastChange,
)
from sad.inventories.schemas import ChangeInput, ScenarioInput
from sad.inventories.service import chain_of
from sad.inventories.states import InventoryState
from sad.inventories.steps import FIELDS
from sad.inventories.tables import (
    Inventory,
    InventoryLine,
    InventoryRoute,
    Scenario,
    ScenarioChange,
)
from sad.kernel.errors import NotFound
from sad.kernel.ids import uuid7


def create(work: Work, inventory_id: UUID, given: ScenarioInput) -> Scenario:
    """One more scenario, from the file or from another one. Raises NameTaken."""
    inventory = _kept(work, inventory_id)
    _check_name(work, inventory_id, given.name)
    row: Scenario = work.add(
        Scenario(
            organisation_id=work.organisation_id,
            id=uuid7(),
            inventory_id=inventory_id,
            name=given.name,
            created_at=work.now,
            created_by=work.actor.person_id,
        )
    )
    if given.copied_from is not None:
        source = of_inventory(work, inventory_id, given.copied_from)
        copies = [
            change.model_dump() | {"scenario_id": row.id} for change in _changes(work, source)
        ]
        if copies:
            work.session.connection().execute(insert(ScenarioChange), copies)
    said = {"inventory": str(inventory_id)}
    record(
        work,
        chain_of(inventory),
        "scenario.created",
        row.id,
        after=said,
        details={"name": row.name},
    )
    return row


def rename(work: Work, inventory_id: UUID, scenario_id: UUID, name: str) -> Scenario:
    """Calls it otherwise. Raises NameTaken."""
    inventory = _kept(work, inventory_id)
    row = of_inventory(work, inventory_id, scenario_id, lock=True)
    given = ScenarioInput(name=name)
    if plain(given.name) != plain(row.name):
        _check_name(work, inventory_id, given.name)
    record(
        work,
        chain_of(inventory),
        "scenario.renamed",
        row.id,
        details={"before": row.name, "name": given.name},
    )
    row.name = given.name
    row.version += 1
    work.add(row)
    return row


def remove(work: Work, inventory_id: UUID, scenario_id: UUID) -> None:
    """Takes a scenario away; the last one stays. Raises LastScenario."""
    inventory = _kept(work, inventory_id)
    row = of_inventory(work, inventory_id, scenario_id, lock=True)
    if len(_scenarios(work, inventory_id)) == 1:
        raise LastScenario()
    _forget(work, row, None)
    steps.forget(work, row)
    record(work, chain_of(inventory), "scenario.removed", row.id, details={"name": row.name})
    work.session.delete(row)
    work.session.flush()


def change(work: Work, inventory_id: UUID, scenario_id: UUID, given: ChangeInput) -> int:
    """Says many lines otherwise at once, all of them or none; gives how many.

    Raises NothingChosen, NothingToChange, NotFound for what is of another inventory.
    """
    inventory = _kept(work, inventory_id)
    row = of_inventory(work, inventory_id, scenario_id, lock=True)
    chosen = set(given.lines)
    if not chosen:
        raise NothingChosen(where="lines")
    known = set(
        work.session.exec(
            select(InventoryLine.id).where(
                col(InventoryLine.organisation_id) == work.organisation_id,
                col(InventoryLine.inventory_id) == inventory_id,
            )
        )
    )
    if chosen - known:
        raise NotFound(kind="inventory_line")
    said = _said(work, inventory, given)
    before = {each.line_id: each for each in _changes(work, row) if each.line_id in chosen}
    steps.remember(work, row, chosen, before, said)
    _forget(work, row, chosen)
    if not given.as_in_file:
        rows = [_merged(row, line, before.get(line), said) for line in sorted(chosen, key=str)]
        work.session.connection().execute(insert(ScenarioChange), rows)
    row.version += 1
    work.add(row)
    record(
        work,
        chain_of(inventory),
        "scenario.changed",
        row.id,
        after={"lines": len(chosen), **{name: _text(value) for name, value in said.items()}},
        details={"name": row.name},
    )
    return len(chosen)


def undo(work: Work, inventory_id: UUID, scenario_id: UUID, step_id: UUID) -> int:
    """Puts back what the last change replaced; gives how many lines. Raises NotLastChange."""
    inventory = _kept(work, inventory_id)
    row = of_inventory(work, inventory_id, scenario_id, lock=True)
    done = steps.of_scenario(work, row)
    if not done or done[0].id != step_id:
        raise NotLastChange()
    step = done[0]
    chosen = {UUID(line) for group in step.replaced for line in group["lines"]}
    _forget(work, row, chosen)
    rows = steps.rows_before(row, step)
    if rows:
        work.session.connection().execute(insert(ScenarioChange), rows)
    work.session.delete(step)
    row.version += 1
    work.add(row)
    said = {"lines": len(chosen)}
    record(
        work, chain_of(inventory), "scenario.undone", row.id, after=said, details={"name": row.name}
    )
    return len(chosen)


def of_inventory(
    work: Work, inventory_id: UUID, scenario_id: UUID, *, lock: bool = False
) -> Scenario:
    """A scenario of this inventory. Raises NotFound."""
    row = work.get(Scenario, scenario_id, lock=lock)
    if row.inventory_id != inventory_id:
        raise NotFound(kind="inventory_scenario")
    return row


def _said(work: Work, inventory: Inventory, given: ChangeInput) -> dict[str, object]:
    """What is changed, by column; the route and category must be this inventory's."""
    price = None if given.unit_price is None else given.unit_price.cents
    asked = (given.route_id, given.category_id, given.quantity, price)
    said: dict[str, object] = {
        name: value for name, value in zip(FIELDS, asked, strict=True) if value is not None
    }
    if given.as_in_file:
        return {}
    if not said:
        raise NothingToChange(where="route_id")
    if given.route_id is not None:
        route = work.get(InventoryRoute, given.route_id)
        if route.inventory_id != inventory.id:
            raise NotFound(kind="inventory_route")
    if given.category_id is not None:
        category = work.get(Category, given.category_id)
        if category.system_id != inventory.system_id:
            raise NotFound(kind="category")
    return said


def _merged(
    row: Scenario, line_id: UUID, before: ScenarioChange | None, said: dict[str, object]
) -> dict[str, object]:
    kept = {name: getattr(before, name) if before else None for name in FIELDS}
    place = {
        "organisation_id": row.organisation_id,
        "scenario_id": row.id,
        "line_id": line_id,
    }
    return place | kept | said


def _text(value: object) -> object:
    return value if isinstance(value, int) else str(value)


def _kept(work: Work, inventory_id: UUID) -> Inventory:
    """An inventory one works on. Raises NotFound before it is kept."""
    require(work, Permission.PREPARE_MARKET)
    row = work.get(Inventory, inventory_id)
    if row.state != InventoryState.KEPT:
        raise NotFound(kind="inventory")
    return row


def _scenarios(work: Work, inventory_id: UUID) -> list[Scenario]:
    query = select(Scenario).where(
        col(Scenario.organisation_id) == work.organisation_id,
        col(Scenario.inventory_id) == inventory_id,
    )
    return list(work.session.exec(query))


def _check_name(work: Work, inventory_id: UUID, name: str) -> None:
    if any(plain(row.name) == plain(name) for row in _scenarios(work, inventory_id)):
        raise NameTaken(where="name", name=name)


def _changes(work: Work, row: Scenario) -> list[ScenarioChange]:
    query = select(ScenarioChange).where(
        col(ScenarioChange.organisation_id) == row.organisation_id,
        col(ScenarioChange.scenario_id) == row.id,
    )
    return list(work.session.exec(query))


def _forget(work: Work, row: Scenario, lines: set[UUID] | None) -> None:
    """Deletes what the scenario says of some lines, of all when None is given."""
    query = delete(ScenarioChange).where(
        col(ScenarioChange.organisation_id) == row.organisation_id,
        col(ScenarioChange.scenario_id) == row.id,
    )
    connection = work.session.connection()
    if lines is None:
        connection.execute(query)
        work.session.expire_all()
        return
    ordered = sorted(lines, key=str)
    for start in range(0, len(ordered), 500):  # databases bound the number of parameters
        some = ordered[start : start + 500]
        connection.execute(query.where(col(ScenarioChange.line_id).in_(some)))
    for change_row in [r for r in work.session if isinstance(r, ScenarioChange)]:
        work.session.expunge(change_row)
