"""A spreadsheet that comes back, compared with the grid it was made from: all or nothing.

Everything wrong is told at once, each fault with its sheet, its cell, what was expected and what
was found. Formulas: one that the guard let through gives the value its file holds; without value,
or with an error, it is a fault.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple

from sad.frames.cells import CellRefused, Value, cell_name, read_cell
from sad.frames.columns import Column, ColumnType
from sad.frames.outline import (
    ANSWER,
    FORMAT,
    LINES,
    QUESTION,
    QUESTIONS,
    AskedColumn,
    Outline,
    Shown,
    digest,
    read_mark,
)
from sad.frames.vocabulary import tidy
from sad.frames.workbook import EMPTY, Cell, Sheet, Workbook, address
from sad.kernel.errors import Incomplete, Invalid, Problem

LONGEST = 80  # characters of a cell that a fault repeats
_NUMERIC = {ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.MONEY, ColumnType.PERCENT}
_EPOCH = date(1899, 12, 30)
_SERIALS = (36_526, 73_050)  # 1 January 2000, 31 December 2099
_ERRORS = ("#", "Err:")  # how spreadsheets show a formula that failed

Spot = tuple[int | None, str]
"""The rank of a line, None for the questions; the key of a column or question."""


class NotOurSheet(Invalid):
    """Not a spreadsheet made here, or its hidden sheet was lost on the way."""

    code: ClassVar[str] = "sheets.not_ours"


class SheetTwice(Invalid):
    """Two sheets hold the lines: which one counts cannot be known. Fact: `sheets`."""

    code = "sheets.twice"


class OtherMarket(Invalid):
    """Made for another market. Fact: `number`, as the file says it."""

    code = "sheets.other_market"


class OtherVersion(Invalid):
    """Made from another version of the grid. Facts: `version` of the file, `current`."""

    code = "sheets.other_version"


class SheetRefused(Incomplete):
    """Faults of a returned spreadsheet; nothing of it is taken."""

    code = "sheets.refused"
    status = 422


class Expected(StrEnum):
    """What a cell may hold, in words of the catalogue; `nothing` also says what was found."""

    NOTHING = "nothing"
    ONE_LINE = "one_line"
    LINE_ONCE = "line_once"
    VALUE = "value"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    PERCENT = "percent"
    YES_NO = "yes_no"
    CHOICE = "choice"
    DIMENSIONS = "dimensions"
    DATE = "date"
    PICTURE = "picture"


class Touched(NamedTuple):
    """A cell its supplier changed: its value, where it stands, the digest of what it held."""

    value: Value
    sheet: str
    place: str
    before: str


@dataclass
class Returned:
    """What a spreadsheet says: the cells its supplier touched; everything wrong with it."""

    touched: dict[Spot, Touched] = field(default_factory=dict)
    faults: list[Problem] = field(default_factory=list)


def read_back(outline: Outline, workbook: Workbook) -> Returned:
    """Compares a returned spreadsheet with the grid.

    Raises NotOurSheet, SheetTwice, OtherMarket, OtherVersion; other faults are in what it returns.
    """
    _check_identity(outline, workbook)
    found = Returned()
    _Lines(outline, *_marked(workbook, LINES), found).read()
    if outline.questions:
        _Questions(outline, *_marked(workbook, QUESTIONS), found).read()
    return found


def _check_identity(outline: Outline, workbook: Workbook) -> None:
    sheet = next((one for one in workbook.sheets if one.cell(1, 1).text == FORMAT), None)
    if sheet is None:
        raise NotOurSheet(where="file")
    market, number, version = (sheet.cell(1, column).text.strip() for column in (2, 3, 4))
    if market != outline.market:
        raise OtherMarket(where="file", number=number[:LONGEST])
    if version != str(outline.version):
        raise OtherVersion(where="file", version=version[:8], current=str(outline.version))


def _marked(workbook: Workbook, name: str) -> tuple[Sheet, int]:
    """The sheet whose first column has that head, and its row."""
    found = [
        (sheet, row)
        for sheet in workbook.sheets
        for (row, column), cell in sheet.cells.items()
        if column == 1 and cell.text == name
    ]
    if not found:
        raise NotOurSheet(where="file")
    if len(found) > 1:
        raise SheetTwice(where="file", sheets=[sheet.name for sheet, _ in found])
    return found[0]


def fault_at(sheet: str, place: str, code: str, facts: Mapping[str, Any]) -> Problem:
    """What is wrong in a cell; its facts say the sheet and the place beside the others."""
    named = {"sheet": sheet[:LONGEST], "place": place}
    return Problem(code, f"{sheet}!{place}", {"cell": place, **facts, **named})


class _Table:
    """A table being read: its header row found, its cells by row."""

    headings: Sequence[str]

    def __init__(self, outline: Outline, sheet: Sheet, header: int, found: Returned) -> None:
        self.outline = outline
        self.sheet = sheet
        self.header = header
        self.found = found
        self.columns: dict[str, int] = {}
        self.rows: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sheet.cells.items():
            if row >= header and (cell.text.strip() or cell.formula):
                self.rows.setdefault(row, {})[column] = cell

    def fault(
        self, code: str, row: int, column: int, expected: Any, found: Any, **facts: Any
    ) -> None:
        """One more fault, in a cell."""
        place = address(row, column)
        told = {"expected": expected, "found": _short(found)}
        self.found.faults.append(fault_at(self.sheet.name, place, code, {**facts, **told}))

    def read_header(self) -> None:
        """Finds each column by its heading; one renamed, removed or added is a fault."""
        head = {column: tidy(cell.text) for column, cell in self.rows.get(self.header, {}).items()}
        head.pop(1, None)
        for column, text in sorted(head.items()):
            if text in self.headings and text not in self.columns:
                self.columns[text] = column
        used = set(self.columns.values())
        for at, heading in enumerate(self.headings, start=2):
            if heading not in self.columns:
                instead = "" if at in used else head.get(at, "")
                self.fault("sheets.header_changed", self.header, at, heading, instead)
                if at not in used:  # renamed where it stood: its cells are checked all the same
                    self.columns[heading] = at
                    used.add(at)
        for column in sorted(head.keys() - used):
            self.fault("sheets.outside", self.header, column, Expected.NOTHING, head[column])

    def read_rows(self, known: Mapping[str, int]) -> Iterable[tuple[int, int, tuple[str, ...]]]:
        """The rows of what is known, each once: row, rank, digests. The others are faults."""
        seen: dict[str, int] = {}
        for row in sorted(self.rows):
            if row == self.header:
                continue
            cells = self.rows[row]
            name, digests = read_mark(cells[1].text if 1 in cells else "")
            if name not in known:
                column = min((at for at in cells if at > 1), default=1)
                shown = cells.get(column, EMPTY)
                self.fault("sheets.line_unknown", row, column, Expected.ONE_LINE, shown.text)
            elif name in seen:
                what = self.name_of(known[name])
                self.fault("sheets.line_twice", row, 2, Expected.LINE_ONCE, what, first=seen[name])
            else:
                seen[name] = row
                self._read_outside(row)
                yield row, known[name], digests
        for name, rank in known.items():
            if name not in seen:
                row = self.header + 1 + rank
                what = self.name_of(rank)
                self.fault("sheets.line_missing", row, 2, what, Expected.NOTHING, line=what)

    def _read_outside(self, row: int) -> None:
        """What was written beside the table would be lost: it is told."""
        places = {1, *self.columns.values(), *self.rows.get(self.header, {})}
        for column in sorted(self.rows[row].keys() - places):
            cell = self.rows[row][column]
            self.fault("sheets.outside", row, column, Expected.NOTHING, cell.text)

    def name_of(self, rank: int) -> str:
        """How people call what stands at that rank."""
        raise NotImplementedError

    def cell(self, row: int, heading: str) -> Cell | None:
        """The cell under a heading; None when the column is lost."""
        column = self.columns.get(heading)
        return None if column is None else self.rows[row].get(column, EMPTY)

    def check_shown(self, row: int, heading: str, expected: Shown, line: str = "") -> None:
        """A buyer's cell is as it was written."""
        cell = self.cell(row, heading)
        if cell is not None and (cell.formula or not _shows(cell, expected)):
            shown = cell.text or cell.formula or Expected.NOTHING
            at = self.columns[heading]
            told = Expected.NOTHING if expected == "" else expected
            about = f"{heading}, ligne {line}" if line else ""
            self.fault("sheets.buyer_cell_changed", row, at, told, shown, about=about)

    def read_typed(self, row: int, asked: AskedColumn, spot: Spot, known: str) -> None:
        """Takes a supplier's cell when it was touched and can be read."""
        cell = self.cell(row, asked.heading)
        if cell is None or (cell is EMPTY and not known):
            return
        at, column = self.columns[asked.heading], asked.column
        line = "" if spot[0] is None else self.outline.lines[spot[0]].label
        if cell.formula and (not cell.text or cell.text.startswith(_ERRORS)):
            shown, about = cell.text or f"={cell.formula}", cell_name(column, line)
            self.fault("sheets.formula_unread", row, at, Expected.VALUE, shown, about=about)
            return
        text = _typed(column, cell)
        try:
            value = read_cell(column, text, line)
        except CellRefused as refusal:
            if _still_held(column, text, known):
                return
            about = cell_name(column, line)
            facts = {**refusal.facts, "cell": self._said(row, at, about), "about": about}
            self.fault(refusal.code, row, at, _expected(column, refusal), text, **facts)
            return
        if digest(value) != known:
            self.found.touched[spot] = Touched(value, self.sheet.name, address(row, at), known)

    def _said(self, row: int, at: int, about: str) -> str:
        return f"Feuille « {self.sheet.name[:LONGEST]} », cellule {address(row, at)} ({about})"


