"""Delegations in force: which signatory may cover an act today."""

from datetime import date
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.rules import Act, NoDelegation, Power, covers
from sad.accounts.tables import Delegation
from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.kernel.money import Money


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
