"""What changes in bulk replaced, the last ones first: an act one can undo."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from sad.db.work import Work
from sad.inventories.schemas import StepView
from sad.inventories.tables import Scenario, ScenarioChange, ScenarioStep
from sad.kernel.ids import uuid7
from sad.kernel.money import Money

MOST_STEPS = 20  # of a scenario; older ones can no longer be undone
FIELDS = ("route_id", "category_id", "quantity", "unit_cents")


def remember(
    work: Work,
    scenario: Scenario,
    lines: Iterable[UUID],
    before: Mapping[UUID, ScenarioChange],
    said: Mapping[str, object],
) -> None:
    """Keeps what the scenario said of these lines before `said`; nothing is « as in the file »."""
    ordered = sorted(lines, key=str)
    groups: dict[tuple[object, ...] | None, list[str]] = {}
    for line in ordered:
        change = before.get(line)
        key = None if change is None else tuple(getattr(change, name) for name in FIELDS)
        groups.setdefault(key, []).append(str(line))
    replaced = [
        {"said": None if key is None else _plain(zip(FIELDS, key, strict=True)), "lines": ids}
        for key, ids in groups.items()
    ]
    steps = of_scenario(work, scenario)
    position = steps[0].position + 1 if steps else 1
    forget(work, scenario, up_to=position - MOST_STEPS)
    work.add(
        ScenarioStep(
            organisation_id=scenario.organisation_id,
            id=uuid7(),
            scenario_id=scenario.id,
            position=position,
            lines=len(ordered),
            said=_plain(said.items()),
            replaced=replaced,
            done_at=work.now,
            done_by=work.actor.person_id,
        )
    )


def of_scenario(work: Work, scenario: Scenario) -> list[ScenarioStep]:
    """The changes that can be undone, the last one first."""
    query = (
        select(ScenarioStep)
        .where(
            col(ScenarioStep.organisation_id) == work.organisation_id,
            col(ScenarioStep.scenario_id) == scenario.id,
        )
        .order_by(col(ScenarioStep.position).desc())
    )
    return list(work.session.exec(query))


def forget(work: Work, scenario: Scenario, *, up_to: int | None = None) -> None:
    """Deletes the steps up to a position, all of them when None is given."""
    query = delete(ScenarioStep).where(
        col(ScenarioStep.organisation_id) == scenario.organisation_id,
        col(ScenarioStep.scenario_id) == scenario.id,
    )
    if up_to is not None:
        query = query.where(col(ScenarioStep.position) <= up_to)
    work.session.connection().execute(query)


def rows_before(scenario: Scenario, step: ScenarioStep) -> list[dict[str, object]]:
    """What the scenario said before the step, as rows of its changes."""
    rows: list[dict[str, object]] = []
    for group in step.replaced:
        if group["said"] is None:
            continue
        values = {name: _value(name, group["said"].get(name)) for name in FIELDS}
        place = {"organisation_id": scenario.organisation_id, "scenario_id": scenario.id}
        rows += [place | values | {"line_id": UUID(line)} for line in group["lines"]]
    return rows


def last(work: Work, scenario: Scenario) -> StepView | None:
    """The change that can be undone, as pages show it."""
    steps = of_scenario(work, scenario)
    if not steps:
        return None
    step = steps[0]
    values = {name: _value(name, step.said.get(name)) for name in FIELDS}
    cents = values["unit_cents"]
    return StepView(
        id=step.id,
        lines=step.lines,
        route_id=values["route_id"],
        category_id=values["category_id"],
        quantity=values["quantity"],
        unit_price=None if cents is None else Money(cents),
        done_at=step.done_at,
    )


def _plain(said: Iterable[tuple[str, object]]) -> dict[str, object]:
    return {
        name: value if isinstance(value, int) else str(value)
        for name, value in said
        if value is not None
    }


def _value(name: str, kept: Any) -> Any:
    """A kept value as its column takes it."""
    if kept is None or name == "unit_cents":
        return kept
    return Decimal(kept) if name == "quantity" else UUID(kept)
