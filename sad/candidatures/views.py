"""Candidatures as people see them: a supplier its own, drafts included; agents, those received."""

import json
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, may, require, require_supplier
from sad.accounts.tables import Organisation
from sad.candidatures import filing
from sad.candidatures.clock import decision_clock
from sad.candidatures.decisions import awaiting_update
from sad.candidatures.drafts import own
from sad.candidatures.filing import members_of
from sad.candidatures.groups import membership, memberships
from sad.candidatures.rules import hearing_over
from sad.candidatures.schemas import (
    CandidatureView,
    ClockView,
    DecisionView,
    DictatedView,
    ListItem,
    MemberView,
)
from sad.candidatures.service import calendar_of
from sad.candidatures.states import (
    PENDING,
    CandidatureState,
    Side,
    actions,
)
from sad.candidatures.tables import Applicant, Candidature, CandidatureDecision
from sad.categories.tables import Category
from sad.db.work import Work
from sad.kernel.calendar import Calendar
from sad.kernel.errors import NotFound
from sad.suppliers.tables import SupplierPaper
from sad.systems.tables import PurchasingSystem

DRAFT = CandidatureState.DRAFT
# What is asked of a mandataire and what it answers.
MANDATAIRE_S = (
    *("completion_text", "completion_answer", "update_text"),
    *("hearing_text", "hearing_answer", "extension_reason"),
)


def mine(work: Work) -> list[CandidatureView]:
    """All the candidatures of the actor's supplier, newest first."""
    supplier_id = require_supplier(work)
    query = (
        select(Candidature)
        .join(
            Applicant,
            (col(Applicant.organisation_id) == col(Candidature.organisation_id))
            & (col(Applicant.id) == col(Candidature.applicant_id)),
        )
        .where(col(Applicant.supplier_id) == supplier_id)
        .order_by(col(Candidature.created_at).desc(), col(Candidature.id).desc())
    )
    return [view(work, row, Side.SUPPLIER) for row in work.session.exec(query).all()]


def latest_system(work: Work) -> UUID | None:
    """The system of the supplier's newest candidature: whose contact its pages show (P18)."""
    supplier_id = require_supplier(work)
    query = (
        select(Candidature.system_id)
        .join(
            Applicant,
            (col(Applicant.organisation_id) == col(Candidature.organisation_id))
            & (col(Applicant.id) == col(Candidature.applicant_id)),
        )
        .where(col(Applicant.supplier_id) == supplier_id)
        .order_by(col(Candidature.created_at).desc(), col(Candidature.id).desc())
    )
    return work.session.exec(query).first()


def mine_one(work: Work, candidature_id: UUID) -> CandidatureView:
    """One of them; NotFound for anybody else's."""
    return view(work, own(work, candidature_id), Side.SUPPLIER)


def of_groups(work: Work) -> list[CandidatureView]:
    """Candidatures of the groups the supplier is a member of: read, never acted upon."""
    return [_for_member(work, row) for row in memberships(work)]


def group_one(work: Work, candidature_id: UUID) -> CandidatureView:
    """One of them; NotFound for anybody who is not a member."""
    return _for_member(work, membership(work, candidature_id))


def one(work: Work, candidature_id: UUID) -> CandidatureView:
    """A candidature received by the agent's organisation; a draft is nobody's business."""
    require(work, Permission.READ_FILE)
    row = work.get(Candidature, candidature_id)
    if row.state == DRAFT:
        raise NotFound()
    side = Side.OFFICER if may(work, Permission.DECIDE_CANDIDATURE) else Side.READER
    return view(work, row, side)


def listing(work: Work) -> list[ListItem]:
    """Every candidature received: late ones first, then by the days left, then the decided ones."""
    require(work, Permission.READ_FILE)
    query = (
        select(Candidature, Applicant, Category, PurchasingSystem)
        .join(
            Applicant,
            (col(Applicant.organisation_id) == col(Candidature.organisation_id))
            & (col(Applicant.id) == col(Candidature.applicant_id)),
        )
        .join(
            Category,
            (col(Category.organisation_id) == col(Candidature.organisation_id))
            & (col(Category.id) == col(Candidature.category_id)),
        )
        .join(
            PurchasingSystem,
            (col(PurchasingSystem.organisation_id) == col(Candidature.organisation_id))
            & (col(PurchasingSystem.id) == col(Candidature.system_id)),
        )
        .where(
            col(Candidature.organisation_id) == work.organisation_id,
            col(Candidature.state) != DRAFT,
        )
        .order_by(col(Candidature.decide_by), col(Candidature.id))
    )
    calendar = calendar_of(work, work.organisation_id)
    items = [_item(work, calendar, *found) for found in work.session.exec(query)]
    return sorted(items, key=lambda item: item.state not in PENDING)


