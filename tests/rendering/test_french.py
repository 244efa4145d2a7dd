"""What people read: amounts, numbers, dates and what is left, in French and Paris time."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from app.rendering import french
from sad.kernel.calendar import at_paris
from sad.kernel.canonical import instant
from sad.kernel.money import Money

NOON = at_paris(date(2026, 11, 3), time(12))


def test_euros() -> None:
    assert french.euros(Money(123450)) == "1\u202f234,50\u00a0€"
    assert french.euros(0) == "0,00\u00a0€"
    assert french.euros(-5) == "-0,05\u00a0€"
    assert french.euros(Money(-1234567890)) == "-12\u202f345\u202f678,90\u00a0€"


@given(st.integers(-(10**15), 10**15))
def test_euros_as_babel_writes_them(cents: int) -> None:
    babel = format_currency(Decimal(cents) / 100, "EUR", locale="fr_FR")
    assert french.euros(cents) == babel


@given(st.decimals(-(10**9), 10**9, places=3))
def test_numbers_as_babel_writes_them(value: Decimal) -> None:
    value += 0  # Babel keeps the sign of a negative zero
    assert french.number(value) == format_decimal(value, locale="fr_FR")


def test_numbers() -> None:
    assert french.number(1234) == "1\u202f234"
    assert french.number(Decimal("12.500")) == "12,5"
    assert french.number(Decimal("12.500"), places=2) == "12,50"
    assert french.number(Decimal("1E+3")) == "1\u202f000"
    assert french.number(Decimal("-0.00")) == "0"
    assert french.percent(Decimal("33.33")) == "33,33\u202f%"
    assert french.percent(40) == "40\u202f%"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (32, "pièce", "32 pièces"),
        (1, "pièce", "1 pièce"),
        (Decimal("1.5"), "pièce", "1,5 pièce"),
        (3, "colis", "3 colis"),
        (12, "m²", "12 m²"),
        (4, None, "4"),
    ],
)
def test_quantities_with_their_unit(value: Decimal | int, unit: str | None, text: str) -> None:
    assert french.counted(value, unit) == text


@given(st.dates(date(1990, 1, 2), date(2100, 12, 31)).filter(lambda d: d.day > 1))
def test_long_dates_as_babel_writes_them(day: date) -> None:
    assert french.long_date(day) == format_date(day, "EEEE d MMMM y", locale="fr")


def test_dates() -> None:
    assert french.long_date(date(2026, 11, 3)) == "mardi 3 novembre 2026"
    assert french.long_date(date(2026, 11, 1)) == "dimanche 1er novembre 2026"
    assert french.long_date("2026-11-03") == "mardi 3 novembre 2026"
    assert french.short_date(date(2026, 11, 3)) == "03/11/2026"
    late = datetime(2026, 9, 1, 22, 30, tzinfo=UTC)
    assert french.short_date(late) == french.short_date(instant(late)) == "02/09/2026"


def test_moments() -> None:
    assert french.moment(NOON) == "mardi 3 novembre 2026 à 12 h 00"
    assert french.moment(instant(NOON)) == "mardi 3 novembre 2026 à 12 h 00"
    assert french.moment(NOON - timedelta(hours=12)) == "mardi 3 novembre 2026 à 0 h 00"
    assert french.clock_time(NOON + timedelta(minutes=2)) == "12:02"


def test_an_instant_just_before_the_deadline_never_shows_as_the_deadline() -> None:
    before = NOON - timedelta(microseconds=1)
    assert french.precise_moment(before) == "mardi 3 novembre 2026 à 11 h 59 min 59,999 s"


@pytest.mark.parametrize(
    ("utc_hour", "text"),
    [
        (0, "dimanche 25 octobre 2026 à 2 h 30 (heure d'été)"),
        (1, "dimanche 25 octobre 2026 à 2 h 30 (heure d'hiver)"),
        (2, "dimanche 25 octobre 2026 à 3 h 30"),
    ],
)
def test_the_repeated_hour_says_its_season(utc_hour: int, text: str) -> None:
    moment = datetime(2026, 10, 25, utc_hour, 30, tzinfo=UTC)
    assert french.moment(moment) == french.moment(instant(moment)) == text


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(days=3, hours=4, minutes=59), "dans 3 jours et 4 heures"),
        (timedelta(days=1, minutes=5), "dans 1 jour"),
        (timedelta(hours=1, minutes=1), "dans 1 heure et 1 minute"),
        (timedelta(hours=2), "dans 2 heures"),
        (timedelta(minutes=12, seconds=59), "dans 12 minutes"),
        (timedelta(seconds=59), "dans moins d'une minute"),
        (timedelta(0), "dans moins d'une minute"),
        (timedelta(seconds=-1), "à l'instant"),
        (timedelta(minutes=-61), "il y a 1 heure et 1 minute"),
    ],
)
def test_time_left(left: timedelta, text: str) -> None:
    assert french.time_left(NOON, NOON + left) == text


def test_durations() -> None:
    assert french.duration(timedelta(hours=72)) == "3 jours"
    assert french.duration(timedelta(seconds=5)) == "moins d'une minute"


def test_french_punctuation_keeps_its_word() -> None:
    assert french.punctuated("Prix : « 12 € » ; et puis ?") == (
        "Prix\u00a0: «\u00a012 €\u00a0»\u00a0; et puis\u00a0?"
    )
    assert french.punctuated('{% set x = {"a": 1} %} a != b, 12:30') == (
        '{% set x = {"a": 1} %} a != b, 12:30'
    )
