"""Signature, transmission and notification: three acts, each whole or not at all (P1, P2)."""

from collections.abc import Sequence
from uuid import UUID

from sad.accounts.delegations import covering
from sad.accounts.permissions import Permission, require
from sad.accounts.rules import Act, NoDelegation
from sad.accounts.tables import Delegation, Organisation
from sad.audit.service import record
from sad.awards import letters
from sad.awards.contracts import belonging
from sad.awards.essential import essential_data
from sad.awards.money import engage
from sad.awards.papers import missing_papers
from sad.awards.proposing import award_of
from sad.awards.rows import advance, awards_of, live
from sad.awards.rules import (
    NotificationFacts,
    SignatureFacts,
    notification_problems,
    signature_problems,
)
from sad.awards.schemas import NotificationInput, SignatureInput, TransmissionInput
from sad.awards.states import MOVES, AwardState
from sad.awards.tables import Award
from sad.db.work import Work
from sad.evaluation.file import File
from sad.kernel.calendar import paris_date
from sad.kernel.errors import Incomplete, Invalid, Problem, Refusal
from sad.kernel.money import Money
from sad.kernel.moves import move
from sad.markets.rows import chain_of
from sad.markets.tables import SpecificMarket
from sad.systems.rules import FORMAL_FROM
from sad.systems.tables import PurchasingSystem


class AlreadySigned(Refusal):
    """The contract was signed by an earlier press."""

    code = "awards.already_signed"


class AlreadyNotified(Refusal):
    """The contract was notified by an earlier press."""

    code = "awards.already_notified"


class SignatureDate(Invalid):
    """Nobody signs later than today. Fact: `day`."""

    code = "awards.signature_date"


class NotTransmitted(Refusal):
    """The contract goes to the prefecture first, and its receipt comes back (P2)."""

    code = "awards.not_transmitted"


class NotSubject(Refusal):
    """This system is not subject to the contrôle de légalité: nothing is transmitted."""

    code = "awards.not_subject"


def sign(work: Work, award_id: UUID, data: SignatureInput) -> Award:
    """The acte d'engagement is signed by both: the reservation becomes an engagement (P1, P5).

    Raises Incomplete with all that is missing: power, signatures, paper, engagement number, the
    system's own act, the winner's papers; AlreadySigned; LineExceeded.
    """
    require(work, Permission.SIGN_AWARD)
    file, award = award_of(work, award_id)
    if AwardState(award.state) in AFTER_SIGNATURE:
        raise AlreadySigned()
    target = move(MOVES, AwardState(award.state), AwardState.SIGNED)
    delegation = _power(work, data.delegation_id, Act.CONTRACT, award)
    problems = signature_missing(work, file, award, data, covered=delegation is not None)
    if problems or delegation is None:
        raise Incomplete(problems)
    _check_dates(work, data)
    if data.attachment_id is not None:
        belonging(work, award, data.attachment_id)
    award.state, award.signed_at = target, work.now
    award.supplier_signed_on = data.supplier_signed_on
    award.contract_delegation_id = delegation.id
    award.contract_attachment_id = data.attachment_id
    award.engagement_number = data.engagement_number
    award.version += 1
    work.add(award)
    others = live(awards_of(work, file.market))
    movement = engage(work, file, award, others)
    advance(work, file.market)
    record(
        work,
        chain_of(file.market),
        "award.signed",
        award.id,
        after={
            "engagement": award.engagement_number,
            "movement": str(movement.id),
            "ht_cents": award.ht_cents,
            "payable_cents": award.payable_cents,
            "delegation": str(delegation.id),
            "supplier_signed_on": str(data.supplier_signed_on),
            "paper_kept": data.paper_kept,
            "attachment": str(data.attachment_id) if data.attachment_id else None,
        },
    )
    return award


def signature_missing(
    work: Work, file: File, award: Award, data: SignatureInput | None, *, covered: bool
) -> list[Problem]:
    """What stands between the decision and the signature; also the page's checklist."""
    system = work.get(PurchasingSystem, file.market.system_id)
    facts = SignatureFacts(
        signed_paper=data is not None and (data.paper_kept or data.attachment_id is not None),
        supplier_signed=data is not None and data.supplier_signed_on is not None,
        covered=covered,
        engagement_number=data.engagement_number if data is not None else "",
        system_act=has_own_act(system),
    )
    return [*signature_problems(facts), *missing_papers(work, award)]


