"""Reads what a person typed in a cell of a response frame, or refuses it with the cell's name.

A value is the canonical one of its column's type: `str`, `int`, `bool`, `Decimal`, `Money`, `date`,
or None for an empty cell. `stored` and `restored` are its two ways through JSON.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import ClassVar

from sad.frames.columns import Column, ColumnType
from sad.frames.vocabulary import plain, tidy
from sad.kernel.errors import Invalid
from sad.kernel.french import parse_decimal, parse_money, parse_percent
from sad.kernel.money import Money

Value = str | int | bool | Decimal | Money | date | None

LONGEST_TEXT = 2_000  # characters of a free cell

_YES = frozenset({"oui", "o", "yes", "y", "x", "vrai", "true", "1", "ok", "✓", "✔"})
_NO = frozenset({"non", "n", "no", "faux", "false", "0"})
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("janvier", "janv", "jan"),
            ("fevrier", "fevr", "fev"),
            ("mars", "mar"),
            ("avril", "avr"),
            ("mai",),
            ("juin",),
            ("juillet", "juil"),
            ("aout",),
            ("septembre", "sept", "sep"),
            ("octobre", "oct"),
            ("novembre", "nov"),
            ("decembre", "dec"),
        ),
        start=1,
    )
    for name in names
}
_NUMERIC_DATE = re.compile(r"(\d{1,2}) ?[/.\- ] ?(\d{1,2}) ?[/.\- ] ?(\d{4}|\d{2})", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_WORDED_DATE = re.compile(r"(?:[a-z]+ )?(\d{1,2})(?:er)? ([a-z]+) (\d{4})", re.ASCII)
_SIDE = re.compile(
    r"(?P<label>[LlHhPpØø]|diam(?:ètre)?)?\.?\s*(?P<size>\d{1,4}(?:[.,]\d{1,2})?)\s*(?P<unit>mm|cm|m)?"
    r"\s*(?P<after>[LlHhPpØø]\b)?",
    re.ASCII,
)
_BETWEEN_SIDES = re.compile(r"\s*[x×X*]\s*")
_TO_MILLIMETRES = {"mm": Decimal(1), "cm": Decimal(10), "m": Decimal(1000)}


class CellRefused(Invalid):
    """A cell's text is not a value of its column. Facts: `cell` (name and line), `typed`."""

    code: ClassVar[str] = "frames.cell_unreadable"


class CellNotInteger(CellRefused):
    """Not a whole number, zero or above."""

    code = "frames.cell_not_integer"


class CellNotDecimal(CellRefused):
    """Not a number, zero or above, with three decimals at most. Fact: `places`."""

    code = "frames.cell_not_decimal"


class CellNotMoney(CellRefused):
    """Not an amount in euros, zero or above, to the cent."""

    code = "frames.cell_not_money"


class CellNotPercent(CellRefused):
    """Not a percentage with two decimals at most."""

    code = "frames.cell_not_percent"


class CellNotYesNo(CellRefused):
    """Neither yes nor no."""

    code = "frames.cell_not_yes_no"


class CellNotChoice(CellRefused):
    """Not one of the choices of the column. Fact: `choices`."""

    code = "frames.cell_not_choice"


class CellNotDimensions(CellRefused):
    """Not one to four sizes separated by `x`."""

    code = "frames.cell_not_dimensions"


class CellNotDate(CellRefused):
    """Not a day of the calendar with its year."""

    code = "frames.cell_not_date"


class CellBelowMinimum(CellRefused):
    """Below the column's bound. Fact: `minimum`."""

    code = "frames.cell_below_minimum"


class CellAboveMaximum(CellRefused):
    """Above the column's bound. Fact: `maximum`."""

    code = "frames.cell_above_maximum"


class CellTooLong(CellRefused):
    """More than 2,000 characters. Fact: `most`."""

    code = "frames.cell_too_long"


def read_cell(column: Column, typed: str, line: str = "") -> Value:
    """The value of a cell as typed; None when it is empty.

    `line` names the line in a refusal (`R-03`). Raises a CellRefused whose `where` is the line and
    the column's key: numbers as `kernel.digits` accepts them, never read as another number.
    """
    text = typed.strip()
    if not text:
        return None
    if len(text) > LONGEST_TEXT:
        raise CellTooLong(**_facts(column, line, text), most=LONGEST_TEXT)
    try:
        value = _READERS[column.type](column, text)
    except (Invalid, ValueError) as error:
        raise _refusal(column, text, line) from error
    _check_bounds(column, value, line, text)
    return value


def stored(value: Value) -> str | int | bool | None:
    """The value as canonical JSON keeps it: money in cents, numbers and dates as text."""
    if isinstance(value, Money):
        return value.cents
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value


def restored(column: Column, raw: str | int | bool | None) -> Value:
    """The value `stored` kept. Raises ValueError when it is not one of the column's type."""
    if raw is None:
        return None
    if column.type is ColumnType.MONEY:
        return Money(int(raw))
    if column.type in (ColumnType.DECIMAL, ColumnType.PERCENT):
        return Decimal(str(raw))
    return date.fromisoformat(str(raw)) if column.type is ColumnType.DATE else raw


