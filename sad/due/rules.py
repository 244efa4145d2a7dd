"""When something falls due by itself: pure rules, on instants and days."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

THREE_DAYS, ONE_DAY = timedelta(days=3), timedelta(hours=24)
QUIET = timedelta(hours=24)  # after anything said to all the invited


class Reminder(StrEnum):
    """The two automatic reminders before a deadline."""

    THREE_DAYS = "three_days"
    ONE_DAY = "one_day"


@dataclass(frozen=True)
class Told:
    """What all the invited were told, and the deadlines the automatic reminders were sent for."""

    launched_at: datetime
    reminded_at: datetime | None  # by the buyer's press or by itself
    three_days_for: datetime | None
    one_day_for: datetime | None


def reminder_due(now: datetime, deadline: datetime, told: Told) -> Reminder | None:
    """The reminder to send now, three days then 24 hours before the deadline, each once for it.

    Nothing within 24 hours of the invitation or of the last reminder: people were just told. The
    buyer's press has its own, longer wait (REMIND_EVERY). A deadline that moves is reminded again.
    """
    left = deadline - now
    last = max(told.launched_at, told.reminded_at or told.launched_at)
    if left <= timedelta(0) or now - last < QUIET:
        return None
    if left <= ONE_DAY:
        return None if told.one_day_for == deadline else Reminder.ONE_DAY
    if left <= THREE_DAYS and told.three_days_for != deadline:
        return Reminder.THREE_DAYS
    return None
