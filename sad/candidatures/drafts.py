"""Drafts: a supplier's own, one a category; nobody else reads them, their events neither."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete as delete_rows
from sqlmodel import col, select

from sad.accounts.permissions import require_supplier
from sad.audit.chains import supplier_chain
from sad.audit.service import record
from sad.candidatures.rules import (
    Frozen,
    Member,
    NothingToSubmit,
    PaperNotKept,
    Sworn,
    check_can_apply,
    group_problems,
    missing_in_declaration,
)
from sad.candidatures.schemas import ChoiceInput, Declaration, DraftChange, DraftInput, GroupInput
from sad.candidatures.states import CandidatureState
from sad.candidatures.tables import Applicant, Candidature, GroupMember
from sad.categories.tables import Category
from sad.db.work import Work
from sad.kernel.errors import Conflict, Incomplete, NotFound
from sad.suppliers import papers
from sad.suppliers.tables import Supplier
from sad.systems.service import system_state
from sad.systems.states import SystemState
from sad.systems.tables import PurchasingSystem

DRAFT = CandidatureState.DRAFT


def start(work: Work, data: DraftInput) -> Candidature:
    """A draft for one category; several may exist until one is sent (acceptance 5)."""
    supplier = work.shared(Supplier, require_supplier(work), lock=True)
    category = work.locate(Category, data.category_id)
    check_open(work, category.organisation_id, category.system_id)
    applicant = applicant_for(work, category.organisation_id, supplier, data.group)
    return write_draft(work, category, applicant, data.capacity)


def edit(work: Work, candidature_id: UUID, data: DraftChange) -> Candidature:
    """Changes the fields given. Raises Frozen once submitted, Conflict on another version."""
    draft = own_draft(work, candidature_id)
    changes = data.model_dump(exclude_unset=True, exclude={"version", "group", "documents"})
    if draft.version != data.version:
        raise Conflict(**{name: getattr(draft, name) for name in changes})
    for name, value in changes.items():
        setattr(draft, name, value or "")
    if "group" in data.model_fields_set:
        supplier = work.shared(Supplier, work.supplier_id, lock=True)
        draft.applicant_id = applicant_for(work, draft.organisation_id, supplier, data.group).id
    if data.documents is not None:
        draft.documents = _papers_named(work, work.supplier_id, data.documents)
    draft.version += 1
    return work.add(draft)


def remove(work: Work, candidature_id: UUID) -> None:
    """Deletes a draft for good."""
    draft = own_draft(work, candidature_id)
    _delete(work, [draft])


def choose(work: Work, system_id: UUID, data: ChoiceInput) -> list[Candidature]:
    """One draft for each category chosen, and none for the others: what the joining page keeps."""
    supplier = work.shared(Supplier, require_supplier(work), lock=True)
    system = work.locate(PurchasingSystem, system_id)
    check_open(work, system.organisation_id, system.id)
    applicant = applicant_for(work, system.organisation_id, supplier, data.group)
    existing = of_system(work, system.organisation_id, system_id, supplier.id)
    _delete(work, [row for row in existing if row.category_id not in data.category_ids])
    chosen: list[Candidature] = []
    for category_id in dict.fromkeys(data.category_ids):
        category = work.get_in(Category, system.organisation_id, category_id)
        if category.system_id != system_id:
            raise NotFound()
        draft = next((row for row in existing if row.category_id == category_id), None)
        if draft is None:
            draft = write_draft(work, category, applicant, data.capacity)
        draft.applicant_id, draft.capacity = applicant.id, data.capacity
        draft.version += 1
        chosen.append(work.add(draft))
    return chosen


def name_papers(work: Work, system_id: UUID, chosen: Mapping[str, UUID]) -> None:
    """Says which papers of the file are the documents demanded: nothing is given twice (CAND-15).

    On every draft of the system. Raises PaperNotKept, NothingToSubmit.
    """
    supplier_id = require_supplier(work)
    documents = _papers_named(work, supplier_id, chosen)
    system = work.locate(PurchasingSystem, system_id)
    drafts = current(work, system.organisation_id, system_id, supplier_id)
    if not drafts:
        raise NothingToSubmit()
    for draft in drafts:
        draft.documents = documents
        work.add(draft)


def declare(work: Work, drafts: Sequence[Candidature], declaration: Declaration) -> None:
    """Writes the sworn declaration on the drafts. Raises Incomplete with what it lacks."""
    sworn = Sworn(
        declaration.declarant_name,
        declaration.declarant_function,
        declaration.no_ground,
        declaration.reserve,
        declaration.declared,
    )
    if problems := missing_in_declaration(sworn):
        raise Incomplete(problems)
    for draft in drafts:
        draft.declarant_name = declaration.declarant_name
        draft.declarant_function = declaration.declarant_function
        draft.declared, draft.reserve = True, declaration.reserve
        work.add(draft)


def declare_current(work: Work, system_id: UUID, declaration: Declaration) -> None:
    """The same on the drafts the joining page shows, before they are checked and sent."""
    supplier_id = require_supplier(work)
    system = work.locate(PurchasingSystem, system_id)
    drafts = current(work, system.organisation_id, system_id, supplier_id)
    if not drafts:
        raise NothingToSubmit()
    declare(work, drafts, declaration)


def of_system(
    work: Work, organisation_id: UUID, system_id: UUID, supplier_id: UUID
) -> list[Candidature]:
    """A supplier's drafts in a system, the newest first of each category."""
    query = (
        select(Candidature)
        .join(
            Applicant,
            (col(Applicant.organisation_id) == col(Candidature.organisation_id))
            & (col(Applicant.id) == col(Candidature.applicant_id)),
        )
        .where(
            col(Candidature.organisation_id) == organisation_id,
            col(Candidature.system_id) == system_id,
            col(Candidature.state) == DRAFT,
            col(Applicant.supplier_id) == supplier_id,
        )
        .order_by(col(Candidature.created_at).desc(), col(Candidature.id).desc())
    )
    return list(work.session.exec(query))


