"""Inventories as five services keep them, each its own way; what each says is what is read."""

from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook as Book
from openpyxl.worksheet.worksheet import Worksheet

from sad.inventories.values import Inventory, Route
from sad.kernel.money import Money
from tests.inventories.files import fill, legend, read, table, usual, warned

GOLD, GREEN, BLUE, GREY = "FFC000", "92D050", "BDD7EE", "D9D9D9"


def write(sheet: Worksheet, row: int, values: Sequence[Any]) -> None:
    """A row; None leaves a cell untouched."""
    for column, value in enumerate(values, start=1):
        if value is not None:
            sheet.cell(row, column, value)


def paint(sheet: Worksheet, row: int, colour: str, last: int = 9) -> None:
    """A whole row in a colour."""
    for column in range(1, last + 1):
        sheet.cell(row, column).fill = fill(colour)


def quantities(found: Inventory) -> list[Any]:
    """Of all the lines."""
    return [line.quantity for line in found.lines]


def a_library(book: Book) -> None:
    """Headers on rows 7 and 8, whole rows coloured, merged rooms, quantities « about »."""
    first = book.active
    first.title = "Synthèse"
    write(first, 3, ["Mode d'acquisition", None, "Nb pièces", "Montant estimé HT"])
    for row, (colour, label) in enumerate(((GOLD, "Réemploi"), (GREEN, "Neuf")), 4):
        write(first, row, [label, None, f"=SUM(RDC!D9:D{row})", 1000])
        first.cell(row, 1).fill = fill(colour)
    write(first, 7, ["TOTAL", None, None, 2000])
    write(first, 9, ["Enveloppe prévisionnelle HT", None, None, "45 000 €"])
    sheet = book.create_sheet("RDC")
    write(sheet, 2, ["Recensement du mobilier"])
    write(
        sheet, 7, ["Espace", "Repère", "Désignation", "Qté", "Dimensions (m)", None, None, "Prix"]
    )
    write(sheet, 8, [None, None, None, None, "L", "l", "h", "unitaire HT"])
    sheet.merge_cells("E7:G7")
    lines = (
        ("Hall", "H1", "Fauteuil", "2 à 3", "0,75", "0,8", "0,9", 180, GOLD),
        (None, "H2", "Bac à albums", "~10", "0,80", None, "0,70", 140, GOLD),
        (None, "H3", "Table", "environ 4", None, None, None, 90, GREEN),
        ("Salle", "S1", "Coussin", "6 lots", None, None, None, 60, GREEN),
        (None, "S2", "Lampe", "12 env.", None, None, None, 40, GREEN),
    )
    for row, values in enumerate(lines, 9):
        write(sheet, row, values[:8])
        paint(sheet, row, values[8])
    sheet.merge_cells("A9:A11")
    write(sheet, 15, [None, None, "TOTAL RDC", 24])


def test_a_library() -> None:
    found = read(a_library)
    assert found.routes == (Route("Réemploi", GOLD), Route("Neuf", GREEN))
    assert [line.route for line in found.lines] == ["Réemploi"] * 2 + ["Neuf"] * 3
    assert quantities(found) == [None, 10, 4, 6, 12]
    assert [line.room for line in found.lines] == ["Hall"] * 3 + ["Salle"] * 2
    assert found.lines[0].dimensions == "L 75 × l 80 × H 90 cm"
    assert found.lines[1].amount == Money(1400_00)
    assert found.budget == Money(45_000_00)
    assert warned(found) == [("quantity_unread", "RDC!D9")]
    assert found.warnings[0].facts["text"] == "2 à 3"


def a_school(book: Book) -> None:
    """The colour in an empty column beside the table, rooms as grey titles, the legend afar."""
    sheet = book.active
    write(sheet, 4, [None, "Mobilier", "Détail", "Prix unitaire HT", "Nb", "Total HT"])
    rows = (
        ("Classe CP", None, None, None, None),
        ("Table élève", "70 × 50", 45, 28, GOLD),
        ("Bureau", None, 150, 2, BLUE),
        ("Sous-total", None, None, None, None),
        ("BCD", None, None, None, None),
        ("Étagère basse", None, 120, "6 ou 7", GOLD),
    )
    for row, (name, detail, price, count, colour) in enumerate(rows, 5):
        write(sheet, row, [None, name, detail, price, count, price and f"=D{row}*E{row}"])
        if colour:
            sheet.cell(row, 1).fill = fill(colour)
        elif name != "Sous-total":
            sheet.cell(row, 2).fill = fill(GREY)
            sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=6)
    for row, (colour, label) in enumerate(((GOLD, "Ressourcerie"), (BLUE, "UGAP")), 6):
        sheet.cell(row, 10).fill = fill(colour)
        sheet.cell(row, 11, label)


