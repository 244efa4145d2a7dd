"""Finds the legend of an inventory: which colour means which way of buying.

A legend is a coloured cell with its words beside it, or coloured words, outside of the tables:
on a sheet of its own or around a table. A sheet's own legend comes first for its own lines.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sad.frames.vocabulary import LONGEST_HEADER, plain, tidy
from sad.frames.workbook import Sheet, Span, address
from sad.inventories.values import Route
from sad.kernel.errors import Problem

NEAR = 6  # of 255, for each of red, green and blue: what roundings of tints differ by
_TITLE = re.compile(r"legende|couleur|filiere|signification|mode d achat|code d achat")
_NAMED_COLOUR = re.compile(
    r"(bleu|rose|orange|vert|jaune|gris|rouge|violet|mauve|marron|noir|beige|turquoise|saumon)"
    r"( (clair|fonce|pale|vif))?|x+|"
)
_TOTAL = re.compile(r"(sous )?(total|totaux|montant|nombre|nb|somme)\b")
_BUDGET = re.compile(r"enveloppe|budget", re.IGNORECASE)
_AMOUNT = re.compile(r"\d{1,3}( \d{3})*(,\d{1,2})? ?€")
_LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True)
class Entry:
    """One colour explained."""

    sheet: Sheet
    row: int
    column: int
    colour: str
    label: str
    strong: bool  # a coloured cell with words beside: nothing but a legend looks so

    @property
    def cell(self) -> str:
        """Where the colour is."""
        return address(self.row, self.column)


@dataclass(frozen=True)
class Legend:
    """The routes, in the order they are explained."""

    routes: tuple[Route, ...] = ()
    sheets: frozenset[str] = frozenset()  # the sheets that hold a part of it
    warnings: tuple[Problem, ...] = ()
    _meanings: Mapping[str, str] = field(default_factory=dict)
    _own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def named(self, words: str) -> str | None:
        """The label of the route called so."""
        said = plain(words)
        return next((r.label for r in self.routes if said and plain(r.label) == said), None)

    def meaning(self, sheet: str, colour: str | None) -> str | None:
        """The label of a colour on a sheet; a colour rounded otherwise is still the same."""
        if colour is None:
            return None
        known = {**self._meanings, **self._own.get(sheet, {})}
        if colour in known:
            return known[colour]
        near = {label for other, label in known.items() if _near(other, colour)}
        return near.pop() if len(near) == 1 else None


def find_legend(
    sheets: Sequence[Sheet], tables: Mapping[str, Span], used: frozenset[str]
) -> Legend:
    """The legend of the visible sheets.

    `tables` says where each sheet's lines stand, `used` which colours they have. Two legends that
    disagree are told: the first one met stands, except on the other's own sheet.
    """
    found: list[Entry] = []
    for sheet in sheets:
        table = tables.get(sheet.name)
        entries = list(_entries(sheet, table))
        for block in _blocks(entries):
            found += _kept(sheet, block, used)
    return _legend(found)


def is_title(text: str) -> bool:
    """Whether the words are the title of a legend, which no column of needs would have."""
    return _TITLE.match(plain(text)) is not None


def budget_of(sheets: Sequence[Sheet], tables: Mapping[str, Span]) -> tuple[Sheet, int, int] | None:
    """Where a number stands beside the words « enveloppe » or « budget », outside the tables."""
    for sheet in sheets:
        for (row, column), cell in sheet.cells.items():
            table = tables.get(sheet.name)
            if (table and table.holds(row, column)) or not _BUDGET.search(cell.text):
                continue
            for right in range(column + 1, column + 4):
                amount = sheet.cell(row, right)
                if amount.number is not None or _AMOUNT.fullmatch(tidy(amount.text)):
                    return sheet, row, right
    return None


def _entries(sheet: Sheet, table: Span | None) -> list[Entry]:
    """Every coloured cell outside the table that has words, in reading order."""
    found: dict[tuple[int, str], Entry] = {}
    for (row, column), cell in sorted(sheet.cells.items(), key=lambda item: item[0]):
        outside = table is None or not table.holds(row, column)
        hidden = row in sheet.hidden_rows or column in sheet.hidden_columns
        if not cell.fill or not outside or hidden:
            continue
        own = tidy(cell.text)
        beside = _beside(sheet, row, column, table)
        named = _NAMED_COLOUR.fullmatch(plain(own)) is not None
        label = beside if named else own
        if label and (row, cell.fill) not in found:
            strong = bool(beside) and named
            found[row, cell.fill] = Entry(sheet, row, column, cell.fill, label, strong)
    return list(found.values())


def _beside(sheet: Sheet, row: int, column: int, table: Span | None) -> str:
    """The words next to a coloured cell: on its right, else on its left; "" when there are none.

    The words of a table's line explain no colour: a cell beside it is the line's.
    """
    span = sheet.span_at(row, column)
    own = sheet.cell(row, column).fill
    for place in (span.right + 1, span.right + 2, span.left - 1):
        cell = sheet.shown(row, place) if place > 0 else None
        if cell is None or not cell.text or (table and table.holds(row, place)):
            continue
        coloured = cell.fill is not None and cell.fill != own
        return "" if coloured or not _wordy(cell.text) else tidy(cell.text)
    return ""


def _wordy(text: str) -> bool:
    return len(text) <= LONGEST_HEADER and _LETTERS.search(text) is not None


def _blocks(entries: list[Entry]) -> list[list[Entry]]:
    """Entries that stand together: one under the other, or side by side."""
    blocks: list[list[Entry]] = []
    for entry in entries:
        for block in blocks:
            last = block[-1]
            under = entry.column == last.column and entry.row - last.row <= 2
            if under or entry.row == last.row:
                block.append(entry)
                break
        else:
            blocks.append([entry])
    return blocks


def _kept(sheet: Sheet, block: list[Entry], used: frozenset[str]) -> list[Entry]:
    """The block without its title, when it is a legend; nothing when it is only decoration."""
    block = [e for e in block if _wordy(e.label) and not _TOTAL.match(plain(e.label))]
    inside = [e for e in block if e.strong or not _TITLE.match(plain(e.label))]
    serves = [e for e in inside if any(_near(e.colour, colour) for colour in used)]
    strong = [e for e in inside if e.strong]
    if _is_titled(sheet, block) or len(strong) >= 2:
        return [e for e in inside if e.strong or len(inside) > 1 or e in serves]
    return inside if len(serves) >= 2 else [e for e in strong if e in serves]


def _is_titled(sheet: Sheet, block: list[Entry]) -> bool:
    """Whether the sheet's name or the words just above the block say that it is a legend."""
    if _TITLE.search(plain(sheet.name)):
        return True
    if not block:
        return False
    top, left, right = block[0].row, block[0].column, block[-1].column
    return any(
        _TITLE.search(plain(sheet.cell(row, column).text))
        for row in range(max(top - 3, 1), top + 1)
        for column in range(max(left - 2, 1), right + 3)
        if len(sheet.cell(row, column).text) <= LONGEST_HEADER
    )


