"""Credits: lines, envelopes, movements; the officer's acts carry an `Idempotency-Key`."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request
from pydantic import AwareDatetime

from app.api.acts import Key, Made, made_once
from app.deps import reading
from app.routing import api_router
from sad.db.work import Work
from sad.funding import queries, service
from sad.funding.account import Narrowing
from sad.funding.schemas import (
    AmountInput,
    Balance,
    EnvelopeInput,
    EnvelopeView,
    LineInput,
    LineView,
    MovementPage,
    ReversalInput,
    TransferInput,
    VotedLineInput,
    YearEnd,
)
from sad.funding.states import MovementKind
from sad.kernel.money import Money

router = api_router("/funding", "funding")
Before = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="the `following` given")]
Limit = Annotated[int, Query(ge=1, le=500)]


@router.get("/lines")
def lines(request: Request) -> list[LineView]:
    """Every funding line with its envelopes."""
    with reading(request) as work:
        return queries.overview(work)


@router.get("/lines/{line_id}")
def line(request: Request, line_id: UUID) -> LineView:
    """One of them."""
    with reading(request) as work:
        return queries.line(work, line_id)


@router.get("/lines/{line_id}/movements")
def movements(
    request: Request,
    line_id: UUID,
    envelope_id: UUID | None = None,
    kind: MovementKind | None = None,
    market_id: UUID | None = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    before: Before = None,
    limit: Limit = 50,
) -> MovementPage:
    """A line's account, newest first; `since` included, `until` excluded."""
    narrowing = Narrowing(envelope_id, kind, market_id, since, until)
    with reading(request) as work:
        return queries.movements(work, line_id, narrowing, before=before, limit=limit)


@router.get("/lines/{line_id}/balance")
def line_balance(request: Request, line_id: UUID, at: AwareDatetime | None = None) -> Balance:
    """What the line had left at an instant, now by default."""
    with reading(request) as work:
        return queries.line_as_of(work, line_id, _instant(work, at))


@router.get("/envelopes/{envelope_id}")
def envelope(request: Request, envelope_id: UUID) -> EnvelopeView:
    """An envelope at a glance."""
    with reading(request) as work:
        return queries.envelope(work, envelope_id)[1]


@router.get("/envelopes/{envelope_id}/balance")
def envelope_balance(
    request: Request, envelope_id: UUID, at: AwareDatetime | None = None
) -> Balance:
    """What the envelope had left at an instant, now by default."""
    with reading(request) as work:
        return queries.envelope_as_of(work, envelope_id, _instant(work, at))


@router.get("/year-end/{year}")
def year_end(request: Request, year: Annotated[int, Path(ge=1900, le=2200)]) -> YearEnd:
    """What the lines of a year leave open."""
    with reading(request) as work:
        return queries.year_end(work, year)


@router.post("/lines", status_code=201)
def create_line(request: Request, data: VotedLineInput, key: Key) -> Made:
    """Opens a line with its voted credits."""

    def do(work: Work) -> UUID:
        bare = LineInput.model_validate(data.model_dump(exclude={"voted_cents"}))
        return service.create_line(work, bare, Money(data.voted_cents), _cause(key)).id

    return made_once(request, key, data, do)


@router.post("/lines/{line_id}/votes", status_code=201)
def vote(request: Request, line_id: UUID, data: AmountInput, key: Key) -> Made:
    """Adds voted credits; `reference` is the budget act."""

    def do(work: Work) -> UUID:
        amount = Money(data.amount_cents)
        return service.vote(work, line_id, amount, _cause(key), data.reference).id

    return made_once(request, key, data, do)


@router.post("/envelopes", status_code=201)
def create_envelope(request: Request, data: EnvelopeInput, key: Key) -> Made:
    """Opens an empty envelope."""
    return made_once(request, key, data, lambda work: service.create_envelope(work, data).id)


@router.post("/envelopes/{envelope_id}/allocations", status_code=201)
def allocate(request: Request, envelope_id: UUID, data: AmountInput, key: Key) -> Made:
    """Plans credits of the line for the envelope."""

    def do(work: Work) -> UUID:
        return service.allocate(work, envelope_id, Money(data.amount_cents), _cause(key)).id

    return made_once(request, key, data, do)


@router.post("/envelopes/{envelope_id}/transfers", status_code=201)
def transfer(request: Request, envelope_id: UUID, data: TransferInput, key: Key) -> Made:
    """Moves planned credits to another envelope of the line; `id` is what left."""

    def do(work: Work) -> UUID:
        amount = Money(data.amount_cents)
        left, _ = service.transfer(
            work, envelope_id, data.target_id, amount, data.reason, _cause(key)
        )
        return left.id

    return made_once(request, key, data, do)


@router.post("/movements/{movement_id}/reversal", status_code=201)
def reverse(request: Request, movement_id: UUID, data: ReversalInput, key: Key) -> Made:
    """Undoes a movement by its opposite; both stay."""

    def do(work: Work) -> UUID:
        return service.reverse(work, movement_id, data.reason, _cause(key)).id

    return made_once(request, key, data, do)


def _cause(key: UUID) -> str:
    return f"act:{key}"


def _instant(work: Work, at: datetime | None) -> datetime:
    return work.now if at is None else at
