"""The award by the JSON API: each act carries an `Idempotency-Key`, pressed twice is done once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ConfigDict

from app.api.acts import Key
from app.deps import once_api, reading, writing
from app.rendering.sentences import sentence
from app.routing import api_router
from sad.awards import queries, relaunching, service
from sad.awards.queries import AwardView, LineOutcome
from sad.awards.schemas import (
    AdmissionInput,
    DecisionInput,
    DeliveryInput,
    InvoiceInput,
    NotificationInput,
    OrderInput,
    PaperInput,
    PaymentInput,
    ProposalInput,
    RelaunchInput,
    SignatureInput,
    TransmissionInput,
    Written,
)
from sad.awards.states import Cause
from sad.awards.tables import Award
from sad.db.work import Work
from sad.kernel.errors import NotFound

router = api_router("/markets/{market_id}", "awards")


class Reason(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")

    reason: Written


class Replacement(Reason):
    """Why, and who goes first among the next ranked when they are equal (EX-15)."""

    cause: Cause = Cause.PAPERS
    orders: dict[str, list[UUID]] = {}
    order_reason: str = ""


@router.get("/awards")
def awards(request: Request, market_id: UUID) -> dict[str, Any]:
    """Where the award stands, what the next step lacks, the money in cents."""
    with reading(request) as work:
        page = queries.page(work, market_id)
    return {
        "state": page.state.value,
        "awards": [_view(award) for award in page.awards],
        "lines": [_outcome(one) for one in page.lines],
        "to_decide": [
            {"code": p.code, "message": sentence(p.code, p.facts)} for p in page.to_decide
        ],
        "reserved_cents": page.money.reserved.cents,
        "engaged_cents": page.money.engaged.cents,
        "invoiced_cents": page.money.invoiced.cents,
    }


@router.post("/awards/propose", status_code=201)
def propose(request: Request, market_id: UUID, data: ProposalInput, key: Key) -> dict[str, Any]:
    """Proposes the best ranked; `offers` names whom one expects, or is left empty."""
    return _many(request, key, data, lambda work: service.propose(work, market_id, data))


@router.post("/awards/decide", status_code=201)
def decide(request: Request, market_id: UUID, data: DecisionInput, key: Key) -> dict[str, Any]:
    """The décision d'attribution; the letters leave."""
    return _many(request, key, data, lambda work: service.decide(work, market_id, data))


@router.post("/awards/cancel", status_code=201)
def cancel(request: Request, market_id: UUID, data: Reason, key: Key) -> dict[str, Any]:
    """Undoes a proposal or a decision before any signature."""
    return _many(request, key, data, lambda work: service.cancel(work, market_id, data.reason))


@router.post("/awards/{award_id}/papers", status_code=201)
def paper(request: Request, market_id: UUID, award_id: UUID, data: PaperInput) -> dict[str, Any]:
    """A winner's paper received and checked."""
    with writing(request) as work:
        _own(work, market_id, award_id)
        return {"paper": str(service.record_paper(work, award_id, data).id)}


@router.post("/awards/{award_id}/replace", status_code=201)
def replace(
    request: Request, market_id: UUID, award_id: UUID, data: Replacement, key: Key
) -> dict[str, Any]:
    """The next ranked, when papers did not come in time."""

    def do(work: Work) -> list[Award]:
        _own(work, market_id, award_id)
        parted = ProposalInput(orders=data.orders, order_reason=data.order_reason)
        return service.replace(work, award_id, data.reason, parted, data.cause)

    return _many(request, key, data, do)


@router.post("/awards/{award_id}/sign", status_code=201)
def sign(
    request: Request, market_id: UUID, award_id: UUID, data: SignatureInput, key: Key
) -> dict[str, Any]:
    """The acte d'engagement is signed: the reservation becomes an engagement."""
    return _one(request, market_id, award_id, key, data, service.sign)


@router.post("/awards/{award_id}/transmit", status_code=201)
def transmit(
    request: Request, market_id: UUID, award_id: UUID, data: TransmissionInput, key: Key
) -> dict[str, Any]:
    """Sent to the prefecture, or its receipt."""
    return _one(request, market_id, award_id, key, data, service.transmit)


@router.post("/awards/{award_id}/notify", status_code=201)
def notify(
    request: Request, market_id: UUID, award_id: UUID, data: NotificationInput, key: Key
) -> dict[str, Any]:
    """The contract takes effect."""
    return _one(request, market_id, award_id, key, data, service.notify)


@router.post("/awards/{award_id}/order", status_code=201)
def order(
    request: Request, market_id: UUID, award_id: UUID, data: OrderInput, key: Key
) -> dict[str, Any]:
    """The order and its slot."""
    return _one(request, market_id, award_id, key, data, service.order)


