"""Writing one movement: the only place that does, under the lock of its funding line."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from sad.audit.chains import funding_chain
from sad.audit.service import record
from sad.db.work import Work
from sad.funding.rules import (
    Effect,
    EnvelopeElsewhere,
    Overshoot,
    check_envelope,
    check_line,
)
from sad.funding.states import MovementKind
from sad.funding.tables import Envelope, FundingLine, Movement
from sad.kernel.canonical import instant
from sad.kernel.ids import uuid7
from sad.kernel.money import ZERO, Money

ACTIONS = {
    MovementKind.VOTE: "funding.voted",
    MovementKind.ALLOCATION: "funding.allocated",
    MovementKind.TRANSFER: "funding.transferred",
    MovementKind.RESERVATION: "funding.reserved",
    MovementKind.RELEASE: "funding.released",
    MovementKind.ENGAGEMENT: "funding.engaged",
    MovementKind.LIQUIDATION: "funding.liquidated",
    MovementKind.SOLDE: "funding.settled",
    MovementKind.REVERSAL: "funding.reversed",
}


@dataclass(frozen=True)
class Entry:
    """A movement to write. `ht` and `ttc` are the amounts of the act, both positive."""

    kind: MovementKind
    cause: str
    effect: Effect
    ht: Money
    ttc: Money
    envelope: Envelope | None = None
    market_id: UUID | None = None
    award_id: UUID | None = None
    engagement_id: UUID | None = None
    reverses: UUID | None = None
    reason: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Availability:
    """What is left, in the line's basis."""

    line: Money
    envelope: Money


def write(work: Work, line: FundingLine, entry: Entry) -> Movement:
    """Writes the movement after its checks; the same `cause` again gives the first one back.

    The caller has locked `line`. Raises LineExceeded, EnvelopeExceeded, EnvelopeElsewhere.
    """
    if (written := by_cause(work, line, entry.cause)) is not None:
        return written
    if entry.envelope is not None and entry.envelope.funding_line_id != line.id:
        raise EnvelopeElsewhere(envelope=entry.envelope.label, line=line.label)
    last = last_of_line(work, line)
    line_before = Money(last.line_after) if last else ZERO
    check_line(line_before, entry.effect.line)
    envelope_after = None
    if entry.envelope is not None:
        before = envelope_balance(work, entry.envelope)
        # What gives back is never refused, even to an envelope that stays overdrawn.
        check_envelope(before, entry.effect.envelope, Overshoot(entry.envelope.overshoot))
        envelope_after = (before + entry.effect.envelope).cents
    movement = Movement(
        id=uuid7(),
        organisation_id=line.organisation_id,
        funding_line_id=line.id,
        envelope_id=entry.envelope.id if entry.envelope else None,
        seq=(last.seq if last else 0) + 1,
        at=max(work.now, last.at) if last else work.now,
        kind=entry.kind,
        ht_cents=entry.ht.cents,
        ttc_cents=entry.ttc.cents,
        line_cents=entry.effect.line.cents,
        envelope_cents=entry.effect.envelope.cents,
        line_after=(line_before + entry.effect.line).cents,
        envelope_after=envelope_after,
        market_id=entry.market_id,
        award_id=entry.award_id,
        engagement_id=entry.engagement_id,
        reverses=entry.reverses,
        cause=entry.cause,
        reason=entry.reason,
        reference=entry.reference,
        actor_id=work.actor.person_id,
    )
    work.add(movement)
    _journal(work, movement)
    return movement


def opposite(work: Work, kind: MovementKind, movement: Movement, cause: str, reason: str) -> Entry:
    """The entry that undoes a movement: a reversal, or the release of a reservation."""
    return Entry(
        kind,
        cause,
        Effect(Money(-movement.line_cents), Money(-movement.envelope_cents)),
        Money(movement.ht_cents),
        Money(movement.ttc_cents),
        envelope_of(work, movement),
        market_id=movement.market_id,
        award_id=movement.award_id,
        reverses=movement.id,
        reason=reason,
    )


def on_engagement(
    work: Work, kind: MovementKind, engagement: Movement, cause: str, ht: Money, ttc: Money
) -> Entry:
    """An entry that consumes an engagement, without effect on what is available."""
    return Entry(
        kind,
        cause,
        Effect(ZERO, ZERO),
        ht,
        ttc,
        envelope_of(work, engagement),
        market_id=engagement.market_id,
        award_id=engagement.award_id,
        engagement_id=engagement.id,
    )


def envelope_of(work: Work, movement: Movement) -> Envelope | None:
    """The envelope a movement concerns, if any."""
    if movement.envelope_id is None:
        return None
    return work.get_in(Envelope, movement.organisation_id, movement.envelope_id)


def locked_line(work: Work, organisation_id: UUID, line_id: UUID) -> FundingLine:
    """The funding line, held until the end of the work."""
    return work.get_in(FundingLine, organisation_id, line_id, lock=True)


def by_cause(work: Work, line: FundingLine, cause: str) -> Movement | None:
    """The movement this cause already made on the line."""
    return work.session.exec(
        select(Movement).where(
            col(Movement.organisation_id) == line.organisation_id,
            col(Movement.funding_line_id) == line.id,
            col(Movement.cause) == cause,
        )
    ).one_or_none()


def last_of_line(work: Work, line: FundingLine) -> Movement | None:
    """The newest movement of the line, whose `line_after` is its balance."""
    return work.session.exec(
        select(Movement)
        .where(
            col(Movement.organisation_id) == line.organisation_id,
            col(Movement.funding_line_id) == line.id,
        )
        .order_by(col(Movement.seq).desc())
        .limit(1)
    ).one_or_none()


def envelope_balance(work: Work, envelope: Envelope) -> Money:
    """What the envelope has left: the running balance of its newest movement."""
    after = work.session.exec(
        select(Movement.envelope_after)
        .where(
            col(Movement.organisation_id) == envelope.organisation_id,
            col(Movement.envelope_id) == envelope.id,
        )
        .order_by(col(Movement.seq).desc())
        .limit(1)
    ).one_or_none()
    return Money(after or 0)


def _journal(work: Work, movement: Movement) -> None:
    """The journal holds enough to rebuild every balance (acceptance 51)."""
    after = {
        "movement": str(movement.id),
        "line": str(movement.funding_line_id),
        "envelope": str(movement.envelope_id) if movement.envelope_id else None,
        "seq": movement.seq,
        "at": instant(movement.at),
        "kind": str(movement.kind),
        "ht_cents": movement.ht_cents,
        "ttc_cents": movement.ttc_cents,
        "line_cents": movement.line_cents,
        "envelope_cents": movement.envelope_cents,
        "line_after": movement.line_after,
        "envelope_after": movement.envelope_after,
        "market": str(movement.market_id) if movement.market_id else None,
        "award": str(movement.award_id) if movement.award_id else None,
        "engagement": str(movement.engagement_id) if movement.engagement_id else None,
        "reverses": str(movement.reverses) if movement.reverses else None,
        "cause": movement.cause,
        "reference": movement.reference,
    }
    details = {"reason": movement.reason} if movement.reason else None
    chain = funding_chain(movement.organisation_id, movement.funding_line_id)
    record(
        work, chain, ACTIONS[MovementKind(movement.kind)], movement.id, after=after, details=details
    )
