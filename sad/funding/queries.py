"""Reads on money: at a glance, as an account, at a past instant, at a year's end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.categories.tables import Category
from sad.db.work import Work
from sad.funding.account import Narrowing, page, remaining, views
from sad.funding.rules import used_percent
from sad.funding.schemas import Balance, EnvelopeView, LineView, MovementPage, MovementView, YearEnd
from sad.funding.states import MovementKind
from sad.funding.sums import Place, Totals, of_line, totals
from sad.funding.tables import Envelope, FundingLine, Movement
from sad.kernel.money import ZERO
from sad.systems.tables import PurchasingSystem

K = MovementKind


def overview(work: Work) -> list[LineView]:
    """Every line of the organisation with its envelopes, newest year first, in four queries."""
    require(work, Permission.READ_FUNDING)
    return _lines(work, col(FundingLine.organisation_id) == work.organisation_id)


def line(work: Work, line_id: UUID) -> LineView:
    """One line with its envelopes."""
    require(work, Permission.READ_FUNDING)
    row = work.get(FundingLine, line_id)
    return _lines(work, col(FundingLine.id) == row.id)[0]


def envelope(work: Work, envelope_id: UUID) -> tuple[LineView, EnvelopeView]:
    """An envelope, with the line it rests on."""
    require(work, Permission.READ_FUNDING)
    row = work.get(Envelope, envelope_id)
    view = line(work, row.funding_line_id)
    return view, next(found for found in view.envelopes if found.id == envelope_id)


def movements(
    work: Work,
    line_id: UUID,
    narrowing: Narrowing = Narrowing(),  # noqa: B008  # frozen
    *,
    before: int | None = None,
    limit: int = 50,
) -> MovementPage:
    """A page of a line's account, newest first. `before` is the number after the page's last."""
    require(work, Permission.READ_FUNDING)
    return page(work, work.get(FundingLine, line_id), narrowing, before, limit)


def movement(work: Work, movement_id: UUID) -> MovementView:
    """One movement, with what it rests on."""
    require(work, Permission.READ_FUNDING)
    row = work.get(Movement, movement_id)
    return views(work, work.get(FundingLine, row.funding_line_id), [row])[0]


def of_market(work: Work, market_id: UUID) -> list[MovementView]:
    """Every movement a market made, oldest first."""
    require(work, Permission.READ_FUNDING)
    rows = work.session.exec(
        select(Movement)
        .where(
            col(Movement.organisation_id) == work.organisation_id,
            col(Movement.market_id) == market_id,
        )
        .order_by(col(Movement.at), col(Movement.seq))
    ).all()
    found: list[MovementView] = []
    for line_id in {row.funding_line_id: None for row in rows}:
        mine = [row for row in rows if row.funding_line_id == line_id]
        found += views(work, work.get(FundingLine, line_id), mine)
    return sorted(found, key=lambda view: (view.at, view.seq))


def line_as_of(work: Work, line_id: UUID, instant: datetime) -> Balance:
    """What the line had left at the end of an instant: one look-up in an index."""
    require(work, Permission.READ_FUNDING)
    row = work.get(FundingLine, line_id)
    return _as_of(work, Movement.line_after, col(Movement.funding_line_id) == row.id, instant)


def envelope_as_of(work: Work, envelope_id: UUID, instant: datetime) -> Balance:
    """What the envelope had left at the end of an instant: one look-up in an index."""
    require(work, Permission.READ_FUNDING)
    row = work.get(Envelope, envelope_id)
    return _as_of(work, Movement.envelope_after, col(Movement.envelope_id) == row.id, instant)


def alerts(lines: Sequence[LineView]) -> list[tuple[LineView, EnvelopeView]]:
    """The envelopes overdrawn or past their alert level, the worst first."""
    found = [(line, e) for line in lines for e in line.envelopes if e.alert or e.overdrawn]
    return sorted(found, key=lambda pair: (-pair[1].overdrawn, -pair[1].used_percent))


def year_end(work: Work, year: int) -> YearEnd:
    """Engagements not wholly paid and reservations still open on the lines of a year (P5)."""
    require(work, Permission.READ_FUNDING)
    lines = work.session.exec(
        select(FundingLine)
        .where(
            col(FundingLine.organisation_id) == work.organisation_id, col(FundingLine.year) == year
        )
        .order_by(col(FundingLine.label), col(FundingLine.id))
    ).all()
    return YearEnd(
        year=year,
        engagements=remaining(work, lines, K.ENGAGEMENT),
        reservations=remaining(work, lines, K.RESERVATION),
    )


def _as_of(work: Work, balance: Any, place: ColumnElement[bool], instant: datetime) -> Balance:
    row = work.session.exec(
        select(balance, Movement.seq)
        .where(
            col(Movement.organisation_id) == work.organisation_id,
            place,
            col(Movement.at) <= instant,
        )
        .order_by(col(Movement.at).desc(), col(Movement.seq).desc())
        .limit(1)
    ).first()
    if row is None:
        return Balance(at=instant, available=0, seq=None)
    return Balance(at=instant, available=row[0], seq=row[1])


def _lines(work: Work, condition: ColumnElement[bool]) -> list[LineView]:
    organisation = work.organisation_id
    rows = work.session.exec(
        select(FundingLine, PurchasingSystem.title)
        .join(
            PurchasingSystem,
            (col(PurchasingSystem.organisation_id) == FundingLine.organisation_id)
            & (col(PurchasingSystem.id) == FundingLine.system_id),
        )
        .where(col(FundingLine.organisation_id) == organisation, condition)
        .order_by(col(FundingLine.year).desc(), col(FundingLine.label), col(FundingLine.id))
    ).all()
    ids = [row.id for row, _ in rows]
    sums = totals(work, organisation, ids)
    envelopes = _envelopes(work, ids, sums)
    found = []
    for row, title in rows:
        mine = [view for view in envelopes if view.funding_line_id == row.id]
        found.append(_line_view(row, title, of_line(sums, row.id), mine))
    return found


def _line_view(
    row: FundingLine, title: str, sums: Totals, envelopes: list[EnvelopeView]
) -> LineView:
    return LineView(
        **row.model_dump(include=set(LineView.model_fields)),
        system_title=title,
        voted=sums.voted.cents,
        allocated=sums.allocated.cents,
        reserved=sums.reserved.cents,
        engaged=sums.engaged.cents,
        liquidated=sums.liquidated.cents,
        available=(sums.voted - sums.reserved - sums.engaged).cents,
        envelopes=envelopes,
    )


def _envelopes(work: Work, lines: list[UUID], sums: dict[Place, Totals]) -> list[EnvelopeView]:
    rows = work.session.exec(
        select(Envelope, Category.name)
        .join(
            Category,
            (col(Category.organisation_id) == Envelope.organisation_id)
            & (col(Category.id) == Envelope.category_id),
        )
        .where(
            col(Envelope.organisation_id) == work.organisation_id,
            col(Envelope.funding_line_id).in_(lines),
        )
        .order_by(col(Category.position), col(Envelope.year), col(Envelope.label))
    ).all()
    return [
        _envelope_view(row, name, sums.get((row.funding_line_id, row.id), Totals()))
        for row, name in rows
    ]


def _envelope_view(row: Envelope, category: str, sums: Totals) -> EnvelopeView:
    available = sums.allocated - sums.reserved - sums.engaged
    used = used_percent(sums.allocated, available)
    return EnvelopeView(
        **row.model_dump(include=set(EnvelopeView.model_fields)),
        category_name=category,
        allocated=sums.allocated.cents,
        reserved=sums.reserved.cents,
        engaged=sums.engaged.cents,
        liquidated=sums.liquidated.cents,
        available=available.cents,
        used_percent=used,
        alert=used >= row.alert_percent and sums.allocated > ZERO,
        overdrawn=available < ZERO,
    )