@router.post("/awards/{award_id}/delivery", status_code=201)
def deliver(
    request: Request, market_id: UUID, award_id: UUID, data: DeliveryInput, key: Key
) -> dict[str, Any]:
    """What was delivered."""
    return _one(request, market_id, award_id, key, data, service.deliver)


@router.post("/awards/{award_id}/admissions", status_code=201)
def admit(
    request: Request, market_id: UUID, award_id: UUID, data: AdmissionInput, key: Key
) -> dict[str, Any]:
    """The admission of a line."""
    return _one(request, market_id, award_id, key, data, service.admit)


@router.post("/awards/{award_id}/invoices", status_code=201)
def invoice(
    request: Request, market_id: UUID, award_id: UUID, data: InvoiceInput, key: Key
) -> dict[str, Any]:
    """An invoice; amounts in cents."""
    return _one(request, market_id, award_id, key, data, service.invoice)


@router.post("/awards/{award_id}/payments", status_code=201)
def pay(
    request: Request, market_id: UUID, award_id: UUID, data: PaymentInput, key: Key
) -> dict[str, Any]:
    """The payment of an invoice."""
    return _one(request, market_id, award_id, key, data, service.pay)


@router.post("/awards/{award_id}/settle", status_code=201)
def settle(request: Request, market_id: UUID, award_id: UUID, key: Key) -> dict[str, Any]:
    """The solde."""

    def do(work: Work) -> dict[str, Any]:
        _own(work, market_id, award_id)
        return _award(service.settle(work, award_id))

    return once_api(request, key, b"settle", do)


@router.get("/free-lines")
def free_lines(request: Request, market_id: UUID) -> list[dict[str, Any]]:
    """The lines that have no supplier once the market is decided or ended, to launch again."""
    with reading(request) as work:
        found = relaunching.free_lines(work, market_id)
    return [
        {
            "line": str(one.line.id),
            "label": one.line.label,
            "quantity": f"{one.quantity.normalize():f}",
            "slice_size": None if one.slice_size is None else f"{one.slice_size.normalize():f}",
        }
        for one in found
    ]


@router.post("/relaunch", status_code=201)
def relaunch(request: Request, market_id: UUID, data: RelaunchInput, key: Key) -> dict[str, Any]:
    """A new draft that asks for them, in the same category or another, in other slices."""

    def do(work: Work) -> dict[str, Any]:
        return {"market": str(service.relaunch(work, market_id, data).id)}

    return once_api(request, key, _body(data), do)


def _one(
    request: Request,
    market_id: UUID,
    award_id: UUID,
    key: UUID,
    data: BaseModel,
    act: Callable[[Work, UUID, Any], Award],
) -> dict[str, Any]:
    def do(work: Work) -> dict[str, Any]:
        _own(work, market_id, award_id)
        return _award(act(work, award_id, data))

    return once_api(request, key, _body(data), do)


def _many(
    request: Request, key: UUID, data: BaseModel, act: Callable[[Work], list[Award]]
) -> dict[str, Any]:
    def do(work: Work) -> dict[str, Any]:
        return {"awards": [_award(award) for award in act(work)]}

    return once_api(request, key, _body(data), do)


def _own(work: Work, market_id: UUID, award_id: UUID) -> None:
    """The award is of the market in the address."""
    if queries.market_of(work, award_id) != market_id:
        raise NotFound()


def _body(data: BaseModel) -> bytes:
    """What was asked, as the same key must ask it again."""
    return repr(data).encode()


def _award(award: Award) -> dict[str, Any]:
    return {
        "id": str(award.id),
        "offer": str(award.offer_id),
        "lot": award.lot_number,
        "state": str(award.state),
        "rank": award.rank,
        "slices": award.slices,
        "ht_cents": award.ht_cents,
        "payable_cents": award.payable_cents,
    }


def _outcome(one: LineOutcome) -> dict[str, Any]:
    """A line given on its own: who supplies how much of it, what nobody does."""
    return {
        "line": str(one.line.id),
        "label": one.line.label,
        "winners": [
            {"supplier": won.supplier, "quantity": f"{won.quantity:f}", "ht_cents": won.ht.cents}
            for won in one.winners
        ],
        "left": f"{one.left.normalize():f}",
        "reason": one.reason,
    }


def _view(view: AwardView) -> dict[str, Any]:
    return _award(view.row) | {
        "supplier": view.supplier,
        "lines": list(view.lines),
        "papers_missing": [paper.kind.value for paper in view.papers if paper.problem],
        "papers_due_on": view.row.papers_due_on.isoformat() if view.row.papers_due_on else None,
        "engagement_number": view.row.engagement_number,
        "publish_by": view.publish_by.isoformat() if view.publish_by else None,
        "essential": view.row.essential,
        "performance": view.row.performance,
    }
