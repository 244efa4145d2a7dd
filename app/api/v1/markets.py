"""Specific markets over JSON: amounts in cents, instants in UTC, decimals as text.

Lists and reads are answered as plain JSON, without a model in between: they are the busiest routes.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from app.deps import once_api, reading, writing
from app.market_defaults import proposal
from app.rendering.sentences import sentence
from app.routing import api_router
from sad.awards.deciding import end as end_without_award
from sad.categories.tables import Category
from sad.db.work import Work
from sad.frames.queries import ColumnView, FrameView, LineView
from sad.frames.schemas import LineInput
from sad.kernel.canonical import instant
from sad.kernel.money import Money
from sad.markets import amending, grid, queries, questions, sections, service
from sad.markets.checks import findings
from sad.markets.launching import launch
from sad.markets.schemas import (
    AddendumInput,
    AnswerInput,
    AwardInput,
    ConditionsInput,
    CreditsInput,
    CriteriaInput,
    DeadlineInput,
    DeliveryInput,
    EndingInput,
    NeedInput,
    QuestionInput,
)
from sad.markets.states import MarketPhase
from sad.markets.suppliers import for_supplier
from sad.markets.tables import SpecificMarket

router = api_router("/markets", "markets")
Version = Annotated[int, Query(ge=1, description="the version that was read")]
Key = Annotated[UUID, Header(alias="Idempotency-Key")]


class NewMarket(BaseModel):
    """A draft to make."""

    model_config = ConfigDict(extra="forbid")

    category_id: UUID
    title: str


class Launch(BaseModel):
    """The signatory of the fiche de crédits, if one is named (P6)."""

    model_config = ConfigDict(extra="forbid")

    delegation_id: UUID | None = None


@router.get("")
def listed(
    request: Request,
    phase: MarketPhase | None = None,
    category_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """The organisation's markets; `phase=open` for those that take answers now."""
    with reading(request) as work:
        cards = queries.cards(
            work, phase=phase, category_id=category_id, limit=limit, offset=offset
        )
    return _json({"markets": [_plain(vars(card)) for card in cards]})


@router.post("", status_code=201)
def create(request: Request, given: NewMarket) -> Response:
    """A draft, with what its category proposes."""
    with writing(request) as work:
        category = work.get(Category, given.category_id)
        columns, hints, defaults = proposal(category.code)
        market = service.create_draft(
            work, category.id, given.title, columns=columns, hints=hints, defaults=defaults
        )
        body = _one(work, market.id)
    return _json(body, 201)


@router.get("/{market_id}")
def one(request: Request, market_id: UUID) -> Response:
    """A market with its lines: whole for its agents, as announced for an invited supplier."""
    with reading(request) as work:
        body = _as_supplier(work, market_id) if work.actor.supplier_id else _one(work, market_id)
    return _json(body)


@router.put("/{market_id}/need")
def need(request: Request, market_id: UUID, version: Version, given: NeedInput) -> Response:
    """Replaces the need."""
    return _section(request, market_id, sections.update_need, given, version)


@router.put("/{market_id}/conditions")
def conditions(
    request: Request, market_id: UUID, version: Version, given: ConditionsInput
) -> Response:
    """Replaces the conditions of performance."""
    return _section(request, market_id, sections.update_conditions, given, version)


@router.put("/{market_id}/delivery")
def delivery(request: Request, market_id: UUID, version: Version, given: DeliveryInput) -> Response:
    """Replaces the delivery."""
    return _section(request, market_id, sections.update_delivery, given, version)


@router.put("/{market_id}/award")
def award(request: Request, market_id: UUID, version: Version, given: AwardInput) -> Response:
    """Replaces how it is given."""
    return _section(request, market_id, sections.update_award, given, version)


@router.put("/{market_id}/deadline")
def deadline(request: Request, market_id: UUID, version: Version, given: DeadlineInput) -> Response:
    """Replaces the deadline of a draft."""
    return _section(request, market_id, sections.update_deadline, given, version)