def as_typed(value: Value) -> str:
    """A value as one would type it again: `12,50`, `oui`, a date as its field writes it."""
    if value is None:
        return ""
    if isinstance(value, Money):
        return f"{value.euros:f}".replace(".", ",")
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    return value.isoformat() if isinstance(value, date) else str(value)


def cell_name(column: Column, line: str) -> str:
    """How a sentence names a cell: « Prix unitaire HT (€), ligne R-03 »."""
    return f"{column.name}, ligne {line}" if line else column.name


def _where(column: Column, line: str) -> str:
    return f"{line}.{column.key}" if line else column.key


def _facts(column: Column, line: str, text: str) -> dict[str, str]:
    shown = text if len(text) <= 60 else text[:60] + "…"
    return {"where": _where(column, line), "cell": cell_name(column, line), "typed": shown}


def _refusal(column: Column, text: str, line: str) -> CellRefused:
    facts = _facts(column, line, text)
    if column.type is ColumnType.CHOICE:
        return CellNotChoice(**facts, choices=list(column.choices))
    if column.type is ColumnType.DECIMAL:
        return CellNotDecimal(**facts, places=column.places)
    return _REFUSALS.get(column.type, CellRefused)(**facts)


def _check_bounds(column: Column, value: Value, line: str, text: str) -> None:
    size = value.euros if isinstance(value, Money) else value
    if isinstance(size, bool) or not isinstance(size, int | Decimal):
        return
    if column.minimum is not None and size < column.minimum:
        raise CellBelowMinimum(**_facts(column, line, text), minimum=column.minimum)
    if column.maximum is not None and size > column.maximum:
        raise CellAboveMaximum(**_facts(column, line, text), maximum=column.maximum)


def _text(column: Column, text: str) -> str:
    return text


def _integer(column: Column, text: str) -> int:
    return int(parse_decimal(text, 0))


def _decimal(column: Column, text: str) -> Decimal:
    return parse_decimal(text, column.places)


def _money(column: Column, text: str) -> Money:
    return parse_money(text)


def _percent(column: Column, text: str) -> Decimal:
    return parse_percent(text)


def _yes_no(column: Column, text: str) -> bool:
    word = plain(text) or text
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError(text)


def _choice(column: Column, text: str) -> str:
    """The choice typed, whatever its case and accents, or its first letters when one only fits."""
    if column.choices.count(text) == 1:
        return text
    word = plain(text)
    same = [choice for choice in column.choices if plain(choice) == word]
    near = same or [choice for choice in column.choices if word and plain(choice).startswith(word)]
    if len(near) == 1:
        return near[0]
    raise ValueError(text)


def _dimensions(column: Column, text: str) -> str:
    """Sizes in the column's unit (centimetres unless its title says another): `140 × 70 × 74`."""
    named = re.search(r"\((mm|cm|m)\b", column.name)
    own = named[1] if named else "cm"
    parts = _BETWEEN_SIDES.split(tidy(text))
    sides = [_SIDE.fullmatch(part) for part in parts]
    if not 1 <= len(parts) <= 4 or not all(sides):
        raise ValueError(text)
    found = [side for side in sides if side is not None]
    unit = next((side["unit"] for side in reversed(found) if side["unit"]), own)
    return " × ".join(_side(side, side["unit"] or unit, own) for side in found)


def _side(side: re.Match[str], unit: str, own: str) -> str:
    size = Decimal(side["size"].replace(",", "."))
    size = size * _TO_MILLIMETRES[unit] / _TO_MILLIMETRES[own]
    number = format(size.normalize(), "f").replace(".", ",")
    label = side["label"] or side["after"] or ""
    if label.lower() in ("ø", "diam", "diamètre"):
        label = "Ø"
    return f"{label} {number}".strip()


def _date(column: Column, text: str) -> date:
    """A day: `3/11/2026`, `03-11-26`, `3 nov. 2026`, `mardi 1er décembre 2026`, `2026-11-03`."""
    if match := _ISO_DATE.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _NUMERIC_DATE.fullmatch(tidy(text)):
        year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
        return date(year, int(match[2]), int(match[1]))
    match = _WORDED_DATE.fullmatch(plain(text))
    if match is None or match[2] not in _MONTHS:
        raise ValueError(text)
    return date(int(match[3]), _MONTHS[match[2]], int(match[1]))


_READERS: dict[ColumnType, Callable[[Column, str], Value]] = {
    ColumnType.TEXT: _text,
    ColumnType.PICTURE: _text,
    ColumnType.INTEGER: _integer,
    ColumnType.DECIMAL: _decimal,
    ColumnType.MONEY: _money,
    ColumnType.PERCENT: _percent,
    ColumnType.YES_NO: _yes_no,
    ColumnType.CHOICE: _choice,
    ColumnType.DIMENSIONS: _dimensions,
    ColumnType.DATE: _date,
}
_REFUSALS: dict[ColumnType, type[CellRefused]] = {
    ColumnType.INTEGER: CellNotInteger,
    ColumnType.MONEY: CellNotMoney,
    ColumnType.PERCENT: CellNotPercent,
    ColumnType.YES_NO: CellNotYesNo,
    ColumnType.DIMENSIONS: CellNotDimensions,
    ColumnType.DATE: CellNotDate,
}
