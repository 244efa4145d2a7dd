"""A scenario as a coloured spreadsheet: the legend first, then the sheets as they came.

What it writes is read back as the same inventory. Every text is written as a text, none becomes a
formula (acceptance 29).
"""

import io
import re
from collections.abc import Sequence
from uuid import UUID

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.rendering.sentences import label
from sad.inventories.schemas import InventoryView, LineView
from sad.inventories.sums import sums, total
from sad.inventories.values import Sum

HEAD = (
    ("Niveau", 12),
    ("Espace", 22),
    ("Code", 12),
    ("Désignation", 38),
    ("Quantité", 10),
    ("Unité", 8),
    ("Dimensions", 26),
    ("Matériaux", 30),
    ("Catégorie", 26),
    ("Contraintes", 30),
    ("PU estimé HT (€)", 16),
    ("Montant HT (€)", 16),
    ("Observations", 26),
    ("Repris dans", 30),
)
DESIGNATION, QUANTITY, UNIT_PRICE, AMOUNT = 3, 4, 10, 11
FIRST = 3  # the row of the header, from 0
MONEY = "#,##0.00"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def inventory_xlsx(view: InventoryView, title: str, lines: Sequence[LineView]) -> bytes:
    """The file's bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    try:
        book.set_properties({"title": title})
        looks = _Looks(book, view)
        taken: set[str] = set()
        _legend(book.add_worksheet(_sheet_name("Légende", taken)), view, title, lines, looks)
        sheets: dict[str, list[LineView]] = {}
        for line in lines:
            sheets.setdefault(line.sheet, []).append(line)
        for name, mine in sheets.items():
            _sheet(book.add_worksheet(_sheet_name(name, taken)), name, mine, looks)
    finally:
        book.close()
    return out.getvalue()


class _Looks:
    """The looks of cells: one colour a route."""

    def __init__(self, book: xlsxwriter.Workbook, view: InventoryView) -> None:
        self.title: Format = book.add_format({"bold": True, "font_size": 13})
        self.bold: Format = book.add_format({"bold": True, "top": 1})
        self.bold_money: Format = book.add_format({"bold": True, "top": 1, "num_format": MONEY})
        self.head: Format = book.add_format({"bold": True, "bottom": 2, "text_wrap": True})
        self.text: Format = book.add_format({"text_wrap": True, "valign": "top"})
        self.money: Format = book.add_format({"num_format": MONEY, "valign": "top"})
        self.number: Format = book.add_format({"valign": "top"})
        self._routes: dict[UUID, Format] = {
            route.id: book.add_format(
                {"bg_color": f"#{route.colour}", "text_wrap": True, "valign": "top"}
            )
            for route in view.routes
        }

    def of(self, route: UUID | None) -> Format:
        """The look of a route's cells."""
        return self._routes.get(route, self.text) if route else self.text


def _legend(
    sheet: Worksheet, view: InventoryView, title: str, lines: Sequence[LineView], looks: _Looks
) -> None:
    sheet.write_string(0, 0, title, looks.title)
    sheet.write_string(2, 0, "Légende des couleurs")
    for column, words in enumerate(("Lignes", "Pièces", "Montant HT (€)"), start=2):
        sheet.write_string(2, column, words, looks.head)
    found = sums(lines, lambda line: line.route_key)
    row = 3
    for row, route in enumerate(view.routes, start=3):
        sheet.write_blank(row, 0, None, looks.of(route.id))
        sheet.write_string(row, 1, route.label)
        _sum(sheet, row, found.get(route.key, Sum()), looks)
    row += 1
    if "-" in found:
        sheet.write_string(row, 1, "Sans filière")
        _sum(sheet, row, found["-"], looks)
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 52)
    sheet.set_column(2, 4, 16)


def _sum(sheet: Worksheet, row: int, found: Sum, looks: _Looks) -> None:
    sheet.write_number(row, 2, found.lines)
    sheet.write_number(row, 3, float(found.pieces))
    sheet.write_number(row, 4, float(found.amount.euros), looks.money)


def _sheet(sheet: Worksheet, name: str, lines: Sequence[LineView], looks: _Looks) -> None:
    sheet.write_string(0, 0, name, looks.title)
    for column, (words, width) in enumerate(HEAD):
        sheet.write_string(FIRST, column, words, looks.head)
        sheet.set_column(column, column, width)
    for row, line in enumerate(lines, start=FIRST + 1):
        _line(sheet, row, line, looks)
    row, found = FIRST + 2 + len(lines), total(lines)
    sheet.write_string(row, DESIGNATION, "Total", looks.bold)
    sheet.write_number(row, QUANTITY, float(found.pieces), looks.bold)
    sheet.write_number(row, AMOUNT, float(found.amount.euros), looks.bold_money)
    sheet.freeze_panes(FIRST + 1, DESIGNATION + 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(FIRST)


def _line(sheet: Worksheet, row: int, line: LineView, looks: _Looks) -> None:
    texts = {
        0: line.level,
        1: line.room,
        2: line.code,
        5: line.unit,
        6: line.dimensions,
        7: line.materials,
        8: line.category,
        9: line.requirements,
        12: line.note,
        13: ", ".join(f"{market.title} ({label(market.phase)})" for market in line.markets),
    }
    for column, words in texts.items():
        if words:
            sheet.write_string(row, column, words, looks.text)
    sheet.write_string(row, DESIGNATION, line.designation, looks.of(line.route_id))
    if line.quantity is not None:
        sheet.write_number(row, QUANTITY, float(line.quantity), looks.number)
    if line.unit_price is not None:
        sheet.write_number(row, UNIT_PRICE, float(line.unit_price.euros), looks.money)
    sheet.write_number(row, AMOUNT, float(line.amount.euros), looks.money)


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name a workbook accepts: 31 characters, none of []:*?/\\, not twice."""
    base = _FORBIDDEN.sub(" ", name).strip().strip("'") or "Feuille"
    found, rank = base[:31], 1
    while found.casefold() in taken or found.casefold() == "history":
        rank += 1
        found = f"{base[:27]} {rank}"
    taken.add(found.casefold())
    return found
