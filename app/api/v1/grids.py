"""The grid of a draft over JSON: its columns, the order of its lines, its lots."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.market_json import answer_json, for_agents
from app.deps import wiring_of, writing
from app.routing import api_router
from sad.frames.schemas import ColumnInput
from sad.markets import grid, lots, pictures

router = api_router("/markets", "markets")


class Order(BaseModel):
    """Every line of the grid, once, in the order wanted."""

    model_config = ConfigDict(extra="forbid")

    lines: Annotated[list[UUID], Field(max_length=5000)]


class NewLot(BaseModel):
    """A lot to make, without money yet."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=200)]


@router.post("/{market_id}/columns", status_code=201)
def add_column(request: Request, market_id: UUID, given: ColumnInput) -> Response:
    """Adds a column or a question to a draft; `meanings` says what each choice means."""
    with writing(request) as work:
        column = grid.add_column(work, market_id, given)
        body = {"id": str(column.id), "key": column.key, "role": column.role or None}
    return answer_json(body, 201)


@router.put("/{market_id}/columns/{column_id}")
def edit_column(request: Request, market_id: UUID, column_id: UUID, given: ColumnInput) -> Response:
    """Replaces what a column of a draft asks."""
    with writing(request) as work:
        grid.edit_column(work, market_id, column_id, given)
        objects = pictures.sweep(work, market_id)
        body = for_agents(work, market_id)
    _delete(request, objects)
    return answer_json(body)


@router.delete("/{market_id}/columns/{column_id}", status_code=204)
def remove_column(request: Request, market_id: UUID, column_id: UUID) -> Response:
    """Takes a column out of a draft."""
    with writing(request) as work:
        grid.remove_column(work, market_id, column_id)
        objects = pictures.sweep(work, market_id)
    _delete(request, objects)
    return Response(status_code=204)


@router.put("/{market_id}/line-order")
def order_lines(request: Request, market_id: UUID, given: Order) -> Response:
    """Puts the lines of a draft in this order."""
    with writing(request) as work:
        grid.order_lines(work, market_id, given.lines)
        body = for_agents(work, market_id)
    return answer_json(body)


@router.post("/{market_id}/lots", status_code=201)
def add_lot(request: Request, market_id: UUID, given: NewLot) -> Response:
    """Adds a lot to a draft."""
    with writing(request) as work:
        number = lots.add_lot(work, market_id, given.title)
    return answer_json({"number": number}, 201)


def _delete(request: Request, objects: list[str]) -> None:
    for name in objects:
        wiring_of(request).store.delete(name)
