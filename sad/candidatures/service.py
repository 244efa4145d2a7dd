"""The supplier's commands on its candidatures: send, withdraw, complete, update, answer."""

import json
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from sad.accounts.permissions import require_supplier
from sad.accounts.tables import Membership, Organisation
from sad.audit.chains import Chain, candidature_chain
from sad.audit.receipts import sign_receipt
from sad.audit.service import append_now, head, open_chains, record
from sad.candidatures.clock import limit_of
from sad.candidatures.drafts import DRAFT, check_open, declare, own, own_draft
from sad.candidatures.filing import (
    members_of,
    paper_lines,
    payload_of,
    receipt_for,
    received_at,
    snapshot,
)
from sad.candidatures.groups import tell_members
from sad.candidatures.joining import forget
from sad.candidatures.rules import (
    CompletionOver,
    Filed,
    HearingMissing,
    NothingToSubmit,
    PendingOrAdmitted,
    ReasonsMissing,
    UpdateNotAsked,
    UpdateOver,
    check_elsewhere,
    documents_missing,
    missing_to_submit,
)
from sad.candidatures.schemas import Declaration
from sad.candidatures.states import MOVES, PENDING, CandidatureState
from sad.candidatures.tables import Applicant, Candidature, GroupMember
from sad.categories.tables import Category
from sad.db.work import Work
from sad.kernel.actor import Role
from sad.kernel.calendar import Calendar, paris_date
from sad.kernel.canonical import instant
from sad.kernel.errors import Incomplete, Problem
from sad.kernel.ids import random_id
from sad.kernel.moves import move
from sad.notifications.service import notify
from sad.suppliers import papers
from sad.suppliers.rules import fits_reservation
from sad.suppliers.tables import Supplier

S = CandidatureState


def submit(
    work: Work, candidature_ids: Sequence[UUID], declaration: Declaration | None = None
) -> list[Candidature]:
    """Sends drafts together: one row a category, each with its own receipt and clock.

    Without `declaration`, the one already written on the drafts. All or none. Raises Incomplete
    with all that is missing, PendingOrAdmitted, Closed, NotOpen, LeadsAnotherGroup or
    MemberElsewhere.
    Simultaneous sendings wait on the category's lock.
    """
    require_supplier(work)
    if not candidature_ids:
        raise NothingToSubmit()
    drafts = [own(work, one) for one in dict.fromkeys(candidature_ids)]
    for organisation_id, category_id in sorted(
        {(d.organisation_id, d.category_id) for d in drafts}
    ):
        work.get_in(Category, organisation_id, category_id, lock=True)
    drafts = [own_draft(work, draft.id) for draft in sorted(drafts, key=lambda d: d.id)]
    if declaration is not None:
        declare(work, drafts, declaration)
    problems = [problem for draft in drafts for problem in missing(work, draft)]
    if problems:
        raise Incomplete(_once_each(problems))
    for draft in drafts:
        _check_alone(work, draft)
        _receive(work, draft)
    open_chains(work, [chain_of(draft) for draft in drafts])
    for draft in sorted(drafts, key=lambda d: chain_of(d).name):
        _give_receipt(work, draft)
    _tell_received(work, drafts)
    tell_members(work, drafts)
    for system_id in {draft.system_id for draft in drafts}:
        forget(work, system_id)
    return drafts


def missing(work: Work, draft: Candidature) -> list[Problem]:
    """What keeps a draft from being sent."""
    applicant = work.get_in(Applicant, draft.organisation_id, draft.applicant_id)
    supplier = work.shared(Supplier, applicant.supplier_id)
    category = work.get_in(Category, draft.organisation_id, draft.category_id)
    kept = [paper for paper in papers.kept(work, supplier.id) if not paper.expired]
    filed = Filed(
        capacity=draft.capacity,
        declarant_name=draft.declarant_name,
        declarant_function=draft.declarant_function,
        declared=draft.declared,
        fits_reservation=fits_reservation(category.reservation, supplier.kinds),
        missing_documents=documents_missing(
            category.required_documents,
            {paper.name for paper in kept},
            draft.documents or {},
            {str(paper.id) for paper in kept},
        ),
    )
    return missing_to_submit(filed)


def withdraw(work: Work, candidature_id: UUID) -> Candidature:
    """Takes back a candidature before its decision; another may follow."""
    candidature = _own_locked(work, candidature_id)
    candidature.state = move(MOVES, S(candidature.state), S.WITHDRAWN)
    _save(work, candidature, "candidature.withdrawn")
    notify(
        work,
        "candidatures.withdrawn",
        persons=officers(work, candidature.organisation_id),
        facts=facts_of(work, candidature),
        link=f"/candidatures/{candidature.id}",
        organisation_id=candidature.organisation_id,
    )
    return candidature


