"""What is a line and what is not; quantities, amounts, rooms, sizes; what is hidden is told."""

import io
import resource
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook as Book

from app.guard.client import parse_inventory
from app.guard.refusals import TooManyRows
from sad.inventories.reading import NothingFound, read_inventory
from sad.kernel.money import Money
from tests.inventories.files import FILLS, HEAD, ROWS, read, saved, table, usual, warned


def test_amounts() -> None:
    found = read(usual)
    assert [line.amount for line in found.lines] == [Money(0), Money(486_00), Money(1346_00)]
    assert {name: s.amount for name, s in found.by_category().items()} == {
        "reemploi-ressourcerie": Money(486_00),
        "bois-metal": Money(1346_00),
    }


@pytest.mark.parametrize(
    ("quantity", "code"),
    [
        (-3, "quantity_negative"),
        ("- 3", "quantity_negative"),
        ("plusieurs", "quantity_unread"),
        ("10 à 12", "quantity_unread"),
        ("=D5*2", "formula_uncomputed"),
        (2_000_000, "quantity_unread"),
    ],
)
def test_quantities_that_are_not_counted(quantity: Any, code: str) -> None:
    rows = [ROWS[0], ["Accueil", "A2", "Chaise", quantity], ROWS[2]]
    found = read(lambda book: (usual(book), table(book["N0"], rows))[0])
    assert warned(found) == [(code, "N0!D6")]
    assert [line.quantity for line in found.lines] == [1, None, 2]
    assert found.by_route()["Réemploi"].pieces == 2


def test_a_formula_counts_for_the_result_kept_in_the_file() -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet("N0")
    sheet.write_row(0, 0, ["Désignation", "Qté", "PU estimé HT", "Total HT"])
    sheet.write(1, 0, "Chaise")
    sheet.write_formula(1, 1, "=2*6", value=12)
    sheet.write_formula(1, 2, "=80/3", value=26.666666666666668)
    sheet.write_formula(1, 3, "=B2*C2", value=320)
    sheet.write(2, 0, "TOTAL")
    sheet.write_formula(2, 1, "=SUM(B2:B2)", value=12)
    book.close()
    found = read_inventory(parse_inventory(stream.getvalue(), "a.xlsx"))
    (line,) = found.lines
    assert (line.quantity, line.unit_price, line.amount) == (12, Money(2667), Money(320_04))


def test_a_total_known_without_its_unit_price() -> None:
    head = ["Désignation", "Qté", "Montant HT"]
    found = read(lambda book: table(book.active, [["Cloison", 4, "1 200 € HT"]], [], head))
    assert found.lines[0].amount == Money(1200_00)


def test_an_amount_that_no_spreadsheet_computed_is_told() -> None:
    head = ["Désignation", "Qté", "Montant HT"]
    found = read(lambda book: table(book.active, [["Cloison", 4, "=4*100"]], [], head))
    assert warned(found)[-1] == ("formula_uncomputed", "Sheet!C5")


def test_amounts_not_read_or_with_tax_are_told() -> None:
    head = ["Désignation", "Qté", "PU TTC"]
    rows = [["Banc", 4, "12 ou 15"], ["Table", 1, "à chiffrer"], ["Pouf", 2, 30]]
    found = read(lambda book: table(book.active, rows, [], head))
    told = [one for one in warned(found) if "amount" in one[0]]
    assert told == [("amounts_with_tax", "Sheet!C4"), ("amount_unread", "Sheet!C5")]


def test_hidden_things_are_named_and_left_out() -> None:
    def make(book: Book) -> None:
        usual(book)
        table(book.create_sheet("Ancien"))
        book["Ancien"].sheet_state = "hidden"
        book["N0"].row_dimensions[6].hidden = True
        book["N0"].column_dimensions["I"].hidden = True

    found = read(make)
    assert warned(found) == [
        ("hidden_sheet", "Ancien"),
        ("hidden_column", "N0!I4"),
        ("frames.hidden_row", "N0!A6"),
    ]
    assert found.warnings[1].facts["name"] == "PU HT"
    assert [line.code for line in found.lines] == ["A1", "A3"]
    assert [line.amount for line in found.lines] == [Money(0), Money(0)]


def test_duplicate_codes_across_sheets() -> None:
    def make(book: Book) -> None:
        usual(book)
        table(book.create_sheet("N1"), [["Toit", "a1", "Banc", 3]])

    found = read(make)
    assert warned(found) == [("repeated_code", "N1!B5")]
    assert (found.warnings[0].facts["first_sheet"], found.warnings[0].facts["first"]) == (
        "N0", "B5",
    )  # fmt: skip


