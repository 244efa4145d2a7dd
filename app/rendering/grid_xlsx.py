"""The grid as a spreadsheet to fill, for people to read, print and type in.

Written in memory only (`trust` 1), every text as a text: none ever becomes a formula (acceptance
29). Hidden beside the lines, what `sad.frames.returned` compares with.
"""

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from textwrap import wrap
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from app.rendering.grid_rules import YES_NO, rule
from app.rendering.sheets import EUROS
from sad.frames.cells import Value
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
    mark,
    plain_text,
)
from sad.frames.vocabulary import tidy
from sad.kernel.money import Money

SHEET, ONCE, IDENTITY = "Ma réponse", "Questions", "Identité"

BAND, HEADER, FIRST = 4, 5, 6  # rows, from 0: above the header, the header, the first line
DESIGNATION, QUANTITY = 2, 3  # columns, from 0; the first is hidden
FIRST_KEPT = date(1900, 3, 1)  # before it, spreadsheets disagree on what day a number is

INK, SHADE, HEAD, ANSWERS, LINE = "#1F2A27", "#F1F0EC", "#DDDBD3", "#CFE5DB", "#9AA5A0"
_FORMATS = {
    ColumnType.MONEY: EUROS,
    ColumnType.PERCENT: "0.00%",
    ColumnType.DATE: "dd/mm/yyyy",
    ColumnType.INTEGER: "General",
    ColumnType.DECIMAL: "General",
}
_WIDTHS = {
    ColumnType.MONEY: 14,
    ColumnType.INTEGER: 11,
    ColumnType.DECIMAL: 11,
    ColumnType.PERCENT: 11,
    ColumnType.DATE: 13,
    ColumnType.YES_NO: 10,
    ColumnType.DIMENSIONS: 18,
}
PAGE = 120  # characters of a line of the head
_WIDEST = {"buyer": 38, "text": 34}


@dataclass(frozen=True)
class Words:
    """What people read above the lines. `notes`: under the title of a column, by its key."""

    title: str
    buyer: str
    deadline: str  # a full sentence
    made_at: datetime
    notes: Mapping[str, str] = field(default_factory=dict)


