"""Legends: where they stand, missing, doubled; colours unknown, of a theme, of a palette."""

from openpyxl import Workbook as Book
from openpyxl.styles.colors import Color

from app.guard.client import parse_inventory
from sad.inventories.reading import read_inventory
from sad.inventories.values import Route
from tests.frames.files import ods, ods_rows
from tests.inventories.files import (
    BLUE,
    FILLS,
    HEAD,
    ORANGE,
    PINK,
    ROWS,
    fill,
    legend,
    read,
    table,
    usual,
    warned,
)


def test_a_legend_on_a_sheet_of_its_own() -> None:
    found = read(usual)
    assert found.routes == (
        Route("Travaux", BLUE),
        Route("Réutilisé", PINK),
        Route("Réemploi", ORANGE),
    )
    assert [line.route for line in found.lines] == ["Travaux", "Réemploi", "Réemploi"]
    assert [found.by_route()[name].lines for name in ("Travaux", "Réutilisé")] == [1, 0]
    assert warned(found) == []


def test_a_legend_of_coloured_words_above_the_table() -> None:
    def make(book: Book) -> None:
        sheet = book.active
        sheet["A1"] = "Niveau 0"
        sheet["A1"].fill = fill("1F4E79")  # a title is no route
        for column, (colour, label) in enumerate([(BLUE, "Travaux"), (ORANGE, "Réemploi")], 2):
            sheet.cell(2, column, label).fill = fill(colour)
        table(sheet)

    found = read(make)
    assert [route.label for route in found.routes] == ["Travaux", "Réemploi"]
    assert [line.route for line in found.lines] == ["Travaux", "Réemploi", "Réemploi"]


def test_a_legend_beside_the_table_and_one_under() -> None:
    def make(book: Book) -> None:
        table(book.active)
        book.active["L5"].fill = fill(BLUE)
        book.active["M5"] = "Travaux"
        book.active["A12"] = "Couleurs"
        book.active["A13"] = "Orange"
        book.active["A13"].fill = fill(ORANGE)
        book.active["B13"] = "Réemploi"

    assert [route.label for route in read(make).routes] == ["Travaux", "Réemploi"]


def test_a_legend_with_its_sums_beside() -> None:
    def make(book: Book) -> None:
        book.active.append(["Légende : couleur de la désignation", "", "Pièces", "Montant HT"])
        for row, (colour, label) in enumerate([(BLUE, "Travaux"), (ORANGE, "Réemploi")], 2):
            book.active.cell(row, 1).fill = fill(colour)
            for column, value in enumerate((label, 12, 500), 2):
                book.active.cell(row, column, value)
        table(book.create_sheet("N0"))

    found = read(make)
    assert [route.label for route in found.routes] == ["Travaux", "Réemploi"]
    assert warned(found) == []


def test_no_legend() -> None:
    found = read(lambda book: table(book.active))
    assert warned(found) == [("no_legend", "Sheet!C5")]
    assert [line.route for line in found.lines] == [f"Couleur {c}" for c in FILLS]
    assert found.by_route()[f"Couleur {ORANGE}"].pieces == 14


def test_neither_legend_nor_colour() -> None:
    found = read(lambda book: table(book.active, fills=[]))
    assert warned(found) == [("nothing_coloured", "Sheet!C5")]
    assert found.routes == ()


def test_two_legends_that_disagree() -> None:
    def make(book: Book) -> None:
        usual(book)
        other = book.create_sheet("N1")
        table(other, at=9)
        legend(other, [(ORANGE, "Achat neuf"), (BLUE, "Travaux")])

    found = read(make)
    assert warned(found)[0] == ("two_legends", "N1!A3")
    assert found.warnings[0].facts["first_cell"] == "A5"
    assert [line.route for line in found.lines[:3]] == ["Travaux", "Réemploi", "Réemploi"]
    assert [line.route for line in found.lines[3:]] == ["Travaux", "Achat neuf", "Achat neuf"]


def test_two_legends_that_agree_say_nothing() -> None:
    def make(book: Book) -> None:
        usual(book)
        other = book.create_sheet("N1")
        table(other, [["Toit", "B1", "Banc", 3]], [PINK], at=9)
        legend(other, [(BLUE, "travaux"), (PINK, "Réutilisé")])

    found = read(make)
    assert warned(found) == []
    assert found.lines[-1].route == "Réutilisé"