def transmit(work: Work, award_id: UUID, data: TransmissionInput | None = None) -> Award:
    """The signed contract goes to the prefecture; again to write its receipt (P2)."""
    require(work, Permission.NOTIFY_AWARD)
    data = data or TransmissionInput()
    file, award = award_of(work, award_id)
    if not subject(work, file.market):
        raise NotSubject()
    if award.state != AwardState.TRANSMITTED:
        award.state = move(MOVES, AwardState(award.state), AwardState.TRANSMITTED)
        award.transmitted_at = work.now
    award.prefecture_receipt_on = data.receipt_on or award.prefecture_receipt_on
    award.version += 1
    work.add(award)
    advance(work, file.market)
    receipt = award.prefecture_receipt_on
    after = {"receipt_on": receipt.isoformat() if receipt else None}
    record(work, chain_of(file.market), "award.transmitted", award.id, after=after)
    return award


def notify_award(work: Work, award_id: UUID, data: NotificationInput) -> Award:
    """Notifies the contract to its holder: it takes effect (END-08); its letter explains invoices.

    The essential data are captured here (P21). Raises Incomplete without power or without the
    prefecture's receipt where it is due, NotTransmitted, AlreadyNotified.
    """
    require(work, Permission.NOTIFY_AWARD)
    file, award = award_of(work, award_id)
    if AwardState(award.state) in AFTER_NOTIFICATION:
        raise AlreadyNotified()
    is_subject = subject(work, file.market)
    if data.receipt_on is not None:
        award.prefecture_receipt_on = data.receipt_on
    delegation = _power(work, data.delegation_id, Act.NOTIFICATION, award)
    signed_on = None if award.signed_at is None else paris_date(award.signed_at)
    received = award.prefecture_receipt_on
    facts = NotificationFacts(delegation is not None, is_subject, received, signed_on)
    problems = notification_problems(facts, work.today)
    if problems or delegation is None:
        raise Incomplete(problems)
    if is_subject and award.state == AwardState.SIGNED:
        raise NotTransmitted()
    award.state = move(MOVES, AwardState(award.state), AwardState.NOTIFIED)
    award.notified_at = work.now
    award.essential = essential_data(work, file, award, data)
    award.version += 1
    work.add(award)
    advance(work, file.market)
    letter = letters.notification(work, file, award, delegation, service_code(work, file.market))
    record(
        work,
        chain_of(file.market),
        "award.notified",
        award.id,
        after={
            "delegation": str(delegation.id),
            "letter": str(letter.id),
            "receipt_on": str(award.prefecture_receipt_on) if is_subject else None,
            "essential": award.essential,
        },
    )
    return award


def subject(work: Work, market: SpecificMarket) -> bool:
    """Whether the contract goes to the prefecture: said by the system, else by its need (P2)."""
    system = work.get_in(PurchasingSystem, market.organisation_id, market.system_id)
    if system.legal_control is not None:
        return system.legal_control
    return Money(system.maximum_cents) >= FORMAL_FROM


def has_own_act(system: PurchasingSystem) -> bool:
    """Whether the system carries its délibération: number, date, receipt where subject (P2)."""
    received = system.prefecture_receipt_on is not None or system.legal_control is False
    numbered = bool(system.deliberation_number.strip())
    return numbered and system.deliberation_on is not None and received


def service_code(work: Work, market: SpecificMarket) -> str:
    """The « code service » of Chorus Pro: the market's, else the buyer's (INV-01)."""
    buyer = work.shared(Organisation, market.organisation_id)
    return market.service_code or buyer.invoice_service_code or ""


AFTER_NOTIFICATION: Sequence[AwardState] = (
    AwardState.NOTIFIED,
    AwardState.PERFORMED,
    AwardState.SETTLED,
)
AFTER_SIGNATURE: Sequence[AwardState] = (
    AwardState.SIGNED,
    AwardState.TRANSMITTED,
    *AFTER_NOTIFICATION,
)


def _power(work: Work, delegation_id: UUID, act: Act, award: Award) -> Delegation | None:
    try:
        return covering(work, delegation_id, act, Money(award.ht_cents), work.today)
    except NoDelegation:
        return None


def _check_dates(work: Work, data: SignatureInput) -> None:
    for where, day in (
        ("supplier_signed_on", data.supplier_signed_on),
        ("signed_on", data.signed_on),
    ):
        if day is not None and day > work.today:
            raise SignatureDate(where=where, day=day)
