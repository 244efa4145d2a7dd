"""The dates the law computes, each a function from the day of its event.

A duty of the buyer is watched on the shorter count (Saturday counted), a duty of a supplier is
enforced on the longer one (regulation 1182/71), minimum periods end with their whole last day [I].
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

from sad.kernel.calendar import ONE_DAY, Calendar, at_paris, paris_date

FIRST_CANDIDATURES_DAYS = 30  # CAND-01, R2162-44
DECISION_DAYS, DECISION_DAYS_WITH_REASON = (
    10,
    15,
)  # CAND-03 and -04, R2162-45: 15 in all, not 10 + 15
UPDATE_DAYS = 5  # CAND-08, R2162-47
OFFERS_DAYS = 10  # MS-04, R2162-50
AWARD_NOTICE_DAYS = 30  # END-10, R2183-4
ESSENTIAL_DATA_MONTHS = 2  # DATA-01 and DECP-10, R2196-1
ARCHIVE_YEARS = 5  # END-14, R2184-12
PROPOSED_DAYS, PROPOSED_DAYS_IN_HOLIDAYS = 15, 21  # P19
ANSWER_DAYS_FORMAL = 6  # MS-12, R2132-6
ANSWER_DAYS_ADAPTED = (
    4  # [I] shorter where the Code says nothing, so that ten days leave six to ask
)
NOON = time(12)
TUESDAY, THURSDAY = 1, 3


@dataclass(frozen=True)
class WorkingCount:
    """One period of working days, counted both ways. `saturday_counted` is never the later one."""

    regulation: date  # regulation 1182/71: Saturday is not a working day
    saturday_counted: date  # ordinary French usage


@dataclass(frozen=True)
class DecisionLimits:
    """The last days to decide a candidature: 10 working days, 15 with a reason."""

    days_10: WorkingCount
    days_15: WorkingCount


@dataclass(frozen=True)
class TimeLeft:
    """Elapsed time between two instants, cut to the minute; `past` when the second came first."""

    days: int
    hours: int
    minutes: int
    past: bool

    @classmethod
    def of(cls, delta: timedelta) -> Self:
        """A signed length of time; zero is not past."""
        minutes = abs(delta) // timedelta(minutes=1)
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24)
        return cls(days, hours, minutes, past=delta < timedelta(0))


def working_count(day: date, n: int, calendar: Calendar) -> WorkingCount:
    """The n-th working day after `day`, counted both ways."""
    return WorkingCount(
        regulation=calendar.add_working_days(day, n),
        saturday_counted=calendar.add_working_days(day, n, saturday_counted=True),
    )


def decision_limits(received: date, calendar: Calendar) -> DecisionLimits:
    """When a candidature received that day must be decided (CAND-03, CAND-04, R2162-45)."""
    return DecisionLimits(
        days_10=working_count(received, DECISION_DAYS, calendar),
        days_15=working_count(received, DECISION_DAYS_WITH_REASON, calendar),
    )


def update_limit(sent: date, calendar: Calendar) -> WorkingCount:
    """When an admitted supplier must have updated its file, from the sending (CAND-08)."""
    return working_count(sent, UPDATE_DAYS, calendar)


def first_candidatures(notice_sent: date, calendar: Calendar) -> date:
    """The earliest last day for first candidatures: 30 days from the notice's sending (CAND-01)."""
    return calendar.add_days(notice_sent, FIRST_CANDIDATURES_DAYS)


def earliest_offers(sent: date, calendar: Calendar) -> date:
    """The earliest day offers may be due: 10 days from the sending (MS-04, R2162-50)."""
    return calendar.add_days(sent, OFFERS_DAYS)


def whole_last_day(earliest: date) -> datetime:
    """23:59 of the earliest day, in UTC: due that day before it is allowed with a warning [I]."""
    return at_paris(earliest, time(23, 59))


def award_notice(signed: date) -> date:
    """The last day to send the grouped award notice: 30 days after the quarter (END-10)."""
    quarter_end_month = (signed.month + 2) // 3 * 3
    first_after = _add_months(date(signed.year, quarter_end_month, 1), 1)
    return first_after - ONE_DAY + timedelta(days=AWARD_NOTICE_DAYS)


def essential_data(notified: date) -> date:
    """The last day to publish the essential data: two months after notification (DATA-01, DECP-10).

    A day the month lacks becomes its last one: 31 December gives 28 or 29 February.
    """
    return _add_months(notified, ESSENTIAL_DATA_MONTHS)


def archive(signed: date) -> date:
    """Until when the procedure's papers are kept at least: five years from signature (END-14)."""
    return _add_months(signed, 12 * ARCHIVE_YEARS)


def suggested_deadline(sent: date, calendar: Calendar) -> datetime:
    """The deadline proposed for offers, in UTC (P19): 15 days, Tuesday to Thursday, noon in Paris.

    21 days when the time to answer touches August or 20 December to 5 January.
    """
    day = _mid_week(sent + timedelta(days=PROPOSED_DAYS), calendar)
    if touches_holidays(sent + ONE_DAY, day):
        day = _mid_week(sent + timedelta(days=PROPOSED_DAYS_IN_HOLIDAYS), calendar)
    return at_paris(day, NOON)


def last_question_day(deadline: datetime, formal: bool) -> date:
    """The last day to ask (P4, P19): 6 days before the deadline when formal (MS-12), else 4."""
    days = ANSWER_DAYS_FORMAL if formal else ANSWER_DAYS_ADAPTED
    return paris_date(deadline) - timedelta(days=days)


def time_left(now: datetime, then: datetime) -> TimeLeft:
    """What separates two instants, in days of 24 hours, hours, minutes; never rounded up."""
    return TimeLeft.of(then - now)


def _add_months(day: date, months: int) -> date:
    """The same day of a later month, or the month's last day when it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    next_first = (first + timedelta(days=31)).replace(day=1)
    return first.replace(day=min(day.day, (next_first - ONE_DAY).day))


def _mid_week(day: date, calendar: Calendar) -> date:
    while not (TUESDAY <= day.weekday() <= THURSDAY and calendar.is_working(day)):
        day += ONE_DAY
    return day


def touches_holidays(first: date, last: date) -> bool:
    """Whether a day from first to last is in August or from 20 December to 5 January (P19)."""
    days = (first + n * ONE_DAY for n in range((last - first).days + 1))
    return any(
        d.month == 8 or (d.month, d.day) >= (12, 20) or (d.month, d.day) <= (1, 5) for d in days
    )
