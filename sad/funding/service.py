"""Commands on money: lines, envelopes, and the movements markets and awards ask for."""

from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.audit.chains import category_chain, funding_chain
from sad.audit.service import record
from sad.categories.tables import Category
from sad.db.work import Work
from sad.funding.ledger import (
    Availability,
    Entry,
    by_cause,
    envelope_balance,
    last_of_line,
    locked_line,
    write,
)
from sad.funding.rules import (
    AlreadyReversed,
    Effect,
    OtherLine,
    PlanExceedsLine,
    ReasonMissing,
    ReferenceMissing,
    check_positive,
    effect,
)
from sad.funding.schemas import EnvelopeInput, LineInput
from sad.funding.states import MovementKind
from sad.funding.tables import Envelope, FundingLine, Movement
from sad.kernel.errors import NotFound
from sad.kernel.money import ZERO, Money
from sad.systems.tables import PurchasingSystem

K = MovementKind


def create_line(work: Work, data: LineInput, voted: Money, cause: str) -> FundingLine:
    """A funding line with the credits voted on it."""
    require(work, Permission.MANAGE_FUNDING)
    work.get(PurchasingSystem, data.system_id)
    check_positive(voted, "voted")
    line = work.add(
        FundingLine(organisation_id=work.organisation_id, created_at=work.now, **data.model_dump())
    )
    chain = funding_chain(line.organisation_id, line.id)
    record(work, chain, "funding.line_created", line.id, after=data.model_dump(mode="json"))
    vote(work, line.id, voted, cause, reference="")
    return line


def vote(work: Work, line_id: UUID, amount: Money, cause: str, reference: str) -> Movement:
    """Adds voted credits to a line, in its basis."""
    require(work, Permission.MANAGE_FUNDING)
    check_positive(amount, "amount")
    line = locked_line(work, work.organisation_id, line_id)
    entry = Entry(K.VOTE, cause, effect(K.VOTE, amount), amount, amount, reference=reference)
    return write(work, line, entry)


def create_envelope(work: Work, data: EnvelopeInput) -> Envelope:
    """An envelope, empty: `allocate` gives it its plan."""
    require(work, Permission.MANAGE_FUNDING)
    category = work.get(Category, data.category_id)
    line = work.get(FundingLine, data.funding_line_id)
    if line.system_id != category.system_id:
        raise NotFound()
    envelope = work.add(
        Envelope(organisation_id=work.organisation_id, created_at=work.now, **data.model_dump())
    )
    chain = category_chain(category.organisation_id, category.system_id, category.id)
    record(work, chain, "funding.envelope_created", envelope.id, after=data.model_dump(mode="json"))
    return envelope


def allocate(work: Work, envelope_id: UUID, amount: Money, cause: str) -> Movement:
    """Plans credits of the line for the envelope. The plan never exceeds what was voted."""
    require(work, Permission.MANAGE_FUNDING)
    check_positive(amount, "amount")
    line, envelope = _locked(work, envelope_id)
    if (written := by_cause(work, line, cause)) is not None:
        return written
    voted, planned = _sum(work, line, K.VOTE, "line_cents"), _planned(work, line)
    if planned + amount > voted:
        raise PlanExceedsLine(wanted=amount, left=voted - planned, voted=voted)
    entry = Entry(K.ALLOCATION, cause, effect(K.ALLOCATION, amount), amount, amount, envelope)
    return write(work, line, entry)


def transfer(
    work: Work, source_id: UUID, target_id: UUID, amount: Money, reason: str, cause: str
) -> tuple[Movement, Movement]:
    """Moves planned credits between two envelopes of one funding line, with a reason (P5).

    Raises OtherLine when they rest on two lines: that takes a budget act, not a transfer.
    """
    require(work, Permission.MANAGE_FUNDING)
    check_positive(amount, "amount")
    if not reason.strip():
        raise ReasonMissing(where="reason")
    line, source = _locked(work, source_id)
    target = work.get(Envelope, target_id)
    if target.funding_line_id != line.id or target.id == source.id:
        raise OtherLine(where="target_id")
    out = Effect(ZERO, -amount)
    left = write(
        work, line, Entry(K.TRANSFER, f"{cause}:out", out, amount, amount, source, reason=reason)
    )
    into = Effect(ZERO, amount)
    arrived = write(
        work, line, Entry(K.TRANSFER, f"{cause}:in", into, amount, amount, target, reason=reason)
    )
    return left, arrived


