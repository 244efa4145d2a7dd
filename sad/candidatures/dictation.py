"""A candidature typed by the officer under a supplier's dictation (P18); never an offer.

The supplier receives a link, reads again what was typed, declares and sends by itself.
"""

from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.accounts.sign_in import INVITATION, issue_link
from sad.accounts.tables import Organisation, Person
from sad.candidatures.drafts import applicant_for, check_open, write_draft
from sad.candidatures.schemas import DictationInput
from sad.candidatures.tables import Candidature
from sad.categories.tables import Category
from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.notifications.service import enqueue
from sad.suppliers.service import add_member, people_of, person_named, write_supplier
from sad.suppliers.tables import Supplier
from sad.systems.tables import PurchasingSystem


def dictate(work: Work, system_id: UUID, data: DictationInput) -> list[Candidature]:
    """Drafts for a supplier, new or known by its SIRET, whose people receive a link to confirm.

    A known supplier's file and people are left as they are: only its own people change them.
    """
    require(work, Permission.DECIDE_CANDIDATURE)
    system = work.get(PurchasingSystem, system_id)
    check_open(work, system.organisation_id, system.id)
    supplier = _supplier(work, data)
    applicant = applicant_for(work, system.organisation_id, supplier, None)
    drafts = []
    for category_id in dict.fromkeys(data.category_ids):
        category = work.get(Category, category_id)
        if category.system_id != system.id:
            raise NotFound()
        drafts.append(write_draft(work, category, applicant, data.capacity, work.actor.person_id))
    _ask_confirmation(work, supplier, system)
    return drafts


def _supplier(work: Work, data: DictationInput) -> Supplier:
    found = work.session.exec(
        select(Supplier.id).where(col(Supplier.siret) == data.supplier.siret)
    ).one_or_none()
    if found is not None:
        return work.shared(Supplier, found, lock=True)
    supplier = write_supplier(work, data.supplier)
    add_member(work, supplier.id, person_named(work, data.person).id, data.person.function)
    return supplier


def _ask_confirmation(work: Work, supplier: Supplier, system: PurchasingSystem) -> None:
    organisation = work.shared(Organisation, system.organisation_id)
    facts = {
        "supplier": supplier.name,
        "organisation": organisation.name,
        "system": system.title,
        "contact": f"{organisation.contact_name}, {organisation.contact_phone}".strip(", "),
    }
    for person_id in people_of(work, supplier.id):
        person = work.shared(Person, person_id)
        path = f"/rejoindre/{system.id}/declaration"
        token = issue_link(work, person_id, "confirmation", path, INVITATION)
        said = facts | {"name": person.name}
        enqueue(work, "candidatures.to_confirm", person.email, said, f"/entrer/{token}")