def _legend(entries: list[Entry]) -> Legend:
    meanings: dict[str, Entry] = {}
    colours: dict[str, Entry] = {}
    own: dict[str, dict[str, str]] = {}
    told: list[Problem] = []
    for entry in entries:
        first = meanings.setdefault(entry.colour, entry)
        same = plain(first.label) == plain(entry.label)
        kept = colours.setdefault(plain(entry.label), entry)
        if not same:
            told.append(_told("inventories.two_legends", entry, first))
        elif kept.colour != entry.colour:
            told.append(_told("inventories.two_colours", entry, kept))
        own.setdefault(entry.sheet.name, {}).setdefault(entry.colour, kept.label)
    return Legend(
        routes=tuple(Route(entry.label, entry.colour) for entry in colours.values()),
        sheets=frozenset(entry.sheet.name for entry in entries),
        warnings=tuple(told),
        _meanings={c: colours[plain(entry.label)].label for c, entry in meanings.items()},
        _own=own,
    )


def _told(code: str, entry: Entry, first: Entry) -> Problem:
    facts = {
        "sheet": entry.sheet.name,
        "cell": entry.cell,
        "label": entry.label,
        "colour": entry.colour,
        "first": first.label,
        "first_sheet": first.sheet.name,
        "first_cell": first.cell,
    }
    return Problem(code, f"{entry.sheet.name}!{entry.cell}", facts)


def _near(one: str, other: str) -> bool:
    """Whether two colours differ by no more than a rounding."""
    if one == other:
        return True
    parts = (0, 2, 4)
    return all(abs(int(one[i : i + 2], 16) - int(other[i : i + 2], 16)) <= NEAR for i in parts)
