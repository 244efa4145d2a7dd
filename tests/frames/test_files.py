"""Several sheets, hidden ones, ODS, CSV in every dress."""

import pytest
import xlsxwriter
from openpyxl import Workbook as Book
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from sad.frames.columns import Column
from sad.frames.frame import Frame
from tests.frames.files import (
    BUYER,
    LINES,
    SUPPLIER,
    codes,
    grid_rows,
    names,
    ods,
    ods_rows,
    put,
    read,
    saved,
    warned,
    yellow,
)


def book_of(**sheets: list[list[object]]) -> Book:
    book = Book()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in sheets.items():
        put(book.create_sheet(name), rows)
    return book


def column(frame: Frame, name: str) -> Column:
    return next(c for c in frame.supplier_columns if c.name == name)


def test_the_sheet_with_the_grid_is_chosen() -> None:
    book = book_of(
        Lisezmoi=[["Comment répondre"], ["Complétez la feuille Cadre"]],
        Recap=[["Désignation", "Quantité"], ["Chaises", 60]],
        Cadre=grid_rows(),
        Listes=[["oui"], ["non"]],
    )
    frame = read(saved(book), "cadre.xlsx")
    assert frame.sheet == "Cadre"
    assert warned(frame) == []


def test_a_hidden_sheet_is_never_chosen() -> None:
    book = book_of(Ancien=grid_rows(lines=[*LINES, *LINES]), Cadre=grid_rows())
    book["Ancien"].sheet_state = "veryHidden"
    frame = read(saved(book), "cadre.xlsx")
    assert (frame.sheet, len(frame.lines)) == ("Cadre", 3)
    assert warned(frame) == []


def test_two_grids_are_said() -> None:
    book = book_of(Lot1=grid_rows(), Lot2=grid_rows())
    frame = read(saved(book), "cadre.xlsx")
    assert frame.sheet == "Lot1"
    assert [(w.code, w.facts["others"]) for w in frame.warnings] == [
        ("frames.other_grids", ["Lot2"])
    ]


def test_lists_of_choices_here_elsewhere_or_named() -> None:
    book = book_of(Cadre=grid_rows(supplier=["État", "Origine", "Présence", "Prix HT"]))
    hidden = book.create_sheet("Mes listes")
    hidden.sheet_state = "hidden"
    put(hidden, [["neuf"], ["très bon"], ["bon"]])
    sheet = book["Cadre"]
    for formula, cells in [
        ("'Mes listes'!$A$1:$A$3", "G2:G4"),
        ('"réemploi,surcyclé"', "H2:H1048576"),
        ('"oui,non"', "I2:I4"),
    ]:
        rule = DataValidation(type="list", formula1=formula)
        rule.add(cells)
        sheet.add_data_validation(rule)
    bounds = DataValidation(type="decimal", operator="between", formula1="1", formula2="500")
    bounds.add("J2:J4")
    sheet.add_data_validation(bounds)

    frame = read(saved(book), "cadre.xlsx")
    assert column(frame, "État").choices == ("neuf", "très bon", "bon")
    assert column(frame, "Origine").choices == ("réemploi", "surcyclé")
    assert column(frame, "Présence").type == "yes_no"
    assert (column(frame, "Prix HT").minimum, column(frame, "Prix HT").maximum) == (1, 500)


def test_written_by_another_program(tmp_path: object) -> None:
    path = f"{tmp_path}/cadre.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Réponse")
    yellow_cell = book.add_format({"bg_color": "#FFFF99"})
    percent = book.add_format({"num_format": "0.0%"})
    for r, values in enumerate(grid_rows()):
        for c, value in enumerate(values):
            sheet.write(r + 9, c + 2, value, yellow_cell if c >= 6 else None)
    sheet.write(8, 2, 0.2, percent)
    book.close()
    with open(path, "rb") as file:  # noqa: PTH123 the path is a text here
        frame = read(file.read(), "cadre.xlsx")
    assert (frame.sheet, frame.header_row) == ("Réponse", 10)
    assert names(frame) == (BUYER, SUPPLIER)


def test_ods() -> None:
    hidden = f'<table:table table:name="Vieux" table:style-name="ta0">{ods_rows(grid_rows())}'
    rows = ods_rows(grid_rows(supplier=["Divers", "Autre", "Prix HT"]), yellow_from=6)
    body = (
        f"{hidden}</table:table>"
        '<table:table table:name="Cadre"><table:table-column table:number-columns-repeated="9"/>'
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        f"{rows}"
        '<table:table-row table:number-rows-repeated="1048500">'
        '<table:table-cell table:number-columns-repeated="1024"/></table:table-row></table:table>'
    )
    frame = read(ods(body), "cadre.ods")
    assert (frame.sheet, frame.header_row) == ("Cadre", 4)
    assert names(frame) == (BUYER, ["Divers", "Autre", "Prix HT"])
    assert codes(frame) == ["A-01", "A-02", "A-03"]


def test_ods_merges_hides_and_adds_up() -> None:
    header, *lines = grid_rows()
    total = (
        '<table:table-row><table:table-cell table:number-columns-repeated="3"/>'
        '<table:table-cell table:formula="of:=SUM([.D2:.D4])" office:value-type="float"'
        ' office:value="99"><text:p>99</text:p></table:table-cell></table:table-row>'
    )
    hidden = ods_rows([[4, "A-04", "Lampe", 3]]).replace(
        "<table:table-row>", '<table:table-row table:visibility="collapse">'
    )
    title = (
        '<table:table-row><table:table-cell table:number-columns-spanned="9"'
        ' table:number-rows-spanned="1" office:value-type="string"><text:p>Assises</text:p>'
        '</table:table-cell><table:covered-table-cell table:number-columns-repeated="8"/>'
        "</table:table-row>"
    )
    body = ods_rows([header]) + title + ods_rows(lines[:3]) + total + hidden
    frame = read(ods(f'<table:table table:name="C">{body}</table:table>'), "c.ods")
    assert codes(frame) == ["A-01", "A-02", "A-03"]
    assert warned(frame) == ["hidden_row"]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv(separator: str, encoding: str) -> None:
    rows = [["Marché n° 4"], [], *grid_rows()]
    text = "\r\n".join(
        separator.join('"' + str("" if v is None else v) + '"' for v in row) for row in rows
    )
    data = text.encode(encoding, errors="replace")
    frame = read(data, "cadre.tsv" if separator == "\t" else "cadre.csv")
    assert (frame.sheet, frame.header_row) == ("cadre", 3)
    assert names(frame) == (BUYER, SUPPLIER)
    assert codes(frame) == ["A-01", "A-02", "A-03"]
    assert frame.lines[1].designation == "Bureau droit"


def test_csv_without_quotes_with_decimal_commas_and_codes_with_zeros() -> None:
    text = "Code;Désignation;Quantité;Prix HT\n007;Rideau, doublé;12,5;\n008;Tringle;3;\n"
    frame = read(text.encode("cp1252"), "cadre.csv")
    assert codes(frame) == ["007", "008"]
    assert [str(line.quantity) for line in frame.lines] == ["12.5", "3"]
    assert frame.buyer_columns[2].type == "decimal"


def test_the_fill_survives_answers_already_typed() -> None:
    def make(sheet: Worksheet) -> None:
        lines = [[*line, "oui", 12.5, "ok"] for line in LINES]
        put(sheet, [[*BUYER, "Présence", "Prix", "Divers"], *lines], 4, 1, yellow())

    book = Book()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    make(sheet)
    assert names(read(saved(book), "c.xlsx"))[1] == ["Présence", "Prix", "Divers"]
