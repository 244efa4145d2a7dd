"""After the notification: ordered, delivered, admitted piece by piece, invoiced, paid (P15)."""

from app.demo.stage import Stage
from sad.awards import service as awards
from sad.awards.letters import awarded_lines
from sad.awards.rows import awards_of, live
from sad.awards.schemas import (
    AdmissionInput,
    DeliveryInput,
    InvoiceInput,
    OrderInput,
    PaymentInput,
)
from sad.awards.tables import Award
from sad.db.work import Work
from sad.evaluation.file import load
from sad.kernel.money import Money


def ordered(stage: Stage, name: str, slot: str) -> None:
    """Orders from each holder."""
    with stage.act("buyer") as work:
        for award in _awards(stage, work, name):
            awards.order(work, award.id, OrderInput(ordered_on=work.today, slot=slot))


def delivered(stage: Stage, name: str, supplier: str, note: str) -> None:
    """One holder's pieces came, were counted, and are admitted as they are."""
    with stage.act("buyer") as work:
        award = _award(stage, work, name, supplier)
        awards.deliver(work, award.id, DeliveryInput(delivered_on=work.today, note=note))
        file = load(work, award.organisation_id, award.market_id)
        for line in awarded_lines(file, award):
            given = AdmissionInput(line_id=line["line"], verdict="accepted")
            awards.admit(work, award.id, given)


def invoiced(stage: Stage, name: str, supplier: str, number: str) -> None:
    """The holder's invoice, for the whole of it."""
    with stage.act("buyer") as work:
        award = _award(stage, work, name, supplier)
        given = InvoiceInput(
            number=number,
            ht=Money(award.ht_cents),
            paid=Money(award.payable_cents),
            received_on=work.today,
        )
        awards.invoice(work, award.id, given)


def paid(stage: Stage, name: str, supplier: str, number: str) -> None:
    """The accountant paid it."""
    with stage.act("buyer") as work:
        award = _award(stage, work, name, supplier)
        awards.pay(work, award.id, PaymentInput(number=number, paid_on=work.today))


def _awards(stage: Stage, work: Work, name: str) -> list[Award]:
    return live(awards_of(work, stage.market(work, name)))


def _award(stage: Stage, work: Work, name: str, supplier: str) -> Award:
    holder = stage.actors[supplier].supplier_id
    return next(one for one in _awards(stage, work, name) if one.supplier_id == holder)
