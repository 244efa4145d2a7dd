"""The legal calendar: French holidays, working days, whole days of Paris, both clock changes.

Counting follows regulation (EEC, Euratom) 1182/71: the day of the event is not counted; a period
whose last day is a Saturday, a Sunday or a holiday ends with the next working day.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import ClassVar
from zoneinfo import ZoneInfo

from sad.kernel.errors import Invalid

PARIS = ZoneInfo("Europe/Paris")
SATURDAY, SUNDAY = 5, 6
ONE_DAY = timedelta(days=1)
SUMMER, WINTER = 0, 1  # the two folds of the hour repeated in October
FIRST_YEAR, LAST_YEAR = 1990, 2100


class NoSuchTime(Invalid):
    """A time skipped in spring. Facts: `day`; `time`, `before`, `after` as HH:MM."""

    code: ClassVar[str] = "calendar.no_such_time"


class AmbiguousTime(Invalid):
    """A time that exists twice in October.

    Facts: `day`, `time` (HH:MM), and the two instants `summer`, `winter`.
    """

    code: ClassVar[str] = "calendar.ambiguous_time"


class DateOutOfRange(Invalid):
    """A year no procedure reaches: holidays are computed from 1990 to 2100."""

    code: ClassVar[str] = "calendar.date_out_of_range"


def paris(moment: datetime) -> datetime:
    """The instant in Paris wall time (its fold tells the repeated hour). ValueError if naive."""
    if moment.tzinfo is None:
        raise ValueError("an instant without its zone")
    return moment.astimezone(PARIS)


def paris_date(moment: datetime) -> date:
    """The day it is in Paris at that instant: the day legal periods count from."""
    return paris(moment).date()


def at_paris(day: date, at: time, fold: int | None = None, where: str | None = None) -> datetime:
    """The UTC instant of a Paris day and time; `fold` matters in the repeated hour only.

    Raises NoSuchTime in the skipped hour of spring, AmbiguousTime in the repeated one
    without `fold`; both name the field `where`.
    """
    if at.tzinfo is not None:
        raise ValueError("a Paris time carries no zone")
    wall = datetime.combine(day, at)
    first = wall.replace(tzinfo=PARIS, fold=0)
    second = wall.replace(tzinfo=PARIS, fold=1)
    shift = _offset(second) - _offset(first)
    if shift > timedelta(0):
        before = first.astimezone(UTC).astimezone(PARIS)  # lands after the gap by its width
        raise NoSuchTime(
            where,
            day=day,
            time=f"{at:%H:%M}",
            before=f"{before - shift - timedelta(minutes=at.minute + 1):%H:%M}",
            after=f"{before.replace(minute=0):%H:%M}",
        )
    if shift < timedelta(0) and fold is None:
        summer, winter = first.astimezone(UTC), second.astimezone(UTC)
        raise AmbiguousTime(where, day=day, time=f"{at:%H:%M}", summer=summer, winter=winter)
    return (second if fold == WINTER else first).astimezone(UTC)


def is_repeated(moment: datetime) -> bool:
    """Whether Paris clocks show that time twice that day: its season must be written beside."""
    local = paris(moment)
    return _offset(local.replace(fold=0)) > _offset(local.replace(fold=1))


def is_summer_time(moment: datetime) -> bool:
    """Whether Paris is on summer time at that instant."""
    return bool(paris(moment).dst())


def _offset(local: datetime) -> timedelta:
    return local.utcoffset() or timedelta(0)


class Calendar:
    """Working days in France; with Good Friday and 26 December in Alsace-Moselle. Stateless."""

    def __init__(self, alsace_moselle: bool = False) -> None:
        self.alsace_moselle = alsace_moselle

    def is_holiday(self, day: date) -> bool:
        """Whether the day is a public holiday. Raises DateOutOfRange outside 1990…2100."""
        return day in _holidays(day.year, self.alsace_moselle)

    def is_working(self, day: date, saturday: bool = False) -> bool:
        """Neither Sunday nor holiday; nor Saturday, unless `saturday` says that it counts."""
        last = SATURDAY if saturday else SATURDAY - 1
        return day.weekday() <= last and not self.is_holiday(day)

    def next_working(self, day: date) -> date:
        """The day itself if it is worked (Saturday is not), else the first worked one after it."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def add_working_days(self, day: date, n: int, saturday_counted: bool = False) -> date:
        """The n-th working day after `day`, which is not counted itself; n ≥ 1.

        `saturday_counted`: the ordinary French sense of jour ouvrable; else regulation 1182/71.
        """
        if n < 1:
            raise ValueError("a period has at least one day")
        while n:
            day += ONE_DAY
            n -= self.is_working(day, saturday_counted)
        return day

    def add_days(self, day: date, n: int, move: bool = True) -> date:
        """The n-th calendar day after `day`; `move`: if not worked, the next worked day."""
        last = day + n * ONE_DAY
        return self.next_working(last) if move else last

    def end_of_day(self, day: date) -> datetime:
        """The last microsecond of that Paris day, in UTC: a period ends with it (reg. 1182/71)."""
        return at_paris(day, time.max)


@lru_cache(maxsize=512)
def _holidays(year: int, alsace_moselle: bool) -> frozenset[date]:
    """One year, computed whole: the library's objects fill themselves lazily, unsafe in threads."""
    # imported on first use: it costs half a second, which commands that count no day need not pay
    from holidays import country_holidays

    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateOutOfRange(first=str(FIRST_YEAR), last=str(LAST_YEAR))
    subdivision = "57" if alsace_moselle else None
    return frozenset(country_holidays("FR", subdiv=subdivision, years=year, expand=False))
