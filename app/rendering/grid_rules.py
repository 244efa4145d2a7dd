"""What a supplier's cell accepts in the spreadsheet of a grid: lists, bounds, words of help.

They guide; what comes back is read again by the engine (`sad/frames/returned.py`).
"""

from datetime import date
from decimal import Decimal
from typing import Any

from app.rendering.french import number
from sad.frames.cells import LONGEST_TEXT
from sad.frames.columns import Column, ColumnType
from sad.frames.vocabulary import Role

TITLE, MESSAGE = 32, 255  # characters, in halves of UTF-16, of a validation's words
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
MOST = {ColumnType.INTEGER: Decimal(999_999_999), ColumnType.PERCENT: Decimal(100)}
YES_NO = ("Oui", "Non")

_WHAT = {
    ColumnType.INTEGER: "Un nombre entier, par exemple 12.",
    ColumnType.DECIMAL: "Un nombre, par exemple 12,5 : trois décimales au plus.",
    ColumnType.MONEY: "Un montant en euros, au centime près, par exemple 12,50.",
    ColumnType.PERCENT: "Un pourcentage, par exemple 20 %.",
    ColumnType.YES_NO: "Oui ou Non : choisissez dans la liste.",
    ColumnType.CHOICE: "Choisissez dans la liste.",
    ColumnType.DIMENSIONS: "Des dimensions, par exemple 140 x 70 x 74.",
    ColumnType.DATE: "Une date, par exemple 03/11/2026.",
    ColumnType.TEXT: "Du texte, si vous avez quelque chose à dire.",
}


def rule(column: Column, note: str, asked: str | None, choices: str | None) -> dict[str, Any]:
    """The validation of a column's cells, as xlsxwriter takes it.

    `note`: the words under its title on the page. `asked`: the cell, relative to the first line,
    of the quantity asked. `choices`: the range that lists them.
    """
    what = _WHAT.get(column.type, _WHAT[ColumnType.TEXT])
    told = [what, _bounds(column), "À remplir pour chaque ligne proposée." * column.required, note]
    return {
        **_accepts(column, asked, choices),
        "ignore_blank": True,
        "input_title": fitted(column.name, TITLE),
        "input_message": fitted(" ".join(part for part in told if part), MESSAGE),
        "error_title": "Cette case attend autre chose",
        "error_message": fitted(
            " ".join(part for part in (what, _bounds(column)) if part), MESSAGE
        ),
        "error_type": "stop",
    }


def _accepts(column: Column, asked: str | None, choices: str | None) -> dict[str, Any]:
    if choices is not None:
        return {"validate": "list", "source": choices}
    if column.type is ColumnType.DATE:
        return _between("date", FIRST_DAY, LAST_DAY)
    low, high = column.minimum or Decimal(0), column.maximum
    if column.type is ColumnType.INTEGER:
        most: Any = high if high is not None else MOST[ColumnType.INTEGER]
        capped = asked is not None and column.role is Role.AVAILABLE
        return _between("integer", int(low), f"={asked}" if capped else int(most))
    if column.type in (ColumnType.DECIMAL, ColumnType.MONEY):
        most = high if high is not None else MOST[ColumnType.INTEGER]
        return _between("decimal", float(low), float(most))
    if column.type is ColumnType.PERCENT:
        most = high if high is not None else MOST[ColumnType.PERCENT]
        return _between("decimal", float(low / 100), float(most / 100))
    return {"validate": "length", "criteria": "<=", "value": LONGEST_TEXT}


def _between(kind: str, low: Any, high: Any) -> dict[str, Any]:
    return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}


def _bounds(column: Column) -> str:
    """The bounds announced, in words; zero and « any » go without saying."""
    told = []
    if column.minimum:
        told.append(f"au moins {number(column.minimum)}")
    if column.maximum is not None and column.maximum != MOST.get(column.type):
        told.append(f"au plus {number(column.maximum)}")
    return f"{', '.join(told).capitalize()}." if told else ""


def fitted(text: str, most: int) -> str:
    """The text, cut where a spreadsheet would refuse it: `most` halves of UTF-16."""
    if len(text.encode("utf-16-le")) <= 2 * most:
        return text
    cut = text
    while len(cut.encode("utf-16-le")) > 2 * (most - 1):
        cut = cut[:-1]
    return f"{cut.rstrip()}…"
