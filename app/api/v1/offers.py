"""Answers by the JSON API: a supplier's own; after the opening, the offers for agents."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from app.api.acts import Key
from app.deps import once_api, reading, wiring_of, writing
from app.rendering.sentences import sentence
from app.routing import api_router
from sad.db.work import Work
from sad.kernel.canonical import instant
from sad.kernel.errors import Problem
from sad.kernel.money import Money
from sad.offers import deposits, drafts, prefill, queries
from sad.offers.deposits import CLOCK_DOUBT, Acknowledged
from sad.offers.opening import open_offers
from sad.offers.payload import Draft
from sad.offers.queries import OfferView
from sad.offers.register import DepositRow

router = api_router("/markets", "offers")

Typed = str | int | Decimal | bool | None


class LineBody(BaseModel):
    """One line, by its position; cells as typed, by column key."""

    model_config = ConfigDict(extra="forbid")

    position: int
    values: dict[str, Typed]


class OfferBody(BaseModel):
    """The whole answer: a line not given becomes unanswered."""

    model_config = ConfigDict(extra="forbid")

    lines: Annotated[list[LineBody], Field(max_length=5000)]
    answers: dict[str, Typed] | None = None  # to the questions; left out, those saved stay


class SubmitBody(BaseModel):
    """The digest that the last reading or writing of the draft gave."""

    model_config = ConfigDict(extra="forbid")

    digest: str


@router.get("/{market_id}/offer")
def own(request: Request, market_id: UUID) -> dict[str, Any]:
    """One's own answer: draft, totals, what is missing, where it stands."""
    with reading(request) as work:
        answer = queries.own_answer(work, market_id)
    return _draft(answer.draft) | {
        "standing": answer.standing,
        "deadline": instant(answer.desk.market.deadline_at),
        "in_force": None if answer.in_force is None else answer.in_force.number,
    }


@router.post("/{market_id}/offer")
def start(request: Request, market_id: UUID) -> dict[str, Any]:
    """Begins the answer; asked again, gives the same draft."""
    with writing(request) as work:
        drafts.start(work, market_id)
    return own(request, market_id)


@router.put("/{market_id}/offer")
def put(request: Request, market_id: UUID, body: OfferBody) -> JSONResponse:
    """Replaces the whole draft, all or nothing."""
    typed = {
        line.position: {key: _text(value) for key, value in line.values.items()}
        for line in body.lines
    }
    once = body.answers
    answers = None if once is None else {key: _text(value) for key, value in once.items()}
    with writing(request) as work:
        saved = drafts.put(work, market_id, typed, answers)
    return JSONResponse(_draft(saved.draft))


@router.get("/{market_id}/offer/proposal")
def proposed(request: Request, market_id: UUID) -> dict[str, Any]:
    """What one's last answer sent would fill here, to be given back by PUT: nothing is written.

    No `lines` where nothing matches.
    """
    with reading(request) as work:
        found = prefill.proposal(work, market_id)
    if found is None:
        return {"title": None, "sent_at": None, "lines": [], "answers": {}}
    lines = [{"position": at, "values": dict(cells)} for at, cells in found.lines.items()]
    return {
        "title": found.title,
        "sent_at": instant(found.sent_at),
        "lines": lines,
        "answers": dict(found.answers),
    }


@router.post("/{market_id}/offer/submit", status_code=201)
def submit(request: Request, market_id: UUID, body: SubmitBody, key: Key) -> JSONResponse:
    """Sends the draft; asked again with the same key, gives the same receipt."""
    with writing(request) as work:
        _note_clock(request, work)
        given = deposits.submit(work, market_id, key, body.digest)
    return JSONResponse(_given(market_id, given), status_code=201)


@router.post("/{market_id}/offer/withdraw", status_code=201)
def withdraw(request: Request, market_id: UUID, key: Key) -> dict[str, Any]:
    """Takes back the answer in force."""
    with writing(request) as work:
        _note_clock(request, work)
        given = deposits.withdraw(work, market_id, key)
    return _given(market_id, given)


@router.get("/{market_id}/offer/receipts")
def receipts(request: Request, market_id: UUID) -> list[dict[str, Any]]:
    """One's own receipts, in the order they were received."""
    with reading(request) as work:
        answer = queries.own_answer(work, market_id)
    return [_receipt(row) for row in answer.deposits]


