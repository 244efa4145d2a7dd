"""Movements as an account that people read, each beside the decision that made it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select as core_select
from sqlmodel import col, select

from sad.accounts.tables import Person
from sad.db.work import Work
from sad.funding.rules import Engaged
from sad.funding.schemas import MovementPage, MovementView, Remaining
from sad.funding.states import REVERSIBLE, MovementKind
from sad.funding.sums import engaged
from sad.funding.tables import Envelope, FundingLine, Movement
from sad.kernel.money import Money

K = MovementKind


@dataclass(frozen=True)
class Narrowing:
    """What an account is narrowed to; `since` included, `until` excluded."""

    envelope_id: UUID | None = None
    kind: MovementKind | None = None
    market_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


def page(
    work: Work, line: FundingLine, narrowing: Narrowing, before: int | None, limit: int
) -> MovementPage:
    """The page of the account that ends just below the movement numbered `before`."""
    query = select(Movement).where(
        col(Movement.organisation_id) == line.organisation_id,
        col(Movement.funding_line_id) == line.id,
    )
    if narrowing.envelope_id is not None:
        query = query.where(col(Movement.envelope_id) == narrowing.envelope_id)
    if narrowing.kind is not None:
        query = query.where(col(Movement.kind) == narrowing.kind)
    if narrowing.market_id is not None:
        query = query.where(col(Movement.market_id) == narrowing.market_id)
    if narrowing.since is not None:
        query = query.where(col(Movement.at) >= narrowing.since)
    if narrowing.until is not None:
        query = query.where(col(Movement.at) < narrowing.until)
    if before is not None:
        query = query.where(col(Movement.seq) < before)
    rows = work.session.exec(query.order_by(col(Movement.seq).desc()).limit(limit + 1)).all()
    shown = rows[:limit]
    following = shown[-1].seq if len(rows) > limit else None
    return MovementPage(movements=views(work, line, shown), following=following)


def views(work: Work, line: FundingLine, rows: Sequence[Movement]) -> list[MovementView]:
    """These movements of the line, in their order, with the names around them: five queries."""
    if not rows:
        return []
    organisation = line.organisation_id
    undone = _undone(work, organisation, [row.id for row in rows])
    kinds = _kinds(work, organisation, {row.reverses for row in rows if row.reverses})
    envelopes = _labels(work, organisation, {row.envelope_id for row in rows if row.envelope_id})
    markets = _markets(work, organisation, {row.market_id for row in rows if row.market_id})
    people = _people(work, {row.actor_id for row in rows if row.actor_id})
    found = []
    for row in rows:
        number, title = markets.get(row.market_id, ("", "")) if row.market_id else ("", "")
        found.append(
            MovementView(
                **row.model_dump(include=set(MovementView.model_fields)),
                envelope_label=envelopes.get(row.envelope_id, "") if row.envelope_id else "",
                amount_cents=row.ttc_cents if line.basis == "ttc" else row.ht_cents,
                market_number=number,
                market_title=title,
                actor_name=people.get(row.actor_id, "") if row.actor_id else "",
                reversed_kind=kinds.get(row.reverses, "") if row.reverses else "",
                undone_by=undone.get(row.id),
                reversible=K(row.kind) in REVERSIBLE and row.id not in undone,
            )
        )
    return found


def remaining(work: Work, lines: Sequence[FundingLine], kind: MovementKind) -> list[Remaining]:
    """Engagements not wholly paid, or reservations not given back, line by line."""
    found: list[Remaining] = []
    for line in lines:
        rows = work.session.exec(
            select(Movement)
            .where(
                col(Movement.organisation_id) == line.organisation_id,
                col(Movement.funding_line_id) == line.id,
                col(Movement.kind) == kind,
            )
            .order_by(col(Movement.seq))
        ).all()
        for row, view in zip(rows, views(work, line, rows), strict=True):
            owed = _owed(work, row)
            ttc = line.basis == "ttc"
            left = owed.left_ttc if ttc else owed.left_ht
            if view.undone_by is None and left and not owed.settled:
                found.append(
                    Remaining(
                        movement=view,
                        line_label=line.label,
                        section=line.section,
                        basis=line.basis,
                        engaged=view.amount_cents,
                        liquidated=(owed.paid_ttc if ttc else owed.paid_ht).cents,
                        left=left.cents,
                    )
                )
    return found


def _owed(work: Work, row: Movement) -> Engaged:
    if row.kind == K.ENGAGEMENT:
        return engaged(work, row)
    whole = Money(row.ht_cents), Money(row.ttc_cents)
    return Engaged(*whole, paid_ht=Money(0), paid_ttc=Money(0), settled=False)


def _undone(work: Work, organisation: UUID, ids: Sequence[UUID]) -> dict[UUID, UUID]:
    query = core_select(col(Movement.reverses), col(Movement.id)).where(
        col(Movement.organisation_id) == organisation, col(Movement.reverses).in_(ids)
    )
    return {row[0]: row[1] for row in work.session.connection().execute(query) if row[0]}


def _kinds(work: Work, organisation: UUID, ids: set[UUID]) -> dict[UUID, str]:
    query = core_select(col(Movement.id), col(Movement.kind)).where(
        col(Movement.organisation_id) == organisation, col(Movement.id).in_(ids)
    )
    return {row[0]: row[1] for row in work.session.connection().execute(query)}


def _labels(work: Work, organisation: UUID, ids: set[UUID]) -> dict[UUID, str]:
    query = core_select(col(Envelope.id), col(Envelope.label)).where(
        col(Envelope.organisation_id) == organisation, col(Envelope.id).in_(ids)
    )
    return {row[0]: row[1] for row in work.session.connection().execute(query)}


def _markets(work: Work, organisation: UUID, ids: set[UUID]) -> dict[UUID, tuple[str, str]]:
    # The table by its name: markets are a higher concept.
    market: Any = Movement.metadata.tables["market"].c
    query = core_select(market.id, market.number, market.title).where(
        market.organisation_id == organisation, market.id.in_(ids)
    )
    rows = work.session.connection().execute(query)
    return {row.id: (row.number or "", row.title) for row in rows}


def _people(work: Work, ids: set[UUID]) -> dict[UUID, str]:
    query = core_select(col(Person.id), col(Person.name)).where(col(Person.id).in_(ids))
    return {row[0]: row[1] for row in work.session.connection().execute(query)}
