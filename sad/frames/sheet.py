"""Reads a response frame from a spreadsheet kept as people keep them (GRID-01, GRID-04).

The header is found, not assumed; the sheet is the one that holds a grid; nothing hidden is taken.
Cells of the supplier's columns are not read: a grid asks, it does not answer.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from sad.frames.body import Body, BodyRow, read_body, read_quantity
from sad.frames.columns import Column, describe, slug
from sad.frames.frame import Frame, FrameLine
from sad.frames.headers import Header, Heading, find_header
from sad.frames.sides import sides_of
from sad.frames.vocabulary import CORE_ROLES, Role, Side, plain, side_words
from sad.frames.workbook import Sheet, Validation, Workbook, address
from sad.kernel.errors import Invalid, Problem
from sad.kernel.money import Money

_LINE_ROLES = (Role.NUMBER, Role.CODE, Role.DESIGNATION, Role.QUANTITY)
_WRITTEN = frozenset({"oui", "o", "x", "obligatoire", "1", "vrai"})


class GridNotFound(Invalid):
    """No visible sheet has a header row naming a designation and a quantity or a price."""

    code: ClassVar[str] = "frames.grid_not_found"


def read_frame(workbook: Workbook) -> Frame:
    """The response frame of a workbook: that of the visible sheet which looks most like one.

    Raises GridNotFound. What was skipped, renamed or unread is in the frame's warnings.
    """
    found = []
    for sheet in workbook.sheets:
        header = None if sheet.hidden else find_header(sheet)
        if header is not None:
            found.append((_Reading(sheet, header), header.score))
    if not found:
        raise GridNotFound(where="file", sheets=[s.name for s in workbook.sheets if not s.hidden])
    frames = [(reading.frame(), score) for reading, score in found]
    best, _ = max(frames, key=_likeness)
    others = [f.sheet for f, _ in frames if f is not best and f.lines and f.supplier_columns]
    if not others:
        return best
    told = Problem("frames.other_grids", best.sheet, {"sheet": best.sheet, "others": others})
    return Frame(
        best.sheet,
        best.header_row,
        best.buyer_columns,
        best.supplier_columns,
        best.lines,
        (told, *best.warnings),
    )


def _likeness(found: tuple[Frame, int]) -> tuple[bool, bool, int, int]:
    frame, score = found
    return bool(frame.lines and frame.supplier_columns), bool(frame.lines), score, len(frame.lines)


@dataclass(frozen=True)
class _Reading:
    """One sheet being read, its header known."""

    sheet: Sheet
    header: Header

    def frame(self) -> Frame:
        """The grid of this sheet."""
        shown = [h for h in self.header.headings if h.column not in self.sheet.hidden_columns]
        roles = _roles(shown)
        line_columns = {
            role: column for column, role in roles.items() if role in _LINE_ROLES and role
        }
        body = read_body(self.sheet, self.header, line_columns)
        rows = [line.row for line in body.rows]
        sides = sides_of(self.sheet, shown, roles, rows)
        columns = self._columns(shown, roles, sides, rows)
        buyer = {c: column for c, column in columns.items() if column.side is Side.BUYER}
        lines, unread = self._lines(body, buyer)
        warnings = (*self.header.warnings, *self._left_out(rows), *body.warnings, *unread)
        return Frame(
            sheet=self.sheet.name,
            header_row=self.header.row,
            buyer_columns=tuple(buyer.values()),
            supplier_columns=tuple(c for c in columns.values() if c.side is Side.SUPPLIER),
            lines=lines,
            warnings=(*warnings, *_repeated_codes(self.sheet, lines, line_columns.get(Role.CODE))),
        )

    def _columns(
        self,
        headings: list[Heading],
        roles: Mapping[int, Role | None],
        sides: Mapping[int, Side],
        rows: list[int],
    ) -> dict[int, Column]:
        """Each column described, by its place in the sheet."""
        taken: set[str] = set()
        described: dict[int, Column] = {}
        for heading in headings:
            column, side = heading.column, sides[heading.column]
            role = _role_on_side(roles[column], side)
            samples = [self.sheet.shown(row, column).text for row in rows]
            validation = self._validation(column, rows)
            described[column] = describe(
                slug(_key(role, side, heading.name), taken),
                heading.name,
                side,
                role,
                samples if side is Side.BUYER else (),
                validation,
            )
        return described

    def _validation(self, column: int, rows: list[int]) -> Validation | None:
        """What the column's cells accept, when a rule covers its first or last line."""
        ends = {rows[0], rows[-1]} if rows else set()
        for rule in self.sheet.validations:
            if any(span.holds(row, column) for span in rule.spans for row in ends):
                return rule
        return None

    def _lines(
        self, body: Body, columns: Mapping[int, Column]
    ) -> tuple[tuple[FrameLine, ...], list[Problem]]:
        warnings: list[Problem] = []
        lines = []
        for position, row in enumerate(body.rows, start=1):
            lines.append(self._line(position, row, columns, warnings))
        return tuple(lines), warnings

    def _line(
        self,
        position: int,
        read: BodyRow,
        columns: Mapping[int, Column],
        warnings: list[Problem],
    ) -> FrameLine:
        by_role = {column.role: place for place, column in columns.items() if column.role}

        def shown(role: Role) -> str:
            place = by_role.get(role)
            return "" if place is None else self.sheet.shown(read.row, place).text.strip()

        values = {
            column.key: self.sheet.shown(read.row, place).text.strip()
            for place, column in columns.items()
            if column.role not in _LINE_ROLES
        }
        price = self._maximum_price(shown(Role.MAXIMUM_PRICE), read, by_role, warnings)
        return FrameLine(
            row=read.row,
            number=read.number or str(position),
            code=read.code,
            designation=read.designation or read.code,
            quantity=read.quantity,
            unit=shown(Role.UNIT) or read.unit,
            mandatory=plain(shown(Role.MANDATORY)) in _WRITTEN,
            slice_size=self._slice_size(read.row, by_role),
            maximum_price=price,
            values=values,
        )

    def _slice_size(self, row: int, by_role: Mapping[Role, int]) -> Decimal | None:
        place = by_role.get(Role.SLICE_SIZE)
        size = None if place is None else read_quantity(self.sheet.shown(row, place))[0]
        return size or None

    def _maximum_price(
        self,
        text: str,
        read: BodyRow,
        by_role: Mapping[Role, int],
        warnings: list[Problem],
    ) -> Money | None:
        if not text:
            return None
        try:
            return Money.parse(text)
        except Invalid:
            cell = address(read.row, by_role[Role.MAXIMUM_PRICE])
            facts = {"sheet": self.sheet.name, "cell": cell, "text": text[:40]}
            where = f"{self.sheet.name}!{cell}"
            warnings.append(Problem("frames.maximum_price_unread", where, facts))
            return None

    def _left_out(self, rows: list[int]) -> list[Problem]:
        """The columns not taken: hidden ones, and those without a title that hold something."""
        told = []
        titled = {heading.column for heading in self.header.headings}
        for heading in self.header.headings:
            if heading.column in self.sheet.hidden_columns:
                told.append(self._told("frames.hidden_column", heading.row, heading.column))
            elif heading.role is Role.ESTIMATE:
                told.append(self._told("frames.estimate_shown", heading.row, heading.column))
        for column in range(1, self.sheet.last_column + 1):
            if column in titled or column in self.sheet.hidden_columns:
                continue
            filled = next((row for row in rows if self.sheet.cell(row, column).text), None)
            if filled is not None:
                told.append(self._told("frames.column_without_title", filled, column))
        return told

    def _told(self, code: str, row: int, column: int) -> Problem:
        cell = address(row, column)
        facts = {"sheet": self.sheet.name, "cell": cell, "name": self.sheet.shown(row, column).text}
        return Problem(code, f"{self.sheet.name}!{cell}", facts)


