"""Just enough of the performance: order, delivery, admission, invoice, payment, solde (P15)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app.deps import once, reading
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import evaluation_words as says
from app.web.forms import answerable, parse, text, typed
from app.web.pages import errors_of, render
from sad.accounts.permissions import Permission
from sad.awards import queries, service
from sad.awards.schemas import (
    AdmissionInput,
    DeliveryInput,
    InvoiceInput,
    OrderInput,
    PaymentInput,
)
from sad.db.work import Work
from sad.kernel.errors import NotFound, Refusal

router = page_router("/marches/{market_id}/execution")
RUNNING = frozenset({"notified", "performed"})
Act = Callable[[Work, UUID, FormData], object]

ACTS: dict[str, Act] = {
    "commande": lambda work, id_, form: service.order(work, id_, parse(OrderInput, form)),
    "livraison": lambda work, id_, form: service.deliver(work, id_, parse(DeliveryInput, form)),
    "admission": lambda work, id_, form: service.admit(work, id_, parse(AdmissionInput, form)),
    "facture": lambda work, id_, form: service.invoice(work, id_, parse(InvoiceInput, form)),
    "paiement": lambda work, id_, form: service.pay(work, id_, parse(PaymentInput, form)),
    "solde": lambda work, id_, form: service.settle(work, id_),
}


@router.get("")
def show(
    request: Request, market_id: UUID, contrat: UUID | None = None, ligne: UUID | None = None
) -> Response:
    """The contracts, one of them step by step; `ligne`: the line that is not admitted as it is."""
    with reading(request) as work:
        context = _context(work, market_id, contrat, ligne)
    return render(request, "awards/performance.html", **context)


@router.post("/{award_id}/{act}")
def act(request: Request, market_id: UUID, award_id: UUID, act: str, form: FormBody) -> Response:
    """One step, once."""
    if act not in ACTS:
        raise NotFound()

    def do(work: Work) -> str:
        if queries.market_of(work, award_id) != market_id:
            raise NotFound()
        ACTS[act](work, award_id, form)
        return f"/marches/{market_id}/execution?contrat={award_id}"

    try:
        return once(request, form, do)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = _context(work, market_id, award_id, _line(form))
        context |= {"values": typed(form), "errors": errors_of(refusal)}
        return render(request, "awards/performance.html", status=refusal.status, **context)


def _line(form: FormData) -> UUID | None:
    """The line of a réfaction or a refusal refused: its form shows again."""
    try:
        return UUID(text(form, "line_id"))
    except ValueError:
        return None


def _context(
    work: Work, market_id: UUID, award_id: UUID | None, line_id: UUID | None
) -> dict[str, Any]:
    """The contract asked for, else the first that is not settled; one at a time."""
    page = queries.page(work, market_id)
    begun = [award for award in page.awards if award.row.notified_at]
    asked = [award for award in begun if award.id == award_id]
    running = [award for award in begun if award.state.value in RUNNING]
    shown = next(iter([*asked, *running, *begun]), None)
    lines = [] if shown is None else shown.lines
    return {
        "page": page,
        "begun": begun,
        "award": shown,
        "flawed": next((line for line in lines if line["line"] == str(line_id)), None),
        "market": page.market,
        "base": f"/marches/{market_id}/execution",
        "says": says,
        "may_act": Permission.PERFORM in page.may,
        "running": RUNNING,
    }
