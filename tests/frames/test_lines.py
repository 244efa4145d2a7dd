"""Lines told from totals, titles, notes, examples; quantities as people write them."""

from decimal import Decimal
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from sad.frames.body import read_quantity
from sad.frames.workbook import Cell
from tests.frames.files import BUYER, codes, frame_of, grid_rows, names, put, warned


def with_row(*after: list[Any]) -> Any:
    return lambda sheet: put(sheet, [*grid_rows(), *after], 4)


@pytest.mark.parametrize(
    "words",
    ["Total", "Sous-total", "TOTAL HT", "Total général", "TVA 20 %", "Montant TTC", "S/Total"],
)
@pytest.mark.parametrize("column", [0, 2])
def test_total_rows_by_their_words(words: str, column: int) -> None:
    row: list[Any] = [None] * 9
    row[column], row[3] = words, 99
    frame = frame_of(with_row(row, [4, "A-04", "Lampe", 3]))
    assert codes(frame) == ["A-01", "A-02", "A-03", "A-04"]


@pytest.mark.parametrize("formula", ["=SUM(D5:D7)", "=SUBTOTAL(9,D5:D7)", "=SUM($D$5:$D$7)"])
def test_total_rows_by_their_formula(formula: str) -> None:
    frame = frame_of(with_row([None, None, None, formula]))
    assert codes(frame) == ["A-01", "A-02", "A-03"]
    named = frame_of(with_row([None, None, "Ensemble des sièges", formula]))
    assert codes(named) == ["A-01", "A-02", "A-03"]


def test_a_total_of_prices_under_the_table() -> None:
    frame = frame_of(with_row([None] * 6 + [None, "=SUM(H5:H7)", None]))
    assert codes(frame) == ["A-01", "A-02", "A-03"]


def test_things_whose_name_only_starts_like_a_total_are_lines() -> None:
    frame = frame_of(with_row([4, "A-04", "Totem d'accueil", 1], [5, "A-05", "Tapis", 2]))
    assert codes(frame)[-2:] == ["A-04", "A-05"]


def test_a_formula_of_the_line_is_no_total() -> None:
    frame = frame_of(with_row([4, "A-04", "Lampe", "=2*D5"]))
    assert codes(frame)[-1] == "A-04"
    assert warned(frame) == ["quantity_unread"]  # openpyxl leaves no result in the file


def test_empty_rows_inside_and_titles_of_sections() -> None:
    def make(sheet: Worksheet) -> None:
        rows = grid_rows()
        put(sheet, [rows[0], ["Assises"], rows[1], [], [], [None, None, "Bureaux"], *rows[2:]], 4)

    frame = frame_of(make)
    assert codes(frame) == ["A-01", "A-02", "A-03"]
    assert warned(frame) == []


def test_titles_merged_over_the_line() -> None:
    def make(sheet: Worksheet) -> None:
        rows = grid_rows()
        put(sheet, [rows[0], ["Lot 1 : assises"], *rows[1:]], 4)
        sheet.merge_cells("A5:I5")

    assert codes(frame_of(make)) == ["A-01", "A-02", "A-03"]


def test_notes_and_signature_under_the_table() -> None:
    notes: list[list[Any]] = [
        [],
        ["Les prix s'entendent livrés, montés, emballages repris."],
        [None, None, "Toute ligne incomplète est réputée sans réponse"],
        ["Fait à", None, "Signature et cachet du candidat"],
        ["* champ obligatoire", None, None, None, "voir notice"],
    ]
    frame = frame_of(with_row(*notes))
    assert codes(frame) == ["A-01", "A-02", "A-03"]
    assert warned(frame) == []


def test_an_example_row_is_left_out() -> None:
    def make(sheet: Worksheet) -> None:
        rows = grid_rows()
        put(sheet, [rows[0], ["Ex.", None, "Chaise bleue", 4], *rows[1:]], 4)

    frame = frame_of(make)
    assert codes(frame) == ["A-01", "A-02", "A-03"]
    assert warned(frame) == ["example_row"]


def test_hidden_rows_are_left_out_and_said() -> None:
    def make(sheet: Worksheet) -> None:
        put(sheet, grid_rows(), 4)
        sheet.row_dimensions[6].hidden = True

    frame = frame_of(make)
    assert codes(frame) == ["A-01", "A-03"]
    assert [(w.code, w.facts["name"]) for w in frame.warnings] == [
        ("frames.hidden_row", "Bureau droit")
    ]


def test_titles_said_again_at_the_next_page() -> None:
    rows = grid_rows()
    frame = frame_of(lambda sheet: put(sheet, [*rows[:3], rows[0], *rows[3:]], 4))
    assert codes(frame) == ["A-01", "A-02", "A-03"]


