"""The award of a market, step by step, as the tests go through it."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

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
from sad.evaluation.tables import Letter
from sad.funding.service import availability
from sad.funding.tables import Movement
from sad.kernel.actor import ENGINE
from sad.kernel.errors import Incomplete
from sad.kernel.money import Money
from sad.markets.tables import SpecificMarket
from tests.conftest import OpenWork
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


def state(read: OpenWork, cast: Cast, scene: Scene) -> str:
    """Where the market stands."""
    with read(cast.actor("officer")) as w:
        return w.get(SpecificMarket, scene.market_id).state


def letters(read: OpenWork) -> list[tuple[str, str]]:
    """(kind, supplier's name) of each letter, sorted."""
    with read(ENGINE) as w:
        found = w.session.exec(select(Letter)).all()
        return sorted((row.kind, row.facts["supplier"]["name"]) for row in found)  # type: ignore[index]  # JSON


def movements(read: OpenWork, scene: Scene) -> list[tuple[str, int]]:
    """Kinds and effects on the line of the market's movements, in their order."""
    with read(ENGINE) as w:
        rows = w.session.exec(
            select(Movement)
            .where(col(Movement.market_id) == scene.market_id)
            .order_by(col(Movement.seq))
        )
        return [(row.kind, row.line_cents) for row in rows]


def left(read: OpenWork, cast: Cast, scene: Scene) -> Money:
    """What the funding line has left."""
    with read(cast.actor("officer")) as w:
        return availability(w, scene.funding_line_id, scene.envelope_id).line


def codes(refused: pytest.ExceptionInfo[Incomplete]) -> set[str]:
    """What was missing."""
    return {problem.code for problem in refused.value.problems}