def _roles(headings: list[Heading]) -> dict[int, Role | None]:
    """What each column is. A role of the line itself goes to one column, the first named so; the
    designation is what is called so, else what is called a description.
    """
    roles: dict[int, Role | None] = {h.column: h.role for h in headings}
    for heading in headings:  # « Quantité » under « Réponse du candidat » is what is available
        if side_words(f"{heading.band} {heading.name}") is Side.SUPPLIER:
            role = roles[heading.column]
            if role is Role.QUANTITY:
                roles[heading.column] = Role.AVAILABLE
            elif role is Role.DESIGNATION:
                roles[heading.column] = Role.DESCRIPTION
            elif role in CORE_ROLES:
                roles[heading.column] = None
    designations = [c for c, role in roles.items() if role is Role.DESIGNATION]
    named = [h.column for h in headings if plain(h.leaf).startswith(("designation", "libelle"))]
    chosen = next((c for c in designations if c in named), None) or next(iter(designations), None)
    if chosen is None:
        chosen = next((c for c, role in roles.items() if role is Role.DESCRIPTION), None)
        if chosen is not None:
            roles[chosen] = Role.DESIGNATION
    for column in designations:
        if column != chosen:
            roles[column] = Role.DESCRIPTION
    for role in (Role.QUANTITY, Role.CODE, Role.NUMBER, Role.UNIT):
        places = [h for h in headings if roles[h.column] is role]
        for heading in sorted(places, key=_doubt)[1:]:
            roles[heading.column] = None
    return roles


def _doubt(heading: Heading) -> bool:
    """Whether a heading names a thing less surely than another would: a lower bound of it."""
    return re.search(r"\bmin", plain(heading.leaf)) is not None


def _role_on_side(role: Role | None, side: Side) -> Role | None:
    """A core role is the buyer's; a supplier's column never is one."""
    if side is Side.SUPPLIER and role in CORE_ROLES:
        return Role.AVAILABLE if role is Role.QUANTITY else None
    return role


def _key(role: Role | None, side: Side, name: str) -> str:
    """What the key is made from: the role, said « proposed » where the buyer may have the same."""
    if role is None:
        return name
    shared = {Role.DIMENSIONS, Role.MATERIALS, Role.COLOUR, Role.LENGTH, Role.WIDTH, Role.HEIGHT}
    if side is Side.SUPPLIER and role in {*shared, Role.DEPTH, Role.DIAMETER}:
        return f"proposed {role}"
    if side is Side.BUYER and role in (Role.NOTE, Role.PICTURE, Role.CONDITION, Role.ORIGIN):
        return f"asked {role}"
    return role


def _repeated_codes(
    sheet: Sheet, lines: tuple[FrameLine, ...], column: int | None
) -> list[Problem]:
    """The lines whose code another line above has; `column` is where codes stand."""
    if column is None:
        return []
    seen: dict[str, FrameLine] = {}
    told = []
    for line in lines:
        first = seen.setdefault(line.code, line)
        if line.code and first is not line:
            cell = address(line.row, column)
            facts = {"sheet": sheet.name, "cell": cell, "code": line.code}
            facts["first"] = address(first.row, column)
            told.append(Problem("frames.repeated_code", f"{sheet.name}!{cell}", facts))
    return told
