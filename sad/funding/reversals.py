"""What must hold before a movement is undone by its opposite (acceptance 49)."""

from sqlmodel import col, select

from sad.db.work import Work
from sad.funding.ledger import envelope_balance, envelope_of
from sad.funding.rules import (
    AlreadyReversed,
    EngagementSettled,
    EngagementUsed,
    NotReversible,
    check_plan,
    check_voted,
)
from sad.funding.states import REVERSIBLE, MovementKind
from sad.funding.sums import engaged, line_totals
from sad.funding.tables import FundingLine, Movement
from sad.kernel.money import ZERO, Money

K = MovementKind


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