def reserve(
    work: Work,
    *,
    funding_line_id: UUID,
    envelope_id: UUID,
    ht: Money,
    ttc: Money,
    market_id: UUID,
    cause: str,
) -> Movement:
    """Sets credits aside at a launch, equal to the market's credits (P6). No permission of its own."""
    return _take(
        work, K.RESERVATION, funding_line_id, envelope_id, ht, ttc, market_id=market_id, cause=cause
    )


def release(work: Work, reservation: Movement, cause: str, reason: str = "") -> Movement:
    """Gives a reservation back; it names the movement it reverses, so it happens once."""
    line = locked_line(work, reservation.organisation_id, reservation.funding_line_id)
    if (written := by_cause(work, line, cause)) is not None:
        return written
    check_not_reversed(work, reservation)
    return write(
        work,
        line,
        Entry(
            K.RELEASE,
            cause,
            Effect(Money(-reservation.line_cents), Money(-reservation.envelope_cents)),
            Money(reservation.ht_cents),
            Money(reservation.ttc_cents),
            _envelope_of(work, reservation),
            market_id=reservation.market_id,
            reverses=reservation.id,
            reason=reason,
        ),
    )


def engage(
    work: Work,
    *,
    funding_line_id: UUID,
    envelope_id: UUID,
    ht: Money,
    ttc: Money,
    market_id: UUID,
    award_id: UUID,
    number: str,
    cause: str,
) -> Movement:
    """Engages a signed award under its finance engagement number (P1, P5)."""
    if not number.strip():
        raise ReferenceMissing(where="engagement_number")
    return _take(
        work,
        K.ENGAGEMENT,
        funding_line_id,
        envelope_id,
        ht,
        ttc,
        market_id=market_id,
        award_id=award_id,
        reference=number,
        cause=cause,
    )


def liquidate(
    work: Work, engagement: Movement, ht: Money, ttc: Money, reference: str, cause: str
) -> Movement:
    """An invoice accepted on an engagement: it consumes it, never what is available (P5)."""
    check_positive(ttc, "amount")
    line = locked_line(work, engagement.organisation_id, engagement.funding_line_id)
    entry = Entry(
        K.LIQUIDATION,
        cause,
        Effect(ZERO, ZERO),
        ht,
        ttc,
        _envelope_of(work, engagement),
        market_id=engagement.market_id,
        award_id=engagement.award_id,
        reference=reference,
    )
    return write(work, line, entry)


def settle(work: Work, engagement: Movement, cause: str) -> Movement | None:
    """The solde: frees what was engaged and will not be invoiced; None when nothing is left."""
    line = locked_line(work, engagement.organisation_id, engagement.funding_line_id)
    paid_ht, paid_ttc = _liquidated(work, engagement)
    left_ht = Money(engagement.ht_cents) - paid_ht
    left_ttc = Money(engagement.ttc_cents) - paid_ttc
    left = left_ttc if line.basis == "ttc" else left_ht
    if left <= ZERO:
        return None
    entry = Entry(
        K.SOLDE,
        cause,
        effect(K.SOLDE, left),
        left_ht,
        left_ttc,
        _envelope_of(work, engagement),
        market_id=engagement.market_id,
        award_id=engagement.award_id,
    )
    return write(work, line, entry)


def reverse(work: Work, movement_id: UUID, reason: str, cause: str) -> Movement:
    """Undoes a movement by its opposite; both stay (acceptance 49)."""
    require(work, Permission.MANAGE_FUNDING)
    if not reason.strip():
        raise ReasonMissing(where="reason")
    movement = work.get(Movement, movement_id)
    line = locked_line(work, movement.organisation_id, movement.funding_line_id)
    check_not_reversed(work, movement)
    return write(
        work,
        line,
        Entry(
            K.REVERSAL,
            cause,
            Effect(Money(-movement.line_cents), Money(-movement.envelope_cents)),
            Money(movement.ht_cents),
            Money(movement.ttc_cents),
            _envelope_of(work, movement),
            market_id=movement.market_id,
            award_id=movement.award_id,
            reverses=movement.id,
            reason=reason,
        ),
    )