def grid_xlsx(
    outline: Outline,
    words: Words,
    values: Mapping[int, Mapping[str, Value]],
    answers: Mapping[str, Value],
) -> bytes:
    """The file; `values` by rank of the line and key of the column, `answers` by question."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties(
            {
                "title": plain_text(words.title),
                "author": plain_text(words.buyer),
                "created": words.made_at.replace(tzinfo=None),
            }
        )
        _Writer(book, outline, words).write(values, answers)
    return out.getvalue()


class _Writer:
    """One workbook being written."""

    def __init__(self, book: Any, outline: Outline, words: Words) -> None:
        self.outline, self.words = outline, words
        self._book = book
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.lines: Worksheet = book.add_worksheet(SHEET)
        self.once: Worksheet | None = book.add_worksheet(ONCE) if outline.questions else None
        self.identity: Worksheet = book.add_worksheet(IDENTITY)
        self._lists = 0
        self._widths: list[float] = []  # of the columns shown, in characters

    def write(
        self, values: Mapping[int, Mapping[str, Value]], answers: Mapping[str, Value]
    ) -> None:
        """Every sheet."""
        self._write_identity()
        self._write_buyer()
        self._write_asked(values)
        self._write_head()
        self._heighten()
        self._finish(self.lines, HEADER, FIRST + len(self.outline.ids))
        self.lines.freeze_panes(FIRST, DESIGNATION + 1)
        if self.once is not None:
            self._write_questions(self.once, answers)
        self.lines.activate()

    def style(self, **properties: Any) -> Format:
        """A format, one for the same properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_color": INK, "valign": "top", "font_name": "Calibri", "font_size": 11}
            self._formats[key] = self._book.add_format(base | properties)
        return self._formats[key]

    def _write_identity(self) -> None:
        o = self.outline
        for column, text in enumerate((FORMAT, o.market, o.number, str(o.version))):
            self.identity.write_string(0, column, text)
        self.identity.very_hidden()

    def _write_head(self) -> None:
        """Title, number, deadline and how to fill: over the first columns, as wide as a page."""
        last, wide = 0, 0.0
        while last < len(self._widths) and (wide < PAGE or last < DESIGNATION):
            wide += self._widths[last]
            last += 1
        number = f"Demande de prix n° {self.outline.number} · {self.words.buyer}"
        heads: tuple[tuple[str, dict[str, Any], int], ...] = (
            (plain_text(self.words.title), {"bold": True, "font_size": 16}, 22),
            (plain_text(f"{number}\n{self.words.deadline}"), {}, 15),
            (self._how_to(), {"font_size": 10}, 14),
        )
        for row, (text, look, line) in enumerate(heads):
            style = self.style(text_wrap=True, **look)
            fits = wide * 11 / look.get("font_size", 11)
            lines = sum(max(math.ceil(len(part) / fits), 1) for part in text.splitlines())
            self.lines.set_row(row, lines * line + 4)
            self.lines.merge_range(row, 1, row, last, "", style)
            self.lines.write_string(row, 1, text, style)
        self.lines.set_row(BAND - 1, 6)

    def _heighten(self) -> None:
        """Rows as tall as what they say: not every program measures them when it opens a file."""
        headings = [one.heading for one in self.outline.buyer]
        headings += [one.heading for one in self.outline.asked]
        self.lines.set_row(HEADER, _lines(headings, self._widths, bold=True) * 15 + 4)
        shown = ([_text(cell) for cell in column.cells] for column in self.outline.buyer)
        said = zip(*shown, strict=True)
        for row, texts in enumerate(said, start=FIRST):
            tall = _lines(texts, self._widths)
            if tall > 1:
                self.lines.set_row(row, tall * 15)

    def _how_to(self) -> str:
        also = ", puis l’onglet « Questions »" if self.outline.questions else ""
        return (
            f"1. Remplissez les cases blanches{also} ; les cases grises sont à l’acheteur et ne"
            " changent pas. Laissez vide une ligne que vous ne proposez pas.\n"
            "2. Les photos se joignent ensuite, sur la page de votre réponse. * : à remplir pour"
            " chaque ligne proposée.\n"
            "3. Enregistrez (XLSX ou ODS) et déposez ce fichier sur la page « Répondre avec mon"
            " tableur » : vous relirez tout avant d’envoyer."
        )

    def _band(self, first: int, count: int, text: str, colour: str) -> None:
        look = self.style(bold=True, bg_color=colour, font_size=10)
        if count == 1:
            self.lines.write_string(BAND, first, text, look)
        elif count > 1:
            self.lines.merge_range(BAND, first, BAND, first + count - 1, "", look)
            self.lines.write_string(BAND, first, text, look)

    def _write_buyer(self) -> None:
        columns = self.outline.buyer
        self._band(1, len(columns), "L’acheteur demande", HEAD)
        for at, column in enumerate(columns, start=1):
            self._heading(at, column.heading, HEAD)
            shown = [_text(cell) for cell in column.cells]
            self._widen(at, _width(column.heading, shown, _WIDEST["buyer"]))
            look: dict[str, Any] = {"bg_color": SHADE, "border": 1, "border_color": LINE}
            figure, words = self.style(**look), self.style(**look, text_wrap=True, num_format="@")
            for row, cell in enumerate(column.cells, start=FIRST):
                if isinstance(cell, Decimal):
                    self.lines.write_number(row, at, float(cell), figure)
                else:
                    self.lines.write_string(row, at, plain_text(cell), words)

    def _widen(self, at: int, width: float) -> None:
        self._widths.append(width)
        self.lines.set_column(at, at, width)

    def _heading(self, at: int, text: str, colour: str) -> None:
        look = self.style(
            bold=True,
            bg_color=colour,
            border=1,
            border_color=LINE,
            text_wrap=True,
            valign="vcenter",
        )
        self.lines.write_string(HEADER, at, text, look)

    def _write_asked(self, values: Mapping[int, Mapping[str, Value]]) -> None:
        asked, lines = self.outline.asked, self.outline.ids
        first = len(self.outline.buyer) + 1
        self._band(first, len(asked), "Vous répondez", ANSWERS)
        quantity = xl_rowcol_to_cell(FIRST, QUANTITY)
        for at, one in enumerate(asked, start=first):
            self._heading(at, one.heading, ANSWERS)
            self._widen(at, _asked_width(one))
            note = self.words.notes.get(one.column.key, "")
            last = FIRST + max(len(lines), 1) - 1
            accepts = rule(one.column, note, quantity, self._choices(one.column))
            self.lines.data_validation(FIRST, at, last, at, accepts)
            look = self._look(one.column)
            for rank in range(len(lines)):
                value = values.get(rank, {}).get(one.column.key)
                _typed(self.lines, FIRST + rank, at, one.column, value, look)
        self.lines.write_string(HEADER, 0, LINES)
        for rank, line_id in enumerate(lines):
            held = values.get(rank, {})
            marked = mark(line_id, (held.get(one.column.key) for one in asked))
            self.lines.write_string(FIRST + rank, 0, marked)

    def _look(self, column: Column) -> Format:
        """How a supplier's cell looks: unlocked, its numbers and days shown as such."""
        kind = _FORMATS.get(column.type, "@")
        return self.style(
            locked=False, border=1, border_color=LINE, text_wrap=True, num_format=kind
        )

    def _choices(self, column: Column) -> str | None:
        """The range of the identity sheet that lists a column's choices: any words, any number."""
        choices: Sequence[str] = column.choices
        if column.type is ColumnType.YES_NO:
            choices = YES_NO
        if column.type not in (ColumnType.YES_NO, ColumnType.CHOICE) or not choices:
            return None
        at = 5 + self._lists
        self._lists += 1
        for row, choice in enumerate(choices):
            self.identity.write_string(row, at, plain_text(choice))
        first = xl_rowcol_to_cell(0, at, row_abs=True, col_abs=True)
        last = xl_rowcol_to_cell(len(choices) - 1, at, row_abs=True, col_abs=True)
        return f"='{IDENTITY}'!{first}:{last}"

    def _write_questions(self, sheet: Worksheet, answers: Mapping[str, Value]) -> None:
        look: dict[str, Any] = {"border": 1, "border_color": LINE, "text_wrap": True}
        for at, (text, colour) in enumerate(((QUESTION, HEAD), (ANSWER, ANSWERS)), start=1):
            sheet.write_string(0, at, text, self.style(**look, bold=True, bg_color=colour))
        sheet.write_string(0, 0, QUESTIONS)
        sheet.set_column(1, 1, 60)
        sheet.set_column(2, 2, 44)
        for row, one in enumerate(self.outline.questions, start=1):
            value = answers.get(one.column.key)
            sheet.write_string(row, 0, mark(one.column.key, [value]))
            shown = self.style(**look, bg_color=SHADE, num_format="@")
            sheet.write_string(row, 1, plain_text(one.heading), shown)
            _typed(sheet, row, 2, one.column, value, self._look(one.column))
            note = self.words.notes.get(one.column.key, "")
            accepts = rule(one.column, note, None, self._choices(one.column))
            sheet.data_validation(row, 2, row, 2, accepts)
        self._finish(sheet, 0, 1 + len(self.outline.questions))
        sheet.freeze_panes(1, 0)

    def _finish(self, sheet: Worksheet, header: int, end: int) -> None:
        """Hides what is the engine's, locks what is the buyer's, makes it print well."""
        sheet.set_column(0, 0, 2, None, {"hidden": True})
        sheet.ignore_errors({"number_stored_as_text": f"A1:ZZ{end}"})
        sheet.protect("", {"format_columns": True, "format_rows": True})
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(header)
        sheet.set_footer(f"&L{self.outline.number.replace('&', '&&')}&RPage &P sur &N")


