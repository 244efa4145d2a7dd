"""Amounts, numbers, dates and instants written for people, in French and Paris time.

Written by hand for speed (a comparison page shows thousands of amounts); the tests compare with
Babel, whose names and separators these are. Words and hours are separated by plain spaces so that
a date can be searched and copied; groups of digits and units never break at the end of a line.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from sad.kernel.calendar import is_repeated, is_summer_time, paris
from sad.kernel.dates import TimeLeft
from sad.kernel.dates import time_left as elapsed
from sad.kernel.money import Money, half_up

KEPT = (  # a colon never starts a line, a quotation mark never ends one
    (re.compile(r"(?<=[^\s{%]) (?=[:;!?»](?:[\s<\"'’)}.,]|$))"), "\u00a0"),
    (re.compile(r"« (?=\S)"), "«\u00a0"),
)
GROUP = "\u202f"  # narrow no-break space between thousands, and before %
BEFORE_EURO = "\u00a0"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def punctuated(text: str) -> str:
    """The same words, French punctuation kept with its word at the end of a line."""
    for pattern, replacement in KEPT:
        text = pattern.sub(replacement, text)
    return text


def euros(amount: Money | int) -> str:
    """« 1 234,50 € », always two decimals; an int is in cents."""
    cents = amount.cents if isinstance(amount, Money) else amount
    sign, (whole, rest) = "-" if cents < 0 else "", divmod(abs(cents), 100)
    return f"{sign}{_grouped(whole)},{rest:02d}{BEFORE_EURO}€"


def number(value: Decimal | int, places: int | None = None) -> str:
    """« 1 234,5 »: only the decimals that matter, or exactly `places` of them, half up."""
    if isinstance(value, int):
        value = Decimal(value)
    if places is not None:
        value = half_up(value, places)
    whole, _, decimals = f"{abs(value):f}".partition(".")
    if places is None:
        decimals = decimals.rstrip("0")
    text = _grouped(int(whole)) + (f",{decimals}" if decimals else "")
    return f"-{text}" if value < 0 else text


def counted(value: Decimal | int, unit: str | None) -> str:
    """« 32 pièces », « 1 pièce », « 12 m² »: a word takes its plural, a symbol does not."""
    if not unit:
        return number(value)
    plural = value >= 2 and len(unit) > 2 and unit.isalpha() and unit[-1] not in "sxz"
    return f"{number(value)} {unit}{'s' if plural else ''}"


def percent(value: Decimal | int, places: int | None = None) -> str:
    """« 33,33 % » for a value already in percent."""
    return f"{number(value, places)}{GROUP}%"


def long_date(value: date | str) -> str:
    """« mardi 3 novembre 2026 »; an instant gives its day in Paris; ISO strings are accepted."""
    day = _day(value)
    ordinal = "1er" if day.day == 1 else str(day.day)
    return f"{DAYS[day.weekday()]} {ordinal} {MONTHS[day.month - 1]} {day.year}"


def short_date(value: date | str) -> str:
    """« 03/11/2026 », for tables."""
    return f"{_day(value):%d/%m/%Y}"


def month(value: date | str) -> str:
    """« mars 2027 », the month of a day."""
    day = _day(value)
    return f"{MONTHS[day.month - 1]} {day.year}"


def clock_time(value: datetime | str) -> str:
    """« 14:02 » in Paris, for what happened today."""
    return f"{_local(value):%H:%M}"


def hour(value: datetime | str) -> str:
    """« 14 h 02 » in Paris, beside a short date in tables; its season in the repeated hour."""
    local = _local(value)
    return f"{local.hour} h {local:%M}{_season(local)}"


def moment(value: datetime | str) -> str:
    """« mardi 3 novembre 2026 à 12 h 00 » in Paris; its season beside in the repeated hour."""
    local = _local(value)
    return f"{long_date(local)} à {local.hour} h {local:%M}{_season(local)}"


def precise_moment(value: datetime | str) -> str:
    """« … à 11 h 59 min 59,123 s », cut to the millisecond: what receipts and minutes show."""
    local = _local(value)
    seconds = f"{local:%S},{local.microsecond // 1000:03d}"
    return f"{long_date(local)} à {local.hour} h {local:%M} min {seconds} s{_season(local)}"


def time_left(now: datetime, then: datetime) -> str:
    """« dans 3 jours et 4 heures », « il y a 12 minutes »: two units at most, never rounded up."""
    left = elapsed(now, then)
    words = _two_units(left)
    if not words:
        return "à l'instant" if left.past else "dans moins d'une minute"
    return f"il y a {words}" if left.past else f"dans {words}"


def duration(value: timedelta) -> str:
    """« 3 jours et 4 heures », for a length of time; « moins d'une minute » below."""
    return _two_units(TimeLeft.of(value)) or "moins d'une minute"


def _two_units(left: TimeLeft) -> str:
    parts = [(left.days, "jour"), (left.hours, "heure"), (left.minutes, "minute")]
    first = next((i for i, (count, _) in enumerate(parts) if count), len(parts))
    shown = [_counted(count, unit) for count, unit in parts[first : first + 2] if count]
    return " et ".join(shown)


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}{'s' if count > 1 else ''}"


def _grouped(whole: int) -> str:
    return f"{whole:,}".replace(",", GROUP)


def _season(local: datetime) -> str:
    if not is_repeated(local):
        return ""
    return " (heure d'été)" if is_summer_time(local) else " (heure d'hiver)"


def _local(value: datetime | str) -> datetime:
    return paris(datetime.fromisoformat(value) if isinstance(value, str) else value)


def _day(value: date | str) -> date:
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return paris(value).date() if isinstance(value, datetime) else value
