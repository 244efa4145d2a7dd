"""Commands on a system: create, prepare, keep its period. Publishing is in `categories`, above."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.accounts.tables import Organisation
from sad.audit.chains import system_chain
from sad.audit.service import record
from sad.db.work import Work
from sad.kernel.canonical import instant
from sad.kernel.errors import Conflict
from sad.systems.rules import Frozen, SystemClosed, check_new_closing
from sad.systems.schemas import SystemChange, SystemInput
from sad.systems.states import SystemState, state_at
from sad.systems.tables import PeriodChange, PurchasingSystem

# Contact, description, and what later acts need stay free; the rest is the notice (acceptance 2).
FREE_ONCE_PUBLISHED = {
    "contact_name",
    "contact_phone",
    "contact_email",
    "description",
    "outside_cents",
    "legal_control",
    "deliberation_number",
    "deliberation_on",
    "prefecture_receipt_on",
}
PERSONAL = {"contact_name", "contact_phone", "contact_email", "description"}


def create(work: Work, data: SystemInput) -> PurchasingSystem:
    """A draft, numbered « 2026S01 » in its organisation."""
    require(work, Permission.MANAGE_SYSTEM)
    organisation = work.shared(Organisation, work.organisation_id, lock=True)
    system = work.add(
        PurchasingSystem(
            organisation_id=organisation.id,
            number=_next_number(work),
            contact_name=organisation.contact_name,
            contact_phone=organisation.contact_phone,
            contact_email=organisation.contact_email,
            created_at=work.now,
            created_by=work.actor.person_id,
            **data.model_dump(),
        )
    )
    after = data.model_dump(mode="json") | {"number": system.number}
    record(work, system_chain(organisation.id, system.id), "system.created", system.id, after=after)
    return system


def change(work: Work, system_id: UUID, data: SystemChange) -> PurchasingSystem:
    """Changes the fields given. Raises Conflict on another version, Frozen once published."""
    require(work, Permission.MANAGE_SYSTEM)
    system = work.get(PurchasingSystem, system_id, lock=True)
    changes = data.model_dump(exclude_unset=True, exclude={"version"})
    if system.version != data.version:
        raise Conflict(**{name: getattr(system, name) for name in changes})
    changes = {k: v for k, v in changes.items() if getattr(system, k) != v}
    if system.published_at is not None:
        for name in changes.keys() - FREE_ONCE_PUBLISHED:
            raise Frozen(where=name)
    if not changes:
        return system
    before = {name: getattr(system, name) for name in changes}
    for name, value in changes.items():
        setattr(system, name, value)
    system.version += 1
    work.add(system)
    _record_change(work, system, before, changes)
    return system


def move_closing(work: Work, system_id: UUID, closing_at: datetime, reason: str) -> PeriodChange:
    """Moves the closing date of a published system; the old one stays with its reason (SAD-09)."""
    require(work, Permission.MANAGE_SYSTEM)
    system = open_or_announced(work, system_id)
    old = system.closing_at
    if old is None:
        raise SystemClosed()
    check_new_closing(old, closing_at, work.now, reason)
    system.closing_at = closing_at
    system.version += 1
    work.add(system)
    moved = work.add(
        PeriodChange(
            organisation_id=system.organisation_id,
            system_id=system.id,
            old_closing_at=old,
            new_closing_at=closing_at,
            reason=reason.strip(),
            changed_at=work.now,
            changed_by=work.actor.person_id,
        )
    )
    record(
        work,
        system_chain(system.organisation_id, system.id),
        "system.closing_moved",
        system.id,
        before={"closing_at": instant(old)},
        after={"closing_at": instant(closing_at)},
        details={"reason": reason.strip()},
    )
    return moved


def open_or_announced(work: Work, system_id: UUID) -> PurchasingSystem:
    """The system, locked; SystemClosed once its period is over."""
    system = work.get(PurchasingSystem, system_id, lock=True)
    if system_state(system, work.now) is SystemState.CLOSED:
        raise SystemClosed(closing_at=system.closing_at)
    return system


def system_state(system: PurchasingSystem, now: datetime) -> SystemState:
    """The computed state of a row."""
    return state_at(now, system.published_at, system.opening_at, system.closing_at)


def _next_number(work: Work) -> str:
    """The organisation's row is locked: two creations cannot take the same number."""
    year = work.today.year
    count = work.session.exec(
        select(func.count())
        .select_from(PurchasingSystem)
        .where(
            col(PurchasingSystem.organisation_id) == work.organisation_id,
            col(PurchasingSystem.number).like(f"{year}S%"),
        )
    ).one()
    return f"{year}S{count + 1:02d}"


def _record_change(
    work: Work, system: PurchasingSystem, before: dict[str, object], after: dict[str, object]
) -> None:
    """Personal fields go apart, in the details."""
    public = {k: v for k, v in after.items() if k not in PERSONAL}
    private = {k: v for k, v in after.items() if k in PERSONAL}
    record(
        work,
        system_chain(system.organisation_id, system.id),
        "system.changed",
        system.id,
        before={k: _plain(before[k]) for k in public},
        after={k: _plain(v) for k, v in public.items()},
        details={k: _plain(v) for k, v in private.items()} or None,
    )


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return instant(value)
    return value if isinstance(value, str | int | bool | type(None)) else str(value)