def complete(work: Work, candidature_id: UUID, answer: str) -> Candidature:
    """The complements asked: words, and the papers now in the file. Once, before the day given."""
    candidature = _own_locked(work, candidature_id)
    state = move(MOVES, S(candidature.state), S.SUBMITTED)
    if not answer.strip():
        raise ReasonsMissing(where="answer")
    if candidature.completion_due_on and _received_on(work) > candidature.completion_due_on:
        raise CompletionOver(due_on=candidature.completion_due_on)
    candidature.state = state
    candidature.completion_answer = answer.strip()
    candidature.completed_at = work.now
    candidature.completion_papers = paper_lines(work, work.shared(Supplier, work.supplier_id))
    _save(work, candidature, "candidature.completed", {"answer": candidature.completion_answer})
    _tell_officers(work, candidature, "candidatures.completed")
    return candidature


def update(work: Work, candidature_id: UUID, words: str = "") -> Candidature:
    """The update asked of an admitted supplier: its file as it stands now (CAND-08)."""
    candidature = _own_locked(work, candidature_id)
    due_on = candidature.update_due_on
    if due_on is None or candidature.updated_at is not None:
        raise UpdateNotAsked()
    if _received_on(work) > due_on:
        raise UpdateOver(due_on=due_on)
    candidature.updated_at = work.now
    candidature.updated_snapshot = snapshot(work, candidature) | {"words": words.strip()}
    _save(work, candidature, "candidature.updated", {"words": words.strip()})
    _tell_officers(work, candidature, "candidatures.updated")
    return candidature


def answer_hearing(work: Work, candidature_id: UUID, answer: str) -> Candidature:
    """The supplier's answer to the adversarial letter (P11)."""
    candidature = _own_locked(work, candidature_id)
    if candidature.hearing_at is None or candidature.state != S.ADMITTED:
        raise HearingMissing()
    if not answer.strip():
        raise ReasonsMissing(where="answer")
    candidature.hearing_answer = answer.strip()
    _save(work, candidature, "candidature.hearing_answered", {"answer": answer.strip()})
    _tell_officers(work, candidature, "candidatures.hearing_answered")
    return candidature


def chain_of(candidature: Candidature) -> Chain:
    """The candidature's chain in the journal."""
    return candidature_chain(
        candidature.organisation_id,
        candidature.system_id,
        candidature.category_id,
        candidature.id,
    )


def calendar_of(work: Work, organisation_id: UUID) -> Calendar:
    """The buyer's calendar: holidays of Alsace-Moselle or not."""
    return Calendar(work.shared(Organisation, organisation_id).alsace_moselle)


def officers(work: Work, organisation_id: UUID) -> list[UUID]:
    """The procurement officers of a buyer, who are told what waits for them."""
    query = (
        select(Membership.person_id)
        .where(
            col(Membership.organisation_id) == organisation_id,
            col(Membership.role) == Role.OFFICER,
            col(Membership.ended_at).is_(None),
        )
        .order_by(col(Membership.person_id))
    )
    return list(work.session.exec(query))


def facts_of(work: Work, candidature: Candidature) -> dict[str, object]:
    """What mails say of a candidature."""
    applicant = work.get_in(Applicant, candidature.organisation_id, candidature.applicant_id)
    category = work.get_in(Category, candidature.organisation_id, candidature.category_id)
    organisation = work.shared(Organisation, candidature.organisation_id)
    return {
        "applicant": applicant.name,
        "category": category.name,
        "organisation": organisation.name,
        "contact": f"{organisation.contact_name}, {organisation.contact_phone}".strip(", "),
    }


def taken_message(error: IntegrityError) -> bool:
    """Whether the database refused a second pending or admitted candidature."""
    text = str(error.orig)
    return "uq_candidature_pending_or_admitted" in text or "candidature.category_id" in text


