"""Needs inventories over JSON: a file sent, its scenarios, drafts made from lines.

Amounts are whole cents without tax, quantities decimals as text.
"""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from app import inventory_job
from app.api.acts import Key
from app.api.market_json import answer_json, bytes_of, plain
from app.deps import once_api, reading, wiring_of, writing
from app.market_defaults import proposal
from app.rendering.sentences import sentence
from app.routing import api_router
from sad.accounts.permissions import Permission, require
from sad.categories.tables import Category
from sad.db.work import Work
from sad.inventories import queries, scenarios, service, steps
from sad.inventories.schemas import ChangeInput, InventoryView, KeepInput, LineView, ScenarioInput
from sad.inventories.sums import sums
from sad.inventories.values import Sum
from sad.kernel.actor import Actor
from sad.markets.picking import Picking, Proposal, draft_from_lines, picked

router = api_router("/inventories", "inventories")
NAME = "x-file-name"


class Undo(BaseModel):
    """The change to undo: the last one, as the reader saw it."""

    model_config = ConfigDict(extra="forbid")

    step_id: UUID


class NewMarket(BaseModel):
    """Lines to draft a market from. `grouped`: identical pieces make one line of the grid."""

    model_config = ConfigDict(extra="forbid")

    lines: Annotated[list[UUID], Field(min_length=1, max_length=5000)]
    category_id: UUID
    title: Annotated[str, Field(min_length=1, max_length=200)]
    grouped: bool = True
    again: bool = False


@router.get("")
def listed(request: Request) -> Response:
    """The organisation's inventories, the newest first."""
    with reading(request) as work:
        found = queries.listed(work)
    return answer_json({"inventories": [_short(view) for view in found]})


@router.post("", status_code=202)
async def send(request: Request, system_id: Annotated[UUID, Query()]) -> Response:
    """Takes a file in, read apart: the body is the file, its name in `X-File-Name`."""
    await run_in_threadpool(_check_may_send, request)
    name = request.headers.get(NAME, "inventaire.xlsx")
    body = await request.body()
    inventory_id = await run_in_threadpool(_sent, request, system_id, name, body)
    return answer_json({"id": str(inventory_id)}, 202)


@router.get("/{inventory_id}")
def one(request: Request, inventory_id: UUID, scenario_id: UUID | None = None) -> Response:
    """An inventory with its lines, as the file says them or as a scenario does."""
    with reading(request) as work:
        body = _whole(work, inventory_id, scenario_id)
    return answer_json(body)


@router.post("/{inventory_id}/keep")
def keep(request: Request, inventory_id: UUID, given: KeepInput) -> Response:
    """Keeps what was understood; gives the first scenario."""
    with writing(request) as work:
        scenario = service.keep(work, inventory_id, given)
        body = {"scenario_id": str(scenario.id)}
    return answer_json(body)


@router.delete("/{inventory_id}", status_code=204)
def discard(request: Request, inventory_id: UUID) -> Response:
    """Puts aside a file that was not kept."""
    with writing(request) as work:
        service.discard(work, inventory_id)
    return Response(status_code=204)


@router.post("/{inventory_id}/scenarios", status_code=201)
def new_scenario(request: Request, inventory_id: UUID, given: ScenarioInput) -> Response:
    """One more scenario."""
    with writing(request) as work:
        body = {"id": str(scenarios.create(work, inventory_id, given).id)}
    return answer_json(body, 201)


@router.post("/{inventory_id}/scenarios/{scenario_id}/changes")
def change(request: Request, inventory_id: UUID, scenario_id: UUID, given: ChangeInput) -> Response:
    """Says many lines otherwise at once; the sums come back."""
    with writing(request) as work:
        count = scenarios.change(work, inventory_id, scenario_id, given)
        lines = queries.lines(work, inventory_id, scenario_id)
        view = queries.one(work, inventory_id)
        row = scenarios.of_inventory(work, inventory_id, scenario_id)
        step = steps.last(work, row)
        body = {"changed": count, "step_id": str(step.id) if step else None, **_sums(view, lines)}
    return answer_json(body)


