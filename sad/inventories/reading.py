"""Reads a needs inventory kept as people keep them: one sheet a level, headers anywhere.

Pure: from a workbook's cells to lines, routes and warnings. Nothing hidden is taken; a total is
not a line; whatever is left out or doubtful is told with its sheet and its cell.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from sad.frames.body import Body, BodyRow, read_body
from sad.frames.headers import Header, find_header, may_be_header, repeats, score
from sad.frames.vocabulary import plain, tidy
from sad.frames.workbook import Sheet, Span, Workbook, address
from sad.inventories.cells import Cells
from sad.inventories.columns import Columns, columns_of, left_out
from sad.inventories.legend import Legend, budget_of, find_legend, is_title
from sad.inventories.routes import by_colour, by_sentence, by_titles, by_words, named_in_words
from sad.inventories.titles import Titles, titles_of
from sad.inventories.values import Inventory, InventoryLine
from sad.kernel.errors import Invalid, Problem
from sad.kernel.money import Money, half_up

MOST_LINES = 20_000
MOST_NAMED = 12  # cells in one warning
MOST_OF_A_KIND = 40  # warnings of one kind, then how many more
_SUMMARY = re.compile(r"\b(recap\w*|synthese|bilan|total|totaux|resume|cumul)\b")


class NothingFound(Invalid):
    """No visible sheet has a table naming a designation and a quantity or a price."""

    code: ClassVar[str] = "inventories.nothing_found"


class TooManyLines(Invalid):
    """More lines than an inventory holds. Fact: `most`."""

    code = "inventories.too_many_lines"


@dataclass(frozen=True)
class Table:
    """The table of one sheet."""

    sheet: Sheet
    header: Header
    columns: Columns
    body: Body
    summary: bool = False  # its rows are sums of the other sheets: none is a line

    @cached_property
    def span(self) -> Span:
        """Where it stands, from its header to its last line."""
        left, right = min(self.columns.all), max(self.columns.all)
        last = max((row.row for row in self.body.rows), default=self.sheet.last_row)
        return Span(self.header.row, left, last, right)

    def colours(self, row: int) -> Iterator[str]:
        """The colours of a line's cells, that of its designation first, its margins' last."""
        first = self.columns.of("designation")
        others = (each for each in self.columns.all if each != first)
        for column in (first, *others, *self._margins(row)):
            fill = self.sheet.fill(row, column)
            if fill:
                yield fill

    @cached_property
    def titles(self) -> Titles:
        """What stands alone on its row between the lines."""
        lines = {row.row for row in self.body.rows}
        between = range(self.header.last_row + 1, self.span.bottom)
        return titles_of(self.sheet, self.columns.all, (row for row in between if row not in lines))

    def _margins(self, row: int) -> Iterator[int]:
        """The empty cells against the table, with nothing beyond: some keep the colour there."""
        for column, beyond in (
            (self.span.left - 1, self.span.left - 2),
            (self.span.right + 1, self.span.right + 2),
        ):
            if column > 0 and not (
                self.sheet.cell(row, column).text or self.sheet.cell(row, beyond).text
            ):
                yield column


def read_inventory(workbook: Workbook) -> Inventory:
    """The inventory of a workbook. Raises NothingFound, TooManyLines."""
    told = [
        Problem("inventories.hidden_sheet", sheet.name, {"sheet": sheet.name})
        for sheet in workbook.sheets
        if sheet.hidden
    ]
    visible = [sheet for sheet in workbook.sheets if not sheet.hidden]
    found = [table for sheet in visible if (table := _table(sheet, told)) is not None]
    tables = [table for table in found if not table.summary]
    if not tables:
        raise NothingFound(where="file", sheets=[sheet.name for sheet in visible])
    if sum(len(table.body.rows) for table in tables) > MOST_LINES:
        raise TooManyLines(where="file", most=MOST_LINES)
    spans = {table.sheet.name: table.span for table in found}
    used = Counter(
        colour
        for table in tables
        for row in table.body.rows
        if (colour := next(table.colours(row.row), ""))
    )
    legend = find_legend(visible, spans, frozenset(used))
    if not legend.routes:
        legend, warning = _without_legend(tables, used)
        told += warning
    told += [*legend.warnings, *_unread(visible, spans, legend)]
    lines: list[InventoryLine] = []
    for table in tables:
        lines += _Lines(table, legend, told).read()
    return Inventory(
        legend.routes,
        tuple(lines),
        tuple(_bounded([*told, *_repeated(lines, tables)])),
        _budget(visible, spans),
    )


def _table(sheet: Sheet, told: list[Problem]) -> Table | None:
    """The table of a sheet, if it has one with lines."""
    header = find_header(sheet)
    if header is None:
        return None
    columns = columns_of(sheet, header)
    if is_title(sheet.name) or _is_legend(sheet, header, columns):
        return None
    body = read_body(sheet, header, columns.roles())
    if _sums_others(sheet, header, columns.of("quantity")):
        cell = address(header.row, min(columns.all))
        facts = {"sheet": sheet.name, "cell": cell}
        told.append(Problem("inventories.summary_sheet", f"{sheet.name}!{cell}", facts))
        return Table(sheet, header, columns, body, summary=True)
    if not body.rows:
        return None
    told += [*header.warnings, *columns.warnings]
    told += [p for p in body.warnings if p.code != "frames.quantity_unread"]
    last = max(row.row for row in body.rows)
    for row in range(last + 1, sheet.last_row + 1):
        other = may_be_header(sheet, row) and not repeats(sheet, row, header)
        if other and score(sheet, row) >= 5:
            cell = address(row, min(columns.all))
            facts = {"sheet": sheet.name, "cell": cell}
            told.append(Problem("inventories.second_table", f"{sheet.name}!{cell}", facts))
            break
    else:
        told += left_out(sheet, columns, last)
    return Table(sheet, header, columns, body)


def _is_legend(sheet: Sheet, header: Header, columns: Columns) -> bool:
    """A legend with its sums beside: what it lists first is colours or routes, not things."""
    named = plain(sheet.shown(header.row, columns.of("designation")).text)
    first = sheet.shown(header.row, min(columns.all)).text
    return is_title(first) and not named.startswith(("designation", "libelle"))


def _sums_others(sheet: Sheet, header: Header, quantity: int) -> bool:
    """A sheet of sums: named so, or whose quantities are computed from other sheets."""
    rows = range(header.last_row + 1, sheet.last_row + 1)
    filled = [cell for row in rows if (cell := sheet.cell(row, quantity)).text or cell.formula]
    outside = sum("!" in (cell.formula or "") for cell in filled)
    return _SUMMARY.search(plain(sheet.name)) is not None or outside * 2 > len(filled)


def _without_legend(tables: list[Table], used: Counter[str]) -> tuple[Legend, list[Problem]]:
    """The routes of a column or a sentence that words them, else of coloured titles or lines."""
    rows = [(table, row.row) for table in tables for row in table.body.rows]
    words = by_words(
        tidy(table.sheet.shown(row, place).text)
        for table, row in rows
        if (place := table.columns.of("route"))
    )
    if words.routes:
        return words, []
    for sheet in {table.sheet.name: table.sheet for table in tables}.values():
        for (row, column), labels in named_in_words(sheet, used).items():
            cell = address(row, column)
            said = {"sheet": sheet.name, "cell": cell, "labels": list(labels.values())}
            told = Problem("inventories.legend_in_words", f"{sheet.name}!{cell}", said)
            return by_sentence(labels), [told]
    titles = [
        (table, place, title.colour or "", title.words)
        for table in tables
        if table.columns.of("room")  # else the titles are the rooms
        for place, title in table.titles.by_row.items()
        if title.colour
    ]
    if titles and not used:
        table, place, _, _ = titles[0]
        cell = address(place, table.span.left)
        facts = {"sheet": table.sheet.name, "cell": cell, "titles": len(titles)}
        told = Problem("inventories.coloured_titles", f"{table.sheet.name}!{cell}", facts)
        return by_titles((colour, words) for _, _, colour, words in titles), [told]
    return by_colour(used), [_no_legend(rows, len(used))]


def _no_legend(rows: list[tuple[Table, int]], colours: int) -> Problem:
    """Told at the first coloured line, else at the first line."""
    coloured = (place for place in rows if next(place[0].colours(place[1]), ""))
    table, row = next(coloured, rows[0])
    cell = address(row, table.columns.of("designation") or table.span.left)
    facts = {"sheet": table.sheet.name, "cell": cell, "colours": colours}
    code = "inventories.no_legend" if colours else "inventories.nothing_coloured"
    return Problem(code, f"{table.sheet.name}!{cell}", facts)


def _unread(visible: list[Sheet], tables: dict[str, Span], legend: Legend) -> Iterator[Problem]:
    """The visible sheets that hold neither lines nor a legend."""
    for sheet in visible:
        said = sheet.name in tables or sheet.name in legend.sheets
        if not said and sheet.last_row:
            yield Problem("inventories.sheet_not_read", sheet.name, {"sheet": sheet.name})


def _budget(visible: list[Sheet], tables: dict[str, Span]) -> Money | None:
    found = budget_of(visible, tables)
    if found is None:
        return None
    cell = found[0].cell(found[1], found[2])
    if cell.number is None:
        return Money.parse(cell.text)
    return Money(int(half_up(cell.number * 100, 0))) if 0 < cell.number < 10**9 else None


def _repeated(lines: list[InventoryLine], tables: list[Table]) -> Iterator[Problem]:
    """The lines whose code another line above has, whatever their sheets."""
    places = {table.sheet.name: table.columns.of("code") for table in tables}
    seen: dict[str, InventoryLine] = {}
    for line in lines:
        first = seen.setdefault(plain(line.code), line)
        if line.code and first is not line:
            cell = address(line.row, places[line.sheet])
            facts = {
                "sheet": line.sheet,
                "cell": cell,
                "code": line.code,
                "first_sheet": first.sheet,
                "first": address(first.row, places[first.sheet]),
            }
            yield Problem("inventories.repeated_code", f"{line.sheet}!{cell}", facts)


def _bounded(told: list[Problem]) -> Iterator[Problem]:
    """The first warnings of each kind, then how many more there are."""
    seen: Counter[str] = Counter()
    for problem in told:
        seen[problem.code] += 1
        if seen[problem.code] <= MOST_OF_A_KIND:
            yield problem
    more = sum(count - MOST_OF_A_KIND for count in seen.values() if count > MOST_OF_A_KIND)
    if more:
        yield Problem("inventories.more", "file", {"count": more})


class _Lines:
    """The lines of one table, read from top to bottom: a room goes on until the next one."""

    def __init__(self, table: Table, legend: Legend, told: list[Problem]) -> None:
        self._table = table
        self._sheet = table.sheet
        self._legend = legend
        self._cells = Cells(table.sheet, table.columns, told)
        self._told = told
        self._last = {"building": "", "level": "", "room": ""}
        self._unknown: dict[str | None, list[int]] = {}  # colour → rows that get no route

    def read(self) -> list[InventoryLine]:
        lines = [self._line(row) for row in self._table.body.rows]
        place = self._table.columns.of("designation")
        for colour, rows in self._unknown.items():
            cells = [address(row, place) for row in rows]
            cell, more = cells[0], ["…"] if len(cells) > MOST_NAMED else []
            facts = {
                "sheet": self._sheet.name,
                "cell": cell,
                "colour": colour,
                "count": len(cells),
                "cells": [*cells[:MOST_NAMED], *more],
            }
            code = "inventories.unknown_colour" if colour else "inventories.no_colour"
            self._told.append(Problem(code, f"{self._sheet.name}!{cell}", facts))
        return lines

    def _line(self, read: BodyRow) -> InventoryLine:
        row, cells = read.row, self._cells
        colour, route = self._route(row)
        sizes = {name: cells.length(row, name) for name in ("length", "width", "height")}
        return InventoryLine(
            sheet=self._sheet.name,
            row=row,
            level=_joined(" – ", self._carried("building", row), self._carried("level", row))
            or self._sheet.name,
            room=self._carried("room", row),
            code=read.code or read.number,
            designation=read.designation or read.code,
            quantity=cells.quantity(row, read),
            unit=cells.text(row, "unit") or read.unit,
            dimensions=cells.dimensions(row, sizes),
            materials=cells.text(row, "materials"),
            category=cells.text(row, "category"),
            requirements=_joined(
                "\n", *(cells.text(row, x) for x in ("description", "requirements"))
            ),
            note=cells.text(row, "note"),
            colour=colour,
            route=route,
            unit_price=cells.money(row, "unit_price"),
            stated_amount=cells.money(row, "total"),
            **sizes,
        )

    def _route(self, row: int) -> tuple[str | None, str | None]:
        """The colour and route of a line: its designation decides, else the cells that agree."""
        own = self._sheet.fill(row, self._table.columns.of("designation"))
        said = self._legend.meaning(self._sheet.name, own)
        if said is not None:
            return own, said
        meanings = {c: self._legend.meaning(self._sheet.name, c) for c in self._table.colours(row)}
        known = {colour: label for colour, label in meanings.items() if label}
        if len(set(known.values())) == 1:
            return next(iter(known.items()))
        over = self._table.titles.above(row).colour
        said = self._legend.meaning(self._sheet.name, over)
        if said is not None and not meanings:
            return over, said
        said = self._legend.named(self._cells.text(row, "route"))
        if said is not None:
            return own, said
        if self._legend.routes:
            self._unknown.setdefault(own, []).append(row)
        return own, None

    def _carried(self, name: str, row: int) -> str:
        """The room or level of a row: its own words, else those above it."""
        said = self._cells.text(row, name)
        if not self._table.columns.of(name):
            titles = self._table.titles
            named = {"room": titles.rooms, "level": titles.levels}.get(name)
            return named.above(row).words if named else ""
        self._last[name] = said or self._last[name]
        return self._last[name]


def _joined(between: str, *texts: str) -> str:
    return between.join(text for text in texts if text)
