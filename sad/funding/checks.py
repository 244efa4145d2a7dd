"""What the rows must say before an envelope is made, moved from, or a movement undone."""

from uuid import UUID

from sqlmodel import col, select

from sad.db.work import Work
from sad.funding.ledger import envelope_balance, envelope_of
from sad.funding.rules import (
    AlreadyReversed,
    EngagementSettled,
    EngagementUsed,
    EnvelopeTaken,
    NotReversible,
    ReasonMissing,
    check_plan,
    check_positive,
    check_voted,
)
from sad.funding.schemas import EnvelopeInput
from sad.funding.states import REVERSIBLE, MovementKind
from sad.funding.sums import engaged, line_totals
from sad.funding.tables import Envelope, FundingLine, Movement
from sad.kernel.money import ZERO, Money

K = MovementKind


def check_free(work: Work, data: EnvelopeInput) -> None:
    """Raises EnvelopeTaken: one envelope a category, a line, and a year or the whole period."""
    same_year = (
        col(Envelope.year).is_(None) if data.year is None else col(Envelope.year) == data.year
    )
    taken = work.session.exec(
        select(Envelope).where(
            col(Envelope.organisation_id) == work.organisation_id,
            col(Envelope.category_id) == data.category_id,
            col(Envelope.funding_line_id) == data.funding_line_id,
            same_year,
        )
    ).first()
    if taken is not None:
        raise EnvelopeTaken(where="category_id", envelope=taken.label)


def check_transfer(work: Work, source_id: UUID, amount: Money, reason: str) -> Money:
    """The amount, if the envelope can give it, for a reason; PlanLacks otherwise."""
    check_positive(amount, "amount")
    if not reason.strip():
        raise ReasonMissing(where="reason")
    source = work.get(Envelope, source_id)
    check_plan(envelope_balance(work, source), amount, source.label)
    return amount


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


def check_reversible(work: Work, line: FundingLine, movement: Movement) -> None:
    """Refuses to undo what something later rests on; `line`, locked, is the movement's own."""
    kind = K(movement.kind)
    if kind not in REVERSIBLE | {K.ENGAGEMENT}:
        raise NotReversible(kind=kind)
    check_not_reversed(work, movement)
    if kind is K.ENGAGEMENT:
        owed = engaged(work, movement)
        if owed.paid_ttc or owed.settled:
            raise EngagementUsed(paid=owed.paid_ttc)
    if kind is K.LIQUIDATION and movement.engagement_id is not None:
        engagement = work.get_in(Movement, line.organisation_id, movement.engagement_id)
        if engaged(work, engagement).settled:
            raise EngagementSettled()
    if movement.line_cents > 0 and kind in {K.VOTE, K.TRANSFER}:
        sums = line_totals(work, line)
        check_voted(sums.voted - Money(movement.line_cents), sums.allocated)
    if movement.envelope_cents > 0 and kind in {K.ALLOCATION, K.TRANSFER}:
        envelope = envelope_of(work, movement)
        left = envelope_balance(work, envelope) if envelope else ZERO
        check_plan(left, Money(movement.envelope_cents), envelope.label if envelope else "")


def other_leg(work: Work, movement: Movement) -> Movement | None:
    """The other half of a transfer: what left here arrived there."""
    if movement.kind != K.TRANSFER:
        return None
    root, _, side = movement.cause.rpartition(":")
    return work.session.exec(
        select(Movement).where(
            col(Movement.organisation_id) == movement.organisation_id,
            col(Movement.kind) == K.TRANSFER,
            col(Movement.cause) == f"{root}:{'in' if side == 'out' else 'out'}",
        )
    ).first()
