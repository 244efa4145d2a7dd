"""The lists and bounds an XLSX sheet puts on its cells, and how their references are read."""

import re
from typing import Any

from app.guard.faults import Fault
from app.guard.sheets import Bounds, SheetData

LONGEST_ROW = 7  # digits
MOST_COLUMNS = 1_000  # letters kept with their rank
_COLUMNS: dict[str, int] = {}
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.ASCII)


def position(place: str) -> tuple[int, int]:
    """Row and column of `D4` (`$D$4` too)."""
    letters = place.rstrip("0123456789")
    column = _COLUMNS.get(letters)
    digits = place[len(letters) :]
    if column is None or not 0 < len(digits) <= LONGEST_ROW:
        return _any_position(place)
    return int(digits), column


def _any_position(place: str) -> tuple[int, int]:
    match = _CELL.fullmatch(place)
    if match is None:
        raise Fault("unreadable")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    if len(_COLUMNS) < MOST_COLUMNS:
        _COLUMNS[match[1]] = column
    return int(match[2]), column


def spans_of(reference: str) -> list[Bounds]:
    """The rectangles of `A1:B2 D4`; whole columns and rows are left out."""
    found = []
    for part in reference.split():
        first, _, last = part.partition(":")
        if _CELL.fullmatch(first) and _CELL.fullmatch(last or first):
            top, left = position(first)
            bottom, right = position(last or first)
            found.append((top, left, bottom, right))
    return found


def validations_of(
    rules: list[dict[str, str]], here: SheetData, sheets: list[SheetData], names: dict[str, str]
) -> list[dict[str, Any]]:
    """The rules of the sheet `here`, references followed inside the workbook."""
    found = []
    for rule in rules:
        spans = spans_of(rule.get("sqref", ""))
        kind, first = rule.get("type"), rule.get("formula1", "").strip()
        if kind == "list" and spans:
            found.append({"spans": spans, "choices": _choices(first, here, sheets, names)})
        elif kind in ("whole", "decimal") and spans:
            found.append({"spans": spans, **_bounds(rule, first)})
    return found


def _bounds(rule: dict[str, str], first: str) -> dict[str, str | None]:
    """Minimum and maximum of a validation on numbers, when they are written as numbers."""
    operator = rule.get("operator", "between")
    low = _constant(first)
    high = _constant(rule.get("formula2", "").strip())
    if operator == "between":
        return {"minimum": low, "maximum": high}
    if operator == "greaterThanOrEqual":
        return {"minimum": low, "maximum": None}
    if operator == "lessThanOrEqual":
        return {"minimum": None, "maximum": low}
    return {"minimum": None, "maximum": None}


def _constant(text: str) -> str | None:
    return text if re.fullmatch(r"-?\d+(\.\d+)?", text) else None


def _choices(
    formula: str, here: SheetData, sheets: list[SheetData], names: dict[str, str]
) -> list[str]:
    """The choices of a list: `"oui,non"`, a range of this sheet or another, a named range."""
    if formula.startswith('"'):
        inside = formula.strip('"').replace('""', '"')
        return [choice.strip() for choice in inside.split(",") if choice.strip()]
    reference = names.get(formula.lstrip("="), formula).lstrip("=")
    owner, _, cells = reference.rpartition("!")
    wanted = owner.strip("'").replace("''", "'")
    source = next((sheet for sheet in sheets if sheet.name == wanted), here) if owner else here
    return [
        text
        for top, left, bottom, right in spans_of(cells)
        for (row, column), text in sorted(source.texts.items())
        if top <= row <= bottom and left <= column <= right and text
    ]
