"""What a reader fills while it hears a file: sheets within the limits, then their JSON."""

import re
from typing import Any

from app.guard.faults import Fault
from app.guard.limits import Limits

Bounds = tuple[int, int, int, int]  # top, left, bottom, right

# Functions and syntaxes by which a formula reaches another file, a program or the network.
_CALLS_OUT = re.compile(
    r"\b(?:WEBSERVICE|HYPERLINK|IMAGE|IMPORT(?:XML|DATA|HTML|RANGE|FEED)|RTD|CALL|DDE|DDEINIT"
    r"|REGISTER(?:\.ID)?|EXEC|SQL\.REQUEST|STOCKHISTORY|PY)\s*\("
    r"|\[\d+\]|\[[^\]]*\.(?:xls|ods|csv)[^\]]*\]|\||[a-z][a-z0-9+.-]*:/|\\\\",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"[^"]*"')


class SheetData:
    """One sheet being read. A value outside the limits, or a formula that calls out, is refused."""

    def __init__(self, name: str, limits: Limits, *, hidden: bool = False) -> None:
        self.name = name
        self.hidden = hidden
        self.merged: list[Bounds] = []
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[int] = []
        self.column_fills: dict[int, str] = {}
        self.validations: list[dict[str, Any]] = []
        self.texts: dict[tuple[int, int], str] = {}
        self._cells: list[list[Any]] = []
        self._limits = limits

    def put(
        self,
        row: int,
        column: int,
        text: str = "",
        number: str | None = None,
        fill: str | None = None,
        formula: str | None = None,
    ) -> None:
        """Keeps a cell that holds something or has a colour; colours beyond the limits are not."""
        if not (text or formula):
            if fill and row <= self._limits.rows and column <= self._limits.columns:
                self._cells.append([row, column, "", None, fill, None])
            return
        if row > self._limits.rows:
            raise Fault("too_many_rows", sheet=self.name, row=row, most=self._limits.rows)
        if column > self._limits.columns:
            raise Fault("too_many_columns", sheet=self.name, most=self._limits.columns)
        if formula is not None and calls_out(formula):
            raise Fault("formula_calls_out", sheet=self.name, cell=cell_name(row, column))
        self.texts[row, column] = text
        self._cells.append([row, column, text, number, fill, formula])

    def hide_rows(self, first: int, count: int) -> None:
        """Marks rows hidden, as far as the limits go."""
        self.hidden_rows.extend(range(first, min(first + count - 1, self._limits.rows) + 1))

    def columns(self, first: int, last: int) -> range:
        """A range of columns as far as the limits go."""
        return range(first, min(last, self._limits.columns) + 1)

    def as_json(self) -> dict[str, Any]:
        """What `app.guard.client` reads back."""
        return {
            "name": self.name,
            "hidden": self.hidden,
            "cells": self._cells,
            "merged": self.merged,
            "hidden_rows": self.hidden_rows,
            "hidden_columns": self.hidden_columns,
            "column_fills": self.column_fills,
            "validations": self.validations,
        }


def calls_out(formula: str) -> bool:
    """Whether a formula names another file, a program or an address, outside its quoted texts."""
    return _CALLS_OUT.search(_QUOTED.sub('""', formula)) is not None


def cell_name(row: int, column: int) -> str:
    """`D4`."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def plain_number(value: float) -> str | None:
    """The shortest decimal text of a number, with the 15 digits spreadsheets show."""
    if value != value or abs(value) >= 1e15:  # not a number, or beyond what a sheet keeps exactly
        return None
    text = f"{value:.15g}"
    if "e" in text:
        text = f"{value:.12f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def french(number: str) -> str:
    """The number as a French sheet shows it, without grouping."""
    return number.replace(".", ",")
