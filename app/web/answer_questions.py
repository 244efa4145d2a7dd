"""Questions of an invited supplier, and its requests for more time; nobody learns who asked."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app.deps import reading, redirect, writing
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.answer_context import may_not, own_context
from app.web.forms import answerable, parse, typed
from app.web.pages import errors_of, render
from sad.accounts.permissions import require_supplier
from sad.db.work import Work
from sad.kernel.errors import Refusal
from sad.markets import questions, suppliers
from sad.markets.schemas import QuestionInput
from sad.offers.rules import MayNotAnswer

router = page_router("/reponse/{market_id}")

PAGES = {"question": "offers/ask.html", "postponement": "offers/postpone.html"}


@router.get("/questions")
def question(request: Request, market_id: UUID, ligne: int | None = None) -> Response:
    """A question on the whole request, or on one line (`?ligne=`)."""
    return _page(request, market_id, "question", {"line_position": ligne or ""})


@router.post("/questions")
def ask(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Asks; the answer goes to all."""
    return _send(request, market_id, "question", form)


@router.get("/report")
def postponement(request: Request, market_id: UUID) -> Response:
    """More time: why, and until when if one knows."""
    return _page(request, market_id, "postponement", {})


@router.post("/report")
def postpone(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Asks for more time; it is granted to all, or refused to all."""
    return _send(request, market_id, "postponement", form)


def _send(request: Request, market_id: UUID, kind: str, form: FormData) -> Response:
    try:
        with writing(request) as work:
            require_supplier(work)
            questions.ask(work, market_id, parse(QuestionInput, form, kind=kind))
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        return _page(request, market_id, kind, typed(form), refusal)
    return redirect(f"/reponse/{market_id}?question={kind}#questions")


def _page(
    request: Request,
    market_id: UUID,
    kind: str,
    values: dict[str, Any],
    refusal: Refusal | None = None,
) -> Response:
    try:
        with reading(request) as work:
            context = _context(work, market_id)
    except MayNotAnswer as refused:
        return may_not(request, refused)
    return render(
        request,
        PAGES[kind],
        status=200 if refusal is None else 422,
        values=values,
        errors={} if refusal is None else errors_of(refusal),
        **context,
    )


def _context(work: Work, market_id: UUID) -> dict[str, Any]:
    context = own_context(work, market_id)
    market = suppliers.for_supplier(work, market_id)
    lines = context["draft"].grid.view.lines
    return context | {
        "market": market,
        "may_ask": market.may_ask(work.now),
        "until": market.market.get("questions_until"),
        "lines": [(str(one.position), f"{one.label}, {one.designation}") for one in lines],
    }
