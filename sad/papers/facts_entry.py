"""The facts of what comes and goes when somebody joins: declaration, admission, refusal."""

from typing import Any
from uuid import UUID

from sad.candidatures import views
from sad.candidatures.schemas import CandidatureView
from sad.candidatures.states import DecisionKind
from sad.candidatures.tables import Applicant, Candidature
from sad.db.work import Work
from sad.papers.heading import heading, members, signatory, structure
from sad.papers.rules import NEEDS, NotYet
from sad.papers.schemas import Structure
from sad.papers.schemas_entry import AdmissionFacts, RefusalFacts
from sad.papers.schemas_system import DeclarationFacts, GroupForm
from sad.papers.states import PaperKind
from sad.suppliers.tables import Supplier
from sad.systems.tables import PurchasingSystem


def declaration(work: Work, candidature_id: UUID, site: str) -> DeclarationFacts:
    """The sworn declaration as it was sent (CAND-12); a draft is its supplier's alone."""
    view = _readable(work, candidature_id)
    supplier = work.shared(Supplier, view.supplier_id)
    return DeclarationFacts(
        **_heading(work, view),
        candidate=structure(supplier),
        legal_form=supplier.legal_form,
        category=view.category_name,
        members=_members(work, view),
        group_form=GroupForm(view.group_form) if view.group_form else None,
        capacity=view.capacity,
        declarant=view.declarant_name,
        declarant_function=view.declarant_function,
        reserve=view.reserve,
        declared_at=view.submitted_at,
        receipt=view.receipt_number,
    )


def admission(work: Work, candidature_id: UUID, site: str) -> AdmissionFacts:
    """The letter of admission. Raises NotYet."""
    return AdmissionFacts(**_decided(work, candidature_id, PaperKind.ADMISSION))


def refusal(work: Work, candidature_id: UUID, site: str) -> RefusalFacts:
    """The letter of refusal. Raises NotYet."""
    return RefusalFacts(**_decided(work, candidature_id, PaperKind.REFUSAL))


def _decided(work: Work, candidature_id: UUID, paper: PaperKind) -> dict[str, Any]:
    view = _readable(work, candidature_id)
    if not view.decisions or view.decisions[-1].kind is not DecisionKind(paper.value):
        raise NotYet(paper=paper, stage=NEEDS[paper])
    last = view.decisions[-1]
    row = work.get_in(Candidature, view.organisation_id, view.id)
    signed = signatory(work, view.organisation_id, row.delegation_id)
    if signed is None:
        raise NotYet(paper=paper, stage=NEEDS[paper])
    system = work.get_in(PurchasingSystem, view.organisation_id, view.system_id)
    return {
        **_heading(work, view),
        "candidate": structure(work.shared(Supplier, view.supplier_id)),
        "members": _members(work, view),
        "category": view.category_name,
        "received_on": row.received_on,
        "receipt": view.receipt_number,
        "decided_at": last.decided_at,
        "reasons": last.reasons,
        "appeal": last.appeal,
        "signatory": signed,
        "closing_at": system.closing_at,
    }


def _heading(work: Work, view: CandidatureView) -> dict[str, Any]:
    system = work.get_in(PurchasingSystem, view.organisation_id, view.system_id)
    return heading(work, view.organisation_id, system.number, system.title, system)


def _members(work: Work, view: CandidatureView) -> list[Structure]:
    return members(work, work.get_in(Applicant, view.organisation_id, view.applicant_id))


def _readable(work: Work, candidature_id: UUID) -> CandidatureView:
    """Of the actor's supplier, or received by the agent's organisation. Raises NotFound."""
    read = views.one if work.actor.supplier_id is None else views.mine_one
    return read(work, candidature_id)
