"""Inventories made on the spot, with every habit and accident of real ones."""

import io
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook as Book
from openpyxl.styles import PatternFill
from openpyxl.styles.colors import Color
from openpyxl.worksheet.worksheet import Worksheet

from app.guard.client import parse_inventory
from sad.inventories.reading import read_inventory
from sad.inventories.values import Inventory

BLUE, PINK, ORANGE = "9DC3E6", "F4B6D2", "F8B26A"
HEAD = ["Espace", "Code", "Désignation", "Qté", "L (cm)", "l (cm)", "H (cm)", "Catégorie", "PU HT"]
ROWS = [
    ["Accueil", "A1", "Banque d'accueil", 1, 320, 80, 110, "", None],
    ["Accueil", "A2", "Chaise", 12, 45, 46, 85, "reemploi-ressourcerie", 40.5],
    ["Fablab", "A3", "Table", 2, 140, 70, 74, "bois-metal", 673],
]
FILLS = [BLUE, ORANGE, ORANGE]


def fill(colour: str | Color) -> PatternFill:
    """A plain fill: `RRGGBB`, or a theme's or palette's colour."""
    return PatternFill("solid", fgColor=colour)


def legend(sheet: Worksheet, entries: Sequence[tuple[str | Color, str]], row: int = 3) -> None:
    """A coloured cell, its words on its right, one under the other."""
    sheet.cell(row - 1, 1, "Légende des couleurs")
    for place, (colour, label) in enumerate(entries, start=row):
        sheet.cell(place, 1).fill = fill(colour)
        sheet.cell(place, 2, label)


def table(
    sheet: Worksheet,
    rows: Sequence[Sequence[Any]] = ROWS,
    fills: Sequence[str | Color | None] = FILLS,
    head: Sequence[str] = HEAD,
    at: int = 4,
) -> None:
    """A header and its lines; the colour is on the designation."""
    coloured = list(head).index("Désignation") + 1
    for column, title in enumerate(head, start=1):
        sheet.cell(at, column, title)
    for place, values in enumerate(rows, start=at + 1):
        for column, value in enumerate(values, start=1):
            if value not in (None, ""):
                sheet.cell(place, column, value)
        colour = fills[place - at - 1] if place - at - 1 < len(fills) else None
        if colour:
            sheet.cell(place, coloured).fill = fill(colour)


def usual(book: Book) -> None:
    """A legend and a level."""
    legend(book.active, [(BLUE, "Travaux"), (PINK, "Réutilisé"), (ORANGE, "Réemploi")])
    book.active.title = "Légende"
    table(book.create_sheet("N0"))


def saved(make: Callable[[Book], None]) -> bytes:
    """The bytes of a workbook."""
    book = Book()
    make(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(make: Callable[[Book], None]) -> Inventory:
    """A workbook, through the guard."""
    return read_inventory(parse_inventory(saved(make), "inventaire.xlsx"))


def warned(found: Inventory) -> list[tuple[str, str | None]]:
    """Code and place of each warning."""
    return [
        (warning.code.removeprefix("inventories."), warning.where) for warning in found.warnings
    ]
