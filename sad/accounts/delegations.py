"""Delegations (P2): recorded, corrected, withdrawn; and which signatory covers an act today."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.people import person_for
from sad.accounts.permissions import Permission, require
from sad.accounts.rules import (
    Act,
    DelegationCeiling,
    DelegationNotExecutory,
    DelegationPeriod,
    NoDelegation,
    Power,
    covers,
)
from sad.accounts.schemas import DelegationInput
from sad.accounts.tables import Delegation
from sad.audit.chains import organisation_chain
from sad.audit.service import record
from sad.db.work import Work
from sad.kernel.canonical import instant
from sad.kernel.errors import Conflict, NotFound, Refusal
from sad.kernel.money import Money


class DelegationRevoked(Refusal):
    """The delegation was already withdrawn."""

    code = "accounts.delegation_revoked"


class DelegationChanged(Conflict):
    """Somebody else corrected it since it was read."""

    code = "accounts.delegation_changed"


def create(work: Work, typed: DelegationInput) -> Delegation:
    """Records a power to sign as its act says it; the signatory is made a person if need be.

    Raises DelegationPeriod, DelegationNotExecutory or DelegationCeiling.
    """
    require(work, Permission.MANAGE_DELEGATIONS)
    _check(typed)
    person = person_for(work, typed.email, typed.person_name)
    delegation: Delegation = work.add(
        Delegation(
            organisation_id=work.organisation_id,
            person_id=person.id,
            created_at=work.now,
            **_columns(typed),
        )
    )
    _journal(work, "delegation.created", delegation, before=None)
    return delegation


def amend(work: Work, delegation_id: UUID, typed: DelegationInput, version: int) -> None:
    """Corrects what was typed; past decisions keep what they named. Raises DelegationChanged."""
    require(work, Permission.MANAGE_DELEGATIONS)
    _check(typed)
    delegation = work.get(Delegation, delegation_id, lock=True)
    if delegation.revoked_at is not None:
        raise DelegationRevoked()
    if delegation.version != version:
        raise DelegationChanged()
    before = _facts(delegation)
    for name, value in _columns(typed).items():
        setattr(delegation, name, value)
    delegation.person_id = person_for(work, typed.email, typed.person_name).id
    delegation.version += 1
    work.session.add(delegation)
    _journal(work, "delegation.amended", delegation, before=before)


def revoke(work: Work, delegation_id: UUID) -> None:
    """Withdraws the power from now on; what it covered stays. Raises DelegationRevoked."""
    require(work, Permission.MANAGE_DELEGATIONS)
    delegation = work.get(Delegation, delegation_id, lock=True)
    if delegation.revoked_at is not None:
        raise DelegationRevoked()
    before = _facts(delegation)
    delegation.revoked_at = work.now
    delegation.version += 1
    work.session.add(delegation)
    _journal(work, "delegation.revoked", delegation, before=before)


def covering(
    work: Work, delegation_id: UUID, act: Act, amount: Money | None, on: date
) -> Delegation:
    """The delegation named, if it covers the act for this amount (HT) on this day.

    Raises NoDelegation otherwise, an unknown delegation included (P2).
    """
    try:
        delegation = work.get(Delegation, delegation_id)
    except NotFound as error:
        raise NoDelegation(where="delegation_id") from error
    if not covers(power_of(delegation), act, amount, on):
        raise NoDelegation(where="delegation_id")
    return delegation


def in_force(work: Work, act: Act, amount: Money | None, on: date) -> list[Delegation]:
    """The organisation's delegations that cover the act that day, for a page's choice."""
    query = (
        select(Delegation)
        .where(col(Delegation.organisation_id) == work.organisation_id)
        .order_by(col(Delegation.person_name), col(Delegation.id))
    )
    return [d for d in work.session.exec(query) if covers(power_of(d), act, amount, on)]


def power_of(delegation: Delegation) -> Power:
    """The row as the rule reads it."""
    ceiling = delegation.ceiling_cents
    return Power(
        scope=delegation.scope,
        ceiling=None if ceiling is None else Money(ceiling),
        executory_on=delegation.executory_on,
        valid_from=delegation.valid_from,
        valid_until=delegation.valid_until,
        revoked=delegation.revoked_at is not None,
    )


def _check(typed: DelegationInput) -> None:
    if typed.valid_until < typed.valid_from:
        raise DelegationPeriod("valid_until")
    if typed.valid_from < typed.executory_on:
        raise DelegationNotExecutory("valid_from", executory_on=typed.executory_on)
    if typed.ceiling is not None and typed.ceiling.cents <= 0:
        raise DelegationCeiling("ceiling")


def _columns(typed: DelegationInput) -> dict[str, Any]:
    return {
        "person_name": typed.person_name,
        "quality": typed.quality,
        "act_number": typed.act_number,
        "executory_on": typed.executory_on,
        "scope": [act.value for act in Act if act in typed.scope],
        "ceiling_cents": None if typed.ceiling is None else typed.ceiling.cents,
        "valid_from": typed.valid_from,
        "valid_until": typed.valid_until,
    }


def _facts(delegation: Delegation) -> dict[str, Any]:
    revoked = delegation.revoked_at
    return {
        "person": str(delegation.person_id),
        "act_number": delegation.act_number,
        "executory_on": delegation.executory_on.isoformat(),
        "scope": list(delegation.scope),
        "ceiling_cents": delegation.ceiling_cents,
        "valid_from": delegation.valid_from.isoformat(),
        "valid_until": delegation.valid_until.isoformat(),
        "revoked_at": None if revoked is None else instant(revoked),
    }


def _journal(
    work: Work, action: str, delegation: Delegation, before: dict[str, Any] | None
) -> None:
    record(
        work,
        organisation_chain(delegation.organisation_id),
        action,
        delegation.id,
        before=before,
        after=_facts(delegation),
        details={"name": delegation.person_name, "quality": delegation.quality},
    )