def history(work: Work, candidature: CandidatureView) -> list[CandidatureView]:
    """The applicant's other candidatures for the category, newest first; never drafts."""
    query = (
        select(Candidature)
        .where(
            col(Candidature.organisation_id) == candidature.organisation_id,
            col(Candidature.category_id) == candidature.category_id,
            col(Candidature.applicant_id) == candidature.applicant_id,
            col(Candidature.id) != candidature.id,
            col(Candidature.state) != DRAFT,
        )
        .order_by(col(Candidature.submitted_at).desc())
    )
    return [view(work, row, Side.READER) for row in work.session.exec(query).all()]


def dictated(work: Work) -> list[DictatedView]:
    """What officers typed under dictation and suppliers have not confirmed yet."""
    require(work, Permission.DECIDE_CANDIDATURE)
    query = (
        select(Candidature, Applicant, Category)
        .join(
            Applicant,
            (col(Applicant.organisation_id) == col(Candidature.organisation_id))
            & (col(Applicant.id) == col(Candidature.applicant_id)),
        )
        .join(
            Category,
            (col(Category.organisation_id) == col(Candidature.organisation_id))
            & (col(Category.id) == col(Candidature.category_id)),
        )
        .where(
            col(Candidature.organisation_id) == work.organisation_id,
            col(Candidature.state) == DRAFT,
            col(Candidature.dictated_by).is_not(None),
        )
        .order_by(col(Candidature.created_at).desc())
    )
    return [
        DictatedView(
            applicant_name=applicant.name, category_name=category.name, created_at=row.created_at
        )
        for row, applicant, category in work.session.exec(query)
    ]


def standing(
    work: Work, organisation_id: UUID, system_id: UUID
) -> dict[UUID, dict[str, CandidatureState]]:
    """For the actor's supplier: the state of what is pending or admitted, by category.

    Then by the kind of applicant: alone (`supplier`), or for the group it leads (`group`).
    """
    supplier_id = require_supplier(work)
    query = (
        select(Candidature.category_id, Applicant.kind, Candidature.state)
        .join(
            Applicant,
            (col(Applicant.organisation_id) == col(Candidature.organisation_id))
            & (col(Applicant.id) == col(Candidature.applicant_id)),
        )
        .where(
            col(Candidature.organisation_id) == organisation_id,
            col(Candidature.system_id) == system_id,
            col(Applicant.supplier_id) == supplier_id,
            col(Candidature.state).in_([*PENDING, CandidatureState.ADMITTED]),
        )
        .order_by(col(Candidature.id))
    )
    found: dict[UUID, dict[str, CandidatureState]] = {}
    for category, kind, state in work.session.exec(query):
        found.setdefault(category, {})[kind] = CandidatureState(state)
    return found


def view(work: Work, row: Candidature, side: Side) -> CandidatureView:
    """The row with its names, clock, decisions and possible actions."""
    applicant = work.get_in(Applicant, row.organisation_id, row.applicant_id)
    category = work.get_in(Category, row.organisation_id, row.category_id)
    system = work.get_in(PurchasingSystem, row.organisation_id, row.system_id)
    state = CandidatureState(row.state)
    calendar = calendar_of(work, row.organisation_id)
    added = {
        "organisation_name": work.shared(Organisation, row.organisation_id).name,
        "system_title": system.title,
        "category_name": category.name,
        "applicant_name": applicant.name,
        "supplier_id": applicant.supplier_id,
        "group_form": applicant.form,
        "members": [
            MemberView(siret=m.siret, name=m.name, mandataire=m.mandataire)
            for m in members_of(work, applicant)
        ],
        "dictated": row.dictated_by is not None,
        "clock": _clock(work, calendar, row),
        "completion_papers": row.completion_papers or [],
        "decisions": _decisions(work, row),
        "receipt_number": _receipt_number(row),
        "actions": actions(
            state,
            side,
            extended=bool(row.extension_reason),
            announced=bool(system.evaluation_extension_days)
            and not row.announced_days
            and system.first_market_at is None,
            update_open=awaiting_update(row, work.today),
            hearing_open=row.hearing_at is not None and state is CandidatureState.ADMITTED,
            hearing_over=hearing_over(row.hearing_due_on, bool(row.hearing_answer), work.today),
        ),
    }
    return CandidatureView.model_validate(row.model_dump(exclude={"payload", "receipt"}) | added)


