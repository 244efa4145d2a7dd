"""A draft's grid as the buyer's own spreadsheet: changed at home, sent back, read as any other.

Every text as a text: none becomes a formula. The supplier's columns are empty and coloured, which
is how `sad.frames.sheet` tells them from the buyer's.
"""

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from sad.frames.columns import Column, ColumnType
from sad.frames.outline import plain_text
from sad.frames.queries import FrameView, LineView
from sad.frames.vocabulary import Role

SHEET = "Grille"
INK, HEAD, ASKED, ANSWERED = "#1F2A27", "#DDDBD3", "#F1F0EC", "#CFE5DB"
LONGEST_LIST = 255  # characters of a list written in the cells themselves
WIDE, NARROW = 32, 14

Read = Callable[[LineView], str | Decimal]
OWN: dict[Role, tuple[str, Read]] = {
    Role.NUMBER: ("N°", lambda line: line.number),
    Role.CODE: ("Code", lambda line: line.code),
    Role.DESIGNATION: ("Désignation", lambda line: line.designation),
    Role.QUANTITY: ("Quantité", lambda line: line.quantity),
    Role.UNIT: ("Unité", lambda line: line.unit),
    Role.SLICE_SIZE: ("Par tranches de", lambda line: line.slice_size or ""),
    Role.MANDATORY: ("Réponse obligatoire", lambda line: "oui" if line.mandatory else ""),
    Role.MAXIMUM_PRICE: (
        "Prix plafond HT (€)",
        lambda line: line.maximum_price.euros if line.maximum_price else "",
    ),
}
ALWAYS = {Role.DESIGNATION, Role.QUANTITY}


def draft_grid_xlsx(frame: FrameView, made_at: datetime) -> bytes:
    """The file: a header, one row a line; the same grid at the same instant, the same bytes."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": made_at.replace(tzinfo=None)})
        sheet = book.add_worksheet(SHEET)
        head = {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "font_color": INK}
        asked = book.add_format(head | {"bg_color": HEAD})
        answered = book.add_format(head | {"bg_color": ANSWERED})
        wrapped = book.add_format({"text_wrap": True, "valign": "top", "font_color": INK})
        waiting = book.add_format({"bg_color": ANSWERED, "valign": "top", "border": 1})
        place = 0
        for name, cells, column in _buyer(frame):
            sheet.write_string(0, place, name, asked)
            sheet.set_column(place, place, WIDE if _wide(cells) else NARROW, wrapped)
            _write(sheet, place, cells, wrapped)
            _offer_choices(sheet, place, column, len(frame.lines))
            place += 1
        for view in frame.supplier:
            sheet.write_string(0, place, plain_text(view.label), answered)
            sheet.set_column(place, place, NARROW)
            for row in range(1, len(frame.lines) + 1):
                sheet.write_blank(row, place, None, waiting)
            _offer_choices(sheet, place, view.column, len(frame.lines))
            place += 1
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def _buyer(frame: FrameView) -> list[tuple[str, list[str | Decimal], Column | None]]:
    """The buyer's columns: those drawn, and those a line fills though none was drawn."""
    drawn = {view.column.role for view in frame.buyer}
    found: list[tuple[str, list[str | Decimal], Column | None]] = []
    for role, (name, read) in OWN.items():
        cells = [read(line) for line in frame.lines]
        numbered = role is Role.NUMBER and all(
            line.number == str(line.position) for line in frame.lines
        )
        filled = any(cell != "" for cell in cells) and not numbered
        if role not in drawn and (filled or role in ALWAYS):
            found.append((name, cells, None))
    for view in frame.buyer:
        own = OWN.get(view.column.role) if view.column.role else None
        cells = [
            own[1](line) if own else plain_text(line.values.get(view.key, ""))
            for line in frame.lines
        ]
        found.append((plain_text(view.label), cells, None if own else view.column))
    return found


def _wide(cells: Sequence[str | Decimal]) -> bool:
    return any(isinstance(cell, str) and len(cell) > NARROW for cell in cells)


def _write(sheet: Worksheet, place: int, cells: Sequence[str | Decimal], style: Any) -> None:
    for row, cell in enumerate(cells, start=1):
        if isinstance(cell, Decimal):
            sheet.write_number(row, place, cell, style)
        elif cell:
            sheet.write_string(row, place, cell, style)


def _offer_choices(sheet: Worksheet, place: int, column: Column | None, lines: int) -> None:
    """The list of a column, in its cells, when it is short enough to be written there."""
    if column is None or column.type is not ColumnType.CHOICE or not lines:
        return
    listed = [plain_text(choice) for choice in column.choices]
    if any("," in each for each in listed) or len(",".join(listed)) > LONGEST_LIST:
        return
    rule = {"validate": "list", "source": listed, "error_type": "warning"}
    sheet.data_validation(1, place, lines, place, rule)