@router.get("/{market_id}/offer/receipts/{deposit_id}")
def receipt(request: Request, market_id: UUID, deposit_id: UUID) -> dict[str, Any]:
    """One receipt, as the file to keep."""
    with reading(request) as work:
        row = queries.own_receipt(work, market_id, deposit_id)
    return row.signed.file() if row.signed else {}


@router.post("/{market_id}/opening", status_code=201)
def opening(request: Request, market_id: UUID, key: Key) -> dict[str, Any]:
    """Opens the answers, once, from a minute after the deadline."""

    def do(work: Work) -> dict[str, Any]:
        _note_clock(request, work)
        given = open_offers(work, market_id)
        return {
            "offers": given.offers,
            "unreadable": given.unreadable,
            "late": given.late,
            "anomalies": given.anomalies,
        }

    return once_api(request, key, b"", do)


@router.get("/{market_id}/offers")
def offers(request: Request, market_id: UUID) -> list[dict[str, Any]]:
    """The offers, for agents, after the opening."""
    with reading(request) as work:
        views = queries.offers_of(work, market_id)
    return [_offer(view) for view in views]


def _text(value: Typed) -> str:
    """A JSON value as it would be typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _note_clock(request: Request, work: Work) -> None:
    work.notes[CLOCK_DOUBT] = bool(getattr(wiring_of(request).clock, "doubt", False))


def _draft(draft: Draft) -> dict[str, Any]:
    totals = draft.totals
    lines = draft.grid.view.lines
    return {
        "digest": draft.digest,
        "answers": {key: draft.answer.answers.get(key) for key in draft.grid.questions},
        "lines": [
            {
                "position": line.position,
                "label": line.label,
                "answered": rank in draft.answered,
                "values": draft.answer.lines.get(str(line.id), {}),
                "ht_cents": _cents(totals.lines.get(str(rank))),
            }
            for rank, line in enumerate(lines)
        ],
        "files": [
            {"id": file.id, "line": file.line, "name": file.name, "sha256": file.sha256}
            for file in draft.answer.draft_files
        ],
        "totals": {
            "ht_cents": totals.ht.cents,
            "vat_cents": {f"{rate:f}": vat.cents for rate, vat in totals.vat.items()},
            "payable_cents": totals.payable.cents,
        },
        "problems": [_problem(problem) for problem in draft.problems],
        "irregular": [_problem(problem) for problem in draft.irregular],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "where": problem.where,
        "message": sentence(problem.code, problem.facts),
    }


def _given(market_id: UUID, given: Acknowledged) -> dict[str, Any]:
    return {
        "number": given.number,
        "receipt": f"/api/v1/markets/{market_id}/offer/receipts/{given.deposit_id}",
        "id": str(given.deposit_id),
    }


def _receipt(row: DepositRow) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "number": row.number,
        "act": row.kind,
        "received_at": instant(row.received_at),
        "sha256": row.receipt_sha256,
    }


def _offer(view: OfferView) -> dict[str, Any]:
    return {
        "id": str(view.id),
        "supplier": view.supplier_name,
        "state": view.state,
        "received_at": instant(view.received_at),
        "answers": dict(view.answers),
        "ht_cents": _cents(view.ht),
        "payable_cents": _cents(view.payable),
        "lots": {
            str(lot): {"ht_cents": total.ht.cents, "payable_cents": total.payable.cents}
            for lot, total in view.lots.items()
        },
        "lines": [
            {
                "line": str(line.line_id),
                "quantity": f"{line.quantity:f}",
                "slices": line.slices,
                "unit_cents": _cents(line.unit_price),
                "ht_cents": _cents(line.ht),
                "values": dict(line.values),
            }
            for line in view.lines.values()
        ],
        "files": [
            {
                "id": str(file.id),
                "line": None if file.line_id is None else str(file.line_id),
                "name": file.name,
                "media_type": file.media_type,
                "size": file.size,
                "sha256": file.sha256,
                "scan": file.scan,
                "scanned_at": None if file.scanned_at is None else instant(file.scanned_at),
            }
            for file in view.files
        ],
    }


def _cents(amount: Money | None) -> int | None:
    return None if amount is None else amount.cents
