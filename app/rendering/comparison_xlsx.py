"""The comparison as a spreadsheet for agents: one sheet a lot, prices as numbers.

It names suppliers beside their prices: each sheet says that it is not to be passed on (P13). Every
text is written as a text, none becomes a formula (acceptance 29).
"""

import io
from datetime import date
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.rendering.sentences import written_for_people
from app.rendering.sheets import EUROS
from sad.evaluation.comparison import Cell, LotView
from sad.evaluation.queries import EvaluationView
from sad.frames.queries import LineView
from sad.kernel.money import Money

WARNING = "Réservé aux agents : fournisseurs nommés, prix visibles. Ne pas transmettre."
HEAD = 3  # the row of the header, from 0
ASKED = ("Ligne", "Désignation", "Quantité", "Unité")


def comparison_xlsx(view: EvaluationView) -> bytes:
    """The file's bytes; for each supplier its unit prices, its totals, then what it wrote."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    try:
        book.set_properties({"title": f"Comparaison {view.market.number}", "comments": WARNING})
        kinds = _Formats(book)
        for lot in view.lots:
            _lot(book.add_worksheet(f"Lot {lot.lot.number}"), view, lot, kinds)
    finally:
        book.close()
    return out.getvalue()


class _Formats:
    """The few looks of a cell."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.title: Format = book.add_format({"bold": True, "font_size": 13})
        self.warning: Format = book.add_format({"bold": True, "font_color": "#A5261B"})
        self.head: Format = book.add_format(
            {"bold": True, "bg_color": "#DDDBD3", "text_wrap": True, "valign": "top", "border": 1}
        )
        money = {"num_format": EUROS}
        self.money: Format = book.add_format(money)
        self.best: Format = book.add_format(money | {"bold": True, "bg_color": "#E2F1E6"})
        self.total: Format = book.add_format(money | {"bold": True, "top": 1})
        self.bold: Format = book.add_format({"bold": True, "top": 1})
        self.text: Format = book.add_format({"text_wrap": True, "valign": "top"})


def _lot(sheet: Worksheet, view: EvaluationView, lot: LotView, kinds: _Formats) -> None:
    market = view.market
    sheet.write_string(0, 0, f"{market.number} – {market.title}", kinds.title)
    sheet.write_string(1, 0, WARNING, kinds.warning)
    for column, title in enumerate(ASKED):
        sheet.write_string(HEAD, column, title, kinds.head)
    for place, entry in enumerate(lot.offers):
        name, first = entry.offer.supplier_name, _first(place)
        for shift, what in enumerate(("prix à l’unité HT", "total HT", "réponse")):
            sheet.write_string(HEAD, first + shift, f"{name}\n{what}", kinds.head)
    for number, line in enumerate(lot.lines, start=HEAD + 1):
        _asked(sheet, number, line.line)
        for place, cell in enumerate(line.cells):
            _answered(sheet, number, _first(place), cell, kinds)
    _totals(sheet, HEAD + 1 + len(lot.lines), lot, kinds)
    sheet.freeze_panes(HEAD + 1, 2)
    sheet.set_column(1, 1, 34)
    sheet.set_column(len(ASKED), _first(len(lot.offers)), 16)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, HEAD)
    sheet.set_footer(f"&L{WARNING}&R&P / &N")


def _first(place: int) -> int:
    """The first of a supplier's three columns."""
    return len(ASKED) + 3 * place


def _asked(sheet: Worksheet, row: int, line: LineView) -> None:
    sheet.write_string(row, 0, line.label)
    sheet.write_string(row, 1, line.designation)
    sheet.write_number(row, 2, float(line.quantity))
    sheet.write_string(row, 3, line.unit)


def _answered(sheet: Worksheet, row: int, first: int, cell: Cell, kinds: _Formats) -> None:
    if cell.line is None:
        sheet.write_string(row, first, "pas de réponse")
        return
    if cell.unit is not None:
        _money(sheet, row, first, cell.unit, kinds.best if cell.best else kinds.money)
    if cell.total is not None:
        _money(sheet, row, first + 1, cell.total, kinds.money)
    said = [f"{view.label} : {_words(value)}" for view, value in cell.others]
    sheet.write_string(row, first + 2, "\n".join(said), kinds.text)


def _totals(sheet: Worksheet, row: int, lot: LotView, kinds: _Formats) -> None:
    for shift, title in enumerate(("Total HT", "À payer")):
        sheet.write_string(row + shift, 0, title, kinds.bold)
        for place, entry in enumerate(lot.offers):
            amount = entry.paid if shift else entry.ht
            _money(sheet, row + shift, _first(place) + 1, amount, kinds.total)


def _money(sheet: Worksheet, row: int, column: int, amount: Money, kind: Format) -> None:
    sheet.write_number(row, column, float(Decimal(amount.cents) / 100), kind)


def _words(value: object) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else written_for_people(value)
