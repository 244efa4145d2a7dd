"""Reads on systems, for agents and for the public."""

from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, may, require
from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.kernel.money import Money
from sad.systems.rules import regime
from sad.systems.schemas import SystemView
from sad.systems.service import system_state
from sad.systems.states import SystemState
from sad.systems.tables import PeriodChange, PurchasingSystem


def of_organisation(work: Work) -> list[SystemView]:
    """All the systems of the agent's organisation, newest first."""
    require(work, Permission.READ_FILE)
    query = (
        select(PurchasingSystem)
        .where(col(PurchasingSystem.organisation_id) == work.organisation_id)
        .order_by(col(PurchasingSystem.created_at).desc(), col(PurchasingSystem.id).desc())
    )
    return [view(work, row) for row in work.session.exec(query)]


def one(work: Work, system_id: UUID) -> SystemView:
    """A system for an agent of its organisation, draft included."""
    require(work, Permission.READ_FILE)
    return view(work, work.get(PurchasingSystem, system_id))


def published(work: Work) -> list[SystemView]:
    """Systems the public may read: announced and open ones first, then closed ones."""
    query = select(PurchasingSystem).where(col(PurchasingSystem.published_at).is_not(None))
    views = [view(work, row) for row in work.session.exec(query)]
    return sorted(views, key=lambda v: (v.state == SystemState.CLOSED, v.title, v.number))


def public_one(work: Work, system_id: UUID) -> SystemView:
    """A published system for anybody; a draft only for an agent who may read it."""
    row = work.locate(PurchasingSystem, system_id)
    if row.published_at is None and not may(work, Permission.READ_FILE, row.organisation_id):
        raise NotFound()
    return view(work, row)


def period_changes(work: Work, system: SystemView) -> list[PeriodChange]:
    """Each past closing date with its reason, oldest first."""
    query = (
        select(PeriodChange)
        .where(
            col(PeriodChange.organisation_id) == system.organisation_id,
            col(PeriodChange.system_id) == system.id,
        )
        .order_by(col(PeriodChange.changed_at))
    )
    return list(work.session.exec(query))


def view(work: Work, row: PurchasingSystem) -> SystemView:
    """The row with what is computed: state and regime."""
    computed = {
        "state": system_state(row, work.now),
        "regime": regime(Money(row.maximum_cents), Money(row.outside_cents)),
    }
    return SystemView.model_validate(row.model_dump() | computed)
