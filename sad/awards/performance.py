"""Just enough of the performance (P15): order, delivery, admission, invoice, payment, solde."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.audit.service import record
from sad.awards.letters import awarded_lines
from sad.awards.proposing import award_of
from sad.awards.rows import advance
from sad.awards.schemas import (
    AdmissionInput,
    DeliveryInput,
    InvoiceInput,
    OrderInput,
    PaymentInput,
)
from sad.awards.states import MOVES, AwardState
from sad.awards.tables import Award
from sad.db.work import Work
from sad.evaluation.file import File
from sad.funding import service as funding
from sad.funding.states import MovementKind
from sad.funding.tables import Movement
from sad.kernel.calendar import paris_date
from sad.kernel.errors import Invalid, NotFound, Refusal
from sad.kernel.money import ZERO, Money, half_up
from sad.kernel.moves import move
from sad.markets.rows import chain_of


class NotNotified(Refusal):
    """Nothing is ordered nor paid before the notification (END-08)."""

    code = "awards.not_notified"


class LineNotAwarded(Invalid):
    """The holder does not supply this line."""

    code = "awards.line_not_awarded"


class AdmissionReasonMissing(Invalid):
    """A réfaction or a refusal says why."""

    code = "awards.admission_reason_missing"


class ReductionMissing(Invalid):
    """A réfaction has its percentage."""

    code = "awards.reduction_missing"


class NotDelivered(Refusal):
    """What was not delivered is neither admitted nor refused."""

    code = "awards.not_delivered"


class DatesDisordered(Invalid):
    """Order, delivery, invoice and payment follow one another, and are not in the future."""

    code = "awards.dates_disordered"


class InvoiceTwice(Refusal):
    """An invoice with this number is recorded. Fact: `number`."""

    code = "awards.invoice_twice"


class InvoiceAboveEngagement(Refusal):
    """Invoices never exceed the engagement. Facts: `amount`, `left`."""

    code = "awards.invoice_above_engagement"


class InvoiceUnpaid(Refusal):
    """The solde waits for the payment of every invoice. Fact: `numbers`."""

    code = "awards.invoice_unpaid"


class InvoiceAmounts(Invalid):
    """An amount including tax is not below the one excluding it, nor zero."""

    code = "awards.invoice_amounts"


def order(work: Work, award_id: UUID, data: OrderInput) -> Award:
    """The order and its delivery slot."""
    file, award = _performing(work, award_id)
    notified = None if award.notified_at is None else paris_date(award.notified_at)
    _check_order(work, "ordered_on", data.ordered_on, notified)
    kept = {"ordered_on": data.ordered_on.isoformat(), "slot": data.slot}
    return _write(work, file, award, "award.ordered", {"order": kept})


def deliver(work: Work, award_id: UUID, data: DeliveryInput) -> Award:
    """What was delivered, and when; lines are then admitted one by one."""
    file, award = _performing(work, award_id)
    ordered: Any = award.performance.get("order") or {}
    _check_order(work, "delivered_on", data.delivered_on, _day(ordered.get("ordered_on")))
    kept = {"delivered_on": data.delivered_on.isoformat(), "note": data.note}
    return _write(work, file, award, "award.delivered", {"delivery": kept})


def admit(work: Work, award_id: UUID, data: AdmissionInput) -> Award:
    """Admits a line, with a réfaction, or refuses it; all admitted, the contract is performed."""
    file, award = _performing(work, award_id)
    if not award.performance.get("delivery"):
        raise NotDelivered()
    wanted = {line["line"] for line in awarded_lines(file, award)}
    if str(data.line_id) not in wanted:
        raise LineNotAwarded(where="line_id")
    if data.verdict != "accepted" and not data.reason.strip():
        raise AdmissionReasonMissing(where="reason")
    if data.verdict == "reduced" and data.reduction is None:
        raise ReductionMissing(where="reduction")
    kept = {
        "verdict": data.verdict,
        "reduction": None if data.reduction is None else f"{data.reduction:f}",
        "reason": data.reason,
        "on": work.today.isoformat(),
    }
    admissions: dict[str, Any] = dict(award.performance.get("admissions") or {})  # type: ignore[call-overload]  # JSON
    admissions[str(data.line_id)] = kept
    award = _write(work, file, award, "award.admitted", {"admissions": admissions})
    if wanted <= set(admissions) and award.state == AwardState.NOTIFIED:
        award.state = move(MOVES, AwardState(award.state), AwardState.PERFORMED)
        work.add(award)
        advance(work, file.market)
        record(work, chain_of(file.market), "award.performed", award.id)
    return award


def invoice(work: Work, award_id: UUID, data: InvoiceInput) -> Award:
    """An invoice: it consumes the engagement, never what is available (P5)."""
    file, award = _performing(work, award_id)
    if data.paid < data.ht or data.ht <= ZERO:
        raise InvoiceAmounts(where="paid")
    _check_order(work, "received_on", data.received_on, None)
    known = invoices(award)
    if any(each["number"] == data.number for each in known):
        raise InvoiceTwice(where="number", number=data.number)
    engagement = engagement_of(work, award)
    left = left_of(work, award, engagement)
    if data.paid > left:
        raise InvoiceAboveEngagement(where="paid", amount=data.paid, left=left)
    cause = f"award:{award.id}:invoice:{data.number}"
    movement = funding.liquidate(work, engagement, data.ht, data.paid, data.number, cause)
    kept = {
        "number": data.number,
        "ht_cents": data.ht.cents,
        "paid_cents": data.paid.cents,
        "received_on": data.received_on.isoformat(),
        "paid_on": None,
        "movement": str(movement.id),
    }
    return _write(work, file, award, "award.invoiced", {"invoices": [*known, kept]})


def pay(work: Work, award_id: UUID, data: PaymentInput) -> Award:
    """The payment of an invoice, as the accountant says it."""
    file, award = _performing(work, award_id)
    known = invoices(award)
    if all(each["number"] != data.number for each in known):
        raise NotFound()
    changed = []
    for each in known:
        if each["number"] == data.number:
            _check_order(work, "paid_on", data.paid_on, _day(each["received_on"]))
            each = {**each, "paid_on": data.paid_on.isoformat()}
        changed.append(each)
    return _write(work, file, award, "award.paid", {"invoices": changed})


def settle(work: Work, award_id: UUID) -> Award:
    """The solde: what will not be invoiced is freed; the contract is settled."""
    file, award = _performing(work, award_id)
    target = move(MOVES, AwardState(award.state), AwardState.SETTLED)
    unpaid = [each["number"] for each in invoices(award) if each["paid_on"] is None]
    if unpaid:
        raise InvoiceUnpaid(numbers=unpaid)
    movement = funding.settle(work, engagement_of(work, award), f"award:{award.id}:settled")
    award.state = target
    kept = {
        "on": work.today.isoformat(),
        "freed_cents": 0 if movement is None else movement.ttc_cents,
    }
    award = _write(work, file, award, "award.settled", {"solde": kept})
    advance(work, file.market)
    return award


def admitted(file: File, award: Award) -> Money | None:
    """What is due excluding tax once each line is admitted, its réfactions and refusals deducted.

    None while a line waits, or when all were accepted as they were.
    """
    found: Any = award.performance.get("admissions") or {}
    lines = awarded_lines(file, award)
    if any(line["line"] not in found for line in lines):
        return None
    if all(found[line["line"]]["verdict"] == "accepted" for line in lines):
        return None
    due = ZERO
    for line in lines:
        kept = found[line["line"]]
        left = Decimal(0) if kept["verdict"] == "refused" else Decimal(100)
        left -= Decimal(kept["reduction"] or 0) if kept["verdict"] == "reduced" else 0
        due += Money(int(half_up(line["ht_cents"] * left / 100, 0)))
    return due


def invoices(award: Award) -> list[dict[str, Any]]:
    """The invoices recorded."""
    found = award.performance.get("invoices")
    return list(found) if isinstance(found, list) else []


def engagement_of(work: Work, award: Award) -> Movement:
    """The engagement of a signed award; NotNotified before."""
    found = work.session.exec(
        select(Movement).where(
            col(Movement.organisation_id) == award.organisation_id,
            col(Movement.award_id) == award.id,
            col(Movement.kind) == MovementKind.ENGAGEMENT,
        )
    ).first()
    if found is None:
        raise NotNotified()
    return found


def left_of(work: Work, award: Award, engagement: Movement) -> Money:
    """What the engagement still allows to be invoiced, including tax."""
    spent = sum((Money(each["paid_cents"]) for each in invoices(award)), ZERO)
    return Money(engagement.ttc_cents) - spent


def _performing(work: Work, award_id: UUID) -> tuple[File, Award]:
    require(work, Permission.PERFORM)
    file, award = award_of(work, award_id)
    if award.state not in (AwardState.NOTIFIED, AwardState.PERFORMED):
        raise NotNotified()
    return file, award


def _write(work: Work, file: File, award: Award, action: str, change: dict[str, Any]) -> Award:
    award.performance = {**award.performance, **change}
    award.version += 1
    work.add(award)
    details = {name: value for name, value in change.items() if name != "invoices"}
    after = {"award": str(award.id), "changed": sorted(change)}
    chain = chain_of(file.market)
    record(work, chain, action, award.id, after=after, details=details or None)
    return award


def _check_order(work: Work, where: str, day: date, earliest: date | None) -> None:
    if day > work.today or (earliest is not None and day < earliest):
        raise DatesDisordered(where=where, day=day)


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else None
