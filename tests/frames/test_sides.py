"""The supplier's columns are known by their fill, their words, or both."""

import pytest
from openpyxl import Workbook as Book
from openpyxl.styles import PatternFill
from openpyxl.styles.colors import Color
from openpyxl.worksheet.worksheet import Worksheet

from sad.frames.sides import hue
from tests.frames.files import (
    BUYER,
    LINES,
    SUPPLIER,
    frame_of,
    grid_rows,
    letter,
    names,
    put,
    read,
    saved,
    yellow,
)

NEUTRAL = ["Présence", "Montant proposé par pièce", "Divers"]


@pytest.mark.parametrize("colour", ["FFF2CC", "FFFF00", "E2EFDA", "DDEBF7", "FCE4D6", "F2F2F2"])
def test_any_fill_of_the_cells(colour: str) -> None:
    fills = dict.fromkeys(yellow(BUYER, NEUTRAL), colour)
    frame = frame_of(lambda sheet: put(sheet, grid_rows(supplier=NEUTRAL), 4, 1, fills))
    assert names(frame) == (BUYER, NEUTRAL)


def test_the_fill_of_the_titles_alone() -> None:
    fills = dict.fromkeys(range(6), "D9D9D9") | dict.fromkeys(range(6, 9), "FFD966")
    rows = grid_rows(supplier=NEUTRAL)
    frame = frame_of(lambda sheet: put(sheet, rows, 4, 1, None, fills))
    assert names(frame) == (BUYER, NEUTRAL)


def test_words_alone() -> None:
    frame = frame_of(lambda sheet: put(sheet, grid_rows(), 4))
    assert names(frame) == (BUYER, SUPPLIER)


def test_words_complete_the_fill() -> None:
    supplier = ["Je réponds", "Divers", "Prix unitaire HT"]
    fills = {6: "FFF2CC", 7: "FFF2CC"}
    frame = frame_of(lambda sheet: put(sheet, grid_rows(supplier=supplier), 4, 1, fills))
    assert names(frame) == (BUYER, supplier)


def test_a_fill_over_the_whole_table_says_nothing() -> None:
    fills = dict.fromkeys(range(9), "FFF2CC")
    frame = frame_of(lambda sheet: put(sheet, grid_rows(), 4, 1, fills, fills))
    assert names(frame) == (BUYER, SUPPLIER)


def test_striped_lines_say_nothing() -> None:
    def make(sheet: Worksheet) -> None:
        put(sheet, grid_rows(), 4)
        for column in range(1, 10):
            sheet.cell(6, column).fill = PatternFill("solid", fgColor="DDDDDD")

    assert names(frame_of(make)) == (BUYER, SUPPLIER)


def test_grey_buyer_columns_and_white_answers() -> None:
    fills = dict.fromkeys(range(6), "EDEDED")
    supplier = ["Prix unitaire HT", "Divers", "Origine"]
    frame = frame_of(lambda sheet: put(sheet, grid_rows(supplier=supplier), 4, 1, fills, fills))
    assert names(frame) == (BUYER, supplier)


def test_the_legend_chooses_between_two_colours() -> None:
    def make(sheet: Worksheet) -> None:
        sheet["A1"] = "Remplissez les cellules bleues"
        fills = {4: "FFF2CC", 5: "FFF2CC", 6: "DDEBF7", 7: "DDEBF7", 8: "DDEBF7"}
        put(sheet, grid_rows(supplier=["Divers", "Autre", "Encore"]), 4, 1, fills)

    assert names(frame_of(make))[1] == ["Divers", "Autre", "Encore"]


def test_a_column_coloured_for_itself_is_not_an_answer() -> None:
    fills = {5: "F8CBAD"}
    frame = frame_of(lambda sheet: put(sheet, grid_rows(), 4, 1, fills))
    assert names(frame) == (BUYER, SUPPLIER)


def test_a_fill_given_to_whole_columns() -> None:
    def make(sheet: Worksheet) -> None:
        put(sheet, grid_rows(supplier=NEUTRAL), 4)
        for column in (7, 8, 9):
            sheet.column_dimensions[letter(column)].fill = PatternFill("solid", fgColor="FFF2CC")

    book = Book()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    make(sheet)
    assert names(read(saved(book), "cadre.xlsx"))[1] == NEUTRAL


@pytest.mark.parametrize(
    "colour", [Color(theme=7, tint=0.8), Color(theme=0, tint=-0.15), Color(indexed=26)]
)
def test_theme_tints_and_indexed_colours(colour: Color) -> None:
    def make(sheet: Worksheet) -> None:
        put(sheet, grid_rows(supplier=NEUTRAL), 4)
        for row in range(5, 8):
            for column in (7, 8, 9):
                sheet.cell(row, column).fill = PatternFill("solid", fgColor=colour)

    assert names(frame_of(make))[1] == NEUTRAL


def test_a_ceiling_price_and_a_wished_origin_are_the_buyers() -> None:
    buyer = [*BUYER, "Prix plafond HT (€)", "Origine souhaitée"]
    lines = [[*line, 120, "réemploi"] for line in LINES]
    frame = frame_of(lambda sheet: put(sheet, grid_rows(buyer, SUPPLIER, lines), 4))
    assert names(frame) == (buyer, SUPPLIER)
    price = frame.lines[0].maximum_price
    assert price is not None
    assert price.cents == 12_000


def test_the_six_columns_of_practice() -> None:
    supplier = [
        "J'en ai combien",
        "État",
        "Photo",
        "Prix à l'unité, livré et monté",
        "Livrable le",
        "Remarque",
    ]
    frame = frame_of(lambda sheet: put(sheet, grid_rows(supplier=supplier), 4))
    assert names(frame) == (BUYER, supplier)
    types = [str(c.type) for c in frame.supplier_columns]
    assert types == ["integer", "text", "picture", "money", "date", "text"]


def test_hues() -> None:
    assert [hue(c) for c in ("FFF2CC", "FFFF00", "FCE4D6", "E2EFDA", "DDEBF7", "D9D9D9")] == [
        "yellow",
        "yellow",
        "orange",
        "green",
        "blue",
        "grey",
    ]
    assert [hue(c) for c in ("F4B6D2", "7030A0", "00B050", "0070C0", "FFC000")] == [
        "pink",
        "pink",
        "green",
        "blue",
        "yellow",
    ]
