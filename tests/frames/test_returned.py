"""What comes back is compared with what was asked, all or nothing (acceptance 29)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from html import escape
from typing import Any

import pytest

from app.guard.client import parse_grid
from app.rendering.sentences import sentence
from sad.frames.cells import Value
from sad.frames.outline import LINES
from sad.frames.returned import (
    Expected,
    NotOurSheet,
    OtherMarket,
    OtherVersion,
    Returned,
    SheetTwice,
    read_back,
)
from sad.frames.workbook import Cell, Sheet, Workbook, address
from sad.kernel.errors import Refusal
from sad.kernel.money import Money
from tests.frames.files import ods
from tests.frames.sheets import HEADER, Places, as_cell, book, grid, returned

ROW = HEADER + 1  # of the first line
HEADINGS = list(grid().headings)


def at(heading: str, row: int = ROW) -> tuple[int, int]:
    """The place of a line's cell."""
    return row, 2 + HEADINGS.index(heading)


def read(change: Callable[[Places, Places, Places], object], **values: Any) -> Returned:
    """What is read once the spreadsheet was changed."""
    made = grid()
    parts = returned(made, values.get("values"), values.get("answers"))
    change(*parts)
    return read_back(made, book(*parts))


def faults(change: Callable[[Places, Places, Places], object]) -> list[tuple[str, Any, Any, Any]]:
    """Each fault: its code, cell, what was expected and found; each has its sentence."""
    found = read(change).faults
    for fault in found:
        said = sentence(fault.code, fault.facts)
        assert "…" not in said
        assert fault.facts["place"] in said
        assert fault.facts["sheet"] in said
    return [
        (one.code, one.facts["place"], one.facts["expected"], one.facts["found"]) for one in found
    ]


def put(place: tuple[int, int], cell: Cell) -> Callable[[Places, Places, Places], None]:
    def change(lines: Places, once: Places, identity: Places) -> None:
        lines[place] = cell

    return change


FILLED = {
    0: {"available": 3, "condition": "Bon", "price": Money(12_50), "note": "=1+1"},
    2: {"weight": Decimal("1.250"), "reuse": Decimal("33.30"), "from": date(2026, 10, 5)},
}


def test_an_untouched_file_says_nothing() -> None:
    assert read(lambda *_: None, values=FILLED, answers={"delay": 8}) == Returned()


def test_what_the_grid_no_longer_takes_is_no_fault_of_who_left_it() -> None:
    made = grid()
    held: dict[int, dict[str, Value]] = {0: {"condition": "Neuf", "reuse": Decimal(120)}}
    parts = returned(made, held)
    assert read_back(made, book(*parts)) == Returned()
    parts[0][at("Part de réemploi")] = Cell("130", Decimal(130))
    (fault,) = read_back(made, book(*parts)).faults
    assert fault.code == "frames.cell_above_maximum"


@pytest.mark.parametrize(
    ("heading", "cell", "value"),
    [
        ("Prix *", Cell("12,50"), Money(12_50)),
        ("Prix *", Cell("1 234,5"), Money(1_234_50)),
        ("Prix *", Cell("1\u202f234,5 €"), Money(1_234_50)),
        ("Prix *", Cell("12.5"), Money(12_50)),
        ("Prix *", Cell("12 €", Decimal(12)), Money(12_00)),
        ("Prix *", Cell("12,5", Decimal("12.5"), None, "10*1.25"), Money(12_50)),
        ("J'en ai combien", Cell("4 €", Decimal(4)), 4),
        ("Poids (kg)", Cell("1,234", Decimal("1.234")), Decimal("1.234")),
        ("Part de réemploi", Cell("20 %"), Decimal(20)),
        ("Part de réemploi", Cell("20", Decimal(20)), Decimal(20)),
        ("Démontable ?", Cell("x"), True),
        ("État *", Cell("usé, solide"), "Usé, solide"),
        ("Livrable le", Cell("46300", Decimal(46300)), date(2026, 10, 5)),
        ("Livrable le", Cell("5 octobre 2026"), date(2026, 10, 5)),
        ("Remarque", Cell("=SOMME(A1)"), "=SOMME(A1)"),
        ("Remarque (2)", Cell("140", Decimal(140)), "140"),
    ],
)
def test_what_people_type(heading: str, cell: Cell, value: Value) -> None:
    found = read(put(at(heading), cell))
    assert not found.faults
    (touched,) = found.touched.values()
    assert touched.value == value
    assert (touched.sheet, touched.place) == ("Ma réponse", address(*at(heading)))