@router.put("/{market_id}/criteria")
def criteria(request: Request, market_id: UUID, version: Version, given: CriteriaInput) -> Response:
    """Replaces the criteria and the tie-break."""
    return _section(request, market_id, sections.update_criteria, given, version)


@router.put("/{market_id}/credits")
def credits_of(
    request: Request, market_id: UUID, version: Version, given: CreditsInput
) -> Response:
    """Replaces the lots with their estimate and credits."""
    return _section(request, market_id, sections.update_credits, given, version)


@router.post("/{market_id}/lines", status_code=201)
def add_line(request: Request, market_id: UUID, given: LineInput) -> Response:
    """Adds a line to a draft."""
    with writing(request) as work:
        line_id = grid.add_line(work, market_id, given).id
    return _json({"id": str(line_id)}, 201)


@router.put("/{market_id}/lines/{line_id}")
def edit_line(
    request: Request, market_id: UUID, line_id: UUID, version: Version, given: LineInput
) -> Response:
    """Replaces a line of a draft."""
    with writing(request) as work:
        grid.edit_line(work, market_id, line_id, given, version)
        body = _one(work, market_id)
    return _json(body)


@router.delete("/{market_id}/lines/{line_id}", status_code=204)
def remove_line(request: Request, market_id: UUID, line_id: UUID) -> Response:
    """Takes a line out of a draft."""
    with writing(request) as work:
        grid.remove_line(work, market_id, line_id)
    return Response(status_code=204)


@router.get("/{market_id}/checks")
def checks(request: Request, market_id: UUID) -> Response:
    """What blocks the launch or deserves a look, with the articles."""
    with reading(request) as work:
        found = findings(work, market_id)
    return _json(
        {
            "blocked": any(item.blocking for item in found),
            "findings": [
                {
                    "code": item.problem.code,
                    "where": item.problem.where,
                    "blocking": item.blocking,
                    "article": item.article,
                    "message": sentence(item.problem.code, item.problem.facts),
                }
                for item in found
            ],
        }
    )


@router.post("/{market_id}/launch")
def launch_market(
    request: Request, market_id: UUID, key: Key, given: Launch | None = None
) -> Response:
    """Launches, once for an `Idempotency-Key`."""
    chosen = given or Launch()

    def do(work: Work) -> dict[str, Any]:
        market = launch(work, market_id, chosen.delegation_id)
        return {
            "id": str(market.id),
            "number": market.number,
            "launched_at": _text(market.launched_at),
            "deadline_at": _text(market.deadline_at),
            "opening_from": _text(market.opening_from),
            "questions_until": _text(market.questions_until),
            "invited": queries.invited_count(work, market.id),
        }

    return _json(once_api(request, key, chosen.model_dump_json().encode(), do))


@router.post("/{market_id}/copy", status_code=201)
def copy(request: Request, market_id: UUID) -> Response:
    """A draft with the same lines and criteria."""
    with writing(request) as work:
        body = _one(work, service.copy(work, market_id).id)
    return _json(body, 201)


@router.get("/{market_id}/questions")
def asked(request: Request, market_id: UUID) -> Response:
    """All of them for agents; those answered and one's own for an invited supplier."""
    with reading(request) as work:
        if work.actor.supplier_id:
            shown = for_supplier(work, market_id).questions
            return _json({"questions": [_plain(vars(item)) for item in shown]})
        work.get(SpecificMarket, market_id)
        rows = queries.questions(work, market_id)
        hidden = {"asker_mac", "organisation_id", "answered_by"}
        return _json({"questions": [_plain(row.model_dump(exclude=hidden)) for row in rows]})


@router.post("/{market_id}/questions", status_code=201)
def ask(request: Request, market_id: UUID, given: QuestionInput) -> Response:
    """A question of an invited supplier; nobody learns whose."""
    with writing(request) as work:
        question_id = questions.ask(work, market_id, given).id
    return _json({"id": str(question_id)}, 201)


@router.post("/{market_id}/questions/{question_id}/answer")
def answer(request: Request, market_id: UUID, question_id: UUID, given: AnswerInput) -> Response:
    """The answer, to all."""
    with writing(request) as work:
        row = questions.answer(work, question_id, given)
        body = {"id": str(row.id), "answered_at": _text(row.answered_at)}
    return _json(body)


