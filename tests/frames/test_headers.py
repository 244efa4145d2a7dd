"""The header is found, wherever it stands and however it is written."""

import time

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from app.guard.client import parse_grid
from sad.frames.sheet import GridNotFound, read_frame
from tests.frames.files import (
    BUYER,
    LINES,
    SUPPLIER,
    codes,
    frame_of,
    grid_rows,
    names,
    put,
    warned,
    xlsx,
    yellow,
)


@pytest.mark.parametrize("row", [1, 2, 7, 23, 40])
@pytest.mark.parametrize("column", [1, 3, 6])
def test_anywhere(row: int, column: int) -> None:
    def make(sheet: Worksheet) -> None:
        if row > 3:
            sheet["A1"] = "Marché spécifique n° 4, mobilier"
            sheet["A2"] = "À compléter par le candidat : colonnes jaunes uniquement"
        put(sheet, grid_rows(), row, column, yellow(), yellow())

    frame = frame_of(make)
    assert frame.header_row == row
    assert names(frame) == (BUYER, SUPPLIER)
    assert codes(frame) == ["A-01", "A-02", "A-03"]


def test_below_row_40_nothing_is_found() -> None:
    with pytest.raises(GridNotFound):
        frame_of(lambda sheet: put(sheet, grid_rows(), 41))


@pytest.mark.parametrize(
    ("buyer", "supplier"),
    [
        (
            ["NUMERO", "REFERENCE", "LIBELLE", "QTE", "DIMENSIONS", "CONTRAINTES"],
            ["REPONSE O/N", "P.U. HT", "OBSERVATIONS"],
        ),
        (
            ["Poste", "Réf.", "Intitulé\ndu besoin", "Qté\nsouhaitée", "Dim.\n(cm)", "Normes"],
            ["Vous\nproposez ?", "Prix\nunitaire\n(€ HT)", "Commentaire"],
        ),
        (
            ["Ligne", "Repère", "Article", "Nb", "L x l x H (cm)", "Caractéristiques"],
            ["Proposé (oui / non)", "Votre prix", "Notes"],
        ),
        (
            ["n° de ligne", "code article", "Mobilier", "Nombre", "Encombrement", "exigences ERP"],
            ["Je réponds", "PU en € HT", "Remarques éventuelles"],
        ),
    ],
)
def test_other_words_capitals_accents_and_line_breaks(
    buyer: list[str], supplier: list[str]
) -> None:
    frame = frame_of(lambda sheet: put(sheet, grid_rows(buyer, supplier), 5, 2))
    found_buyer, found_supplier = names(frame)
    assert found_buyer == [" ".join(name.split()) for name in buyer]
    assert found_supplier == [" ".join(name.split()) for name in supplier]
    assert codes(frame) == ["A-01", "A-02", "A-03"]
    assert [c.type for c in frame.supplier_columns] == ["yes_no", "money", "text"]


def test_blank_columns_and_a_title_merged_over_the_sheet() -> None:
    def make(sheet: Worksheet) -> None:
        sheet["A1"] = "Cadre de réponse : désignation, quantité, prix"
        sheet.merge_cells("A1:N1")
        for column, name in [(2, "N°"), (4, "Code"), (5, "Désignation"), (8, "Quantité")]:
            sheet.cell(3, column).value = name
        sheet.cell(3, 12).value = "Prix unitaire HT"
        sheet.cell(4, 2).value, sheet.cell(4, 4).value = 1, "B-1"
        sheet.cell(4, 5).value, sheet.cell(4, 8).value = "Banc", 3

    frame = frame_of(make)
    assert names(frame) == (["N°", "Code", "Désignation", "Quantité"], ["Prix unitaire HT"])
    assert codes(frame) == ["B-1"]
    assert frame.warnings == ()


def test_two_rows_the_first_says_whose_the_columns_are() -> None:
    def make(sheet: Worksheet) -> None:
        sheet["A3"], sheet["G3"] = "Besoin de l'acheteur", "Réponse du candidat"
        sheet.merge_cells("A3:F3")
        sheet.merge_cells("G3:I3")
        supplier = ["Quantité", "Prix", "Origine"]
        put(sheet, grid_rows(BUYER, supplier), 4)

    frame = frame_of(make)
    assert frame.header_row == 4
    assert names(frame)[1] == ["Réponse du candidat – Quantité", "Prix", "Origine"]
    assert [c.role for c in frame.supplier_columns] == [
        "available_quantity",
        "unit_price",
        "origin",
    ]
    assert [line.quantity for line in frame.lines] == [60, 25, 14]


def test_two_rows_merged_downwards_with_sizes_under_one_title() -> None:
    def make(sheet: Worksheet) -> None:
        for column, name in enumerate(["N°", "Code", "Désignation", "Quantité"], start=1):
            sheet.cell(4, column).value = name
            sheet.merge_cells(start_row=4, end_row=5, start_column=column, end_column=column)
        sheet["E4"], sheet["H4"] = "Dimensions (cm)", "Prix unitaire HT"
        sheet.merge_cells("E4:G4")
        sheet.merge_cells("H4:H5")
        sheet["E5"], sheet["F5"], sheet["G5"] = "L", "l", "H"
        put(sheet, [[1, "A-01", "Table", 4, 140, 70, 74], [2, "A-02", "Banc", 2, 120, 40, 45]], 6)

    frame = frame_of(make)
    buyer = [c.name for c in frame.buyer_columns if c.type == "decimal"]
    assert buyer == ["Dimensions (cm) – L", "Dimensions (cm) – l", "Dimensions (cm) – H"]
    assert codes(frame) == ["A-01", "A-02"]
    assert [frame.lines[0].values[k] for k in ("length", "width", "height")] == ["140", "70", "74"]
    assert names(frame)[1] == ["Prix unitaire HT"]


