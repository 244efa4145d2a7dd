"""Specific markets over JSON: amounts in cents, instants in UTC, decimals as text.

Lists and reads are answered as plain JSON, without a model in between: they are the busiest routes.
"""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict

from app.api.acts import Key
from app.api.market_json import (
    answer_json,
    as_supplier,
    bytes_of,
    for_agents,
    plain,
    text_of,
)
from app.deps import once_api, reading, wiring_of, writing
from app.market_defaults import proposal
from app.routing import api_router
from sad.awards.deciding import end as end_without_award
from sad.categories.tables import Category
from sad.db.work import Work
from sad.frames.schemas import LineInput
from sad.markets import amending, grid, pictures, queries, questions, sections, service
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
    GrantInput,
    NeedInput,
    QuestionInput,
)
from sad.markets.states import MarketPhase
from sad.markets.suppliers import for_supplier
from sad.markets.tables import SpecificMarket

router = api_router("/markets", "markets")
Version = Annotated[int, Query(ge=1, description="the version that was read")]


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
    return answer_json({"markets": [plain(card._asdict()) for card in cards]})


@router.post("", status_code=201)
def create(request: Request, given: NewMarket) -> Response:
    """A draft, with what its category proposes."""
    with writing(request) as work:
        category = work.get(Category, given.category_id)
        columns, hints, defaults = proposal(category.code)
        market = service.create_draft(
            work, category.id, given.title, columns=columns, hints=hints, defaults=defaults
        )
        body = for_agents(work, market.id)
    return answer_json(body, 201)


@router.get("/{market_id}")
def one(request: Request, market_id: UUID) -> Response:
    """A market with its lines: whole for its agents, as announced for an invited supplier."""
    with reading(request) as work:
        body = (
            as_supplier(work, market_id) if work.actor.supplier_id else for_agents(work, market_id)
        )
    return answer_json(body)


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
    return answer_json({"id": str(line_id)}, 201)


@router.put("/{market_id}/lines/{line_id}")
def edit_line(
    request: Request, market_id: UUID, line_id: UUID, version: Version, given: LineInput
) -> Response:
    """Replaces a line of a draft."""
    with writing(request) as work:
        grid.edit_line(work, market_id, line_id, given, version)
        body = for_agents(work, market_id)
    return answer_json(body)


@router.delete("/{market_id}/lines/{line_id}", status_code=204)
def remove_line(request: Request, market_id: UUID, line_id: UUID) -> Response:
    """Takes a line out of a draft."""
    with writing(request) as work:
        objects = pictures.remove_all(work, market_id, {line_id})
        grid.remove_line(work, market_id, line_id)
    for name in objects:
        wiring_of(request).store.delete(name)
    return Response(status_code=204)


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
            "launched_at": text_of(market.launched_at),
            "deadline_at": text_of(market.deadline_at),
            "opening_from": text_of(market.opening_from),
            "questions_until": text_of(market.questions_until),
            "invited": queries.invited_count(work, market.id),
        }

    return answer_json(once_api(request, key, chosen.model_dump_json().encode(), do))


@router.post("/{market_id}/copy", status_code=201)
def copy(request: Request, market_id: UUID) -> Response:
    """A draft with the same lines and criteria."""
    with writing(request) as work:
        body = for_agents(work, service.copy(work, market_id).id)
    return answer_json(body, 201)


@router.get("/{market_id}/questions")
def asked(request: Request, market_id: UUID) -> Response:
    """All of them for agents; those answered and one's own for an invited supplier."""
    with reading(request) as work:
        if work.actor.supplier_id:
            shown = for_supplier(work, market_id).questions
            return answer_json({"questions": [plain(vars(item)) for item in shown]})
        work.get(SpecificMarket, market_id)
        rows = queries.questions(work, market_id)
        hidden = {"asker_mac", "organisation_id", "answered_by"}
        return answer_json({"questions": [plain(row.model_dump(exclude=hidden)) for row in rows]})


@router.post("/{market_id}/questions", status_code=201)
def ask(request: Request, market_id: UUID, given: QuestionInput) -> Response:
    """A question of an invited supplier; nobody learns whose."""
    with writing(request) as work:
        question_id = questions.ask(work, market_id, given).id
    return answer_json({"id": str(question_id)}, 201)


@router.post("/{market_id}/questions/{question_id}/answer")
def answer(request: Request, market_id: UUID, question_id: UUID, given: AnswerInput) -> Response:
    """The answer, to all."""
    with writing(request) as work:
        row = questions.answer(work, question_id, given)
        body = {"id": str(row.id), "answered_at": text_of(row.answered_at)}
    return answer_json(body)


@router.post("/{market_id}/questions/{question_id}/grant")
def grant(request: Request, market_id: UUID, question_id: UUID, given: GrantInput) -> Response:
    """More time for all: moves the deadline and tells everybody."""
    with writing(request) as work:
        row = questions.grant(work, question_id, given)
        body = {"id": str(row.id), "granted_until": text_of(row.granted_until)}
    return answer_json(body)


@router.post("/{market_id}/addenda", status_code=201)
def amend(request: Request, market_id: UUID, key: Key, given: AddendumInput) -> Response:
    """A change told to all, once for an `Idempotency-Key`."""

    def do(work: Work) -> dict[str, Any]:
        row = amending.addendum(work, market_id, given)
        market = work.get(SpecificMarket, market_id)
        return {
            "number": row.number,
            "frame_version": market.frame_version,
            "deadline_at": text_of(market.deadline_at),
        }

    return answer_json(once_api(request, key, bytes_of(given), do), 201)


@router.post("/{market_id}/end")
def end(request: Request, market_id: UUID, key: Key, given: EndingInput) -> Response:
    """Ends without award, once for an `Idempotency-Key`."""

    def do(work: Work) -> dict[str, Any]:
        market = end_without_award(work, market_id, given)
        return {
            "id": str(market.id),
            "state": str(market.state),
            "ended_at": text_of(market.ended_at),
        }

    return answer_json(once_api(request, key, bytes_of(given), do))


def _section(
    request: Request, market_id: UUID, write: Callable[..., Any], given: BaseModel, version: int
) -> Response:
    with writing(request) as work:
        write(work, market_id, given, version)
        body = for_agents(work, market_id)
    return answer_json(body)
