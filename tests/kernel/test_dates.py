"""The dates of the law, against the worked examples (legal.md 1.5, END-10, DECP-10)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sad.kernel import dates
from sad.kernel.calendar import Calendar, at_paris, paris
from sad.kernel.dates import TimeLeft

FRANCE, ALSACE = Calendar(), Calendar(alsace_moselle=True)


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_candidature_received_on_monday_2_november_2026() -> None:
    limits = dates.decision_limits(day("2026-11-02"), FRANCE)
    assert limits.days_10.regulation == day("2026-11-17")
    assert limits.days_10.saturday_counted == day("2026-11-14")
    assert limits.days_15.regulation == day("2026-11-24")
    assert limits.days_15.saturday_counted == day("2026-11-20")


def test_candidature_over_christmas_in_alsace_moselle() -> None:
    received = day("2026-12-18")  # a Friday; 26 December is a Saturday
    here, there = (dates.decision_limits(received, c).days_10 for c in (FRANCE, ALSACE))
    assert here.regulation == there.regulation == day("2027-01-05")
    assert here.saturday_counted == day("2026-12-31")
    assert there.saturday_counted == day("2027-01-02")


def test_update_within_five_working_days() -> None:
    limit = dates.update_limit(day("2026-11-09"), FRANCE)
    assert limit.regulation == day("2026-11-17")
    assert limit.saturday_counted == day("2026-11-16")


def test_first_candidatures() -> None:
    assert dates.first_candidatures(day("2026-09-01"), FRANCE) == day("2026-10-01")
    assert dates.first_candidatures(day("2026-09-03"), FRANCE) == day("2026-10-05")  # a Saturday


@pytest.mark.parametrize(
    ("sent", "earliest"),
    [
        ("2026-09-01", "2026-09-11"),
        ("2026-09-02", "2026-09-14"),  # a Saturday
        ("2026-11-01", "2026-11-12"),  # 11 November
        ("2026-12-15", "2026-12-28"),  # Christmas, then a week-end
    ],
)
def test_offers(sent: str, earliest: str) -> None:
    assert dates.earliest_offers(day(sent), FRANCE) == day(earliest)


def test_offers_in_alsace_moselle_pass_good_friday() -> None:
    assert dates.earliest_offers(day("2026-03-24"), FRANCE) == day("2026-04-03")
    assert dates.earliest_offers(day("2026-03-24"), ALSACE) == day("2026-04-07")


def test_the_whole_of_the_last_day() -> None:
    assert dates.whole_last_day(day("2026-09-11")) == datetime(2026, 9, 11, 21, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("signed", "limit"),
    [
        ("2026-09-30", "2026-10-30"),
        ("2026-12-31", "2027-01-30"),
        ("2026-07-01", "2026-10-30"),
        ("2026-10-01", "2027-01-30"),
        ("2026-01-15", "2026-04-30"),
        ("2026-06-30", "2026-07-30"),
    ],
)
def test_grouped_award_notice(signed: str, limit: str) -> None:
    assert dates.award_notice(day(signed)) == day(limit)


@pytest.mark.parametrize(
    ("notified", "limit"),
    [
        ("2026-10-05", "2026-12-05"),
        ("2026-12-31", "2027-02-28"),
        ("2027-12-31", "2028-02-29"),
        ("2026-12-30", "2027-02-28"),
        ("2026-11-01", "2027-01-01"),
        ("2026-07-31", "2026-09-30"),
    ],
)
def test_essential_data(notified: str, limit: str) -> None:
    assert dates.essential_data(day(notified)) == day(limit)


def test_archive() -> None:
    assert dates.archive(day("2026-10-05")) == day("2031-10-05")
    assert dates.archive(day("2028-02-29")) == day("2033-02-28")


@pytest.mark.parametrize(
    ("sent", "proposed"),
    [
        ("2026-09-01", "2026-09-16"),  # day 15 is a Wednesday
        ("2026-09-04", "2026-09-22"),  # day 15 is a Saturday
        ("2026-10-27", "2026-11-12"),  # day 15 is 11 November
        ("2026-07-13", "2026-07-28"),  # ends before August
        ("2026-07-16", "2026-08-06"),  # day 15 moves from Friday 31 July into August: 21 days
        ("2026-08-28", "2026-09-22"),  # three days of August: day 21 is a Friday
        ("2026-08-31", "2026-09-15"),  # the day of sending is not counted
        ("2026-12-08", "2026-12-29"),
        ("2027-01-04", "2027-01-26"),  # 5 January is the last of the holidays
        ("2027-01-05", "2027-01-20"),
    ],
)
def test_suggested_deadline(sent: str, proposed: str) -> None:
    found = paris(dates.suggested_deadline(day(sent), FRANCE))
    assert (found.date(), found.time()) == (day(proposed), time(12))


@given(st.dates(date(2025, 1, 1), date(2045, 12, 31)))
def test_a_suggested_deadline_is_always_lawful(sent: date) -> None:
    found = paris(dates.suggested_deadline(sent, FRANCE)).date()
    assert found >= dates.earliest_offers(sent, FRANCE)
    assert found.weekday() in (1, 2, 3)
    assert FRANCE.is_working(found)
    assert timedelta(15) <= found - sent <= timedelta(35)


def test_last_day_for_questions() -> None:
    deadline = at_paris(day("2026-11-03"), time(12))
    assert dates.last_question_day(deadline, formal=True) == day("2026-10-28")
    assert dates.last_question_day(deadline, formal=False) == day("2026-10-30")


def test_time_left() -> None:
    then = at_paris(day("2026-11-03"), time(12))
    assert dates.time_left(then - timedelta(days=3, hours=4, minutes=5, seconds=59), then) == (
        TimeLeft(3, 4, 5, past=False)
    )
    assert dates.time_left(then, then) == TimeLeft(0, 0, 0, past=False)
    assert dates.time_left(then + timedelta(microseconds=1), then) == TimeLeft(0, 0, 0, past=True)
