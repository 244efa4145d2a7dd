"""What cells show: numbers, percentages, dates, yes and no, colours."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl.styles import PatternFill
from openpyxl.styles.colors import Color
from openpyxl.worksheet.worksheet import Worksheet

from app.guard.client import parse_grid
from app.guard.colours import tint
from sad.frames.workbook import Cell, address
from tests.frames.files import xlsx
from tests.guard import bombs


def shown(value: Any, number_format: str = "General", fill: PatternFill | None = None) -> Cell:
    def make(sheet: Worksheet) -> None:
        sheet["B3"] = value
        sheet["B3"].number_format = number_format
        if fill:
            sheet["B3"].fill = fill

    return parse_grid(xlsx(make), "a.xlsx").sheets[0].cell(3, 2)


@pytest.mark.parametrize(
    ("value", "number_format", "text", "number"),
    [
        (60, "General", "60", "60"),
        (12.5, "General", "12,5", "12.5"),
        (0.1 + 0.2, "General", "0,3", "0.3"),
        (1_200_000, "# ##0", "1200000", "1200000"),
        (12.5, '# ##0.00 "€"', "12,5 €", "12.5"),
        (12.5, "#,##0.00\\ [$€-40C]", "12,5 €", "12.5"),
        (0.2, "0%", "20 %", None),
        (0.055, "0.0%", "5,5 %", None),
        (date(2026, 11, 3), "dd/mm/yyyy", "03/11/2026", None),
        (datetime(2026, 11, 3, 12, 30), "[$-40C]d mmmm yyyy", "03/11/2026", None),  # noqa: DTZ001 a sheet has no zone
        (3, '0" m"', "3", "3"),
        (True, "General", "oui", None),
        ("  texte ", "General", "  texte ", None),
        ("12", "General", "12", None),
        (1e20, "General", "1e+20", None),
        (0.0000001, "General", "0,0000001", "0.0000001"),
    ],
)
def test_values(value: Any, number_format: str, text: str, number: str | None) -> None:
    cell = shown(value, number_format)
    assert cell.text == text
    assert cell.number == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("colour", "found"),
    [
        ("FFFFF2CC", "FFF2CC"),
        ("00FFF2CC", "FFF2CC"),
        ("FFFFFFFF", None),
        (Color(theme=7), "8064A2"),
        (Color(theme=7, tint=0.7999816888943144), "E6E0EC"),
        (Color(theme=0), None),
        (Color(theme=0, tint=-0.0499893185216834), "F2F2F2"),
        (Color(indexed=13), "FFFF00"),
        (Color(indexed=43), "FFFF99"),
        (Color(indexed=64), None),
    ],
)
def test_colours(colour: Any, found: str | None) -> None:
    cell = shown("x", fill=PatternFill("solid", fgColor=colour))
    assert cell.fill == found


def test_tints() -> None:
    assert tint("FFC000", 0.8) == "FFF2CC"
    assert tint("000000", 0.5) == "808080"
    assert tint("FFFFFF", -0.5) == "808080"


def test_addresses() -> None:
    assert [address(4, c) for c in (1, 26, 27, 52, 703)] == ["A4", "Z4", "AA4", "AZ4", "AAA4"]


def test_characters_that_xml_cannot_hold() -> None:
    written = "a_x000D__x000A_b _x005F_x000D_ _x0041_ _x0000__xD83D_"
    sheet = bombs.workbook(f"<sheetData>{bombs.text_cell('A1', written)}</sheetData>")
    assert parse_grid(sheet, "a.xlsx").sheets[0].cell(1, 1).text == "a\r\nb _x000D_ A "