def _check_alone(work: Work, draft: Candidature) -> None:
    """Against what is pending or admitted in the category, whose row is locked."""
    applicant = work.get_in(Applicant, draft.organisation_id, draft.applicant_id)
    category = work.get_in(Category, draft.organisation_id, draft.category_id)
    others = _standing(work, draft)
    for other, state in others:
        if other.id == applicant.id:
            raise PendingOrAdmitted(state=CandidatureState(state))
    taken: set[str] = set()
    leading: set[str] = set()
    for other, _ in others:
        members = members_of(work, other)
        taken |= {m.siret for m in members} or {work.shared(Supplier, other.supplier_id).siret}
        leading |= {m.siret for m in members if m.mandataire}
    supplier = work.shared(Supplier, applicant.supplier_id)
    mine: list[GroupMember] = members_of(work, applicant)
    check_elsewhere(
        category.group_exclusive,
        [(m.siret, m.name) for m in mine] or [(supplier.siret, supplier.name)],
        taken,
        supplier.siret if mine else None,
        leading,
    )


def _standing(work: Work, draft: Candidature) -> list[tuple[Applicant, str]]:
    query = (
        select(Applicant, Candidature.state)
        .join(
            Candidature,
            (col(Candidature.organisation_id) == col(Applicant.organisation_id))
            & (col(Candidature.applicant_id) == col(Applicant.id)),
        )
        .where(
            col(Candidature.organisation_id) == draft.organisation_id,
            col(Candidature.category_id) == draft.category_id,
            col(Candidature.state).in_([*PENDING, S.ADMITTED]),
        )
    )
    return [(applicant, state) for applicant, state in work.session.exec(query)]


def _receive(work: Work, draft: Candidature) -> None:
    """The file is copied as it is; the system must be open at the instant of reception."""
    check_open(work, draft.organisation_id, draft.system_id)
    draft.snapshot = snapshot(work, draft)
    draft.payload = payload_of(draft.snapshot)


def _give_receipt(work: Work, draft: Candidature) -> None:
    """Signs, journals and starts the clock: state, dates and receipt are written together."""
    chain, received_on = chain_of(draft), _received_on(work)
    calendar = calendar_of(work, draft.organisation_id)
    before = head(work, chain)
    receipt = receipt_for(work, draft, _receipt_number(), chain.name, before.seq + 1, before.hash)
    signed = sign_receipt(receipt, work.rings)
    draft.receipt = json.dumps(signed.file(), ensure_ascii=False)
    draft.submitted_at, draft.received_on = received_at(work), received_on
    draft.decide_by = limit_of(received_on, calendar, extended=False).regulation
    draft.state = move(MOVES, DRAFT, S.SUBMITTED)
    draft.version += 1
    try:
        work.add(draft)
    except IntegrityError as error:
        if taken_message(error):
            raise PendingOrAdmitted() from error
        raise
    after = signed.event | {
        "applicant": str(draft.applicant_id),
        "received_at": instant(received_at(work)),
        "decide_by": str(draft.decide_by),
    }
    append_now(work, chain, "candidature.submitted", draft.id, after=after)


def _receipt_number() -> str:
    """Random: it tells neither an instant nor a count."""
    digits = random_id().hex[:12].upper()
    return f"AR-{digits[:4]}-{digits[4:8]}-{digits[8:]}"


def _tell_received(work: Work, drafts: Sequence[Candidature]) -> None:
    first = drafts[0]
    facts = facts_of(work, first) | {
        "categories": [str(facts_of(work, draft)["category"]) for draft in drafts],
        "received_at": instant(received_at(work)),
        "decide_by": str(first.decide_by),
    }
    notify(
        work,
        "candidatures.received",
        suppliers=[work.supplier_id],
        facts=facts | {"candidatures": [str(draft.id) for draft in drafts]},
        link="/mes-candidatures",
        organisation_id=first.organisation_id,
    )
    notify(
        work,
        "candidatures.to_examine",
        persons=officers(work, first.organisation_id),
        facts=facts,
        link="/candidatures",
        organisation_id=first.organisation_id,
    )


def _tell_officers(work: Work, candidature: Candidature, kind: str) -> None:
    notify(
        work,
        kind,
        persons=officers(work, candidature.organisation_id),
        facts=facts_of(work, candidature),
        link=f"/candidatures/{candidature.id}",
        organisation_id=candidature.organisation_id,
    )


def _own_locked(work: Work, candidature_id: UUID) -> Candidature:
    return own(work, candidature_id, lock=True)


def _save(
    work: Work, candidature: Candidature, action: str, details: dict[str, str] | None = None
) -> None:
    candidature.version += 1
    work.add(candidature)
    record(work, chain_of(candidature), action, candidature.id, details=details)


def _received_on(work: Work) -> date:
    return paris_date(received_at(work))


def _once_each(problems: Sequence[Problem]) -> list[Problem]:
    """The same thing missing in several drafts is said once."""
    return list({(p.code, p.where, str(p.facts)): p for p in problems}.values())