def _for_member(work: Work, row: Candidature) -> CandidatureView:
    """What the group says together; the mandataire's own file, papers and letters stay its own."""
    whole = view(work, row, Side.READER)
    said = whole.snapshot or {}
    kept = {name: said[name] for name in ("capacity", "declaration", "group") if name in said}
    return whole.model_copy(
        update={
            "snapshot": kept,
            "updated_snapshot": None,
            "completion_papers": [],
            **dict.fromkeys(MANDATAIRE_S, ""),
        }
    )


def receipt_file(work: Work, candidature_id: UUID) -> str:
    """The signed receipt with its proof, for its supplier and for the agents of the buyer."""
    file = filing.receipt_file(work, _readable(work, candidature_id))
    if not file:
        raise NotFound()
    return file


def payload_file(work: Work, candidature_id: UUID) -> bytes:
    """The bytes the receipt attests, for the same people."""
    payload = _readable(work, candidature_id).payload
    if payload is None:
        raise NotFound()
    return payload


def submitted_paper(work: Work, candidature_id: UUID, paper_id: UUID) -> SupplierPaper:
    """A paper sent with a candidature, or in its complements, for the same people."""
    row = _readable(work, candidature_id)
    sent: list[dict[str, Any]] = [
        row.snapshot or {},
        {"papers": row.completion_papers or []},
        row.updated_snapshot or {},
    ]
    listed = {str(line["id"]) for said in sent for line in said.get("papers", [])}
    if str(paper_id) not in listed:
        raise NotFound()
    return work.shared(SupplierPaper, paper_id)


def _readable(work: Work, candidature_id: UUID) -> Candidature:
    """A candidature received, of the actor's supplier or of the agent's organisation."""
    if work.actor.supplier_id is not None:
        row = own(work, candidature_id)
    else:
        require(work, Permission.READ_FILE)
        row = work.get(Candidature, candidature_id)
    if row.state == DRAFT:
        raise NotFound()
    return row


def _item(
    work: Work,
    calendar: Calendar,
    row: Candidature,
    applicant: Applicant,
    category: Category,
    system: PurchasingSystem,
) -> ListItem:
    return ListItem.model_validate(
        {
            "id": row.id,
            "applicant_name": applicant.name,
            "group": applicant.kind == "group",
            "category_name": category.name,
            "system_title": system.title,
            "state": row.state,
            "submitted_at": row.submitted_at,
            "clock": _clock(work, calendar, row),
            "completed": row.completed_at is not None,
        }
    )


def _clock(work: Work, calendar: Calendar, row: Candidature) -> ClockView | None:
    if row.received_on is None:
        return None
    clock = decision_clock(
        CandidatureState(row.state),
        row.received_on,
        bool(row.extension_reason),
        row.first_decided_on,
        work.today,
        calendar,
        row.announced_days or 0,
    )
    return ClockView(**vars(clock))


def _decisions(work: Work, row: Candidature) -> list[DecisionView]:
    query = (
        select(CandidatureDecision)
        .where(
            col(CandidatureDecision.organisation_id) == row.organisation_id,
            col(CandidatureDecision.candidature_id) == row.id,
        )
        .order_by(col(CandidatureDecision.decided_at), col(CandidatureDecision.id))
    )
    return [DecisionView.model_validate(found.model_dump()) for found in work.session.exec(query)]


def _receipt_number(row: Candidature) -> str:
    if row.receipt is None:
        return ""
    return str(json.loads(json.loads(row.receipt)["receipt"])["number"])
