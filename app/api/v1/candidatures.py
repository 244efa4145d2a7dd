"""Candidatures: a supplier's own; those received, for agents; decisions with an Idempotency-Key."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel, Field

from app.api.acts import Key
from app.deps import once_api, reading, writing
from app.routing import api_router
from sad.candidatures import decisions, drafts, service, views
from sad.candidatures.schemas import (
    CandidatureView,
    DecisionInput,
    DraftChange,
    DraftInput,
    LongText,
    RequestInput,
    SubmissionInput,
)
from sad.candidatures.schemas import ListItem as Item
from sad.db.work import Work
from sad.suppliers.schemas import Input

router = api_router("/candidatures", "candidatures")


class Made(BaseModel):
    """What an act touched; the same key again gives the same answer."""

    ids: list[UUID]


class AnswerInput(Input):
    """Words of the supplier: complements, an update, an answer to a letter."""

    answer: LongText = ""


class ReasonInput(Input):
    """The written reason of an extension."""

    reason: LongText = ""


class TogetherInput(RequestInput):
    """The same request to several candidatures, with the same last day."""

    candidature_ids: list[UUID] = Field(default_factory=list, max_length=500)


@router.get("/mine")
def mine(request: Request) -> list[CandidatureView]:
    """The supplier's candidatures, drafts included."""
    with reading(request) as work:
        return views.mine(work)


@router.get("/mine/{candidature_id}")
def mine_one(request: Request, candidature_id: UUID) -> CandidatureView:
    """One of them."""
    with reading(request) as work:
        return views.mine_one(work, candidature_id)


@router.get("/groups")
def of_groups(request: Request) -> list[CandidatureView]:
    """Candidatures of the groups the supplier is a member of: read, never acted upon."""
    with reading(request) as work:
        return views.of_groups(work)


@router.post("", status_code=201)
def start(request: Request, body: DraftInput) -> CandidatureView:
    """A draft for one category."""
    with writing(request) as work:
        return views.mine_one(work, drafts.start(work, body).id)


@router.patch("/{candidature_id}")
def edit(request: Request, candidature_id: UUID, body: DraftChange) -> CandidatureView:
    """Changes the fields given of a draft."""
    with writing(request) as work:
        drafts.edit(work, candidature_id, body)
        return views.mine_one(work, candidature_id)


@router.delete("/{candidature_id}", status_code=204)
def remove(request: Request, candidature_id: UUID) -> Response:
    """Deletes a draft."""
    with writing(request) as work:
        drafts.remove(work, candidature_id)
    return Response(status_code=204)


@router.post("/submit")
def submit(request: Request, body: SubmissionInput, key: Key) -> Made:
    """Sends drafts together with their sworn declaration, all or none."""

    def do(work: Work) -> list[UUID]:
        sent = service.submit(work, body.candidature_ids, body)
        return [one.id for one in sent]

    return _once(request, key, body, do)


@router.post("/{candidature_id}/withdraw")
def withdraw(request: Request, candidature_id: UUID, key: Key) -> Made:
    """Takes back a candidature before its decision."""
    return _once(request, key, None, lambda work: [service.withdraw(work, candidature_id).id])


@router.post("/{candidature_id}/complete")
def complete(request: Request, candidature_id: UUID, body: AnswerInput, key: Key) -> Made:
    """The complements asked."""
    return _once(
        request, key, body, lambda work: [service.complete(work, candidature_id, body.answer).id]
    )


@router.post("/{candidature_id}/update")
def update(request: Request, candidature_id: UUID, body: AnswerInput, key: Key) -> Made:
    """The update asked: the file as it stands now."""
    return _once(
        request, key, body, lambda work: [service.update(work, candidature_id, body.answer).id]
    )


@router.post("/{candidature_id}/observations")
def answer_hearing(request: Request, candidature_id: UUID, body: AnswerInput, key: Key) -> Made:
    """The answer to the adversarial letter."""
    return _once(
        request,
        key,
        body,
        lambda work: [service.answer_hearing(work, candidature_id, body.answer).id],
    )


