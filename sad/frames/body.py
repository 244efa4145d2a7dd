"""Tells a grid's lines from what surrounds them: totals, titles of sections, notes, examples."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sad.frames.headers import Header, may_be_header, repeats, score
from sad.frames.vocabulary import Role, plain, tidy
from sad.frames.workbook import Cell, Sheet, address
from sad.kernel.errors import Problem

_TOTAL = re.compile(
    r"(sous )?(total|totaux)\b|s total\b|st\b$|montant (total|ht|ttc|de la tva|tva|global)"
    r"|somme\b|cumul\b|a reporter$|report\b|(taux )?tva\b|net a payer|recapitulatif\b|prix total"
)
_EXAMPLE = re.compile(r"(par )?ex(emple)?s?\b")
_SUM = re.compile(
    r"(?:SUM|SOMME|SUBTOTAL|SOUS\.TOTAL|AGGREGATE)\((?:\d+[;,]){0,2}"
    r"\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)\)",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    r"(?:(?:environ|env|jusqu'?\s?(?:a|à)|max(?:imum|i)?|soit|x|≈|~)\.?\s*:?\s*)?"
    r"(?P<digits>\d{1,3}(?:\s\d{3})+|\d{1,9})(?P<decimals>[.,]\d{1,3})?"
    r"\s*(?:(?:max(?:imum|i)?|env(?:iron)?|approx)\b\.?)?\s*(?P<unit>[^\W\d_][^\d]{0,30})?",
    re.IGNORECASE,
)
_CODE_LIKE = re.compile(r"(?=.*\d)\S{1,20}")


@dataclass(frozen=True)
class BodyRow:
    """A row that is a line. `quantity` is None when none is readable."""

    row: int
    number: str
    code: str
    designation: str
    quantity: Decimal | None
    unit: str


@dataclass(frozen=True)
class Body:
    """The lines of a grid, and what is worth telling about the rows left out."""

    rows: tuple[BodyRow, ...]
    warnings: tuple[Problem, ...] = ()


def read_body(sheet: Sheet, header: Header, columns: Mapping[Role, int]) -> Body:
    """The lines under a header. `columns` holds those of designation, quantity, code and number."""
    reader = _Reader(sheet, header, columns)
    for row in range(header.last_row + 1, sheet.last_row + 1):
        if reader.has_quantity(row) or not may_be_header(sheet, row):
            reader.read(row)
        elif not repeats(sheet, row, header) and score(sheet, row) >= 5:
            break  # another table starts
    return reader.body()


class _Reader:
    def __init__(self, sheet: Sheet, header: Header, columns: Mapping[Role, int]) -> None:
        self._sheet = sheet
        self._header = header
        self._columns = columns
        self._all = [heading.column for heading in header.headings]
        self._rows: list[BodyRow] = []
        self._uncertain: list[tuple[BodyRow, bool]] = []
        self._warnings: list[Problem] = []

    def has_quantity(self, row: int) -> bool:
        """Whether the quantity's column holds one there: then the row is no header."""
        column = self._columns.get(Role.QUANTITY, 0)
        return read_quantity(self._sheet.cell(row, column))[0] is not None

    def read(self, row: int) -> None:
        """Keeps the row when it is a line."""
        if not any(self._sheet.cell(row, column).text for column in self._all):
            return
        if self._is_total(row) or self._counts(row):
            return
        read = self._line(row)
        if not (read.designation or read.code):
            return
        if row in self._sheet.hidden_rows:
            if read.quantity is not None:
                self._warn("frames.hidden_row", row, self._all[0], name=read.designation)
            return
        if _EXAMPLE.match(plain(read.number)) or _EXAMPLE.match(plain(read.code)):
            self._warn("frames.example_row", row, self._all[0], name=read.designation)
            return
        if read.quantity is not None or self._stands_alone(read):
            self._rows.append(read)

    def body(self) -> Body:
        """The lines; after the last quantity only rows coded or counted are, the others notes."""
        last = max((r.row for r in self._rows if r.quantity is not None), default=None)
        kept = [
            row
            for row in self._rows
            if last is None
            or row.row <= last
            or _CODE_LIKE.fullmatch(row.code or row.number)
            or self._counted(row)
        ]
        for line in kept:
            if line.quantity is None and Role.QUANTITY in self._columns:
                column = self._columns[Role.QUANTITY]
                self._warn("frames.quantity_unread", line.row, column, name=line.designation)
        return Body(tuple(kept), tuple(self._warnings))

    def _counted(self, read: BodyRow) -> bool:
        """Whether something is written for the quantity, though it is not one number: `6 ou 7`."""
        cell = self._sheet.cell(read.row, self._columns.get(Role.QUANTITY, 0))
        return bool(read.designation) and re.search(r"\d|\?", cell.text) is not None

    def _warn(self, code: str, row: int, column: int, **facts: str) -> None:
        cell = address(row, column)
        where = f"{self._sheet.name}!{cell}"
        self._warnings.append(
            Problem(code, where, {"sheet": self._sheet.name, "cell": cell, **facts})
        )

    def _line(self, row: int) -> BodyRow:
        quantity, unit = None, ""
        column = self._columns.get(Role.QUANTITY)
        if column is not None and self._sheet.span_at(row, column).top == row:
            quantity, unit = read_quantity(self._sheet.shown(row, column))
        code = self._text(row, Role.CODE)
        designation = self._text(row, Role.DESIGNATION)
        return BodyRow(row, self._text(row, Role.NUMBER), code, designation, quantity, unit)

    def _text(self, row: int, role: Role) -> str:
        """What the line shows there; nothing when a title is merged over the whole line."""
        column = self._columns.get(role)
        if column is None:
            return ""
        span = self._sheet.span_at(row, column)
        across = self._columns.get(Role.QUANTITY)
        if across is not None and span.holds(row, across):
            return ""
        if span.left < column and span.holds(row, self._columns.get(Role.DESIGNATION, 0)):
            return self._own_designation(role, row)
        return tidy(self._sheet.shown(row, column).text)

    def _own_designation(self, role: Role, row: int) -> str:
        """A title merged from the code to the designation is the designation."""
        column = self._columns[Role.DESIGNATION]
        return tidy(self._sheet.shown(row, column).text) if role is Role.DESIGNATION else ""

    def _stands_alone(self, read: BodyRow) -> bool:
        """Whether a row without quantity is a line all the same: coded, or described further."""
        own = (read.designation if Role.DESIGNATION in self._columns else read.code) and (
            self._sheet.cell(read.row, self._columns.get(Role.DESIGNATION, 0)).text or read.code
        )
        if not own:
            return False
        if _CODE_LIKE.fullmatch(read.code) or _CODE_LIKE.fullmatch(read.number):
            return True
        named = {self._columns.get(role) for role in (Role.NUMBER, Role.CODE, Role.DESIGNATION)}
        others = [c for c in self._all if c not in named and self._sheet.cell(read.row, c).text]
        return bool(others)

    def _is_total(self, row: int) -> bool:
        """A row whose words or formulas add up other rows."""
        cells = [(column, self._sheet.cell(row, column)) for column in self._all]
        texts = [cell.text for _, cell in cells if cell.text and cell.number is None]
        named = any(_TOTAL.match(plain(text)) for text in texts[:3])
        return (named and not self._is_numbered(row)) or any(
            self._adds_rows(cell, row, column) for column, cell in cells if cell.formula
        )

    def _is_numbered(self, row: int) -> bool:
        """Whether a row has a code or a number, and a quantity that is typed, not computed."""
        quantity = self._sheet.cell(row, self._columns.get(Role.QUANTITY, 0))
        marks = (
            self._sheet.cell(row, self._columns.get(role, 0)).text.strip()
            for role in (Role.CODE, Role.NUMBER)
        )
        typed = not quantity.formula and read_quantity(quantity)[0] is not None
        return typed and any(_CODE_LIKE.fullmatch(mark) for mark in marks)

    def _adds_rows(self, cell: Cell, row: int, column: int) -> bool:
        """Whether a formula sums cells above, in its own column, from inside the table."""
        match = _SUM.fullmatch(tidy(cell.formula or "").replace(" ", ""))
        if match is None or match[1].upper() != match[3].upper():
            return False
        top, bottom = int(match[2]), int(match[4])
        same = address(1, column)[:-1] == match[1].upper()
        return same and self._header.last_row <= top and bottom < row and bottom >= top

    def _counts(self, row: int) -> bool:
        """The row of numbers or letters printed under some headers: 1, 2, 3… or a, b, c = a × b."""
        if row != self._header.last_row + 1:
            return False
        texts = [plain(self._sheet.cell(row, column).text) for column in self._all]
        filled = [text for text in texts if text]
        ranks = [str(rank) for rank in range(1, len(filled) + 1)]
        return len(filled) > 2 and (
            filled == ranks or all(re.fullmatch(r"[a-z]( [a-z])*", text) for text in filled)
        )


def read_quantity(cell: Cell) -> tuple[Decimal | None, str]:
    """A quantity and the unit written beside it: `12`, `12 u`, `1 200 pièces`, `jusqu'à 200`.

    None when there is none, or when it could be read in two ways (`10 à 12`, `1.200`).
    """
    if cell.number is not None:
        exact = cell.number == round(cell.number, 3) and 0 <= cell.number < 10**9
        return (round(cell.number, 3).normalize() + 0 if exact else None), ""
    match = _QUANTITY.fullmatch(tidy(cell.text))
    if match is None or re.match(r"^(a|à|ou|x|-|/)\b", match["unit"] or "", re.IGNORECASE):
        return None, ""
    if match["decimals"] and match["decimals"].startswith(".") and len(match["decimals"]) == 4:
        return None, ""
    digits = re.sub(r"\s", "", match["digits"]) + (match["decimals"] or "").replace(",", ".")
    return Decimal(digits), tidy(match["unit"] or "").strip(" .")