def test_cells_merged_over_several_lines() -> None:
    def make(sheet: Worksheet) -> None:
        buyer = ["Espace", *BUYER]
        lines = [["Hall", 1, "A-01", "Banc", 2], [None, 2, "A-02", "Table", 3]]
        put(sheet, grid_rows(buyer, ["Prix HT"], lines), 4)
        sheet.merge_cells("A5:A6")

    frame = frame_of(make)
    assert [line.values["place"] for line in frame.lines] == ["Hall", "Hall"]


def test_a_quantity_merged_over_two_lines_is_counted_once() -> None:
    def make(sheet: Worksheet) -> None:
        put(sheet, grid_rows(), 4)
        sheet["D6"] = None
        sheet.merge_cells("D5:D6")

    frame = frame_of(make)
    assert [line.quantity for line in frame.lines] == [60, None, 14]
    assert warned(frame) == ["quantity_unread"]


def test_lines_two_rows_high() -> None:
    def make(sheet: Worksheet) -> None:
        put(sheet, grid_rows(lines=[]), 4)
        for rank, row in enumerate((5, 7), start=1):
            put(sheet, [[rank, f"A-0{rank}", "Banc", 2]], row)
            for column in range(1, 10):
                sheet.merge_cells(
                    start_row=row, end_row=row + 1, start_column=column, end_column=column
                )

    assert codes(frame_of(make)) == ["A-01", "A-02"]


def test_a_designation_merged_over_two_columns() -> None:
    def make(sheet: Worksheet) -> None:
        put(sheet, [["Code", "Désignation", None, "Quantité", "Prix HT"]], 4)
        put(sheet, [["A-1", "Banc", None, 2], ["A-2", "Table", None, 3]], 5)
        for row in (4, 5, 6):
            sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=3)

    frame = frame_of(make)
    assert names(frame) == (["Code", "Désignation", "Quantité"], ["Prix HT"])
    assert [line.designation for line in frame.lines] == ["Banc", "Table"]


def test_a_line_without_quantity_is_kept_and_said() -> None:
    frame = frame_of(with_row([4, "A-04", "Lampe", None], [5, "A-05", "Tapis", 2]))
    assert [line.quantity for line in frame.lines] == [60, 25, 14, None, 2]
    (warning,) = frame.warnings
    assert (warning.code, warning.facts["cell"]) == ("frames.quantity_unread", "D8")


def test_the_same_code_twice_is_said() -> None:
    frame = frame_of(with_row([4, "A-02", "Lampe", 1]))
    (warning,) = frame.warnings
    assert (warning.code, warning.facts["cell"], warning.facts["first"]) == (
        "frames.repeated_code",
        "B8",
        "B6",
    )


def test_another_table_below_is_not_read() -> None:
    after: list[list[Any]] = [
        [],
        ["Réf.", None, "Article", "Nombre", "Remise", "Coût total", "Délai"],
        [1, "Z-1", "Livraison", 1],
    ]
    assert codes(frame_of(with_row(*after))) == ["A-01", "A-02", "A-03"]


@pytest.mark.parametrize(
    ("typed", "quantity", "unit"),
    [
        ("12", "12", ""),
        ("12 u", "12", "u"),
        ("12 unités", "12", "unités"),
        ("1 200", "1200", ""),
        ("1 200 pièces", "1200", "pièces"),
        ("12,5 ml", "12.5", "ml"),
        ("env. 12", "12", ""),
        ("jusqu'à 200", "200", ""),
        ("200 max", "200", ""),
        ("x 4", "4", ""),
        ("3 paires", "3", "paires"),
    ],
)
def test_quantities_as_text(typed: str, quantity: str, unit: str) -> None:
    assert read_quantity(Cell(typed)) == (Decimal(quantity), unit)


@pytest.mark.parametrize(
    "typed", ["", "10 à 12", "10-12", "2 x 6", "1.200", "-3", "plusieurs", "4 ou 5"]
)
def test_what_is_not_one_quantity(typed: str) -> None:
    assert read_quantity(Cell(typed))[0] is None


def test_numbers_of_the_sheet() -> None:
    assert read_quantity(Cell("60", Decimal(60)))[0] == 60
    assert read_quantity(Cell("12,5", Decimal("12.5")))[0] == Decimal("12.5")
    assert read_quantity(Cell("-1", Decimal(-1)))[0] is None
    assert read_quantity(Cell("0,33333", Decimal("0.33333")))[0] is None


def test_the_unit_beside_the_quantity() -> None:
    frame = frame_of(with_row([4, "A-04", "Rideau", "12,5 ml"]))
    assert (frame.lines[-1].quantity, frame.lines[-1].unit) == (Decimal("12.5"), "ml")
