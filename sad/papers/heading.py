"""What heads every paper: whose it is, when it is made, by whom."""

from typing import Any
from uuid import UUID

from sad.accounts.tables import Delegation, Organisation, Person
from sad.candidatures.filing import members_of
from sad.candidatures.tables import Applicant
from sad.db.work import Work
from sad.kernel.actor import Role
from sad.papers.schemas import Buyer, Signatory, Structure
from sad.suppliers.tables import Supplier
from sad.systems.tables import PurchasingSystem


def heading(
    work: Work, organisation_id: UUID, number: str, title: str, system: PurchasingSystem
) -> dict[str, Any]:
    """The fields of `PaperFacts`; the person to call is the system's contact, else the buyer's."""
    row = work.shared(Organisation, organisation_id)
    name, role = author(work)
    return {
        "buyer": Buyer(
            name=row.name,
            siret=row.siret,
            address=row.address,
            contact=system.contact_name or row.contact_name,
            phone=system.contact_phone or row.contact_phone,
            mail=system.contact_email or row.contact_email,
            accent=row.accent,
            logo=row.logo or "",
        ),
        "number": number,
        "title": title,
        "issued_at": work.now,
        "issued_by": name,
        "issued_as": role,
    }


def author(work: Work) -> tuple[str, Role | None]:
    """Who makes the paper: its name, and its first role in the order of `Role`."""
    if work.actor.person_id is None:
        return "", None
    role = next((role for role in Role if role in work.actor.roles), None)
    return work.shared(Person, work.actor.person_id).name, role


def signatory(work: Work, organisation_id: UUID, delegation_id: UUID | None) -> Signatory | None:
    """Who signs under this delegation (P2)."""
    if delegation_id is None:
        return None
    row = work.get_in(Delegation, organisation_id, delegation_id)
    return Signatory(
        name=row.person_name,
        quality=row.quality,
        act=row.act_number,
        executory_on=row.executory_on,
    )


def structure(row: Supplier) -> Structure:
    """A supplier as papers name it; a town already in the address is not said twice."""
    town = "" if row.city and row.city in row.address else row.city
    return Structure(name=row.name, siret=row.siret, address=row.address, city=town)


def members(work: Work, applicant: Applicant) -> list[Structure]:
    """The members of a group, mandataire first; none for a supplier alone."""
    return [Structure(name=m.name, siret=m.siret) for m in members_of(work, applicant)]