class _Lines(_Table):
    """The lines of the grid."""

    def read(self) -> None:
        """Fills what was found."""
        self.headings = self.outline.headings
        self.read_header()
        for row, rank, digests in self.read_rows(self.outline.ranks):
            for shown in self.outline.buyer:
                label = self.outline.lines[rank].label
                self.check_shown(row, shown.heading, shown.cells[rank], label)
            for number, asked in enumerate(self.outline.asked):
                known = digests[number] if number < len(digests) else ""
                self.read_typed(row, asked, (rank, asked.column.key), known)

    def name_of(self, rank: int) -> str:
        """`R-03 Chaise empilable`."""
        line = self.outline.lines[rank]
        return f"{line.label} {line.designation}"[:LONGEST]


class _Questions(_Table):
    """What is asked once, on its own sheet: a question a row."""

    headings = (QUESTION, ANSWER)

    def read(self) -> None:
        """Fills what was found."""
        self.read_header()
        questions = self.outline.questions
        known = {one.column.key: rank for rank, one in enumerate(questions)}
        for row, rank, digests in self.read_rows(known):
            one = questions[rank]
            self.check_shown(row, QUESTION, one.heading)
            asked = AskedColumn(ANSWER, one.column)
            self.read_typed(row, asked, (None, one.column.key), digests[0])

    def name_of(self, rank: int) -> str:
        """The question."""
        return self.outline.questions[rank].heading[:LONGEST]


