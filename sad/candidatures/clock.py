"""The officer's clock: when a candidature must be decided, and how near that day is. Pure."""

from dataclasses import dataclass
from datetime import date

from sad.candidatures.rules import AlreadyExtended, ExtensionNotAnnounced, FirstMarketSent
from sad.candidatures.states import PENDING, CandidatureState
from sad.kernel.calendar import ONE_DAY, Calendar
from sad.kernel.dates import (
    DECISION_DAYS,
    DECISION_DAYS_WITH_REASON,
    WorkingCount,
    decision_limits,
    working_count,
)

ALERT_DAYS = 2  # working days before the shorter limit, Saturday counted


@dataclass(frozen=True)
class DecisionClock:
    """The officer's clock. `days_left`: working days after today up to the limit, never below 0."""

    received_on: date
    decide_by: date
    watch_until: date  # the shorter count, Saturday counted: the day the page alerts on
    extended: bool
    days_left: int
    soon: bool
    late: bool  # not decided in time, or decided after the limit


def limit_of(
    received_on: date, calendar: Calendar, *, extended: bool, announced: int = 0
) -> WorkingCount:
    """The last day to decide, counted both ways: 10 working days, 15 with a reason (CAND-04).

    `announced`: working days more, before the first market, as the documents say (CAND-05).
    """
    if announced:
        days = (DECISION_DAYS_WITH_REASON if extended else DECISION_DAYS) + announced
        return working_count(received_on, days, calendar)
    limits = decision_limits(received_on, calendar)
    return limits.days_15 if extended else limits.days_10


def check_announced(announced: int | None, already: int | None, first_market_sent: bool) -> int:
    """The working days the documents allow before the first market, given once (CAND-05).

    Raises ExtensionNotAnnounced, FirstMarketSent, AlreadyExtended.
    """
    if not announced:
        raise ExtensionNotAnnounced()
    if first_market_sent:
        raise FirstMarketSent()
    if already:
        raise AlreadyExtended()
    return announced


def decision_clock(
    state: CandidatureState,
    received_on: date,
    extended: bool,
    decided_on: date | None,
    today: date,
    calendar: Calendar,
    announced: int = 0,
) -> DecisionClock:
    """Where the clock stands today, or stood on the day of the decision."""
    limit = limit_of(received_on, calendar, extended=extended, announced=announced)
    pending = state in PENDING
    last = today if pending else (decided_on or today)
    left_watched = working_days_between(today, limit.saturday_counted, calendar, saturday=True)
    return DecisionClock(
        received_on=received_on,
        decide_by=limit.regulation,
        watch_until=limit.saturday_counted,
        extended=extended or announced > 0,
        days_left=working_days_between(today, limit.regulation, calendar) if pending else 0,
        soon=pending and left_watched <= ALERT_DAYS,
        late=last > limit.regulation and state is not CandidatureState.WITHDRAWN,
    )


def working_days_between(
    after: date, until: date, calendar: Calendar, *, saturday: bool = False
) -> int:
    """Working days after a day, up to another included; 0 when it is past."""
    count, day = 0, after
    while day < until:
        day += ONE_DAY
        count += calendar.is_working(day, saturday)
    return count