@router.post("/{inventory_id}/scenarios/{scenario_id}/undo")
def undo(request: Request, inventory_id: UUID, scenario_id: UUID, given: Undo) -> Response:
    """Puts back what the last change replaced; the sums come back."""
    with writing(request) as work:
        count = scenarios.undo(work, inventory_id, scenario_id, given.step_id)
        lines = queries.lines(work, inventory_id, scenario_id)
        body = {"changed": count, **_sums(queries.one(work, inventory_id), lines)}
    return answer_json(body)


@router.delete("/{inventory_id}/scenarios/{scenario_id}", status_code=204)
def remove(request: Request, inventory_id: UUID, scenario_id: UUID) -> Response:
    """Takes a scenario away."""
    with writing(request) as work:
        scenarios.remove(work, inventory_id, scenario_id)
    return Response(status_code=204)


@router.post("/{inventory_id}/scenarios/{scenario_id}/markets")
def draft(
    request: Request, inventory_id: UUID, scenario_id: UUID, given: NewMarket, key: Key
) -> dict[str, Any]:
    """A draft market from lines, once for a key."""

    def do(work: Work) -> dict[str, Any]:
        category = work.get(Category, given.category_id)
        picking = Picking(inventory_id, scenario_id, **given.model_dump())
        market = draft_from_lines(work, picking, Proposal(*proposal(category.code)))
        return {"market_id": str(market.id)}

    return once_api(request, key, bytes_of(given), do)


def _check_may_send(request: Request) -> None:
    with reading(request) as work:
        require(work, Permission.PREPARE_MARKET)


def _sent(request: Request, system_id: UUID, name: str, body: bytes) -> UUID:
    with writing(request) as work:
        inventory_id = service.start(work, system_id, name).id
        actor: Actor = work.actor
    inventory_job.start(wiring_of(request), actor, inventory_id, name, body)
    return inventory_id


def _whole(work: Work, inventory_id: UUID, scenario_id: UUID | None) -> dict[str, Any]:
    view = queries.one(work, inventory_id)
    if scenario_id is not None:
        scenarios.of_inventory(work, inventory_id, scenario_id)
    lines = queries.lines(work, inventory_id, scenario_id, picked(work, inventory_id))
    warnings = [*view.warnings, *([view.refusal] if view.refusal else [])]
    return {
        **_short(view),
        "budget_cents": None if view.budget is None else view.budget.cents,
        "warnings": [sentence(problem.code, problem.facts) for problem in warnings],
        "scenarios": [plain(asdict(scenario)) for scenario in view.scenarios],
        **_sums(view, lines),
        "lines": [_line(line) for line in lines],
    }


def _short(view: InventoryView) -> dict[str, Any]:
    return {
        "id": str(view.id),
        "system_id": str(view.system_id),
        "name": view.name,
        "source_name": view.source_name,
        "state": "interrupted" if view.interrupted else view.state.value,
    }


def _sums(view: InventoryView, lines: list[LineView]) -> dict[str, Any]:
    by_route = sums(lines, lambda line: line.route_key)
    by_category = sums(lines, lambda line: line.category_key)
    return {
        "routes": [
            plain(asdict(route)) | _sum(by_route.get(route.key, Sum())) for route in view.routes
        ],
        "categories": [
            {"key": key, "label": view.category_label(key), **_sum(told)}
            for key, told in by_category.items()
            if key
        ],
    }


def _sum(told: Sum) -> dict[str, Any]:
    return {"lines": told.lines, "pieces": f"{told.pieces:f}", "amount_cents": told.amount.cents}


def _line(line: LineView) -> dict[str, Any]:
    said = plain({k: v for k, v in vars(line).items() if k not in {"kind", "markets"}})
    return said | {"markets": [str(market.id) for market in line.markets]}
