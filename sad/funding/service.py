"""Commands on money: lines, envelopes, and the movements markets and awards ask for."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.audit.chains import category_chain, funding_chain
from sad.audit.service import record
from sad.categories.tables import Category
from sad.db.work import Work
from sad.funding.checks import (
    check_free,
    check_not_reversed,
    check_reversible,
    check_transfer,
    other_leg,
)
from sad.funding.ledger import (
    Availability,
    Entry,
    by_cause,
    envelope_balance,
    last_of_line,
    locked_line,
    on_engagement,
    opposite,
    write,
)
from sad.funding.rules import (
    Effect,
    EnvelopeElsewhere,
    OtherLine,
    PlanExceedsLine,
    ReasonMissing,
    ReferenceMissing,
    check_liquidation,
    check_positive,
    check_voted,
    effect,
)
from sad.funding.schemas import EnvelopeChange, EnvelopeInput, LineInput
from sad.funding.states import MovementKind
from sad.funding.sums import engaged, line_totals
from sad.funding.tables import Envelope, FundingLine, Movement
from sad.kernel.errors import Conflict, NotFound
from sad.kernel.money import ZERO, Money
from sad.systems.tables import PurchasingSystem

K = MovementKind

# Lines and envelopes: the officer's own decisions


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
    """Adds voted credits to a line, in its basis; `reference` is the budget act."""
    require(work, Permission.MANAGE_FUNDING)
    check_positive(amount, "amount")
    line = locked_line(work, work.organisation_id, line_id)
    entry = Entry(K.VOTE, cause, effect(K.VOTE, amount), amount, amount, reference=reference)
    return write(work, line, entry)


def move_between_lines(
    work: Work,
    source_id: UUID,
    target_id: UUID,
    amount: Money,
    *,
    reference: str,
    reason: str,
    cause: str,
) -> tuple[Movement, Movement]:
    """Moves voted credits from a line to another, which takes a budget act (P5).

    Raises VotedBelowPlan when the envelopes of the source plan more than what would stay.
    """
    require(work, Permission.MANAGE_FUNDING)
    check_positive(amount, "amount")
    if not reference.strip():
        raise ReferenceMissing(where="reference")
    if not reason.strip():
        raise ReasonMissing(where="reason")
    if source_id == target_id:
        raise OtherLine(where="target_id")
    held = {
        line_id: locked_line(work, work.organisation_id, line_id)
        for line_id in sorted((source_id, target_id))
    }
    source, target = held[source_id], held[target_id]
    if by_cause(work, source, f"{cause}:out") is None:
        sums = line_totals(work, source)
        check_voted(sums.voted - amount, sums.allocated)
    out = Entry(
        K.TRANSFER,
        f"{cause}:out",
        Effect(-amount, ZERO),
        amount,
        amount,
        reason=reason,
        reference=reference,
    )
    left = write(work, source, out)
    into = replace(out, cause=f"{cause}:in", effect=Effect(amount, ZERO))
    return left, write(work, target, into)


def create_envelope(work: Work, data: EnvelopeInput) -> Envelope:
    """An envelope, empty: `allocate` gives it its plan. Raises EnvelopeTaken."""
    require(work, Permission.MANAGE_FUNDING)
    category = work.get(Category, data.category_id)
    line = locked_line(work, work.organisation_id, data.funding_line_id)
    if line.system_id != category.system_id:
        raise NotFound()
    check_free(work, data)
    envelope = work.add(
        Envelope(organisation_id=work.organisation_id, created_at=work.now, **data.model_dump())
    )
    chain = category_chain(category.organisation_id, category.system_id, category.id)
    record(work, chain, "funding.envelope_created", envelope.id, after=data.model_dump(mode="json"))
    return envelope


def change_envelope(work: Work, envelope_id: UUID, data: EnvelopeChange) -> Envelope:
    """Its name, its mode and its alert level. Raises Conflict if somebody changed it meanwhile."""
    require(work, Permission.MANAGE_FUNDING)
    envelope = work.get(Envelope, envelope_id, lock=True)
    if envelope.version != data.version:
        raise Conflict(label=envelope.label)
    changes = data.model_dump(exclude={"version"})
    before = {name: getattr(envelope, name) for name in changes}
    for name, value in changes.items():
        setattr(envelope, name, value)
    envelope.version += 1
    work.add(envelope)
    category = work.get(Category, envelope.category_id)
    chain = category_chain(category.organisation_id, category.system_id, category.id)
    record(work, chain, "funding.envelope_changed", envelope.id, before=before, after=changes)
    return envelope


def allocate(work: Work, envelope_id: UUID, amount: Money, cause: str) -> Movement:
    """Plans credits of the line for the envelope. The plan never exceeds what was voted."""
    require(work, Permission.MANAGE_FUNDING)
    check_positive(amount, "amount")
    line, envelope = _locked(work, envelope_id)
    if (written := by_cause(work, line, cause)) is not None:
        return written
    sums = line_totals(work, line)
    if sums.allocated + amount > sums.voted:
        left = sums.voted - sums.allocated
        raise PlanExceedsLine(where="amount", wanted=amount, left=left, voted=sums.voted)
    entry = Entry(K.ALLOCATION, cause, effect(K.ALLOCATION, amount), amount, amount, envelope)
    return write(work, line, entry)


def transfer(
    work: Work, source_id: UUID, target_id: UUID, amount: Money, reason: str, cause: str
) -> tuple[Movement, Movement]:
    """Moves planned credits between two envelopes of one funding line, with a reason (P5).

    Raises OtherLine when they rest on two lines: that takes a budget act, not a transfer;
    PlanLacks when the source no longer has that much, whatever its mode.
    """
    require(work, Permission.MANAGE_FUNDING)
    line, source = _locked(work, source_id)
    target = work.get(Envelope, target_id)
    if target.funding_line_id != line.id or target.id == source.id:
        raise OtherLine(where="target_id")
    if by_cause(work, line, f"{cause}:out") is None:
        check_transfer(work, source_id, amount, reason)
    out = Entry(
        K.TRANSFER,
        f"{cause}:out",
        Effect(ZERO, -amount),
        amount,
        amount,
        source,
        reason=reason,
    )
    left = write(work, line, out)
    into = replace(out, cause=f"{cause}:in", effect=Effect(ZERO, amount), envelope=target)
    return left, write(work, line, into)


def reverse(work: Work, movement_id: UUID, reason: str, cause: str) -> Movement:
    """Undoes a movement by its opposite, both halves of a transfer; all stay (acceptance 49).

    Raises NotReversible, AlreadyReversed, and what its kind asks: see `reversals`.
    """
    require(work, Permission.MANAGE_FUNDING)
    if not reason.strip():
        raise ReasonMissing(where="reason")
    movement = work.get(Movement, movement_id)
    legs = [movement, leg] if (leg := other_leg(work, movement)) else [movement]
    lines = {
        line_id: locked_line(work, movement.organisation_id, line_id)
        for line_id in sorted({leg.funding_line_id for leg in legs})
    }
    if (written := by_cause(work, lines[movement.funding_line_id], cause)) is not None:
        return written
    for leg in legs:
        check_reversible(work, lines[leg.funding_line_id], leg)
    made = [
        write(
            work,
            lines[leg.funding_line_id],
            opposite(work, K.REVERSAL, leg, cause if leg is movement else f"{cause}:leg", reason),
        )
        for leg in legs
    ]
    return made[0]


# What markets and awards ask: their own permission was required by them


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
    """Sets credits aside at a launch, equal to the market's credits (P6). No permission of its own.

    Raises LineExceeded, EnvelopeExceeded (acceptance 18).
    """
    return _take(
        work, K.RESERVATION, funding_line_id, envelope_id, ht, ttc, market_id=market_id, cause=cause
    )


def release(work: Work, reservation: Movement, cause: str, reason: str = "") -> Movement:
    """Gives a reservation back; it names the movement it reverses, so it happens once."""
    line = locked_line(work, reservation.organisation_id, reservation.funding_line_id)
    if (written := by_cause(work, line, cause)) is not None:
        return written
    check_not_reversed(work, reservation)
    return write(work, line, opposite(work, K.RELEASE, reservation, cause, reason))


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
    """An invoice accepted on an engagement: it consumes it, never what is available (P5).

    Raises LiquidationExceeds beyond what is engaged and not yet paid, EngagementSettled.
    """
    line = locked_line(work, engagement.organisation_id, engagement.funding_line_id)
    if (written := by_cause(work, line, cause)) is not None:
        return written
    check_not_reversed(work, engagement)
    check_liquidation(engaged(work, engagement), ht, ttc, line.basis)
    entry = on_engagement(work, K.LIQUIDATION, engagement, cause, ht, ttc)
    return write(work, line, replace(entry, reference=reference))


def settle(work: Work, engagement: Movement, cause: str) -> Movement | None:
    """The solde: frees what was engaged and will not be invoiced; None when nothing is left."""
    line = locked_line(work, engagement.organisation_id, engagement.funding_line_id)
    if (written := by_cause(work, line, cause)) is not None:
        return written
    check_not_reversed(work, engagement)
    owed = engaged(work, engagement)
    freed = owed.left_ttc if line.basis == "ttc" else owed.left_ht
    if owed.settled or not freed:
        return None
    entry = on_engagement(work, K.SOLDE, engagement, cause, owed.left_ht, owed.left_ttc)
    return write(work, line, replace(entry, effect=effect(K.SOLDE, freed)))


def availability(work: Work, funding_line_id: UUID, envelope_id: UUID) -> Availability:
    """What the line and the envelope have left now."""
    line = work.get(FundingLine, funding_line_id)
    envelope = work.get(Envelope, envelope_id)
    if envelope.funding_line_id != line.id:
        raise EnvelopeElsewhere(envelope=envelope.label, line=line.label)
    last = last_of_line(work, line)
    return Availability(Money(last.line_after if last else 0), envelope_balance(work, envelope))


def open_reservations(work: Work, organisation_id: UUID, market_id: UUID) -> Sequence[Movement]:
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
    return work.session.exec(query).all()


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
