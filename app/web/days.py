"""Days asked in the address of a page, as instants of Paris."""

from datetime import date, datetime, time, timedelta

from sad.kernel.calendar import at_paris
from sad.kernel.errors import Invalid

FIRST, LAST = 1900, 2200  # years; beyond, a typing error


class DayUnreadable(Invalid):
    """A day typed that is not one."""

    code = "field.date"


def start_of_day(typed: str, where: str) -> datetime | None:
    """The first instant of the day; None when nothing is typed. Raises DayUnreadable."""
    day = _day(typed, where)
    return None if day is None else at_paris(day, time(0, 0), where=where)


def end_of_day(typed: str, where: str) -> datetime | None:
    """The last microsecond of the day; None when nothing is typed. Raises DayUnreadable."""
    day = _day(typed, where)
    if day is None:
        return None
    return at_paris(day + timedelta(days=1), time(0, 0), where=where) - timedelta(microseconds=1)


def _day(typed: str, where: str) -> date | None:
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError as error:
        raise DayUnreadable(where=where) from error
    if not FIRST <= day.year <= LAST:
        raise DayUnreadable(where=where)
    return day