def test_totals_titles_and_summaries_are_not_lines() -> None:
    def make(book: Book) -> None:
        usual(book)
        sheet = book["N0"]
        for row, values in enumerate([["Sous-total", None, None, 15], ["Total pièces"]], start=9):
            for column, value in enumerate(values, start=1):
                sheet.cell(row, column, value)
        sheet["D10"] = "=SUM(D5:D7)"
        table(book.create_sheet("Récapitulatif"), [["", "", "Chaise", 12]])
        computed = book.create_sheet("Par type")
        table(computed, [["", "", "Chaise", "=N0!D6"], ["", "", "Table", "=N0!D7"]])

    found = read(make)
    assert [line.code for line in found.lines] == ["A1", "A2", "A3"]
    assert warned(found) == [
        ("summary_sheet", "Récapitulatif!A4"),
        ("summary_sheet", "Par type!A4"),
    ]


def test_headers_anywhere_and_a_second_table_told() -> None:
    def make(book: Book) -> None:
        usual(book)
        table(book.create_sheet("N1"), [["Toit", "B1", "Banc", 3]], at=23)
        second = book.create_sheet("N2")
        table(second, [["Toit", "C1", "Banc", 3]])
        table(
            second,
            [["C2", "Pouf", 3]],
            head=["Code", "Désignation", "Qté", "PU HT", "Matériau"],
            at=9,
        )
        book.create_sheet("Notes")["A1"] = "Mesures à confirmer"

    found = read(make)
    assert [line.code for line in found.lines] == ["A1", "A2", "A3", "B1", "C1"]
    assert warned(found) == [("second_table", "N2!A9"), ("sheet_not_read", "Notes")]


def test_rooms_go_on_until_the_next_one() -> None:
    def make(book: Book) -> None:
        sheet = book.active
        table(
            sheet,
            [
                ["Accueil", "A1", "Banc", 1],
                ["", "A2", "Chaise", 1],
                ["Fablab", "A3", "Pouf", 1],
                ["", "A4", "Table", 1],
            ],
        )
        sheet.merge_cells("A7:A8")
        titled = book.create_sheet("N1")
        rows = [["Cuisine"], ["Chaise", 2], ["Terrasse"], ["Banc", 1], ["Pouf", 1]]
        table(titled, rows, [], ["Désignation", "Qté"])

    rooms = [(line.designation, line.room, line.level) for line in read(make).lines]
    assert rooms == [
        ("Banc", "Accueil", "Sheet"),
        ("Chaise", "Accueil", "Sheet"),
        ("Pouf", "Fablab", "Sheet"),
        ("Table", "Fablab", "Sheet"),
        ("Chaise", "Cuisine", "N1"),
        ("Banc", "Terrasse", "N1"),
        ("Pouf", "Terrasse", "N1"),
    ]


def test_sizes() -> None:
    head = ["Désignation", "Qté", "L (mm)", "L (mm)", "H (m)", "Niveau"]
    found = read(
        lambda book: table(book.active, [["Banc", 1, 1200, "450 mm", 0.45, "R+1"]], [], head)
    )
    line = found.lines[0]
    assert (line.length, line.width, line.height) == (Decimal(120), Decimal(45), Decimal(45))
    assert line.dimensions == "L 120 × l 45 × H 45 cm"
    assert line.level == "R+1"
    assert ("two_lengths", "Sheet!D4") in warned(found)


def test_many_warnings_of_a_kind_are_counted() -> None:
    rows = [["", f"A{n}", "Banc", -1] for n in range(60)]
    found = read(lambda book: table(book.active, rows, FILLS))
    assert len(found.warnings) == 43
    assert found.warnings[-1].facts == {"count": 20}


def test_nothing_to_read() -> None:
    with pytest.raises(NothingFound) as refused:
        read(lambda book: book.active.append(["Bonjour"]))
    assert refused.value.facts == {"sheets": ["Sheet"]}


def test_a_hundred_thousand_rows_are_refused() -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"constant_memory": True})
    sheet = book.add_worksheet("N0")
    sheet.write_row(0, 0, HEAD)
    for row in range(1, 100_001):
        sheet.write_row(row, 2, ["Chaise", 1])
    book.close()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(TooManyRows) as refused:
        parse_inventory(stream.getvalue(), "a.xlsx")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert refused.value.facts["sheet"] == "N0"
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 2  # of CPU


def test_a_file_that_is_not_a_spreadsheet() -> None:
    data = saved(usual)
    with pytest.raises(Exception, match="guard"):
        parse_inventory(data[: len(data) // 2], "a.xlsx")
