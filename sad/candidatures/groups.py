"""The members of a group: told once it applies, they read what concerns it; its mandataire answers.

A member sees the group's candidature and decision, and once admitted each price request and where
it stands. Never the answer, nor whether there is one: the same structure may also answer by itself,
or in another group (GRP-02), and the answer is its mandataire's alone.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import require_supplier
from sad.accounts.sign_in import INVITATION, issue_link
from sad.accounts.tables import Organisation, Person
from sad.candidatures.filing import members_of
from sad.candidatures.states import CandidatureState
from sad.candidatures.tables import Applicant, Candidature, GroupMember
from sad.categories.tables import Category
from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.notifications.service import enqueue, notify
from sad.suppliers.schemas import PersonInput
from sad.suppliers.service import person_named
from sad.suppliers.tables import Supplier, SupplierPerson

DRAFT = CandidatureState.DRAFT


@dataclass(frozen=True)
class Invited:
    """A group somebody was invited to see, before its structure has an account."""

    siret: str
    name: str
    group: str
    system_id: UUID


def tell_members(work: Work, sent: list[Candidature]) -> None:
    """Each member of the groups that just applied is told, once a group, with a way in.

    A structure with an account finds it at its desk; another one by the address its mandataire
    gave, if any: a link that opens its own account. Not the mandataire, who typed it.
    """
    by_group: dict[UUID, list[Candidature]] = {}
    for candidature in sent:
        by_group.setdefault(candidature.applicant_id, []).append(candidature)
    for applicant_id, candidatures in by_group.items():
        applicant = work.get_in(Applicant, candidatures[0].organisation_id, applicant_id)
        for member in members_of(work, applicant):
            if not member.mandataire and member.invited_at is None:
                _tell_member(work, applicant, member, candidatures)


def memberships(work: Work) -> list[Candidature]:
    """Candidatures of the groups the actor's supplier is a member of, newest first; no drafts."""
    supplier_id = require_supplier(work)
    query = (
        select(Candidature)
        .join(
            GroupMember,
            (col(GroupMember.organisation_id) == col(Candidature.organisation_id))
            & (col(GroupMember.applicant_id) == col(Candidature.applicant_id)),
        )
        .where(
            col(GroupMember.supplier_id) == supplier_id,
            col(GroupMember.mandataire).is_(False),
            col(Candidature.state) != DRAFT,
        )
        .order_by(col(Candidature.submitted_at).desc(), col(Candidature.id).desc())
    )
    return list(work.session.exec(query).all())


def membership(work: Work, candidature_id: UUID) -> Candidature:
    """One of them; NotFound for anybody who is not a member."""
    for row in memberships(work):
        if row.id == candidature_id:
            return row
    raise NotFound()


def invited(work: Work) -> Invited | None:
    """The group the signed-in person was invited to see and has no account for yet."""
    if work.actor.person_id is None:
        return None
    email = work.shared(Person, work.actor.person_id).email
    row = work.session.exec(
        select(GroupMember, Applicant, Candidature)
        .join(
            Applicant,
            (col(Applicant.organisation_id) == col(GroupMember.organisation_id))
            & (col(Applicant.id) == col(GroupMember.applicant_id)),
        )
        .join(
            Candidature,
            (col(Candidature.organisation_id) == col(GroupMember.organisation_id))
            & (col(Candidature.applicant_id) == col(GroupMember.applicant_id)),
        )
        .where(
            col(GroupMember.email) == email,
            col(GroupMember.supplier_id).is_(None),
            col(GroupMember.invited_at).is_not(None),
            col(Candidature.state) != DRAFT,
        )
        .order_by(col(GroupMember.invited_at).desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    member, applicant, candidature = row
    return Invited(member.siret, member.name, applicant.name, candidature.system_id)


def join_groups(work: Work, supplier: Supplier) -> int:
    """Links a structure that opens its account to the groups that named it; how many.

    Only where the address invited is one of its people's: opening an account under somebody
    else's SIRET shows nothing of its groups.
    """
    people = (
        select(Person.email)
        .join(SupplierPerson, col(SupplierPerson.person_id) == col(Person.id))
        .where(
            col(SupplierPerson.supplier_id) == supplier.id, col(SupplierPerson.ended_at).is_(None)
        )
    )
    rows = work.session.exec(
        select(GroupMember).where(
            col(GroupMember.siret) == supplier.siret,
            col(GroupMember.supplier_id).is_(None),
            col(GroupMember.invited_at).is_not(None),
            col(GroupMember.email).in_(people),
        )
    ).all()
    for row in rows:
        row.supplier_id = supplier.id
        work.add(row)
    return len(rows)


def _tell_member(
    work: Work, applicant: Applicant, member: GroupMember, candidatures: list[Candidature]
) -> None:
    first = candidatures[0]
    organisation = work.shared(Organisation, first.organisation_id)
    facts = {
        "group": applicant.name,
        "leader": work.shared(Supplier, applicant.supplier_id).name,
        "member": member.name,
        "organisation": organisation.name,
        "categories": [
            work.get_in(Category, one.organisation_id, one.category_id).name for one in candidatures
        ],
        "contact": f"{organisation.contact_name}, {organisation.contact_phone}".strip(", "),
    }
    if member.supplier_id is not None:
        notify(
            work,
            "candidatures.group_member",
            suppliers=[member.supplier_id],
            facts=facts,
            link=f"/mes-candidatures/{first.id}",
            organisation_id=first.organisation_id,
        )
    elif member.email:
        person = person_named(work, PersonInput(email=member.email, name=member.name))
        path = f"/rejoindre/{first.system_id}"
        token = issue_link(work, person.id, "invitation", path, INVITATION)
        said = facts | {"name": person.name}
        enqueue(work, "candidatures.group_invited", person.email, said, f"/entrer/{token}")
    else:
        return
    member.invited_at = work.now
    work.add(member)
