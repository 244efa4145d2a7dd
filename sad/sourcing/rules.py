"""What may be said before a market: nothing of the past, nothing too far, nothing taken back.

Meeting suppliers before a purchase is lawful (R2111-1) as long as what one of them was told gives
it no advantage over the others (R2111-2): hence a register, and its publication to all (P22).
"""

from datetime import date

from sad.kernel.errors import Invalid, Refusal

MOST_MONTHS = 24
"""How far ahead a demand may be announced."""


class MonthPast(Invalid):
    """A demand to come is for this month or a later one."""

    code = "sourcing.month_past"


class MonthTooFar(Invalid):
    """Nobody plans beyond MOST_MONTHS; fact `latest`, the last month accepted, as its first day."""

    code = "sourcing.month_too_far"


class MonthAfterClosing(Invalid):
    """Nothing is launched after the system's closing; fact `closing_on`."""

    code = "sourcing.month_after_closing"


class MeetingToCome(Invalid):
    """A meeting is recorded once it has been held."""

    code = "sourcing.meeting_to_come"


class PublishedStays(Refusal):
    """What was told to all is neither rewritten nor told twice; another entry corrects it."""

    code = "sourcing.published_stays"


def months_ahead(today: date) -> list[date]:
    """The first day of this month and of the MOST_MONTHS following ones."""
    first = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(first, first + MOST_MONTHS + 1)]


def check_month(month: date, today: date, closing: date | None) -> None:
    """Raises MonthPast, MonthTooFar or MonthAfterClosing. `month`: its first day (P22)."""
    accepted = months_ahead(today)
    if month < accepted[0]:
        raise MonthPast(where="month")
    if month > accepted[-1]:
        raise MonthTooFar(where="month", latest=accepted[-1])
    if closing is not None and month > closing:
        raise MonthAfterClosing(where="month", closing_on=closing)


def check_met(met_on: date, today: date) -> None:
    """Raises MeetingToCome for a day that has not come."""
    if met_on > today:
        raise MeetingToCome(where="met_on")
