"""What may be announced, and when a meeting is recorded: pure dates."""

from datetime import date
from uuid import uuid4

import pytest

from sad.sourcing.rules import (
    MOST_MONTHS,
    MeetingToCome,
    MonthAfterClosing,
    MonthPast,
    MonthTooFar,
    check_met,
    check_month,
    months_ahead,
)
from sad.sourcing.schemas import NextDemandInput

TODAY = date(2026, 11, 22)


def test_months_run_from_this_one_across_years() -> None:
    months = months_ahead(TODAY)
    assert (months[0], months[1], months[2]) == (
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
    )
    assert (len(months), months[-1]) == (MOST_MONTHS + 1, date(2028, 11, 1))


def test_a_month_is_this_one_or_a_later_one_before_the_closing() -> None:
    check_month(date(2026, 11, 1), TODAY, None)
    check_month(date(2027, 3, 1), TODAY, date(2027, 3, 1))
    for month, closing, refusal in (
        (date(2026, 10, 1), None, MonthPast),
        (date(2028, 12, 1), None, MonthTooFar),
        (date(2027, 4, 1), date(2027, 3, 31), MonthAfterClosing),
    ):
        with pytest.raises(refusal) as refused:
            check_month(month, TODAY, closing)
        assert refused.value.where == "month"


def test_a_month_is_kept_as_its_first_day() -> None:
    data = NextDemandInput(category_id=uuid4(), month=date(2027, 3, 17), quantity=" dix ")
    assert (data.month, data.quantity) == (date(2027, 3, 1), "dix")


def test_a_meeting_is_recorded_once_held() -> None:
    check_met(TODAY, TODAY)
    with pytest.raises(MeetingToCome):
        check_met(date(2026, 11, 23), TODAY)
