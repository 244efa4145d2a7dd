"""A supplier's own dates as a calendar file (RFC 5545): deadlines, and nothing of its answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from icalendar import Calendar, Event

from app.rendering.feeds import clean


@dataclass(frozen=True)
class Dated:
    """A date of the agenda: an instant, or a whole last day. `uid` never changes."""

    uid: str
    when: datetime | date
    summary: str
    description: str
    page: str  # absolute


def agenda(title: str, dates: Sequence[Dated], now: datetime) -> bytes:
    """The file, which calendars read again without making twins."""
    made = Calendar()
    made.add("prodid", "-//Systeme d'acquisition dynamique//FR")
    made.add("version", "2.0")
    made.add("x-wr-calname", clean(title))
    for one in dates:
        event = Event()
        event.add("uid", one.uid)
        event.add("dtstamp", now.astimezone(UTC))
        when = one.when.astimezone(UTC) if isinstance(one.when, datetime) else one.when
        event.add("dtstart", when)
        event.add("transp", "TRANSPARENT")
        event.add("summary", clean(one.summary))
        event.add("description", clean(one.description))
        event.add("url", one.page)
        made.add_component(event)
    return bytes(made.to_ical())
