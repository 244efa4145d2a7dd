"""The checks of the deadline: ten days, by R2162-50 and regulation 1182/71 (MS-04 to MS-06)."""

from collections.abc import Iterable
from datetime import datetime

from sad.kernel.calendar import paris_date
from sad.kernel.dates import (
    PROPOSED_DAYS_IN_HOLIDAYS,
    earliest_offers,
    touches_holidays,
    whole_last_day,
)
from sad.kernel.errors import Problem
from sad.markets.checking import blocks, warns
from sad.markets.facts import LaunchFacts
from sad.markets.states import Section

FAR_DAYS = 90
TEN_DAYS = "Article R2162-50"


@blocks("C80", TEN_DAYS)
def deadline_missing(facts: LaunchFacts) -> Iterable[Problem]:
    """A deadline, to come."""
    if facts.deadline_at is None:
        yield Problem("markets.deadline_missing", Section.DEADLINE)
    elif facts.deadline_at <= facts.now:
        past: dict[str, object] = {"deadline": facts.deadline_at}
        yield Problem("markets.deadline_past", Section.DEADLINE, past)


@blocks("C81", TEN_DAYS)
def deadline_short(facts: LaunchFacts) -> Iterable[Problem]:
    """Less than ten days, without the agreement of all (MS-04, MS-06: no urgency shortens it)."""
    if _is_short(facts) and not facts.short_deadline_agreement.strip():
        yield Problem("markets.deadline_short", Section.DEADLINE, _told(facts))


@warns("C82", TEN_DAYS)
def deadline_agreed(facts: LaunchFacts) -> Iterable[Problem]:
    """Less than ten days by the agreement of all the invited, recorded (MS-05)."""
    if _is_short(facts) and facts.short_deadline_agreement.strip():
        yield Problem("markets.deadline_agreed", Section.DEADLINE, _told(facts))


@warns("C83", TEN_DAYS)
def deadline_before_midnight(facts: LaunchFacts) -> Iterable[Problem]:
    """The tenth day is due whole; an hour of that day may be disputed [I]."""
    due = _coming(facts)
    earliest = earliest_offers(paris_date(facts.now), facts.calendar)
    if due and not _is_short(facts) and due < whole_last_day(earliest):
        yield Problem("markets.deadline_before_midnight", Section.DEADLINE, _told(facts))


@warns("C84", "Pratique P19")
def deadline_on_holiday(facts: LaunchFacts) -> Iterable[Problem]:
    """A day nobody works: no help to be had when something fails (P19)."""
    due = _coming(facts)
    if due and not facts.calendar.is_working(paris_date(due)):
        yield Problem("markets.deadline_on_holiday", Section.DEADLINE, _told(facts))


@warns("C85", "Pratique P19")
def quiet_period(facts: LaunchFacts) -> Iterable[Problem]:
    """August, and 20 December to 5 January: 21 days (P19)."""
    due, today = _coming(facts), paris_date(facts.now)
    days = (paris_date(due) - today).days if due else PROPOSED_DAYS_IN_HOLIDAYS
    if due and days < PROPOSED_DAYS_IN_HOLIDAYS and touches_holidays(today, paris_date(due)):
        counted: dict[str, object] = {"days": days, "proposed": PROPOSED_DAYS_IN_HOLIDAYS}
        yield Problem("markets.deadline_in_holidays", Section.DEADLINE, counted)


@warns("C86", "Pratique P19")
def deadline_far(facts: LaunchFacts) -> Iterable[Problem]:
    """Months to answer are more often a slip of the keyboard than a wish."""
    due = _coming(facts)
    days = (paris_date(due) - paris_date(facts.now)).days if due else 0
    if days > FAR_DAYS:
        told: dict[str, object] = {"days": days, "deadline": due}
        yield Problem("markets.deadline_far", Section.DEADLINE, told)


def _coming(facts: LaunchFacts) -> datetime | None:
    """The deadline where there is one to come."""
    due = facts.deadline_at
    return due if due is not None and due > facts.now else None


def _is_short(facts: LaunchFacts) -> bool:
    due = _coming(facts)
    earliest = earliest_offers(paris_date(facts.now), facts.calendar)
    return due is not None and paris_date(due) < earliest


def _told(facts: LaunchFacts) -> dict[str, object]:
    earliest = earliest_offers(paris_date(facts.now), facts.calendar)
    return {"deadline": facts.deadline_at, "earliest": earliest}


DEADLINE = (
    deadline_missing,
    deadline_short,
    deadline_agreed,
    deadline_before_midnight,
    deadline_on_holiday,
    quiet_period,
    deadline_far,
)
