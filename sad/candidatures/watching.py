"""What the worker does about the officer's clock: alerts before a limit, breaches journalled."""

from sqlmodel import col, select

from sad.audit.service import record
from sad.candidatures.clock import decision_clock
from sad.candidatures.service import calendar_of, chain_of, facts_of, officers
from sad.candidatures.states import PENDING, CandidatureState
from sad.candidatures.tables import Candidature
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