@pytest.mark.parametrize(
    ("heading", "cell", "code", "expected"),
    [
        ("Prix *", Cell("12,345", Decimal("12.345")), "money", Expected.MONEY),
        ("Prix *", Cell("-3", Decimal(-3)), "money", Expected.MONEY),
        ("Prix *", Cell("abc"), "money", Expected.MONEY),
        ("Prix *", Cell("1,234.50"), "money", Expected.MONEY),
        ("Prix *", Cell("12 %"), "money", Expected.MONEY),
        ("J'en ai combien", Cell("2,5", Decimal("2.5")), "integer", Expected.INTEGER),
        ("Poids (kg)", Cell("1.234"), "decimal", Expected.DECIMAL),
        ("Démontable ?", Cell("peut-être"), "yes_no", Expected.YES_NO),
        ("État *", Cell("Cassé"), "choice", ["Bon", "Usé, solide"]),
        ("Livrable le", Cell("12", Decimal(12)), "date", Expected.DATE),
    ],
)
def test_what_cannot_be_read(heading: str, cell: Cell, code: str, expected: object) -> None:
    (found,) = faults(put(at(heading), cell))
    shown = f"{cell.number:f}".replace(".", ",") if cell.number is not None else cell.text
    assert found == (f"frames.cell_not_{code}", address(*at(heading)), expected, shown)


@pytest.mark.parametrize("shown", ["", "#REF!", "#DIV/0!", "Err:502"])
def test_a_formula_without_a_value(shown: str) -> None:
    for heading in ("Prix *", "Remarque"):
        (found,) = faults(put(at(heading), Cell(shown, None, None, "A1/B1")))
        assert found[0] == "sheets.formula_unread"


def test_a_buyers_cell_stays_as_it_was() -> None:
    place = at("Quantité demandée")
    assert faults(put(place, as_cell(Decimal(21)))) == [
        ("sheets.buyer_cell_changed", "D7", Decimal(20), "21")
    ]
    assert faults(put(place, Cell("20", Decimal(20), None, "10+10")))[0][0] == (
        "sheets.buyer_cell_changed"
    )
    assert faults(put(at("Finition"), Cell("Pin")))[0][2:] == (Expected.NOTHING, "Pin")
    assert faults(put(at("Désignation"), Cell("")))[0][2:] == ("Table ronde", Expected.NOTHING)
    assert not faults(put(at("Désignation", ROW + 2), Cell("Caisson mobile ")))
    assert not faults(put(place, Cell("20")))


def test_headers() -> None:
    price = at("Prix *", HEADER)
    place = address(*price)
    assert faults(put(price, Cell("Tarif"))) == [
        ("sheets.header_changed", place, "Prix *", "Tarif")
    ]
    assert faults(put(price, Cell("")))[0] == (
        "sheets.header_changed",
        place,
        "Prix *",
        Expected.NOTHING,
    )

    def both(lines: Places, once: Places, identity: Places) -> None:
        lines[price], lines[at("Prix *")] = Cell("Tarif"), Cell("abc")

    assert [code for code, *_ in faults(both)][1:] == ["frames.cell_not_money"]
    last = HEADER, 2 + len(HEADINGS)
    assert faults(put(last, Cell("Ma marge")))[0] == (
        "sheets.outside",
        address(*last),
        Expected.NOTHING,
        "Ma marge",
    )

    def moved(lines: Places, once: Places, identity: Places) -> None:
        for row in range(HEADER, HEADER + 4):
            for column in range(40, 1, -1):
                if (row, column) in lines:
                    lines[row, column + 1] = lines.pop((row, column))

    assert not faults(moved)  # a column inserted, and left empty, moves the others


def test_what_is_written_beside_the_table_is_told() -> None:
    (found,) = faults(put((ROW, 30), Cell("à rappeler")))
    assert found == ("sheets.outside", address(ROW, 30), Expected.NOTHING, "à rappeler")


