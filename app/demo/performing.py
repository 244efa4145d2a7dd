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


def delivered(stage: Stage, name: str, note: str, *suppliers: str) -> None:
    """The pieces of these holders came, were counted, and are admitted as they are."""
    with stage.act("buyer") as work:
        for award in _awards(stage, work, name, *suppliers):
            awards.deliver(work, award.id, DeliveryInput(delivered_on=work.today, note=note))
            file = load(work, award.organisation_id, award.market_id)
            for line in awarded_lines(file, award):
                given = AdmissionInput(line_id=line["line"], verdict="accepted")
                awards.admit(work, award.id, given)


def invoiced(stage: Stage, name: str, *suppliers: str) -> None:
    """Their invoices, each for the whole of what it supplied."""
    with stage.act("buyer") as work:
        for award in _awards(stage, work, name, *suppliers):
            given = InvoiceInput(
                number=_number(award),
                ht=Money(award.ht_cents),
                paid=Money(award.payable_cents),
                received_on=work.today,
            )
            awards.invoice(work, award.id, given)


def paid(stage: Stage, name: str, *suppliers: str) -> None:
    """The accountant paid them."""
    with stage.act("buyer") as work:
        for award in _awards(stage, work, name, *suppliers):
            given = PaymentInput(number=_number(award), paid_on=work.today)
            awards.pay(work, award.id, given)


def _number(award: Award) -> str:
    return f"F-{award.ht_cents % 9000 + 1000}"


def _awards(stage: Stage, work: Work, name: str, *suppliers: str) -> list[Award]:
    """The awards of a market: those of these suppliers, or all of them."""
    holders = {stage.actors[one].supplier_id for one in suppliers}
    found = live(awards_of(work, stage.market(work, name)))
    return [award for award in found if not holders or award.supplier_id in holders]
