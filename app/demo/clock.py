"""The days of the story: past, worked, and ending just before the moment it is played."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush

from sad.kernel.calendar import ONE_DAY, Calendar, at_paris, paris_date
from sad.kernel.dates import NOON, THURSDAY, TUESDAY

Scene = Iterator[datetime]
"""A thread of the story: it gives the instant of its next act, then acts when it is resumed."""

BETWEEN_ACTS = timedelta(seconds=47)


class StoryClock:
    """Legal and real time of the story; implements `sad.kernel.clock.Clock`."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """Each reading is a little later than the one before: two acts are never at one instant."""
        self._now += BETWEEN_ACTS
        return self._now

    def real(self) -> datetime:
        """The story has one time only."""
        return self._now

    def reach(self, moment: datetime) -> None:
        """Goes to that instant, unless it is already past."""
        self._now = max(self._now, moment)


class Days:
    """Days counted back from the moment the story is played; people work on worked days."""

    def __init__(self, played_at: datetime) -> None:
        self.played_at = played_at
        self.today = paris_date(played_at)
        self.calendar = Calendar()

    def before(self, n: int) -> date:
        """The last worked day at least `n` days before today."""
        day = self.today - timedelta(days=n)
        while not self.calendar.is_working(day):
            day -= ONE_DAY
        return day

    def after(self, n: int) -> date:
        """The first Tuesday, Wednesday or Thursday worked at least `n` days after today (P19)."""
        day = self.today + timedelta(days=n)
        while not (TUESDAY <= day.weekday() <= THURSDAY and self.calendar.is_working(day)):
            day += ONE_DAY
        return day

    def at(self, n: int, hour: int, minute: int = 0) -> datetime:
        """That worked day at that time of Paris."""
        return at_paris(self.before(n), time(hour, minute))

    def noon(self, day: date) -> datetime:
        """Noon of Paris: when answers are due (P19)."""
        return at_paris(day, NOON)

    def received_to_decide_soon(self) -> date:
        """The worked day whose candidatures must be decided tomorrow, or soon after it."""
        day = self.before(8)
        while self.calendar.add_working_days(day, 10) > self.calendar.next_working(
            self.today + ONE_DAY
        ):
            day = self._worked_before(day)
        return day

    def _worked_before(self, day: date) -> date:
        day -= ONE_DAY
        while not self.calendar.is_working(day):
            day -= ONE_DAY
        return day


def tell(clock: StoryClock, threads: Iterable[Scene]) -> None:
    """Plays the threads together: always the one whose next act comes first."""
    waiting: list[tuple[datetime, int, Scene]] = []
    for place, thread in enumerate(threads):
        _wait(waiting, place, thread)
    while waiting:
        moment, place, thread = heappop(waiting)
        clock.reach(moment)
        _wait(waiting, place, thread)


def _wait(waiting: list[tuple[datetime, int, Scene]], place: int, thread: Scene) -> None:
    moment = next(thread, None)
    if moment is not None:
        heappush(waiting, (moment, place, thread))
