"""The officer's commands on candidatures: ask, extend, decide, hear, withdraw an admission."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from sad.accounts.delegations import covering
from sad.accounts.permissions import Permission, require
from sad.accounts.rules import Act
from sad.accounts.tables import Delegation
from sad.audit.service import record
from sad.candidatures.clock import check_announced, limit_of
from sad.candidatures.rules import (
    AlreadyExtended,
    DecidedElsewhere,
    HearingMissing,
    HearingOpened,
    HearingRunning,
    PendingOrAdmitted,
    ReasonsMissing,
    UpdateAsked,
    check_decision,
    check_delay,
    hearing_over,
)
from sad.candidatures.schemas import DecisionInput, RequestInput
from sad.candidatures.service import calendar_of, chain_of, facts_of, taken_message
from sad.candidatures.states import MOVES, PENDING, CandidatureState, DecisionKind
from sad.candidatures.tables import Applicant, Candidature, CandidatureDecision
from sad.categories.tables import Category
from sad.db.work import Work
from sad.kernel.dates import update_limit
from sad.kernel.errors import NotFound
from sad.kernel.moves import MoveRefused, move
from sad.notifications.service import notify
from sad.systems.tables import PurchasingSystem

S = CandidatureState


@dataclass(frozen=True)
class _Outcome:
    """What a kind of decision leads to."""

    state: CandidatureState
    act: Act
    action: str


OUTCOMES = {
    DecisionKind.ADMISSION: _Outcome(S.ADMITTED, Act.ADMISSION, "candidature.admitted"),
    DecisionKind.REFUSAL: _Outcome(S.REFUSED, Act.REFUSAL, "candidature.refused"),
    DecisionKind.ADMISSION_WITHDRAWAL: _Outcome(
        S.ADMISSION_WITHDRAWN, Act.ADMISSION_WITHDRAWAL, "candidature.admission_withdrawn"
    ),
}


def admit(work: Work, candidature_id: UUID, data: DecisionInput) -> CandidatureDecision:
    """Admits with reasons, under a delegation; after a refusal, names the appeal (CAND-06).

    Raises ReasonsMissing, AppealMissing, AlreadyDecided, NoDelegation, PendingOrAdmitted.
    """
    return _decide(work, candidature_id, DecisionKind.ADMISSION, data)


def refuse(work: Work, candidature_id: UUID, data: DecisionInput) -> CandidatureDecision:
    """Refuses with reasons, under a delegation; the supplier is told at once (CAND-09).

    Raises also CompletionRunning while the delay to complete is running.
    """
    return _decide(work, candidature_id, DecisionKind.REFUSAL, data)


def withdraw_admission(
    work: Work, candidature_id: UUID, data: DecisionInput
) -> CandidatureDecision:
    """Ends an admission after its adversarial letter (P11); the supplier may apply again.

    Raises HearingMissing, HearingRunning, ReasonsMissing, NoDelegation.
    """
    candidature = locked(work, candidature_id)
    if candidature.state != S.ADMITTED or candidature.hearing_at is None:
        raise HearingMissing()
    answered = bool(candidature.hearing_answer)
    if not hearing_over(candidature.hearing_due_on, answered, work.today):
        raise HearingRunning(due_on=candidature.hearing_due_on)
    if not data.reasons.strip():
        raise ReasonsMissing(where="reasons")
    kind = DecisionKind.ADMISSION_WITHDRAWAL
    delegation = covering(work, data.delegation_id, Act.ADMISSION_WITHDRAWAL, None, work.today)
    candidature.state = move(MOVES, S(candidature.state), S.ADMISSION_WITHDRAWN)
    return _write(work, candidature, kind, data, delegation)


def ask_complements(
    work: Work, candidature_ids: Sequence[UUID], data: RequestInput
) -> list[Candidature]:
    """Asks the same complements, with the same last day, of all those named (CAND-17)."""
    require(work, Permission.DECIDE_CANDIDATURE)
    due_on = _request(work, data)
    asked = [locked(work, one) for one in sorted(set(candidature_ids))]
    for candidature in asked:
        candidature.state = move(MOVES, S(candidature.state), S.COMPLETING)
        candidature.completion_asked_at, candidature.completion_due_on = work.now, due_on
        candidature.completion_text = data.text.strip()
        candidature.completion_answer, candidature.completed_at = "", None
        after = {"due_on": str(due_on), "together": len(asked)}
        _save(work, candidature, "candidature.complements_asked", after, {"text": data.text})
        _tell(
            work,
            candidature,
            "candidatures.complements_asked",
            {"due_on": str(due_on), "text": data.text.strip()},
        )
    return asked


def extend(work: Work, candidature_id: UUID, reason: str) -> Candidature:
    """15 working days in all instead of 10, with a written reason (CAND-04)."""
    candidature = locked(work, candidature_id)
    if candidature.state not in PENDING or candidature.received_on is None:
        raise MoveRefused(current=S(candidature.state), target=S(candidature.state))
    if candidature.extension_reason:
        raise AlreadyExtended()
    if not reason.strip():
        raise ReasonsMissing(where="reason")
    calendar = calendar_of(work, candidature.organisation_id)
    announced = candidature.announced_days or 0
    limit = limit_of(candidature.received_on, calendar, extended=True, announced=announced)
    candidature.extension_reason = reason.strip()
    return _move_limit(work, candidature, limit.regulation, reason, announced)


def extend_as_announced(work: Work, candidature_id: UUID, reason: str) -> Candidature:
    """The longer evaluation that the documents announce, before the first market (CAND-05).

    No first invitation leaves while such a candidature waits (`queries.gate`). Raises
    ExtensionNotAnnounced, FirstMarketSent, AlreadyExtended, ReasonsMissing, MoveRefused.
    """
    candidature = locked(work, candidature_id)
    if candidature.state not in PENDING or candidature.received_on is None:
        raise MoveRefused(current=S(candidature.state), target=S(candidature.state))
    system = work.get(PurchasingSystem, candidature.system_id, lock=True)
    days = check_announced(
        system.evaluation_extension_days,
        candidature.announced_days,
        system.first_market_at is not None,
    )
    if not reason.strip():
        raise ReasonsMissing(where="reason")
    calendar = calendar_of(work, candidature.organisation_id)
    extended = bool(candidature.extension_reason)
    limit = limit_of(candidature.received_on, calendar, extended=extended, announced=days)
    candidature.announced_days = days
    return _move_limit(work, candidature, limit.regulation, reason, days)


def _move_limit(
    work: Work, candidature: Candidature, decide_by: date, reason: str, announced: int
) -> Candidature:
    """The new last day: written, journalled with its reason, told to the supplier."""
    before = candidature.decide_by
    candidature.decide_by, candidature.alerted_at = decide_by, None
    after = {"decide_by": str(decide_by), "before": str(before), "announced_days": announced}
    _save(work, candidature, "candidature.extended", after, {"reason": reason.strip()})
    facts = {"decide_by": str(decide_by), "reason": reason.strip()}
    _tell(work, candidature, "candidatures.extended", facts)
    return candidature


def ask_update(work: Work, candidature_ids: Sequence[UUID], text: str) -> list[Candidature]:
    """Asks admitted suppliers to update their file within 5 working days of today (CAND-08)."""
    require(work, Permission.DECIDE_CANDIDATURE)
    if not text.strip():
        raise ReasonsMissing(where="text")
    asked = [locked(work, one) for one in sorted(set(candidature_ids))]
    due_on = update_limit(work.today, calendar_of(work, work.organisation_id)).regulation
    for candidature in asked:
        if candidature.state != S.ADMITTED:
            raise MoveRefused(current=S(candidature.state), target=S.ADMITTED)
        if awaiting_update(candidature, work.today):
            raise UpdateAsked(due_on=candidature.update_due_on)
        candidature.update_asked_at, candidature.update_due_on = work.now, due_on
        candidature.update_text, candidature.updated_at = text.strip(), None
        after = {"due_on": str(due_on), "together": len(asked)}
        _save(work, candidature, "candidature.update_asked", after, {"text": text.strip()})
        facts = {"due_on": str(due_on), "text": text.strip()}
        _tell(work, candidature, "candidatures.update_asked", facts)
    return asked


def open_hearing(work: Work, candidature_id: UUID, data: RequestInput) -> Candidature:
    """Sends the adversarial letter: what is held against it, and until when to answer (P11)."""
    candidature = locked(work, candidature_id)
    if candidature.state != S.ADMITTED:
        raise MoveRefused(current=S(candidature.state), target=S.ADMISSION_WITHDRAWN)
    if candidature.hearing_at is not None:
        raise HearingOpened(due_on=candidature.hearing_due_on)
    due_on = _request(work, data)
    candidature.hearing_at, candidature.hearing_due_on = work.now, due_on
    candidature.hearing_text = data.text.strip()
    after = {"due_on": str(due_on)}
    _save(work, candidature, "candidature.hearing_opened", after, {"text": data.text.strip()})
    facts = {"due_on": str(due_on), "text": data.text.strip()}
    _tell(work, candidature, "candidatures.hearing_opened", facts)
    return candidature


def awaiting_update(candidature: Candidature, today: date) -> bool:
    """Whether an update is asked, not given, and its days are not over."""
    due_on = candidature.update_due_on
    return due_on is not None and candidature.updated_at is None and today <= due_on


def locked(work: Work, candidature_id: UUID) -> Candidature:
    """A submitted candidature of the officer's organisation, its category locked before it."""
    require(work, Permission.DECIDE_CANDIDATURE)
    found = work.locate(Candidature, candidature_id)
    if found.organisation_id != work.organisation_id:
        raise DecidedElsewhere()
    if found.state == S.DRAFT:
        raise NotFound()
    work.get(Category, found.category_id, lock=True)
    return work.get(Candidature, candidature_id, lock=True)