@router.get("")
def received(request: Request) -> list[Item]:
    """Those received by the agent's organisation, late ones first."""
    with reading(request) as work:
        return views.listing(work)


@router.get("/{candidature_id}")
def one(request: Request, candidature_id: UUID) -> CandidatureView:
    """One of them; a draft is nobody's business."""
    with reading(request) as work:
        return views.one(work, candidature_id)


@router.get("/{candidature_id}/receipt")
def receipt(request: Request, candidature_id: UUID) -> Response:
    """Its signed receipt."""
    with reading(request) as work:
        content = views.receipt_file(work, candidature_id)
    return Response(content, media_type="application/json")


@router.post("/{candidature_id}/admission")
def admit(request: Request, candidature_id: UUID, body: DecisionInput, key: Key) -> Made:
    """Admits, under a delegation."""
    return _decide(request, candidature_id, body, key, decisions.admit)


@router.post("/{candidature_id}/refusal")
def refuse(request: Request, candidature_id: UUID, body: DecisionInput, key: Key) -> Made:
    """Refuses, under a delegation."""
    return _decide(request, candidature_id, body, key, decisions.refuse)


@router.post("/{candidature_id}/admission-withdrawal")
def withdraw_admission(
    request: Request, candidature_id: UUID, body: DecisionInput, key: Key
) -> Made:
    """Withdraws an admission after its adversarial letter."""
    return _decide(request, candidature_id, body, key, decisions.withdraw_admission)


@router.post("/{candidature_id}/letter")
def open_hearing(request: Request, candidature_id: UUID, body: RequestInput, key: Key) -> Made:
    """Sends the adversarial letter."""
    return _once(
        request, key, body, lambda work: [decisions.open_hearing(work, candidature_id, body).id]
    )


@router.post("/{candidature_id}/extension")
def extend(request: Request, candidature_id: UUID, body: ReasonInput, key: Key) -> Made:
    """15 working days in all, with a reason."""
    return _once(
        request, key, body, lambda work: [decisions.extend(work, candidature_id, body.reason).id]
    )


@router.post("/{candidature_id}/announced-extension")
def extend_as_announced(
    request: Request, candidature_id: UUID, body: ReasonInput, key: Key
) -> Made:
    """Before the first market, by the length the documents announce (CAND-05)."""

    def do(work: Work) -> list[UUID]:
        return [decisions.extend_as_announced(work, candidature_id, body.reason).id]

    return _once(request, key, body, do)


@router.post("/complements")
def ask_complements(request: Request, body: TogetherInput, key: Key) -> Made:
    """The same complements, with the same last day, of all the candidatures named."""

    def do(work: Work) -> list[UUID]:
        asked = decisions.ask_complements(work, body.candidature_ids, body)
        return [candidature.id for candidature in asked]

    return _once(request, key, body, do)


@router.post("/updates")
def ask_update(request: Request, body: TogetherInput, key: Key) -> Made:
    """The same update of all those named, within 5 working days."""

    def do(work: Work) -> list[UUID]:
        asked = decisions.ask_update(work, body.candidature_ids, body.text)
        return [candidature.id for candidature in asked]

    return _once(request, key, body, do)


def _decide(
    request: Request,
    candidature_id: UUID,
    body: DecisionInput,
    key: UUID,
    command: Callable[[Work, UUID, DecisionInput], Any],
) -> Made:
    def do(work: Work) -> list[UUID]:
        command(work, candidature_id, body)
        return [candidature_id]

    return _once(request, key, body, do)


def _once(
    request: Request, key: UUID, body: BaseModel | None, do: Callable[[Work], list[UUID]]
) -> Made:
    """The act, once for its key; the outcome of the first time afterwards."""
    said = json.dumps(body.model_dump(mode="json"), sort_keys=True) if body else ""
    outcome = once_api(
        request, key, said.encode(), lambda work: {"ids": [str(one) for one in do(work)]}
    )
    return Made.model_validate(outcome)