def _typed(sheet: Worksheet, row: int, at: int, column: Column, value: Value, look: Format) -> None:
    """A supplier's cell, with what is typed already."""
    kept = _number(column, value)
    if kept is not None:
        sheet.write_number(row, at, kept, look)
    elif isinstance(value, date) and value >= FIRST_KEPT:
        sheet.write_datetime(row, at, value, look)
    elif value is None:
        sheet.write_blank(row, at, None, look)
    else:
        sheet.write_string(row, at, _text(value), look)


def _number(column: Column, value: Value) -> float | None:
    """What is kept as a number, so that its supplier may compute with it."""
    if isinstance(value, Money):
        return float(value.euros)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return float(value / 100 if column.type is ColumnType.PERCENT else value)


def _text(value: Value | Shown) -> str:
    if isinstance(value, bool):
        return "Oui" if value else "Non"
    if isinstance(value, date):
        return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    return plain_text(str(value))


def _width(heading: str, shown: Sequence[str], widest: int) -> float:
    """Wide enough for its longest word of header and for most cells, which wrap beyond."""
    longest = max((len(line) for text in shown for line in text.splitlines()), default=0)
    word = max((len(part) for part in tidy(heading).split()), default=0)
    return min(max(longest, word, 6) + 2, widest)


def _lines(texts: Iterable[str], widths: Sequence[float], *, bold: bool = False) -> int:
    """How many lines the tallest text of a row takes, each in its column."""
    tall = 1
    for text, width in zip(texts, widths, strict=False):
        fits = int(width if bold else width - 1)
        tall = max(tall, sum(len(wrap(part, fits)) or 1 for part in text.splitlines()))
    return tall


def _asked_width(one: AskedColumn) -> float:
    if one.column.type is ColumnType.CHOICE:
        return _width(one.heading, one.column.choices, _WIDEST["text"])
    word = max(len(part) for part in one.heading.split())
    return max(_WIDTHS.get(one.column.type, _WIDEST["text"]), word + 2)
