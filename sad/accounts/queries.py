"""What pages read about organisations and people."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.delegations import power_of
from sad.accounts.hats import Hat, hats
from sad.accounts.permissions import Permission, require
from sad.accounts.rules import Act, covers
from sad.accounts.tables import Delegation, Membership, Organisation, Person
from sad.db.work import Work
from sad.kernel.actor import Role


@dataclass(frozen=True)
class HeldRole:
    """A role and the membership that gives it."""

    membership_id: UUID
    role: Role


@dataclass(frozen=True)
class Agent:
    """A person of the organisation with its current roles."""

    person_id: UUID
    name: str
    email: str
    roles: list[HeldRole]


@dataclass(frozen=True)
class DelegationView:
    """A delegation, and whether it is in force today for the acts of its scope."""

    row: Delegation
    email: str
    in_force: bool


def organisation(work: Work) -> Organisation:
    """The actor's organisation; NotFound without one."""
    return work.shared(Organisation, work.organisation_id)


def agents(work: Work) -> list[Agent]:
    """The organisation's people and their current roles, by name."""
    require(work, Permission.MANAGE_PEOPLE)
    query = (
        select(Person, Membership)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(
            col(Membership.organisation_id) == work.organisation_id,
            col(Membership.ended_at).is_(None),
        )
        .order_by(col(Person.name), col(Person.id), col(Membership.role))
    )
    found: dict[UUID, Agent] = {}
    for person, membership in work.session.exec(query):
        agent = found.setdefault(person.id, Agent(person.id, person.name, person.email, []))
        agent.roles.append(HeldRole(membership.id, Role(membership.role)))
    return list(found.values())


def delegations(work: Work) -> list[DelegationView]:
    """The organisation's delegations, those in force first, then by name."""
    require(work, Permission.MANAGE_DELEGATIONS)
    query = (
        select(Delegation, Person.email)
        .join(Person, col(Person.id) == col(Delegation.person_id))
        .where(col(Delegation.organisation_id) == work.organisation_id)
        .order_by(col(Delegation.person_name), col(Delegation.id))
    )
    views = [_view(work, row, email) for row, email in work.session.exec(query)]
    return sorted(views, key=lambda view: not view.in_force)


def delegation(work: Work, delegation_id: UUID) -> DelegationView:
    """One of them; NotFound for another organisation's."""
    require(work, Permission.MANAGE_DELEGATIONS)
    row = work.get(Delegation, delegation_id)
    return _view(work, row, work.shared(Person, row.person_id).email)


def everybody(work: Work) -> list[tuple[Person, list[Hat]]]:
    """Each person with a hat, agents first: for the demonstration's own page only."""
    query = select(Person).where(col(Person.disabled_at).is_(None)).order_by(col(Person.name))
    found = [(person, hats(work, person.id)) for person in work.session.exec(query)]
    return sorted(
        ((person, worn) for person, worn in found if worn),
        key=lambda pair: (pair[1][0].organisation_id is None, pair[1][0].name, pair[0].name),
    )


def _view(work: Work, row: Delegation, email: str) -> DelegationView:
    power = power_of(row)
    live = any(covers(power, act, None, work.today) for act in Act)
    return DelegationView(row, email, live)