def test_the_same_route_in_two_colours() -> None:
    def make(book: Book) -> None:
        usual(book)
        legend(book["Légende"], [("00B050", "Réemploi")], row=12)
        table(book.create_sheet("N1"), [["Toit", "B1", "Banc", 3]], ["00B050"])

    found = read(make)
    assert warned(found) == [("two_colours", "Légende!A12")]
    assert found.lines[-1].route == "Réemploi"


def test_an_unknown_colour_is_told_once_a_sheet() -> None:
    def make(book: Book) -> None:
        usual(book)
        table(book.create_sheet("N1"), ROWS, ["00B050", BLUE, "00B050"])

    found = read(make)
    assert warned(found) == [("unknown_colour", "N1!C5"), ("repeated_code", "N1!B5"),
                             ("repeated_code", "N1!B6"), ("repeated_code", "N1!B7")]  # fmt: skip
    assert found.warnings[0].facts["count"] == 2
    assert [line.route for line in found.lines[3:]] == [None, "Travaux", None]
    assert found.lines[3].colour == "00B050"


def test_colours_of_a_theme_and_of_a_palette() -> None:
    theme, light, indexed = (
        Color(theme=4), Color(theme=7, tint=0.7999816888943144), Color(indexed=13),
    )  # fmt: skip

    def make(book: Book) -> None:
        legend(book.active, [("4F81BD", "Travaux"), (light, "Réutilisé"), ("FFFF00", "Réemploi")])
        table(book.create_sheet("N0"), ROWS, [theme, "E6E0EC", indexed])

    found = read(make)
    assert [route.colour for route in found.routes] == ["4F81BD", "E6E0EC", "FFFF00"]
    assert [line.route for line in found.lines] == ["Travaux", "Réutilisé", "Réemploi"]


def test_a_tint_rounded_otherwise_is_the_same_colour() -> None:
    def make(book: Book) -> None:
        usual(book)
        table(book.create_sheet("N1"), [["Toit", "B1", "Banc", 3]], ["F9B36C"])

    assert read(make).lines[-1].route == "Réemploi"


def test_the_colour_on_the_whole_row_or_on_another_cell() -> None:
    def make(book: Book) -> None:
        usual(book)
        sheet = book.create_sheet("N1")
        table(sheet, ROWS, [])
        for column in range(1, len(HEAD) + 1):
            sheet.cell(5, column).fill = fill(PINK)
        sheet.cell(6, 2).fill = fill(BLUE)

    found = read(make)
    assert [line.route for line in found.lines[3:]] == ["Réutilisé", "Travaux", None]
    assert ("no_colour", "N1!C7") in warned(found)


def test_coloured_totals_are_no_legend() -> None:
    def make(book: Book) -> None:
        usual(book)
        for row, (colour, words) in enumerate([(BLUE, "Total travaux"), (ORANGE, "Total SAD")], 9):
            book["N0"].cell(row, 3, words).fill = fill(colour)

    found = read(make)
    assert [route.label for route in found.routes] == ["Travaux", "Réutilisé", "Réemploi"]
    assert warned(found) == []


def test_an_ods_file() -> None:
    yellow = '<table:table-cell table:style-name="ce1"'
    text = ' office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    plain, row = "<table:table-cell", "<table:table-row>{}</table:table-row>"
    legend_rows = row.format(plain + text.format("Légende")) + row.format(
        f"{yellow}/>{plain}{text.format('Réemploi')}"
    )
    lines = ods_rows([["Qté", "Désignation"]]) + row.format(
        f'{plain} office:value-type="float" office:value="3"><text:p>3</text:p></table:table-cell>'
        f"{yellow}{text.format('Banc')}"
    )
    data = ods(
        f'<table:table table:name="Couleurs">{legend_rows}</table:table>'
        f'<table:table table:name="N0">{lines}</table:table>'
    )
    found = read_inventory(parse_inventory(data, "a.ods"))
    assert found.routes == (Route("Réemploi", "FFF2CC"),)
    assert [(line.designation, line.quantity, line.route) for line in found.lines] == [
        ("Banc", 3, "Réemploi")
    ]
