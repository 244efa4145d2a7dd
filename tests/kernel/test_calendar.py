"""French working days and Paris time, both clock changes included (trust.md 4)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sad.kernel.calendar import (
    SUMMER,
    WINTER,
    AmbiguousTime,
    Calendar,
    DateOutOfRange,
    NoSuchTime,
    _holidays,
    at_paris,
    is_repeated,
    is_summer_time,
    paris,
    paris_date,
)

FRANCE, ALSACE = Calendar(), Calendar(alsace_moselle=True)
DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


def test_the_eleven_holidays_of_2026() -> None:
    days = [date(2026, 1, 1) + timedelta(n) for n in range(365)]
    assert " ".join(f"{d:%d/%m}" for d in days if FRANCE.is_holiday(d)) == (
        "01/01 06/04 01/05 08/05 14/05 25/05 14/07 15/08 01/11 11/11 25/12"
    )
    extra = [d for d in days if ALSACE.is_holiday(d) and not FRANCE.is_holiday(d)]
    assert extra == [date(2026, 4, 3), date(2026, 12, 26)]


def test_saturday_is_worked_only_when_asked() -> None:
    saturday = date(2026, 11, 14)
    assert not FRANCE.is_working(saturday)
    assert FRANCE.is_working(saturday, saturday=True)
    assert not FRANCE.is_working(date(2026, 8, 15), saturday=True)  # a Saturday, and a holiday


def test_next_working_day() -> None:
    assert FRANCE.next_working(date(2026, 11, 10)) == date(2026, 11, 10)
    assert FRANCE.next_working(date(2026, 11, 11)) == date(2026, 11, 12)
    assert FRANCE.next_working(date(2026, 4, 4)) == date(2026, 4, 7)  # Easter Monday between
    assert FRANCE.add_days(date(2026, 3, 25), 10, move=False) == date(2026, 4, 4)
    assert FRANCE.add_days(date(2026, 3, 25), 10) == date(2026, 4, 7)
    assert ALSACE.add_days(date(2026, 12, 16), 10) == date(2026, 12, 28)


def test_a_period_has_at_least_one_day() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        FRANCE.add_working_days(date(2026, 1, 5), 0)


@given(DAYS, st.integers(1, 30))
def test_working_days_are_counted_one_by_one(day: date, n: int) -> None:
    for saturday in (False, True):
        last = FRANCE.add_working_days(day, n, saturday)
        between = [day + timedelta(i) for i in range(1, (last - day).days + 1)]
        assert sum(FRANCE.is_working(d, saturday) for d in between) == n
        assert FRANCE.is_working(last, saturday)


@given(DAYS, st.integers(1, 30))
def test_the_saturday_count_is_never_later(day: date, n: int) -> None:
    assert FRANCE.add_working_days(day, n, saturday_counted=True) <= FRANCE.add_working_days(day, n)


@pytest.mark.parametrize("year", [1989, 2101, 9999])
def test_years_without_known_holidays_are_refused(year: int) -> None:
    with pytest.raises(DateOutOfRange):
        FRANCE.is_working(date(year, 6, 1))


def test_holidays_are_whole_whichever_thread_asks_first() -> None:
    _holidays.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda _: FRANCE.is_holiday(date(2031, 11, 11)), range(64))
    assert all(found)


def test_paris_day_of_an_instant() -> None:
    assert paris_date(datetime(2026, 9, 1, 22, 30, tzinfo=UTC)) == date(2026, 9, 2)
    assert paris_date(datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)) == date(2026, 12, 31)
    with pytest.raises(ValueError, match="zone"):
        paris(datetime(2026, 9, 1))  # noqa: DTZ001 - the mistake under test


def test_summer_and_winter() -> None:
    assert at_paris(date(2026, 7, 1), time(12)) == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert at_paris(date(2026, 12, 1), time(12)) == datetime(2026, 12, 1, 11, tzinfo=UTC)
    assert at_paris(date(2026, 12, 1), time(12), fold=SUMMER).hour == 11  # said for nothing
    with pytest.raises(ValueError, match="zone"):
        at_paris(date(2026, 7, 1), time(12, tzinfo=UTC))


@pytest.mark.parametrize("at", [time(2), time(2, 30), time(2, 59, 59, 999999)])
@pytest.mark.parametrize("fold", [None, SUMMER, WINTER])
def test_a_time_that_does_not_exist_is_refused(at: time, fold: int | None) -> None:
    with pytest.raises(NoSuchTime) as refused:
        at_paris(date(2026, 3, 29), at, fold, where="deadline_time")
    assert refused.value.where == "deadline_time"
    assert refused.value.facts["before"] == "01:59"
    assert refused.value.facts["after"] == "03:00"


def test_the_minutes_around_the_gap_exist() -> None:
    before = at_paris(date(2026, 3, 29), time(1, 59))
    after = at_paris(date(2026, 3, 29), time(3))
    assert after - before == timedelta(minutes=1)


@pytest.mark.parametrize("at", [time(2), time(2, 30), time(2, 59, 59, 999999)])
def test_a_time_that_exists_twice_asks_which(at: time) -> None:
    day = date(2026, 10, 25)
    with pytest.raises(AmbiguousTime) as refused:
        at_paris(day, at, where="deadline_time")
    summer, winter = refused.value.facts["summer"], refused.value.facts["winter"]
    assert winter - summer == timedelta(hours=1)
    assert at_paris(day, at, fold=SUMMER) == summer
    assert at_paris(day, at, fold=WINTER) == winter
    assert is_summer_time(summer)
    assert not is_summer_time(winter)
    assert is_repeated(summer)
    assert is_repeated(winter)


def test_the_minutes_around_the_repeated_hour_exist_once() -> None:
    day = date(2026, 10, 25)
    assert at_paris(day, time(3)) - at_paris(day, time(1, 59)) == timedelta(minutes=61 + 60)
    assert not is_repeated(at_paris(day, time(3)))
    assert not is_repeated(at_paris(day, time(1, 59, 59)))


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 9, 11)])
def test_a_day_ends_with_its_last_microsecond(day: date) -> None:
    end = FRANCE.end_of_day(day)
    assert paris_date(end) == day
    assert paris_date(end + timedelta(microseconds=1)) == day + timedelta(days=1)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_an_instant_written_in_paris_is_read_back(moment: datetime) -> None:
    local = paris(moment)
    assert at_paris(local.date(), local.time(), fold=local.fold) == moment