def test_a_school() -> None:
    found = read(a_school)
    assert found.routes == (Route("Ressourcerie", GOLD), Route("UGAP", BLUE))
    said = [(line.room, line.designation, line.quantity, line.route) for line in found.lines]
    assert said == [
        ("Classe CP", "Table élève", 28, "Ressourcerie"),
        ("Classe CP", "Bureau", 2, "UGAP"),
        ("BCD", "Étagère basse", None, "Ressourcerie"),
    ]
    assert found.lines[0].requirements == "70 × 50"
    assert warned(found) == [("quantity_unread", "Sheet!E10")]


HALL = ["Service", "Bureau", "Nature du mobilier", "Besoin", "Existant", "A acheter", "Filière"]


def a_town_hall(book: Book) -> None:
    """What is there and what is to be bought; the route in words, no colour at all."""
    sheet = book.active
    write(sheet, 3, HALL)
    write(sheet, 4, ["État civil", "Bureau 1", "Bureau droit", 2, 1, 1, "Réemploi"])
    write(sheet, 5, [None, "Bureau 1", "Caisson", 2, 0, 2, "réemploi"])
    write(sheet, 6, ["Urbanisme", "Bureau 12", "Armoire à plans", 1, 1, 0, "Conservé"])


def test_a_town_hall() -> None:
    found = read(lambda book: (a_town_hall(book), write(book.active, 3, [*HALL, "PU HT"]))[0])
    assert quantities(found) == [1, 2, 0]
    assert [route.label for route in found.routes] == ["Réemploi", "Conservé"]
    assert [line.route for line in found.lines] == ["Réemploi", "Réemploi", "Conservé"]
    places = [(line.level, line.room) for line in found.lines]
    assert places == [("État civil", "Bureau 1")] * 2 + [("Urbanisme", "Bureau 12")]
    assert warned(found) == []


def a_university(book: Book) -> None:
    """Titles over titles, units under them, a legend of coloured words in a line."""
    sheet = book.active
    for column, (colour, label) in ((2, (GOLD, "SAD")), (4, (BLUE, "Marché neuf"))):
        sheet.cell(2, column, label).fill = fill(colour)
    write(sheet, 4, ["Localisation", None, None, "Besoin", None, None, None, "Estimation"])
    for span in ("A4:C4", "D4:G4"):
        sheet.merge_cells(span)
    titles = ["Bât.", "Étage", "Local", "N°", "Libellé", "Quantité souhaitée", "Dim. (cm)"]
    write(sheet, 5, [*titles, "Prix unit."])
    write(sheet, 6, [None, None, None, None, None, "(nombre)", "L x P x H", "€ HT"])
    write(sheet, 7, ["B", "R+1", "B101", 1, "Table", "12 u.", "140x70x75", "95,00 €"])
    write(sheet, 8, ["B", "R+2", "B201", 2, "Fauteuil", "4/5", None, "110,50 €"])
    for row, colour in ((7, GOLD), (8, BLUE)):
        sheet.cell(row, 5).fill = fill(colour)
    write(sheet, 11, [None, None, None, None, "* prix issus du sourcing de mai"])


def test_a_university() -> None:
    found = read(a_university)
    assert [(line.level, line.room, line.code) for line in found.lines] == [
        ("B – R+1", "B101", "1"),
        ("B – R+2", "B201", "2"),
    ]
    assert quantities(found) == [12, None]
    assert [line.route for line in found.lines] == ["SAD", "Marché neuf"]
    assert found.lines[0].amount == Money(1140_00)
    assert warned(found) == [("quantity_unread", "Sheet!F8")]


def a_third_place(book: Book) -> None:
    """No legend: coloured titles over the lines, words of every day."""
    sheet = book.active
    write(sheet, 1, ["Zone", "Quoi", "Combien", "Prix pièce", "Total"])
    rows = (["À ACHETER"], ["Bar", "Tabouret", 6, 40], ["Atelier", "Établi", 2, 200],
            ["DÉJÀ LÀ"], ["Salle", "Piano", 1])  # fmt: skip
    for row, values in enumerate(rows, 2):
        write(sheet, row, values)
        if len(values) == 1:
            paint(sheet, row, GOLD if row == 2 else GREEN, last=5)