def test_lines_added_repeated_removed() -> None:
    def added(lines: Places, once: Places, identity: Places) -> None:
        lines[ROW + 3, 3] = Cell("Chaise en plus")

    def repeated(lines: Places, once: Places, identity: Places) -> None:
        for column in range(1, 20):
            if (ROW, column) in lines:
                lines[ROW + 3, column] = lines[ROW, column]

    def removed(lines: Places, once: Places, identity: Places) -> None:
        for column in range(1, 20):
            lines.pop((ROW + 1, column), None)

    def unknown(lines: Places, once: Places, identity: Places) -> None:
        lines[ROW, 1] = Cell("line-9|")

    assert faults(added) == [
        ("sheets.line_unknown", address(ROW + 3, 3), Expected.ONE_LINE, "Chaise en plus")
    ]
    assert faults(repeated)[0][::3] == ("sheets.line_twice", "T-01 Table ronde")
    assert faults(removed)[0][::2] == ("sheets.line_missing", "T-02 =Bureau")
    assert [code for code, *_ in faults(unknown)] == ["sheets.line_unknown", "sheets.line_missing"]


def test_lines_sorted_otherwise_are_still_themselves() -> None:
    def swapped(lines: Places, once: Places, identity: Places) -> None:
        for column in range(1, 20):
            first, second = lines.get((ROW, column)), lines.get((ROW + 2, column))
            lines[ROW, column], lines[ROW + 2, column] = second or Cell(), first or Cell()
        lines[at("Prix *")] = Cell("7")

    found = read(swapped, values=FILLED)
    assert not found.faults
    assert [(spot, touched.value) for spot, touched in found.touched.items()] == [
        ((2, "price"), Money(7_00))
    ]


def test_questions() -> None:
    def answered(lines: Places, once: Places, identity: Places) -> None:
        once[2, 3], once[3, 3] = Cell("12", Decimal(12)), Cell("Couvertures")

    found = read(answered)
    assert {spot: one.value for spot, one in found.touched.items()} == {
        (None, "delay"): 12,
        (None, "packing"): "Couvertures",
    }

    def wrong(lines: Places, once: Places, identity: Places) -> None:
        once[2, 2], once[2, 3] = Cell("Combien ?"), Cell("vite")
        for column in (1, 2, 3):
            once.pop((3, column), None)

    codes = [code for code, *_ in faults(wrong)]
    assert codes == ["sheets.buyer_cell_changed", "frames.cell_not_integer", "sheets.line_missing"]


@pytest.mark.parametrize(
    ("place", "text", "refusal"),
    [
        ((1, 1), "autre", NotOurSheet),
        ((1, 2), "un-autre-marché", OtherMarket),
        ((1, 4), "1", OtherVersion),
        ((1, 4), "", OtherVersion),
    ],
)
def test_another_file(place: tuple[int, int], text: str, refusal: type[Refusal]) -> None:
    def change(lines: Places, once: Places, identity: Places) -> None:
        identity[place] = Cell(text)

    with pytest.raises(refusal) as refused:
        read(change)
    assert "{" not in sentence(refused.value.code, refused.value.facts)


def test_a_sheet_copied_or_lost() -> None:
    made = grid()
    lines, once, identity = returned(made)
    whole = book(lines, once, identity)
    copied = Workbook((*whole.sheets, Sheet("Ma réponse (2)", lines)))
    with pytest.raises(SheetTwice):
        read_back(made, copied)
    with pytest.raises(NotOurSheet):
        read_back(made, Workbook(whole.sheets[1:]))
    with pytest.raises(NotOurSheet):
        read_back(made, Workbook((whole.sheets[0], whole.sheets[2])))
    assert lines[HEADER, 1].text == LINES


def as_ods(sheet: Sheet) -> str:
    """The sheet as LibreOffice writes it, cell by cell."""
    last = max(column for _, column in sheet.cells)
    rows = []
    for row in range(1, max(row for row, _ in sheet.cells) + 1):
        cells = [ods_cell(sheet.cell(row, column)) for column in range(1, last + 1)]
        rows.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    return f'<table:table table:name="{sheet.name}">{"".join(rows)}</table:table>'


def ods_cell(cell: Cell) -> str:
    if not cell.text:
        return "<table:table-cell/>"
    kind = 'office:value-type="string"'
    if cell.number is not None:
        kind = f'office:value-type="float" office:value="{cell.number}"'
    texts = "".join(f"<text:p>{escape(line)}</text:p>" for line in cell.text.split("\n"))
    return f"<table:table-cell {kind}>{texts}</table:table-cell>"


def test_the_same_from_an_ods() -> None:
    made = grid()
    lines, once, identity = returned(made, FILLED, {"delay": 8})
    lines[at("Prix *")] = Cell("8", Decimal(8))
    data = ods("".join(as_ods(sheet) for sheet in book(lines, once, identity).sheets))
    found = read_back(made, parse_grid(data, "a.ods"))
    assert not found.faults
    assert [one.value for one in found.touched.values()] == [Money(8_00)]