def _typed(column: Column, cell: Cell) -> str:
    """The cell as it would be typed: digits for a number, a day for a date kept as a number."""
    if cell.number is not None and column.type in _NUMERIC:
        return _digits(cell.number)
    if cell.number is not None and column.type is ColumnType.DATE:
        first, last = _SERIALS
        if first <= cell.number <= last:
            return (_EPOCH + timedelta(days=int(cell.number))).isoformat()
    return cell.text


def _digits(number: Decimal) -> str:
    return format(number, "f").replace(".", ",")


def _still_held(column: Column, text: str, known: str) -> bool:
    """Whether a cell the column no longer takes (bounds, choices) was left as it was."""
    kind = ColumnType.TEXT if column.type is ColumnType.CHOICE else column.type
    try:
        value = read_cell(replace(column, type=kind, minimum=None, maximum=None), text)
    except CellRefused:
        return False
    return digest(value) == known


def _shows(cell: Cell, expected: Shown) -> bool:
    if cell.text == expected:
        return True
    if isinstance(expected, Decimal):
        return cell.number == expected or tidy(cell.text) == _digits(expected.normalize())
    return tidy(cell.text) == tidy(expected)


def _expected(column: Column, refusal: CellRefused) -> Any:
    """What the cell may hold; None where the sentence of the refusal says it (a bound)."""
    if not refusal.code.startswith("frames.cell_not_"):
        return None
    return list(column.choices) if column.choices else Expected(column.type.value)


def _short(found: Any) -> Any:
    if not isinstance(found, str) or isinstance(found, StrEnum):
        return found
    if not found.strip():
        return Expected.NOTHING
    return found if len(found) <= LONGEST else found[:LONGEST] + "…"
