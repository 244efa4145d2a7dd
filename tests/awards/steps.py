"""The award of a market, step by step, as the tests go through it."""

from datetime import date
from typing import Any

from sad.awards import service
from sad.awards.schemas import (
    AdmissionInput,
    DecisionInput,
    DeliveryInput,
    InvoiceInput,
    NotificationInput,
    OrderInput,
    PaymentInput,
    SignatureInput,
)
from sad.awards.tables import Award
from sad.db.work import Work
from sad.kernel.money import Money
from tests.evaluation.scene import Scene, papers
from tests.support.cast import Cast

REASONS = "Meilleur état des pièces et délai court."


def propose(work: Work, cast: Cast, scene: Scene, *parts: str) -> list[Award]:
    """Proposes the best ranked, whose papers (of `parts`) are complete."""
    papers(work, cast, *(parts or scene.offers))
    return service.propose(work, scene.market_id)


def decide(work: Work, cast: Cast, scene: Scene, reasons: str = REASONS) -> list[Award]:
    """Under the cast's delegation."""
    data = DecisionInput(delegation_id=cast.delegation_id, reasons=reasons)
    return service.decide(work, scene.market_id, data)


def signature(cast: Cast, **changes: Any) -> SignatureInput:
    """A complete signature, or with some changes."""
    given = {
        "delegation_id": cast.delegation_id,
        "engagement_number": "E2026-0042",
        "supplier_signed_on": date(2026, 9, 17),
        "paper_kept": True,
    }
    return SignatureInput.model_validate(given | changes)


def sign(work: Work, cast: Cast, award: Award, **changes: Any) -> Award:
    """Signs one award."""
    return service.sign(work, award.id, signature(cast, **changes))


def notify(work: Work, cast: Cast, award: Award, **changes: Any) -> Award:
    """Notifies one award."""
    given = {"delegation_id": cast.delegation_id} | changes
    return service.notify(work, award.id, NotificationInput.model_validate(given))


def perform(work: Work, scene: Scene, award: Award, paid: int) -> Award:
    """Ordered, delivered, admitted, invoiced for `paid` cents and paid, all today."""
    today = work.today
    service.order(work, award.id, OrderInput(ordered_on=today, slot="Le matin"))
    service.deliver(work, award.id, DeliveryInput(delivered_on=today))
    for line in scene.lines:
        service.admit(work, award.id, AdmissionInput(line_id=line, verdict="accepted"))
    invoice = InvoiceInput(number="F-1", ht=Money(paid), paid=Money(paid), received_on=today)
    service.invoice(work, award.id, invoice)
    return service.pay(work, award.id, PaymentInput(number="F-1", paid_on=today))