def _decide(
    work: Work, candidature_id: UUID, kind: DecisionKind, data: DecisionInput
) -> CandidatureDecision:
    candidature = locked(work, candidature_id)
    outcome = OUTCOMES[kind]
    check_decision(
        S(candidature.state),
        outcome.state,
        candidature.completion_due_on,
        data.appeal,
        data.reasons,
        work.today,
    )
    delegation = covering(work, data.delegation_id, outcome.act, None, work.today)
    candidature.state = move(MOVES, S(candidature.state), outcome.state)
    return _write(work, candidature, kind, data, delegation)


def _write(
    work: Work,
    candidature: Candidature,
    kind: DecisionKind,
    data: DecisionInput,
    delegation: Delegation,
) -> CandidatureDecision:
    """The decision beside the earlier ones; the candidature shows the one in force."""
    first = candidature.first_decided_on is None
    limit = candidature.decide_by
    late = first and limit is not None and work.today > limit
    candidature.first_decided_on = candidature.first_decided_on or work.today
    candidature.decided_at, candidature.decided_by = work.now, work.actor.person_id
    candidature.delegation_id, candidature.reasons = delegation.id, data.reasons.strip()
    if kind is DecisionKind.ADMISSION:
        candidature.hearing_at = candidature.hearing_due_on = None
        candidature.hearing_text = candidature.hearing_answer = ""
    outcome = OUTCOMES[kind]
    after = {"delegation": str(delegation.id), "act": delegation.act_number, "late": late}
    details = {"reasons": data.reasons.strip(), "appeal": data.appeal}
    try:
        _save(work, candidature, outcome.action, after, details)
    except IntegrityError as error:
        if taken_message(error):
            raise PendingOrAdmitted() from error
        raise
    decision = work.add(
        CandidatureDecision(
            organisation_id=candidature.organisation_id,
            candidature_id=candidature.id,
            kind=kind.value,
            reasons=candidature.reasons,
            appeal=data.appeal,
            delegation_id=delegation.id,
            signatory=f"{delegation.person_name}, {delegation.quality}",
            decided_at=work.now,
            decided_by=work.actor.person_id,
        )
    )
    facts = {"reasons": candidature.reasons, "signatory": decision.signatory}
    _tell(work, candidature, outcome.action.replace("candidature.", "candidatures."), facts)
    return decision


def _request(work: Work, data: RequestInput) -> date:
    """The last day given, the same for all; raises ReasonsMissing, DelayPast."""
    if not data.text.strip():
        raise ReasonsMissing(where="text")
    due_on = data.due_on or work.today
    check_delay(due_on, work.today)
    return due_on


def _save(
    work: Work,
    candidature: Candidature,
    action: str,
    after: Mapping[str, object],
    details: Mapping[str, str],
) -> None:
    candidature.version += 1
    work.add(candidature)
    record(
        work,
        chain_of(candidature),
        action,
        candidature.id,
        after=dict(after),
        details=dict(details),
    )


def _tell(work: Work, candidature: Candidature, kind: str, facts: Mapping[str, object]) -> None:
    """Tells the supplier, in its inbox and by mail, who answers for it (CAND-07)."""
    applicant = work.get_in(Applicant, candidature.organisation_id, candidature.applicant_id)
    notify(
        work,
        kind,
        suppliers=[applicant.supplier_id],
        facts=facts_of(work, candidature) | dict(facts),
        link=f"/mes-candidatures/{candidature.id}",
        organisation_id=candidature.organisation_id,
    )
