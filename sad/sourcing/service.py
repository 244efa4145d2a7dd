"""Commands: announce a demand to come, keep the register of meetings, tell all what was said."""

from uuid import UUID

from sad.accounts.permissions import Permission, may, require
from sad.audit.chains import Chain, category_chain, system_chain
from sad.audit.service import record
from sad.categories.tables import Category
from sad.db.work import Work
from sad.kernel.calendar import paris_date
from sad.kernel.canonical import instant
from sad.kernel.errors import Conflict, NotFound
from sad.sourcing.rules import PublishedStays, check_met, check_month
from sad.sourcing.schemas import (
    NextDemandChange,
    NextDemandInput,
    SourcingChange,
    SourcingInput,
)
from sad.sourcing.tables import NextDemand, SourcingEntry
from sad.systems.service import open_or_announced
from sad.systems.tables import PurchasingSystem


def announce(work: Work, system_id: UUID, data: NextDemandInput) -> NextDemand:
    """Announces a demand to come, which commits to nothing (P22).

    Raises MonthPast, MonthTooFar, MonthAfterClosing, SystemClosed.
    """
    require_preparer(work)
    _check_demand(work, system_id, data)
    row: NextDemand = work.add(
        NextDemand(
            organisation_id=work.organisation_id,
            system_id=system_id,
            announced_at=work.now,
            announced_by=work.actor.person_id,
            **data.model_dump(),
        )
    )
    _record_demand(work, row, "next_demand.announced")
    return row


def rewrite(work: Work, system_id: UUID, demand_id: UUID, data: NextDemandChange) -> NextDemand:
    """Says it otherwise. Raises Conflict on another version, and as `announce`."""
    require_preparer(work)
    row = _demand(work, system_id, demand_id)
    given = data.model_dump(exclude={"version"})
    if row.version != data.version:
        raise Conflict(**{name: getattr(row, name) for name in given})
    _check_demand(work, system_id, data)
    for name, value in given.items():
        setattr(row, name, value)
    row.version += 1
    work.add(row)
    _record_demand(work, row, "next_demand.rewritten")
    return row


def remove(work: Work, system_id: UUID, demand_id: UUID) -> None:
    """Takes the announcement away: launched, or given up."""
    require_preparer(work)
    row = _demand(work, system_id, demand_id)
    said, details = {"month": row.month.isoformat()}, {"quantity": row.quantity}
    record(work, _category_of(row), "next_demand.removed", row.id, before=said, details=details)
    work.session.delete(row)
    work.session.flush()


def record_meeting(work: Work, system_id: UUID, data: SourcingInput) -> SourcingEntry:
    """Enters a meeting in the register, before or after the notice. Raises MeetingToCome."""
    require_preparer(work)
    work.get(PurchasingSystem, system_id)
    check_met(data.met_on, work.today)
    row: SourcingEntry = work.add(
        SourcingEntry(
            organisation_id=work.organisation_id,
            system_id=system_id,
            recorded_at=work.now,
            recorded_by=work.actor.person_id,
            **data.model_dump(),
        )
    )
    _record_meeting(work, row, "sourcing.recorded")
    return row


def correct_meeting(
    work: Work, system_id: UUID, entry_id: UUID, data: SourcingChange
) -> SourcingEntry:
    """Corrects an entry not yet published. Raises PublishedStays, Conflict, MeetingToCome."""
    require_preparer(work)
    row = _entry(work, system_id, entry_id)
    given = data.model_dump(exclude={"version"})
    if row.published_at is not None:
        raise PublishedStays()
    if row.version != data.version:
        raise Conflict(**{name: getattr(row, name) for name in given})
    check_met(data.met_on, work.today)
    for name, value in given.items():
        setattr(row, name, value)
    row.version += 1
    work.add(row)
    _record_meeting(work, row, "sourcing.corrected")
    return row


def publish(work: Work, system_id: UUID, entry_id: UUID) -> SourcingEntry:
    """Tells everybody what one structure was told, in one press (R2111-2, P22).

    Its page is the system's public one, so nothing is read before the system is published.
    Raises PublishedStays.
    """
    require_preparer(work)
    row = _entry(work, system_id, entry_id)
    if row.published_at is not None:
        raise PublishedStays()
    row.published_at, row.published_by = work.now, work.actor.person_id
    row.version += 1
    work.add(row)
    record(
        work,
        _chain_of(row),
        "sourcing.published",
        row.id,
        after={"met_on": row.met_on.isoformat(), "published_at": instant(work.now)},
        details={"subject": row.subject, "information": row.information},
    )
    return row


def may_prepare(work: Work) -> bool:
    """Whether the actor prepares markets or keeps the system."""
    return may(work, Permission.MANAGE_SYSTEM) or may(work, Permission.PREPARE_MARKET)


def require_preparer(work: Work) -> None:
    """Refuses anybody else. Raises SignInNeeded, NotAllowed."""
    if not may_prepare(work):
        require(work, Permission.PREPARE_MARKET)


def _check_demand(work: Work, system_id: UUID, data: NextDemandInput) -> None:
    system = open_or_announced(work, system_id)
    if work.get(Category, data.category_id).system_id != system_id:
        raise NotFound(kind="category")
    closing = None if system.closing_at is None else paris_date(system.closing_at)
    check_month(data.month, work.today, closing)


def _demand(work: Work, system_id: UUID, demand_id: UUID) -> NextDemand:
    row = work.get(NextDemand, demand_id, lock=True)
    if row.system_id != system_id:
        raise NotFound()
    return row


def _entry(work: Work, system_id: UUID, entry_id: UUID) -> SourcingEntry:
    row = work.get(SourcingEntry, entry_id, lock=True)
    if row.system_id != system_id:
        raise NotFound()
    return row


def _record_demand(work: Work, row: NextDemand, action: str) -> None:
    said, details = {"month": row.month.isoformat()}, {"quantity": row.quantity}
    record(work, _category_of(row), action, row.id, after=said, details=details)


def _record_meeting(work: Work, row: SourcingEntry, action: str) -> None:
    record(
        work,
        _chain_of(row),
        action,
        row.id,
        after={"met_on": row.met_on.isoformat()},
        details={
            "structure": row.structure,
            "subject": row.subject,
            "information": row.information,
        },
    )


def _category_of(row: NextDemand) -> Chain:
    return category_chain(row.organisation_id, row.system_id, row.category_id)


def _chain_of(row: SourcingEntry) -> Chain:
    return system_chain(row.organisation_id, row.system_id)