def test_a_third_place() -> None:
    found = read(a_third_place)
    assert found.routes == (Route("À ACHETER", GOLD), Route("DÉJÀ LÀ", GREEN))
    said = [(line.room, line.designation, line.quantity, line.route) for line in found.lines]
    assert said == [
        ("Bar", "Tabouret", 6, "À ACHETER"),
        ("Atelier", "Établi", 2, "À ACHETER"),
        ("Salle", "Piano", 1, "DÉJÀ LÀ"),
    ]
    assert warned(found) == [("coloured_titles", "Sheet!A2")]


def test_of_several_counts_the_one_to_buy_is_read_and_told() -> None:
    head = ["Désignation", "Qté existante", "Qté souhaitée", "Qté à acheter"]
    found = read(lambda book: (usual(book), table(book.create_sheet("N1"), [["Banc", 3, 5, 2]],
                                                  ["9DC3E6"], head))[0])  # fmt: skip
    assert found.lines[-1].quantity == 2
    assert warned(found) == [("several_quantities", "N1!D4")]


def test_a_table_that_counts_nothing_is_told() -> None:
    def make(book: Book) -> None:
        legend(book.active, [(GOLD, "Réemploi"), (BLUE, "Neuf")])
        table(book.create_sheet("N0"), [["Banc", 40, "métal"]], [GOLD],
              ["Désignation", "PU HT", "Matériau"])  # fmt: skip

    found = read(make)
    assert quantities(found) == [None]
    assert warned(found) == [("no_quantities", "N0!A4")]


def test_levels_and_rooms_as_titles_in_one_sheet() -> None:
    rows = [["Niveau 0"], ["Hall"], ["Banc", 1], ["Rampe d'accès"], ["Pot", 2], ["R+1"],
            ["Chaise", 3], ["Salle verte"], ["Table", 1]]  # fmt: skip
    found = read(lambda book: table(book.active, rows, [], ["Désignation", "Qté"]))
    assert [(line.level, line.room, line.designation) for line in found.lines] == [
        ("Niveau 0", "Hall", "Banc"),
        ("Niveau 0", "Rampe d'accès", "Pot"),
        ("R+1", "", "Chaise"),
        ("R+1", "Salle verte", "Table"),
    ]


def test_levels_as_titles_beside_a_column_of_rooms() -> None:
    head = ["Salle", "Désignation", "Qté"]
    rows = [["ÉTAGE 1"], ["A101", "Table", 2], ["", "Chaise", 8], ["ÉTAGE 2"], ["A201", "Banc", 1]]
    found = read(lambda book: table(book.active, rows, [], head))
    assert [(line.level, line.room) for line in found.lines] == [
        ("ÉTAGE 1", "A101"),
        ("ÉTAGE 1", "A101"),
        ("ÉTAGE 2", "A201"),
    ]


def test_what_is_there_already_stands_beside_what_is_needed() -> None:
    def make(book: Book) -> None:
        sheet = book.active
        write(sheet, 2, ["Existant", None, None, None, "Besoin"])
        sheet.merge_cells("A2:B2")
        sheet.merge_cells("E2:G2")
        write(sheet, 3, ["Désignation", "Qté", None, None, "Désignation", "Qté", "PU HT"])
        write(sheet, 4, ["Table", 9, None, None, "Chaise", 4, "env. 30 € / pièce"])

    found = read(make)
    assert [(line.designation, line.quantity, line.amount) for line in found.lines] == [
        ("Chaise", 4, Money(120_00))
    ]
    assert warned(found)[0] == ("existing_columns", "Sheet!A3")


def test_a_legend_written_as_a_sentence() -> None:
    def make(book: Book) -> None:
        table(book.active, [["Table", 1], ["Chaise", 2], ["Banc", 1]], [GOLD, "FF0000", "4472C4"],
              ["Désignation", "Nbre"])  # fmt: skip
        book.active["A10"] = "orange = réemploi / rouge : neuf"

    found = read(make)
    assert found.routes == (Route("réemploi", GOLD), Route("neuf", "FF0000"))
    assert [line.route for line in found.lines] == ["réemploi", "neuf", None]
    assert warned(found) == [("legend_in_words", "Sheet!A10"), ("unknown_colour", "Sheet!A7")]


def test_a_priced_row_that_counts_nothing_is_told() -> None:
    rows = [["Banc", 2, 40], ["Divers et imprévus", None, "500 € HT"], ["Total HT", None, 580]]
    found = read(lambda book: table(book.active, rows, [], ["Désignation", "Qté", "Total HT"]))
    assert [line.designation for line in found.lines] == ["Banc"]
    assert ("row_left_out", "Sheet!A6") in warned(found)
