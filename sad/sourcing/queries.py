"""Reads: what anybody may know before a market, and the register for agents."""

from datetime import date
from uuid import UUID

from sqlalchemy import and_
from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.categories.tables import Category
from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.sourcing.schemas import NextDemandView, PublishedSourcing, SourcingView
from sad.sourcing.tables import NextDemand, SourcingEntry
from sad.systems.schemas import SystemView
from sad.systems.tables import PurchasingSystem


def next_demands(work: Work, system: SystemView) -> list[NextDemandView]:
    """The demands to come of a system, the nearest month first; those of past months are over.

    `system` comes from a query that has checked who reads.
    """
    rows = _demands(work, system.organisation_id, system.id)
    return [one for one in rows if not is_over(one, work.today)]


def announced(work: Work, system_id: UUID) -> list[NextDemandView]:
    """Every announcement of a system for its agents, those of past months too."""
    require(work, Permission.READ_FILE)
    work.get(PurchasingSystem, system_id)
    return _demands(work, work.organisation_id, system_id)


def one_demand(work: Work, system_id: UUID, demand_id: UUID) -> NextDemandView:
    """One announcement, for its agents."""
    for view in announced(work, system_id):
        if view.id == demand_id:
            return view
    raise NotFound()


def register(work: Work, system_id: UUID) -> list[SourcingView]:
    """The register of a system for its agents, the newest meeting first."""
    require(work, Permission.READ_FILE)
    work.get(PurchasingSystem, system_id)
    rows = _entries(work, work.organisation_id, system_id)
    return [SourcingView.model_validate(row) for row in rows]


def one_meeting(work: Work, system_id: UUID, entry_id: UUID) -> SourcingView:
    """One entry of the register, for its agents."""
    for view in register(work, system_id):
        if view.id == entry_id:
            return view
    raise NotFound()


def published(work: Work, system: SystemView) -> list[PublishedSourcing]:
    """What was told to all (R2111-2), the newest meeting first; `system` as in `next_demands`."""
    rows = _entries(work, system.organisation_id, system.id)
    return [PublishedSourcing.model_validate(row) for row in rows if row.published_at is not None]


def is_over(view: NextDemandView, today: date) -> bool:
    """Its month is past: the public no longer reads it."""
    return view.month < today.replace(day=1)


def _demands(work: Work, organisation_id: UUID, system_id: UUID) -> list[NextDemandView]:
    query = (
        select(NextDemand, Category.name)
        .join(
            Category,
            and_(
                col(Category.organisation_id) == col(NextDemand.organisation_id),
                col(Category.id) == col(NextDemand.category_id),
            ),
        )
        .where(
            col(NextDemand.organisation_id) == organisation_id,
            col(NextDemand.system_id) == system_id,
        )
        .order_by(col(NextDemand.month), col(Category.position), col(NextDemand.id))
    )
    return [
        NextDemandView.model_validate(row.model_dump() | {"category": name})
        for row, name in work.session.exec(query)
    ]


def _entries(work: Work, organisation_id: UUID, system_id: UUID) -> list[SourcingEntry]:
    query = (
        select(SourcingEntry)
        .where(
            col(SourcingEntry.organisation_id) == organisation_id,
            col(SourcingEntry.system_id) == system_id,
        )
        .order_by(col(SourcingEntry.met_on).desc(), col(SourcingEntry.id).desc())
    )
    return list(work.session.exec(query))
