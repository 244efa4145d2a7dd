"""What the worker does about candidatures: the officer's limits alerted before and journalled
after, suppliers reminded of what was asked of them."""

from datetime import date, timedelta

from sqlalchemy import or_
from sqlmodel import col, select

from sad.audit.service import record
from sad.candidatures.clock import decision_clock
from sad.candidatures.rules import REQUEST_DAYS, request_near
from sad.candidatures.service import calendar_of, chain_of, facts_of, officers
from sad.candidatures.states import PENDING, CandidatureState
from sad.candidatures.tables import Applicant, Candidature
from sad.db.work import Work
from sad.notifications.service import notify


def watch(work: Work) -> int:
    """Alerts each officer once before a limit, journals each breach once; how many it did."""
    query = (
        select(Candidature)
        .where(
            col(Candidature.state).in_(PENDING),
            col(Candidature.alerted_at).is_(None) | col(Candidature.breached_at).is_(None),
        )
        .order_by(col(Candidature.organisation_id), col(Candidature.id))
        .with_for_update(skip_locked=True)
    )
    return sum(_watch_one(work, row) for row in work.session.exec(query).all())


def _watch_one(work: Work, row: Candidature) -> int:
    if row.received_on is None:
        return 0
    calendar = calendar_of(work, row.organisation_id)
    state, extended = CandidatureState(row.state), bool(row.extension_reason)
    announced = row.announced_days or 0
    clock = decision_clock(state, row.received_on, extended, None, work.today, calendar, announced)
    done = 0
    if row.alerted_at is None and (clock.soon or clock.late):
        row.alerted_at = work.now
        facts = facts_of(work, row) | {"decide_by": str(clock.decide_by)}
        notify(
            work,
            "candidatures.alert",
            persons=officers(work, row.organisation_id),
            facts=facts,
            link=f"/candidatures/{row.id}",
            organisation_id=row.organisation_id,
        )
        done += 1
    if row.breached_at is None and clock.late:
        row.breached_at = work.now
        after = {"decide_by": str(clock.decide_by)}
        record(work, chain_of(row), "candidature.limit_passed", row.id, after=after)
        done += 1
    work.add(row)
    return done


def remind_requests(work: Work) -> int:
    """Reminds suppliers, once, of what was asked of them and ends within two days; how many.

    An update left unanswered may cost an admission (P11): nobody loses one for a missed mail.
    """
    last = work.today + timedelta(days=REQUEST_DAYS)
    asked = (Candidature.completion_due_on, Candidature.update_due_on, Candidature.hearing_due_on)
    query = (
        select(Candidature)
        .where(
            col(Candidature.state).in_([CandidatureState.COMPLETING, CandidatureState.ADMITTED]),
            or_(*(col(column).between(work.today, last) for column in asked)),
        )
        .order_by(col(Candidature.organisation_id), col(Candidature.id))
        .with_for_update(skip_locked=True)
    )
    return sum(_remind_one(work, row) for row in work.session.exec(query).all())


def _remind_one(work: Work, row: Candidature) -> bool:
    what, due_on = _asked(row)
    if not request_near(due_on, row.reminded_for, work.today):
        return False
    row.reminded_for = due_on
    work.add(row)
    applicant = work.get_in(Applicant, row.organisation_id, row.applicant_id)
    notify(
        work,
        "candidatures.request_reminded",
        suppliers=[applicant.supplier_id],
        facts=facts_of(work, row) | {"what": what, "due_on": str(due_on)},
        link=f"/mes-candidatures/{row.id}",
        organisation_id=row.organisation_id,
    )
    return True


def _asked(row: Candidature) -> tuple[str, date | None]:
    """What is asked of the supplier and not answered, and its last day."""
    if row.state == CandidatureState.COMPLETING:
        return "complements", row.completion_due_on
    if row.hearing_due_on is not None and not row.hearing_answer:
        return "hearing", row.hearing_due_on
    return "update", row.update_due_on if row.updated_at is None else None