@router.post("/{market_id}/addenda", status_code=201)
def amend(request: Request, market_id: UUID, key: Key, given: AddendumInput) -> Response:
    """A change told to all, once for an `Idempotency-Key`."""

    def do(work: Work) -> dict[str, Any]:
        row = amending.addendum(work, market_id, given)
        market = work.get(SpecificMarket, market_id)
        return {
            "number": row.number,
            "frame_version": market.frame_version,
            "deadline_at": _text(market.deadline_at),
        }

    return _json(once_api(request, key, _bytes(given), do), 201)


@router.post("/{market_id}/end")
def end(request: Request, market_id: UUID, key: Key, given: EndingInput) -> Response:
    """Ends without award, once for an `Idempotency-Key`."""

    def do(work: Work) -> dict[str, Any]:
        market = end_without_award(work, market_id, given)
        return {
            "id": str(market.id),
            "state": str(market.state),
            "ended_at": _text(market.ended_at),
        }

    return _json(once_api(request, key, _bytes(given), do))


def _section(
    request: Request, market_id: UUID, write: Callable[..., Any], given: BaseModel, version: int
) -> Response:
    with writing(request) as work:
        write(work, market_id, given, version)
        body = _one(work, market_id)
    return _json(body)


def _one(work: Work, market_id: UUID) -> dict[str, Any]:
    """The market for its agents."""
    view = queries.one(work, market_id)
    hidden = {"organisation_id", "section_versions"}
    body = {name: _value(value) for name, value in view.row.items() if name not in hidden}
    body["phase"] = view.phase.value
    body["actions"] = [action.value for action in view.actions]
    body["lots"] = [_plain(vars(lot)) for lot in view.lots]
    body["criteria"] = [_plain(dict(row)) for row in view.criteria]
    return body | _frame(view.frame)


def _as_supplier(work: Work, market_id: UUID) -> dict[str, Any]:
    """The market for the signed-in supplier: why not, when it is not invited."""
    seen = for_supplier(work, market_id)
    body = _plain(vars(seen.public)) | {
        "may_answer": seen.may_answer,
        "why_not": seen.why_not.value if seen.why_not else None,
    }
    if seen.frame is None:
        return body
    body |= _plain({k: v for k, v in seen.market.items() if k != "organisation_id"})
    body["lots"] = [{"number": number, "title": title} for number, title in seen.lots]
    body["criteria"] = [_plain(dict(row)) for row in seen.criteria]
    body["addenda"] = [
        _plain(row.model_dump(exclude={"organisation_id", "made_by"})) for row in seen.addenda
    ]
    return body | _frame(seen.frame)


def _frame(frame: FrameView) -> dict[str, Any]:
    return {
        "buyer_columns": [_column(view) for view in frame.buyer],
        "supplier_columns": [_column(view) for view in frame.supplier],
        "lines": [_line(view) for view in frame.lines],
    }


def _column(view: ColumnView) -> dict[str, Any]:
    said = view.column
    return {
        "id": str(view.id),
        "key": said.key,
        "label": said.name,
        "type": said.type.value,
        "role": said.role.value if said.role else None,
        "required": said.required,
        "minimum": _value(said.minimum),
        "maximum": _value(said.maximum),
        "choices": list(said.choices),
        "hint": view.hint,
    }


def _line(view: LineView) -> dict[str, Any]:
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
        "slice_size": _value(view.slice_size),
        "maximum_unit_cents": view.maximum_price.cents if view.maximum_price else None,
        "values": dict(view.values),
    }


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON; an amount of money is named by its cents."""
    return {
        f"{name}_cents" if isinstance(value, Money) else name: _value(value)
        for name, value in values.items()
    }


def _value(value: Any) -> Any:
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


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)


def _bytes(given: BaseModel) -> bytes:
    """What an act's key is bound to."""
    return json.dumps(given.model_dump(), default=str, sort_keys=True).encode()


def _json(body: Any, status: int = 200) -> Response:
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(content, status_code=status, media_type="application/json")