def availability(work: Work, funding_line_id: UUID, envelope_id: UUID) -> Availability:
    """What the line and the envelope have left now."""
    line = work.get(FundingLine, funding_line_id)
    envelope = work.get(Envelope, envelope_id)
    last = last_of_line(work, line)
    return Availability(Money(last.line_after if last else 0), envelope_balance(work, envelope))


def open_reservations(work: Work, organisation_id: UUID, market_id: UUID) -> list[Movement]:
    """The market's reservations nothing has given back yet, one a lot."""
    given_back = select(Movement.reverses).where(
        col(Movement.organisation_id) == organisation_id,
        col(Movement.market_id) == market_id,
        col(Movement.reverses).is_not(None),
    )
    query = (
        select(Movement)
        .where(
            col(Movement.organisation_id) == organisation_id,
            col(Movement.market_id) == market_id,
            col(Movement.kind) == K.RESERVATION,
            col(Movement.id).not_in(given_back),
        )
        .order_by(col(Movement.funding_line_id), col(Movement.seq))
    )
    return list(work.session.exec(query))


def check_not_reversed(work: Work, movement: Movement) -> None:
    """Raises AlreadyReversed if another movement already names this one."""
    done = work.session.exec(
        select(Movement.id).where(
            col(Movement.organisation_id) == movement.organisation_id,
            col(Movement.reverses) == movement.id,
        )
    ).first()
    if done is not None:
        raise AlreadyReversed()


def _take(
    work: Work,
    kind: MovementKind,
    funding_line_id: UUID,
    envelope_id: UUID,
    ht: Money,
    ttc: Money,
    *,
    market_id: UUID,
    cause: str,
    award_id: UUID | None = None,
    reference: str = "",
) -> Movement:
    line = locked_line(work, work.organisation_id, funding_line_id)
    amount = ttc if line.basis == "ttc" else ht
    check_positive(amount, "amount")
    entry = Entry(
        kind,
        cause,
        effect(kind, amount),
        ht,
        ttc,
        work.get(Envelope, envelope_id),
        market_id=market_id,
        award_id=award_id,
        reference=reference,
    )
    return write(work, line, entry)


def _locked(work: Work, envelope_id: UUID) -> tuple[FundingLine, Envelope]:
    envelope = work.get(Envelope, envelope_id)
    return locked_line(work, envelope.organisation_id, envelope.funding_line_id), envelope


def _envelope_of(work: Work, movement: Movement) -> Envelope | None:
    if movement.envelope_id is None:
        return None
    return work.get_in(Envelope, movement.organisation_id, movement.envelope_id)


def _sum(work: Work, line: FundingLine, kind: MovementKind, column: str) -> Money:
    total = work.session.exec(
        select(func.coalesce(func.sum(getattr(Movement, column)), 0)).where(
            col(Movement.organisation_id) == line.organisation_id,
            col(Movement.funding_line_id) == line.id,
            col(Movement.kind) == kind,
        )
    ).one()
    return Money(int(total))


def _planned(work: Work, line: FundingLine) -> Money:
    """What the envelopes of the line plan; transfers between them add up to zero."""
    return _sum(work, line, K.ALLOCATION, "envelope_cents")


def _liquidated(work: Work, engagement: Movement) -> tuple[Money, Money]:
    ht, ttc = work.session.exec(
        select(
            func.coalesce(func.sum(Movement.ht_cents), 0),
            func.coalesce(func.sum(Movement.ttc_cents), 0),
        ).where(
            col(Movement.organisation_id) == engagement.organisation_id,
            col(Movement.award_id) == engagement.award_id,
            col(Movement.kind) == K.LIQUIDATION,
        )
    ).one()
    return Money(int(ht)), Money(int(ttc))
