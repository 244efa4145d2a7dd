"""The evaluation by the JSON API: verdicts, scores, closing, ranking."""

from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ConfigDict

from app.api.acts import Key
from app.deps import once_api, reading, writing
from app.routing import api_router
from sad.db.work import Work
from sad.evaluation import queries, service
from sad.evaluation.schemas import (
    CompletionAnswer,
    CompletionInput,
    IncreaseInput,
    JudgeInput,
    LowPriceDecision,
    LowPriceQuestion,
    ScoreInput,
    Written,
)
from sad.evaluation.tables import Score
from sad.kernel.canonical import instant
from sad.kernel.errors import NotFound
from sad.offers.tables import Offer

router = api_router("/markets/{market_id}", "evaluation")


class Named(BaseModel):
    """A person."""

    model_config = ConfigDict(extra="forbid")

    person_id: UUID


class Reason(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")

    reason: Written


class HandedBack(Reason):
    """Whose values, and why."""

    person_id: UUID


@router.post("/offers/{offer_id}/verdict")
def judge(request: Request, market_id: UUID, offer_id: UUID, data: JudgeInput) -> dict[str, Any]:
    """What an offer is found to be, with reasons."""
    with writing(request) as work:
        _own(work, market_id, offer_id)
        offer = service.judge(work, offer_id, data)
        return {"offer": str(offer.id), "verdict": str(offer.verdict)}


@router.post("/completion-request", status_code=201)
def ask_completion(
    request: Request, market_id: UUID, data: CompletionInput, key: Key
) -> dict[str, Any]:
    """The one request to all the irregular offers, with one delay."""

    def do(work: Work) -> dict[str, Any]:
        letters = service.ask_completion(work, market_id, data)
        return {"letters": [str(letter.id) for letter in letters]}

    return once_api(request, key, data.model_dump_json().encode(), do)


@router.post("/offers/{offer_id}/completion")
def record_completion(
    request: Request, market_id: UUID, offer_id: UUID, data: CompletionAnswer
) -> dict[str, Any]:
    """What came back, without any price nor quantity."""
    with writing(request) as work:
        _own(work, market_id, offer_id)
        offer = service.record_completion(work, offer_id, data)
        return {"offer": str(offer.id), "verdict": str(offer.verdict)}


@router.post("/offers/{offer_id}/low-price-question", status_code=201)
def ask_low_price(
    request: Request, market_id: UUID, offer_id: UUID, data: LowPriceQuestion, key: Key
) -> dict[str, Any]:
    """Questions a price, in writing, with a delay."""

    def do(work: Work) -> dict[str, Any]:
        _own(work, market_id, offer_id)
        return {"letter": str(service.ask_low_price(work, offer_id, data).id)}

    return once_api(request, key, data.model_dump_json().encode(), do)


@router.post("/offers/{offer_id}/low-price-decision")
def decide_low_price(
    request: Request, market_id: UUID, offer_id: UUID, data: LowPriceDecision
) -> dict[str, Any]:
    """Whether the explanation holds."""
    with writing(request) as work:
        _own(work, market_id, offer_id)
        offer = service.decide_low_price(work, offer_id, data)
        return {"offer": str(offer.id), "verdict": str(offer.verdict)}


@router.post("/credit-increases", status_code=201)
def increase(request: Request, market_id: UUID, data: IncreaseInput, key: Key) -> dict[str, Any]:
    """More credits on a lot, before any elimination on that ground; `amount` in cents."""

    def do(work: Work) -> dict[str, Any]:
        lot = service.record_increase(work, market_id, data)
        return {"lot": lot.number, "increase_cents": lot.increase_cents}

    body = f"{data.lot_number}:{data.amount.cents}:{data.reason}".encode()
    return once_api(request, key, body, do)


@router.post("/evaluators", status_code=201)
def name_evaluator(request: Request, market_id: UUID, data: Named) -> dict[str, Any]:
    """Names somebody to score."""
    with writing(request) as work:
        return {"person_id": str(service.assign(work, market_id, data.person_id).person_id)}


@router.get("/scores")
def scores(request: Request, market_id: UUID) -> dict[str, Any]:
    """The scores one may read: one's own, the others' once all are handed in."""
    with reading(request) as work:
        view = queries.scores(work, market_id)
    return {
        "criteria": [{"id": str(c.id), "code": c.code, "label": c.label} for c in view.criteria],
        "offers": [{"id": str(o.id), "supplier": o.supplier_name} for o in view.offers],
        "mine": [_score(row) for row in view.mine.values()],
        "others": [
            _score(row) | {"evaluator": name}
            for named in view.others.values()
            for name, row in named
        ],
        "consolidated": [_score(row) for row in view.consolidated.values()],
        "visible": view.visible,
        "given": view.given,
    }


@router.put("/offers/{offer_id}/scores/{criterion_id}")
def put_score(
    request: Request, market_id: UUID, offer_id: UUID, criterion_id: UUID, data: ScoreInput
) -> dict[str, Any]:
    """One's own value on a criterion."""
    with writing(request) as work:
        _own(work, market_id, offer_id)
        return _score(service.put_score(work, offer_id, criterion_id, data))


@router.post("/scores/hand-in")
def give(request: Request, market_id: UUID) -> dict[str, Any]:
    """One's own values are complete: they change no more, and are read once all are handed in."""
    with writing(request) as work:
        given = service.give(work, market_id)
        return {"given_at": None if given.given_at is None else instant(given.given_at)}


@router.post("/scores/hand-back", status_code=204)
def hand_back(request: Request, market_id: UUID, data: HandedBack) -> None:
    """Gives somebody's values back to them, with the reason."""
    with writing(request) as work:
        service.hand_back(work, market_id, data.person_id, data.reason)


@router.put("/offers/{offer_id}/common-scores/{criterion_id}")
def put_common(
    request: Request, market_id: UUID, offer_id: UUID, criterion_id: UUID, data: ScoreInput
) -> dict[str, Any]:
    """The value kept after discussion; one that is not the mean says why."""
    with writing(request) as work:
        _own(work, market_id, offer_id)
        return _score(service.put_consolidated(work, offer_id, criterion_id, data))


@router.post("/consolidation")
def consolidate(request: Request, market_id: UUID) -> dict[str, Any]:
    """The means, where no common value was given."""
    with writing(request) as work:
        return {"written": service.consolidate(work, market_id)}


@router.post("/evaluation/close", status_code=201)
def close(request: Request, market_id: UUID, key: Key) -> dict[str, Any]:
    """Freezes the ranking of each lot."""

    def do(work: Work) -> dict[str, Any]:
        rows = service.close(work, market_id)
        return {"lots": [{"lot": row.lot_number, "sha256": row.result_sha256} for row in rows]}

    return once_api(request, key, b"close", do)


@router.post("/evaluation/reopen", status_code=201)
def reopen(request: Request, market_id: UUID, data: Reason, key: Key) -> dict[str, Any]:
    """Takes the evaluation up again, before any proposal."""

    def do(work: Work) -> dict[str, Any]:
        return {"state": str(service.reopen(work, market_id, data.reason).state)}

    return once_api(request, key, data.model_dump_json().encode(), do)


@router.get("/ranking")
def ranking(request: Request, market_id: UUID) -> list[dict[str, Any]]:
    """The frozen ranking of each lot, with formulas, figures and hash."""
    with reading(request) as work:
        found = queries.ranking(work, market_id)
    return [
        {
            "lot": view.row.lot_number,
            "closed_at": instant(view.row.closed_at),
            "sha256": view.row.result_sha256,
            "intact": view.intact,
            "suppliers": dict(view.names),
            "result": view.row.result,
        }
        for view in found
    ]


def _own(work: Work, market_id: UUID, offer_id: UUID) -> None:
    """The offer is of the market in the address."""
    if work.get(Offer, offer_id).market_id != market_id:
        raise NotFound()


def _score(row: Score) -> dict[str, Any]:
    return {
        "offer": str(row.offer_id),
        "criterion": str(row.criterion_id),
        "value": f"{row.value:f}",
        "reason": row.reason,
    }
