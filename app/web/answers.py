"""A supplier and one price request: reading it, answering, sending, its receipts."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app.deps import act_key_of, reading, redirect, wiring_of, writing
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import answer_views as views
from app.web.answer_context import may_not, own_context
from app.web.forms import text
from app.web.pages import render
from sad.db.work import Work
from sad.kernel.errors import Incomplete, Refusal
from sad.markets import suppliers
from sad.offers import deposits, drafts, queries
from sad.offers.deposits import CLOCK_DOUBT
from sad.offers.payload import Draft
from sad.offers.rules import MayNotAnswer, ReviewChanged
from sad.papers import queries as papers

router = page_router("/reponse/{market_id}")


@router.get("")
def invitation(request: Request, market_id: UUID) -> Response:
    """What is asked, by when, judged how; what one may do next."""
    try:
        with reading(request) as work:
            context = own_context(work, market_id)
            context["market"] = suppliers.for_supplier(work, market_id)
            context["issued"] = papers.for_answer(work, market_id)
    except MayNotAnswer as refusal:
        return may_not(request, refusal)
    if not context["own"].desk.seen:
        with writing(request) as work:
            suppliers.mark_seen(work, market_id)
    asked_now = request.query_params.get("question", "")
    return render(request, "offers/invitation.html", asked_now=asked_now, **context)


@router.post("/commencer")
def start(request: Request, market_id: UUID) -> Response:
    """Begins the answer, once; then its grid."""
    with writing(request) as work:
        drafts.start(work, market_id)
    return redirect(f"/reponse/{market_id}/offre")


@router.get("/relire")
def review(request: Request, market_id: UUID) -> Response:
    """The whole answer before it is sent: lines, totals, what is missing."""
    return _review(request, market_id, None)


@router.post("/envoyer")
def send(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Sends what was reviewed, once."""
    key, digest = act_key_of(form), text(form, "digest")
    try:
        with writing(request) as work:
            _note_clock(request, work)
            given = deposits.submit(work, market_id, key, digest)
    except (ReviewChanged, Incomplete) as refusal:
        return _review(request, market_id, refusal)
    return redirect(f"/reponse/{market_id}/accuses/{given.deposit_id}?fait=1")


@router.get("/retirer")
def confirm_withdrawal(request: Request, market_id: UUID) -> Response:
    """What withdrawing means, before it is done."""
    with reading(request) as work:
        context = own_context(work, market_id)
    return render(request, "offers/withdraw.html", **context)


@router.post("/retirer")
def withdraw(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Takes back the answer in force, once."""
    key = act_key_of(form)
    with writing(request) as work:
        _note_clock(request, work)
        given = deposits.withdraw(work, market_id, key)
    return redirect(f"/reponse/{market_id}/accuses/{given.deposit_id}?fait=1")


@router.get("/accuses")
def receipts(request: Request, market_id: UUID) -> Response:
    """Every act acknowledged, the last one first."""
    with reading(request) as work:
        context = own_context(work, market_id)
    return render(request, "offers/receipts.html", **context)


@router.get("/accuses/{deposit_id}")
def receipt(request: Request, market_id: UUID, deposit_id: UUID) -> Response:
    """One receipt: number, instant, documents, signature, what happens next."""
    with reading(request) as work:
        context = own_context(work, market_id)
        context["deposit"] = queries.own_receipt(work, market_id, deposit_id)
    done = bool(request.query_params.get("fait"))
    return render(request, "offers/receipt.html", done=done, **context)


@router.get("/accuses/{deposit_id}/reponse")
def sent(request: Request, market_id: UUID, deposit_id: UUID) -> Response:
    """What an act sent, readable for ever: the draft may have changed since."""
    with reading(request) as work:
        context = own_context(work, market_id)
        context["deposit"] = queries.own_receipt(work, market_id, deposit_id)
        draft = queries.own_sent(work, market_id, deposit_id)
    context |= {
        "draft": draft,
        "once": views.asked_once(draft, {}, None),
        "complete": views.complete(draft),
        "writable": False,
    }
    return render(request, "offers/sent.html", **context, **_lines(draft))


def _lines(draft: Draft) -> dict[str, Any]:
    """The answer line by line, as it is read again."""
    return {
        "rows": views.rows(draft, {}, None),
        "shown": views.shown,
        "ranks": {line.position: rank for rank, line in enumerate(draft.grid.view.lines)},
    }


def _note_clock(request: Request, work: Work) -> None:
    """The receipt says when our clock and the database's disagree."""
    work.notes[CLOCK_DOUBT] = bool(getattr(wiring_of(request).clock, "doubt", False))


def _review(request: Request, market_id: UUID, refused: Refusal | None) -> Response:
    with reading(request) as work:
        context = own_context(work, market_id)
    draft = context["draft"]
    base = context["base"]
    return render(
        request,
        "offers/review.html",
        status=200 if refused is None else 409,
        missing=views.linked(draft, draft.problems, base),
        irregular=views.linked(draft, draft.irregular, base),
        changed=isinstance(refused, ReviewChanged),
        **context,
        **_lines(draft),
    )
