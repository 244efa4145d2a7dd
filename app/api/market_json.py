"""Markets as plain JSON: amounts in cents, instants in UTC, decimals as text."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from sad.db.work import Work
from sad.frames.queries import ColumnView, FrameView, LineView
from sad.kernel.canonical import instant
from sad.kernel.money import Money
from sad.markets import queries
from sad.markets.suppliers import for_supplier


def for_agents(work: Work, market_id: UUID) -> dict[str, Any]:
    """The market for its agents."""
    view = queries.one(work, market_id)
    hidden = {"organisation_id", "section_versions"}
    body = {name: value_of(value) for name, value in view.row.items() if name not in hidden}
    body["phase"] = view.phase.value
    body["actions"] = [action.value for action in view.actions]
    body["lots"] = [plain(vars(lot)) for lot in view.lots]
    body["criteria"] = [plain(dict(row)) for row in view.criteria]
    return body | grid_of(view.frame)


def as_supplier(work: Work, market_id: UUID) -> dict[str, Any]:
    """The market for the signed-in supplier: why not, when it is not invited."""
    seen = for_supplier(work, market_id)
    body = plain(vars(seen.public)) | {
        "may_answer": seen.may_answer,
        "why_not": seen.why_not.value if seen.why_not else None,
    }
    if seen.frame is None:
        return body
    body |= plain({k: v for k, v in seen.market.items() if k != "organisation_id"})
    body["lots"] = [{"number": number, "title": title} for number, title in seen.lots]
    body["criteria"] = [plain(dict(row)) for row in seen.criteria]
    body["addenda"] = [
        plain(row.model_dump(exclude={"organisation_id", "made_by"})) for row in seen.addenda
    ]
    return body | grid_of(seen.frame)


def grid_of(frame: FrameView) -> dict[str, Any]:
    """Columns, questions of the whole offer, lines."""
    return {
        "buyer_columns": [column_of(view) for view in frame.buyer],
        "supplier_columns": [column_of(view) for view in frame.supplier],
        "questions": [column_of(view) for view in frame.questions],
        "lines": [line_of(view) for view in frame.lines],
    }


def column_of(view: ColumnView) -> dict[str, Any]:
    """One column."""
    said = view.column
    return {
        "id": str(view.id),
        "key": said.key,
        "label": said.name,
        "type": said.type.value,
        "role": said.role.value if said.role else None,
        "required": said.required,
        "minimum": value_of(said.minimum),
        "maximum": value_of(said.maximum),
        "choices": list(said.choices),
        "meanings": [{"text": text, "picture": bool(picture)} for text, picture in said.meanings],
        "hint": view.hint,
    }


def line_of(view: LineView) -> dict[str, Any]:
    """One line."""
    return {
        "id": str(view.id),
        "lot_number": view.lot_number,
        "position": view.position,
        "number": view.number,
        "code": view.code,
        "designation": view.designation,
        "quantity": f"{view.quantity:f}",
        "unit": view.unit,
        "mandatory": view.mandatory,
        "slice_size": value_of(view.slice_size),
        "maximum_unit_cents": view.maximum_price.cents if view.maximum_price else None,
        "values": dict(view.values),
        "picture": view.picture_id is not None,
    }


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON; an amount of money is named by its cents."""
    body: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Money):
            body[f"{name}_cents"] = value.cents
        else:
            body[name] = value_of(value)
    return body


def value_of(value: Any) -> Any:
    """A value as JSON; what is already is given back."""
    write = _WRITERS.get(type(value))
    return value if write is None else write(value)


_WRITERS: dict[type, Callable[[Any], Any]] = {
    UUID: str,
    datetime: instant,
    date: str,
    Money: lambda amount: amount.cents,
    Decimal: lambda number: f"{number:f}",
}


def text_of(moment: datetime | None) -> str | None:
    """An instant as text, or null."""
    return None if moment is None else instant(moment)


def bytes_of(given: BaseModel) -> bytes:
    """What an act's key is bound to."""
    return json.dumps(given.model_dump(), default=str, sort_keys=True).encode()


def answer_json(body: Any, status: int = 200) -> Response:
    """An answer, compact."""
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(content, status_code=status, media_type="application/json")
