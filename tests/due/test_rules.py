"""When the automatic reminders leave, on plain instants."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sad.due.rules import Reminder, Told, reminder_due
from sad.suppliers.rules import ending

DEADLINE = datetime(2026, 9, 15, 10, 0, tzinfo=UTC)
LAUNCHED = DEADLINE - timedelta(days=15)
THREE, ONE = Reminder.THREE_DAYS, Reminder.ONE_DAY


def due(left: timedelta, **told: datetime | None) -> Reminder | None:
    known = {"launched_at": LAUNCHED, "reminded_at": None, "three_days_for": None}
    said = known | {"one_day_for": None} | told
    return reminder_due(DEADLINE - left, DEADLINE, Told(**said))  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (timedelta(days=3, microseconds=1), None),
        (timedelta(days=3), THREE),
        (timedelta(hours=24, microseconds=1), THREE),
        (timedelta(hours=24), ONE),
        (timedelta(microseconds=1), ONE),
        (timedelta(0), None),
        (timedelta(hours=-1), None),
    ],
)
def test_three_days_then_one_day_before(left: timedelta, expected: Reminder | None) -> None:
    assert due(left) == expected


def test_each_is_sent_once_for_a_deadline_and_again_when_it_moves() -> None:
    assert due(timedelta(days=2), three_days_for=DEADLINE) is None
    assert due(timedelta(hours=20), one_day_for=DEADLINE) is None
    earlier = DEADLINE - timedelta(days=7)
    assert due(timedelta(days=2), three_days_for=earlier) is THREE
    assert due(timedelta(hours=20), one_day_for=earlier) is ONE


def test_nobody_is_told_again_within_a_day_of_what_was_said_to_all() -> None:
    at = DEADLINE - timedelta(days=3)
    assert due(timedelta(days=3), reminded_at=at - timedelta(hours=23)) is None
    assert due(timedelta(days=3), reminded_at=at - timedelta(hours=24)) is THREE
    assert due(timedelta(days=3), launched_at=at - timedelta(hours=2)) is None
    # The first was late: both were due, one leaves.
    assert due(timedelta(hours=20), reminded_at=None, three_days_for=None) is ONE


def test_a_paper_is_spoken_of_from_30_days_before_its_last_day() -> None:
    last = date(2026, 10, 31)
    assert [ending(last, day) for day in (date(2026, 9, 30), date(2026, 10, 1))] == [
        False,
        True,
    ]
    assert ending(last, last) and not ending(last, date(2026, 11, 1))
