"""Sums of movements. A reversal counts under the kind of what it undoes, with its opposite sign."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from uuid import UUID

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from sad.db.work import Work
from sad.funding.rules import Engaged
from sad.funding.states import MovementKind
from sad.funding.tables import FundingLine, Movement
from sad.kernel.money import ZERO, Money

K = MovementKind
UNDONE = aliased(Movement)


@dataclass(frozen=True)
class Totals:
    """Money of a line or of an envelope, in the line's basis. `engaged` is net of soldes and
    includes `liquidated`, what was already paid."""

    voted: Money = ZERO
    allocated: Money = ZERO
    reserved: Money = ZERO
    engaged: Money = ZERO
    liquidated: Money = ZERO

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Totals)))


Place = tuple[UUID, UUID | None]  # a funding line, and an envelope of it or none


def totals(
    work: Work, organisation_id: UUID, lines: Collection[UUID] | None = None
) -> dict[Place, Totals]:
    """What moved on each line and envelope, in one query; `lines` narrows it."""
    m = Movement
    kind = case((col(m.kind) == K.REVERSAL, col(UNDONE.kind)), else_=col(m.kind))
    sign = case((col(m.kind) == K.REVERSAL, -1), else_=1)
    paid = case((col(FundingLine.basis) == "ttc", col(m.ttc_cents)), else_=col(m.ht_cents))
    undone = and_(
        col(UNDONE.organisation_id) == m.organisation_id,
        col(UNDONE.id) == m.reverses,
        col(m.kind) == K.REVERSAL,
    )
    line = and_(
        col(FundingLine.organisation_id) == m.organisation_id,
        col(FundingLine.id) == m.funding_line_id,
    )
    query = (
        select(
            col(m.funding_line_id),
            col(m.envelope_id),
            kind.label("effective"),
            func.sum(col(m.line_cents)),
            func.sum(col(m.envelope_cents)),
            func.sum(sign * paid),
        )
        .join(FundingLine, line)
        .outerjoin(UNDONE, undone)
        .where(col(m.organisation_id) == organisation_id)
        .group_by(col(m.funding_line_id), col(m.envelope_id), kind)
    )
    if lines is not None:
        query = query.where(col(m.funding_line_id).in_(lines))
    found: dict[Place, Totals] = {}
    for (
        line_id,
        envelope_id,
        effective,
        on_line,
        on_envelope,
        act,
    ) in work.session.connection().execute(query):
        place = (line_id, envelope_id)
        moved = _moved(K(effective), Money(int(on_line)), Money(int(on_envelope)), Money(int(act)))
        found[place] = found.get(place, Totals()) + moved
    return found


def of_line(found: dict[Place, Totals], line_id: UUID) -> Totals:
    """A line with its envelopes added up."""
    return sum((t for (line, _), t in found.items() if line == line_id), Totals())


def line_totals(work: Work, line: FundingLine) -> Totals:
    """Voted, planned, reserved, engaged and paid on one line."""
    return of_line(totals(work, line.organisation_id, [line.id]), line.id)


def engaged(work: Work, engagement: Movement) -> Engaged:
    """What an engagement took and what is still owed; reversed payments do not count."""
    undone = and_(
        col(UNDONE.organisation_id) == Movement.organisation_id,
        col(UNDONE.reverses) == Movement.id,
    )
    query = (
        select(
            col(Movement.kind), func.sum(col(Movement.ht_cents)), func.sum(col(Movement.ttc_cents))
        )
        .outerjoin(UNDONE, undone)
        .where(
            col(Movement.organisation_id) == engagement.organisation_id,
            col(Movement.engagement_id) == engagement.id,
            col(UNDONE.id).is_(None),
        )
        .group_by(col(Movement.kind))
    )
    rows = work.session.connection().execute(query)
    sums = {kind: (Money(int(ht)), Money(int(ttc))) for kind, ht, ttc in rows}
    paid_ht, paid_ttc = sums.get(K.LIQUIDATION, (ZERO, ZERO))
    return Engaged(
        ht=Money(engagement.ht_cents),
        ttc=Money(engagement.ttc_cents),
        paid_ht=paid_ht,
        paid_ttc=paid_ttc,
        settled=K.SOLDE in sums,
    )


def _moved(kind: MovementKind, on_line: Money, on_envelope: Money, act: Money) -> Totals:
    match kind:
        case K.VOTE:
            return Totals(voted=on_line)
        case K.ALLOCATION:
            return Totals(allocated=on_envelope)
        case K.TRANSFER:  # between envelopes, or between lines
            return Totals(voted=on_line, allocated=on_envelope)
        case K.RESERVATION | K.RELEASE:
            return Totals(reserved=-on_line)
        case K.ENGAGEMENT | K.SOLDE:
            return Totals(engaged=-on_line)
        case _:
            return Totals(liquidated=act)
