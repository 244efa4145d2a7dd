"""A spreadsheet as plain values, whatever file it came from: what the readers of grids work on.

Rows and columns count from 1, as in `R1C1`. Colours are `RRGGBB`, themes and palettes resolved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple


class Cell(NamedTuple):
    """What one cell shows. `formula` is without `=`, in English, ranges as `A1:B2`."""

    text: str = ""
    number: Decimal | None = None
    fill: str | None = None
    formula: str | None = None


class Span(NamedTuple):
    """A rectangle of cells, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether the cell is inside."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


class Validation(NamedTuple):
    """What a range of cells accepts: a list, or a number between two bounds."""

    spans: tuple[Span, ...]
    choices: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None


EMPTY = Cell()


@dataclass(frozen=True)
class Sheet:
    """One sheet; only cells that hold something or have a colour are listed."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    hidden: bool = False
    merged: tuple[Span, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    column_fills: Mapping[int, str] = field(default_factory=dict)
    validations: tuple[Validation, ...] = ()

    def cell(self, row: int, column: int) -> Cell:
        """The cell as kept; EMPTY when nothing is there (so for all but the first of a merge)."""
        return self.cells.get((row, column), EMPTY)

    def span_at(self, row: int, column: int) -> Span:
        """The merged rectangle the cell belongs to, or the cell alone."""
        return self._merged_cells.get((row, column)) or Span(row, column, row, column)

    def shown(self, row: int, column: int) -> Cell:
        """The cell a person sees there: a merged one shows its first cell everywhere."""
        span = self._merged_cells.get((row, column))
        return self.cell(span.top, span.left) if span else self.cell(row, column)

    def fill(self, row: int, column: int) -> str | None:
        """The colour seen at a cell, its column's when it has none of its own."""
        return self.shown(row, column).fill or self.column_fills.get(column)

    @cached_property
    def last_row(self) -> int:
        """The last row where something is written; 0 on an empty sheet."""
        return max((row for (row, _), cell in self.cells.items() if cell.text), default=0)

    @cached_property
    def last_column(self) -> int:
        """The last column where something is written; 0 on an empty sheet."""
        return max((column for (_, column), cell in self.cells.items() if cell.text), default=0)

    @cached_property
    def _merged_cells(self) -> dict[tuple[int, int], Span]:
        bottom, right = self.last_row + 1, self.last_column + 1
        return {
            (row, column): span
            for span in self.merged
            for row in range(span.top, min(span.bottom, bottom) + 1)
            for column in range(span.left, min(span.right, right) + 1)
        }


@dataclass(frozen=True)
class Workbook:
    """A file's sheets, in the order of their tabs, hidden ones included."""

    sheets: tuple[Sheet, ...]


def column_letters(column: int) -> str:
    """`1` is A, `27` is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """`D4`, as people name a cell."""
    return f"{column_letters(column)}{row}"