def current(
    work: Work, organisation_id: UUID, system_id: UUID, supplier_id: UUID
) -> list[Candidature]:
    """The newest draft of each category: what the joining page shows and sends."""
    newest: dict[UUID, Candidature] = {}
    for row in of_system(work, organisation_id, system_id, supplier_id):
        newest.setdefault(row.category_id, row)
    return sorted(newest.values(), key=lambda row: row.category_id)


def own(work: Work, candidature_id: UUID, *, lock: bool = False) -> Candidature:
    """A candidature of the actor's supplier; NotFound for anybody else's."""
    supplier_id = require_supplier(work)
    candidature = work.locate(Candidature, candidature_id, lock=lock)
    applicant = work.get_in(Applicant, candidature.organisation_id, candidature.applicant_id)
    if applicant.supplier_id != supplier_id:
        raise NotFound()
    return candidature


def own_draft(work: Work, candidature_id: UUID) -> Candidature:
    """The same, still a draft and locked. Raises Frozen otherwise."""
    candidature = own(work, candidature_id, lock=True)
    if candidature.state != DRAFT:
        raise Frozen()
    return candidature


def check_open(work: Work, organisation_id: UUID, system_id: UUID) -> PurchasingSystem:
    """The system, published and open. NotFound for a draft, NotOpen, Closed.

    What counts is when the request was received.
    """
    system = work.get_in(PurchasingSystem, organisation_id, system_id)
    received = work.notes.get("received_at", work.now)
    state = system_state(system, received)
    if state is SystemState.DRAFT:
        raise NotFound()
    check_can_apply(
        state is SystemState.OPEN,
        state is SystemState.CLOSED,
        system.opening_at,
        system.closing_at,
    )
    return system


def applicant_for(
    work: Work, organisation_id: UUID, supplier: Supplier, group: GroupInput | None
) -> Applicant:
    """The supplier alone, once for the organisation; or a new group. The supplier must be locked.

    Raises Incomplete with what is wrong in the group (acceptance 11).
    """
    if group is not None:
        return _group(work, organisation_id, supplier, group)
    query = select(Applicant).where(
        col(Applicant.organisation_id) == organisation_id,
        col(Applicant.supplier_id) == supplier.id,
        col(Applicant.kind) == "supplier",
    )
    alone = work.session.exec(query).one_or_none()
    if alone is not None:
        return alone
    return work.add(
        Applicant(
            organisation_id=organisation_id,
            kind="supplier",
            supplier_id=supplier.id,
            name=supplier.name,
            created_at=work.now,
        )
    )


def write_draft(
    work: Work,
    category: Category,
    applicant: Applicant,
    capacity: str,
    dictated_by: UUID | None = None,
) -> Candidature:
    """Adds the row; its event is on the supplier's chain, which no buyer reads."""
    draft = work.add(
        Candidature(
            organisation_id=category.organisation_id,
            system_id=category.system_id,
            category_id=category.id,
            applicant_id=applicant.id,
            capacity=capacity,
            dictated_by=dictated_by,
            created_at=work.now,
            created_by=work.actor.person_id,
        )
    )
    record(
        work,
        supplier_chain(applicant.supplier_id),
        "candidature.drafted",
        draft.id,
        after={"category": str(category.id), "dictated": dictated_by is not None},
    )
    return draft


def _papers_named(work: Work, supplier_id: UUID, chosen: Mapping[str, UUID]) -> dict[str, str]:
    """The choice as a draft keeps it. Raises PaperNotKept."""
    valid = {paper.id for paper in papers.kept(work, supplier_id) if not paper.expired}
    for document, paper_id in chosen.items():
        if paper_id not in valid:
            raise PaperNotKept(where=document)
    return {document: str(paper_id) for document, paper_id in chosen.items()}


def _group(work: Work, organisation_id: UUID, supplier: Supplier, group: GroupInput) -> Applicant:
    members = [Member(m.siret, m.name, m.mandataire) for m in group.members]
    problems = group_problems(members)
    leader = next((member for member in members if member.mandataire), None)
    if leader is not None and leader.siret != supplier.siret:
        # The one who types is the one who leads (P18).
        problems = group_problems([Member(m.siret, m.name, False) for m in members])
    if problems:
        raise Incomplete(problems)
    applicant = work.add(
        Applicant(
            organisation_id=organisation_id,
            kind="group",
            supplier_id=supplier.id,
            name=f"Groupement {supplier.name}",
            form=group.form,
            created_at=work.now,
        )
    )
    for member in group.members:
        known = work.session.exec(
            select(Supplier.id).where(col(Supplier.siret) == member.siret)
        ).one_or_none()
        work.session.add(
            GroupMember(
                organisation_id=organisation_id,
                applicant_id=applicant.id,
                supplier_id=known,
                siret=member.siret,
                name=member.name,
                mandataire=member.mandataire,
                email=member.email or None,
            )
        )
    work.session.flush()
    return applicant


def _delete(work: Work, drafts: Sequence[Candidature]) -> None:
    for draft in drafts:
        applicant = work.get_in(Applicant, draft.organisation_id, draft.applicant_id)
        work.session.connection().execute(
            delete_rows(Candidature).where(
                col(Candidature.organisation_id) == draft.organisation_id,
                col(Candidature.id) == draft.id,
                col(Candidature.state) == DRAFT,
            )
        )
        work.session.expunge(draft)
        record(work, supplier_chain(applicant.supplier_id), "candidature.draft_deleted", draft.id)