def test_two_rows_not_merged() -> None:
    def make(sheet: Worksheet) -> None:
        put(
            sheet, [["N°", "Désignation", "Quantité", "Dimensions", None, None, "Prix unitaire"]], 3
        )
        put(sheet, [[None, None, "(u)", "L (cm)", "l (cm)", "H (cm)", "(€ HT)"]], 4)
        put(sheet, [[1, "Table", 4, 140, 70, 74], [2, "Banc", 2, 120, 40, 45]], 5)

    frame = frame_of(make)
    assert names(frame)[0] == ["N°", "Désignation", "Quantité (u)", "L (cm)", "l (cm)", "H (cm)"]
    assert names(frame)[1] == ["Prix unitaire (€ HT)"]
    assert len(frame.lines) == 2


def test_numbers_of_columns_under_the_header_are_no_line() -> None:
    def make(sheet: Worksheet) -> None:
        rows = grid_rows()
        put(sheet, [rows[0], [1, 2, 3, 4, 5, 6, 7, 8, 9], *rows[1:]], 4)

    assert codes(frame_of(make)) == ["A-01", "A-02", "A-03"]


def test_sizes_side_by_side_stay_apart() -> None:
    def make(sheet: Worksheet) -> None:
        buyer = ["Code", "Désignation", "Qté", "L (cm)", "l (cm)", "H (cm)"]
        put(sheet, grid_rows(buyer, ["Prix HT"], [["A-1", "Table", 2, 140, 70, 74]]), 4)

    frame = frame_of(make)
    assert names(frame)[0][3:] == ["L (cm)", "l (cm)", "H (cm)"]
    assert [frame.lines[0].values[k] for k in ("length", "width", "height")] == ["140", "70", "74"]
    assert warned(frame) == []


def test_the_same_header_twice_is_renamed_with_a_warning() -> None:
    def make(sheet: Worksheet) -> None:
        put(sheet, grid_rows(supplier=["Prix HT", "Remarque", "Remarque"]), 4)

    frame = frame_of(make)
    assert names(frame)[1] == ["Prix HT", "Remarque", "Remarque (2)"]
    assert len({c.key for c in (*frame.buyer_columns, *frame.supplier_columns)}) == 9
    (warning,) = frame.warnings
    assert warning.code == "frames.duplicate_header"
    assert (warning.facts["sheet"], warning.facts["cell"]) == ("Cadre", "I4")


def test_a_hidden_column_is_not_taken_and_said() -> None:
    def make(sheet: Worksheet) -> None:
        put(sheet, grid_rows(supplier=["Prix HT", "Marge"]), 4)
        sheet.column_dimensions["H"].hidden = True

    frame = frame_of(make)
    assert names(frame)[1] == ["Prix HT"]
    assert [(w.code, w.facts["cell"]) for w in frame.warnings] == [("frames.hidden_column", "H4")]


def test_values_under_no_header_are_said() -> None:
    def make(sheet: Worksheet) -> None:
        rows = grid_rows(lines=[[*line, None, None, None, "vu"] for line in LINES])
        put(sheet, rows, 4)

    assert warned(frame_of(make)) == ["column_without_title"]


def test_nothing_like_a_grid_is_refused() -> None:
    with pytest.raises(GridNotFound):
        frame_of(lambda sheet: put(sheet, [["Bonjour", "voici"], ["le", "fichier"]]))
    assert xlsx(lambda sheet: None)
    with pytest.raises(GridNotFound):
        frame_of(lambda sheet: None)


def test_a_note_just_above_the_header_is_not_a_title_of_columns() -> None:
    def make(sheet: Worksheet) -> None:
        sheet["E3"] = "Colonnes jaunes à compléter par le candidat"
        put(sheet, grid_rows(), 4, 5)

    assert names(frame_of(make)) == (BUYER, SUPPLIER)


def test_one_title_over_the_answers_only() -> None:
    def make(sheet: Worksheet) -> None:
        sheet["H3"] = "À remplir par le fournisseur"
        put(sheet, grid_rows(supplier=["Présence", "Divers", "Autre"]), 4, 2)

    assert names(frame_of(make)) == (BUYER, ["Présence", "Divers", "Autre"])


def test_a_long_grid_is_read_quickly() -> None:
    lines = [[n, f"A-{n}", f"Chaise {n}", 12, "libre", "solide"] for n in range(1, 2_001)]
    data = xlsx(lambda sheet: put(sheet, grid_rows(lines=lines), 4))
    book = parse_grid(data, "cadre.xlsx")
    started = time.process_time()
    assert len(read_frame(book).lines) == 2_000
    assert time.process_time() - started < 2
