"""Organisations, their agents and roles. Every change is journalled on the organisation's chain."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from sad.accounts.permissions import NotAllowed, Permission, require
from sad.accounts.rules import read_email
from sad.accounts.schemas import InvitationInput, OrganisationInput
from sad.accounts.sign_in import INVITATION, issue_link
from sad.accounts.tables import Membership, Organisation, Person
from sad.audit.chains import organisation_chain
from sad.audit.service import record
from sad.db.work import Work
from sad.kernel.actor import Role
from sad.kernel.canonical import instant
from sad.kernel.errors import NotFound, Refusal
from sad.kernel.siret import read_siret
from sad.notifications.service import enqueue

PERSONAL = ("address", "contact_name", "contact_phone", "contact_email")


class OrganisationExists(Refusal):
    """Another organisation has this SIRET; fact `name`."""

    code = "accounts.organisation_exists"


class OrganisationUnknown(Refusal):
    """No organisation has this SIRET."""

    code = "accounts.organisation_unknown"


class RoleHeld(Refusal):
    """The person already has this role; fact `role`."""

    code = "accounts.role_held"


class LastAdministrator(Refusal):
    """Nobody would be left to give roles."""

    code = "accounts.last_administrator"


def register_organisation(work: Work, siret: str, name: str) -> Organisation:
    """A new organisation, by the engine alone: the command line and the demonstration."""
    if not work.actor.engine:
        raise NotAllowed(permission=Permission.MANAGE_ORGANISATION)
    siret = read_siret(siret)
    known = organisation_of_siret(work, siret)
    if known is not None:
        raise OrganisationExists("siret", name=known.name)
    organisation: Organisation = work.add(
        Organisation(siret=siret, name=name, slug=_slug(work, name), created_at=work.now)
    )
    record(
        work,
        organisation_chain(organisation.id),
        "organisation.registered",
        organisation.id,
        after={"siret": siret, "name": name},
    )
    return organisation


def organisation_of_siret(work: Work, siret: str) -> Organisation | None:
    """The organisation with this SIRET."""
    return work.session.exec(select(Organisation).where(Organisation.siret == siret)).one_or_none()


def update_organisation(work: Work, typed: OrganisationInput) -> None:
    """Its name, contact, colour and calendar."""
    require(work, Permission.MANAGE_ORGANISATION)
    organisation = work.shared(Organisation, work.organisation_id, lock=True)
    new = typed.model_dump(mode="json")
    before = {name: getattr(organisation, name) for name in new}
    changed = [name for name in new if before[name] != new[name]]
    if not changed:
        return
    for name in changed:
        setattr(organisation, name, new[name])
    work.session.add(organisation)
    public = [name for name in changed if name not in PERSONAL]
    record(
        work,
        organisation_chain(organisation.id),
        "organisation.updated",
        organisation.id,
        before={name: before[name] for name in public},
        after={name: new[name] for name in public},
        details={name: new[name] for name in changed if name in PERSONAL} or None,
    )


def person_for(work: Work, email: str, name: str, phone: str = "") -> Person:
    """The person with this address, made if need be; a known person's name is left alone."""
    address = read_email(email)
    person = work.session.exec(select(Person).where(Person.email == address)).one_or_none()
    if person is None:
        person = work.add(Person(email=address, name=name, phone=phone, created_at=work.now))
    return person


def invite(work: Work, typed: InvitationInput) -> Person:
    """Gives roles to a person and mails an invitation that lets in for 7 days.

    Raises RoleHeld when the person has one of them already.
    """
    require(work, Permission.MANAGE_PEOPLE)
    person = add_agent(work, work.organisation_id, typed.email, typed.name, typed.roles)
    organisation = work.shared(Organisation, work.organisation_id)
    send_invitation(work, person, organisation.name)
    return person


def add_agent(
    work: Work, organisation_id: UUID, email: str, name: str, roles: Sequence[Role]
) -> Person:
    """The person with these roles in the organisation, without any mail."""
    require(work, Permission.MANAGE_PEOPLE, organisation_id)
    person = person_for(work, email, name)
    for role in dict.fromkeys(roles):
        _give(work, organisation_id, person.id, role)
    record(
        work,
        organisation_chain(organisation_id),
        "person.invited",
        person.id,
        after={"roles": sorted(set(roles))},
        details={"name": name, "email": person.email},
    )
    return person


def send_invitation(
    work: Work,
    person: Person,
    inviter: str,
    next_path: str | None = None,
    lifetime: timedelta = INVITATION,
) -> None:
    """Mails a link valid 7 days; `inviter` is the organisation's or the supplier's name."""
    token = issue_link(work, person.id, "invitation", next_path, lifetime)
    facts = {"name": person.name, "inviter": inviter, "until": instant(work.real + lifetime)}
    enqueue(work, "accounts.invitation", person.email, facts, f"/entrer/{token}")


def invite_again(work: Work, person_id: UUID) -> None:
    """Another invitation to an agent of the organisation; NotFound for anybody else."""
    require(work, Permission.MANAGE_PEOPLE)
    if not _current(work, person_id):
        raise NotFound()
    organisation = work.shared(Organisation, work.organisation_id)
    send_invitation(work, work.shared(Person, person_id), organisation.name)


def end_role(work: Work, membership_id: UUID) -> None:
    """Takes a role back; it stays in the past. Raises LastAdministrator."""
    require(work, Permission.MANAGE_PEOPLE)
    work.shared(Organisation, work.organisation_id, lock=True)  # two last ones at once: one stays
    membership = work.get(Membership, membership_id, lock=True)
    if membership.ended_at is not None:
        return
    if membership.role == Role.ADMINISTRATOR and _administrators(work) < 2:
        raise LastAdministrator()
    membership.ended_at = work.now
    work.session.add(membership)
    record(
        work,
        organisation_chain(work.organisation_id),
        "role.ended",
        membership.person_id,
        before={"role": membership.role},
    )


def _give(work: Work, organisation_id: UUID, person_id: UUID, role: Role) -> None:
    held = select(Membership.id).where(
        Membership.organisation_id == organisation_id,
        Membership.person_id == person_id,
        Membership.role == role,
        col(Membership.ended_at).is_(None),
    )
    if work.session.exec(held).first() is not None:
        raise RoleHeld("roles", role=role)
    work.add(
        Membership(
            organisation_id=organisation_id, person_id=person_id, role=role, created_at=work.now
        )
    )


def _current(work: Work, person_id: UUID) -> bool:
    query = select(Membership.id).where(
        Membership.organisation_id == work.organisation_id,
        Membership.person_id == person_id,
        col(Membership.ended_at).is_(None),
    )
    return work.session.exec(query).first() is not None


def _administrators(work: Work) -> int:
    query = (
        select(func.count())
        .select_from(Membership)
        .where(
            col(Membership.organisation_id) == work.organisation_id,
            col(Membership.role) == Role.ADMINISTRATOR,
            col(Membership.ended_at).is_(None),
        )
    )
    return int(work.session.exec(query).one())


def _slug(work: Work, name: str) -> str:
    """« Agglomération de Brume » → agglomeration-de-brume, with a number if it is taken."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:60] or "organisation"
    taken = set(
        work.session.exec(select(Organisation.slug).where(col(Organisation.slug).startswith(slug)))
    )
    number = 2
    found = slug
    while found in taken:
        found, number = f"{slug}-{number}", number + 1
    return found
