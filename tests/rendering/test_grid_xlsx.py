"""The spreadsheet of a grid: what goes out comes back the same; no text becomes a formula."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.guard.__main__ import _read
from app.guard.client import _workbook
from app.guard.limits import LIMITS
from app.rendering.grid_rules import MESSAGE, TITLE
from app.rendering.grid_xlsx import IDENTITY, ONCE, SHEET, Words, grid_xlsx
from sad.frames.cells import Value, read_cell
from sad.frames.columns import Column, ColumnType
from sad.frames.outline import Outline, same
from sad.frames.returned import read_back
from sad.frames.workbook import Workbook
from tests.frames.sheets import COLUMNS, grid

WORDS = Words(
    "=Tables & bureaux",
    "Agglomération de Brume",
    "À envoyer avant le jeudi 17 septembre 2026 à 12 h 00, heure de Paris.",
    datetime(2026, 9, 1, 8, tzinfo=UTC),
    {"price": "Prix HT. " + "Transport compris, à l'étage. " * 12, "note": "🪑" * 300},
)
DANGEROUS = ["=1+1", "+33 6", "-2+3", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "http://x.fr"]


def back(data: bytes) -> Workbook:
    """As the guarded child reads it."""
    sheets = _read(data, "a.xlsx", LIMITS["grid"])
    return _workbook({"sheets": [sheet.as_json() for sheet in sheets]})


def unmarked(workbook: Workbook) -> Workbook:
    """Without the digests: every cell that holds something reads as touched."""
    for sheet in workbook.sheets:
        cells: Any = sheet.cells
        for place, cell in sheet.cells.items():
            if place[1] == 1 and "|" in cell.text:
                cells[place] = cell._replace(text=cell.text.partition("|")[0])
    return workbook


def numbers(places: int) -> st.SearchStrategy[str]:
    whole = st.integers(0, 99_999_999)
    if not places:
        return whole.map(str)
    return st.builds(
        lambda units, cents: f"{units},{cents:0{places}d}", whole, st.integers(0, 10**places - 1)
    )


def typed(column: Column) -> st.SearchStrategy[str]:
    """What a supplier could type in a column, empty included."""
    kind = column.type
    texts = st.text(max_size=60) | st.sampled_from([*DANGEROUS, "a_x000D_b", "l1\r\nl2", "\x01a"])
    sides = st.lists(st.integers(1, 9999).map(str), min_size=1, max_size=4).map(" x ".join)
    by_kind = {
        ColumnType.INTEGER: numbers(0),
        ColumnType.MONEY: numbers(2),
        ColumnType.DECIMAL: numbers(3).map(lambda text: text[-10:]),
        ColumnType.PERCENT: st.integers(0, 10_000).map(lambda n: f"{n // 100},{n % 100:02d}"),
        ColumnType.YES_NO: st.sampled_from(["oui", "non"]),
        ColumnType.CHOICE: st.sampled_from(column.choices or ("",)),
        ColumnType.DIMENSIONS: sides,
        ColumnType.DATE: st.dates().map(date.isoformat),
    }
    return st.just("") | by_kind.get(kind, texts)


ASKED = [column for column in COLUMNS if column.type is not ColumnType.PICTURE]
ANSWERS = st.fixed_dictionaries({column.key: typed(column) for column in ASKED})


def values_of(texts: dict[str, str]) -> dict[str, Value]:
    found = {one.key: read_cell(one, texts[one.key]) for one in ASKED}
    return {key: value for key, value in found.items() if value is not None}


@settings(max_examples=60, deadline=None)
@given(st.lists(ANSWERS, min_size=2, max_size=2))
def test_what_goes_out_comes_back_the_same(answers: list[dict[str, str]]) -> None:
    made = grid(2)
    values = {rank: values_of(texts) for rank, texts in enumerate(answers)}
    once: dict[str, Value] = {"delay": 12, "packing": values[0].get("note")}
    data = grid_xlsx(made, WORDS, values, once)
    untouched = read_back(made, back(data))
    assert (untouched.touched, untouched.faults) == ({}, [])
    found = read_back(made, unmarked(back(data)))
    assert not found.faults
    held = {(rank, key): value for rank, line in values.items() for key, value in line.items()}
    held |= {(None, key): value for key, value in once.items() if value is not None}
    assert {spot: same(one.value) for spot, one in found.touched.items()} == {
        spot: same(value) for spot, value in held.items() if same(value)
    }


@pytest.fixture(scope="module")
def sheet() -> tuple[Outline, bytes]:
    """A grid of three lines whose every text could be taken for a formula."""
    made = grid()
    values: dict[int, dict[str, Value]] = {
        rank: {"note": text, "twice": other, "condition": "Bon"}
        for rank, (text, other) in enumerate(zip(DANGEROUS[:3], DANGEROUS[3:6], strict=True))
    }
    return made, grid_xlsx(made, WORDS, values, {"packing": DANGEROUS[6]})


def test_no_text_becomes_a_formula_nor_a_link(sheet: tuple[Outline, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet[1]))
    kinds = {cell.data_type for page in book for row in page.iter_rows() for cell in row}
    assert "f" not in kinds
    texts = {cell.value for page in book for row in page.iter_rows() for cell in row}
    assert {"=1+1", "@SUM(A1)", "=Bureau", "=Tables & bureaux"} <= texts
    with zipfile.ZipFile(io.BytesIO(sheet[1])) as package:
        pages = [name for name in package.namelist() if "/sheet" in name]
        assert not any(re.search(rb"<f[ >]|<hyperlink", package.read(name)) for name in pages)
        assert not [name for name in package.namelist() if "/worksheets/_rels" in name]


def test_the_buyers_cells_are_locked_and_the_suppliers_are_not(
    sheet: tuple[Outline, bytes],
) -> None:
    made, data = sheet
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book[SHEET]
    assert page.protection.sheet
    assert page.column_dimensions["A"].hidden
    assert page.freeze_panes == "D7"
    assert book[IDENTITY].sheet_state == "veryHidden"
    (header,) = (row for row in page.iter_rows() if row[0].value == "sad-lignes")
    assert [cell.value for cell in header[1:]] == list(made.headings)
    first = page[header[0].row + 1]
    read = len(made.buyer) + 1
    assert all(cell.protection.locked for cell in first[:read])
    assert not any(cell.protection.locked for cell in first[read:])
    assert not book[ONCE]["C2"].protection.locked
    assert book[ONCE]["B2"].protection.locked


def test_validations_list_bound_and_speak_french(sheet: tuple[Outline, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet[1]))
    rules = {rule.promptTitle: rule for rule in book[SHEET].data_validations.dataValidation}
    assert len(rules) == len({column.name for column in ASKED})
    assert (rules["État"].type, rules["Démontable ?"].type) == ("list", "list")
    assert IDENTITY in rules["État"].formula1
    assert rules["J'en ai combien"].formula2 == "D7"
    assert (rules["Part de réemploi"].type, float(rules["Part de réemploi"].formula2)) == (
        "decimal",
        1.0,
    )
    assert rules["Livrable le"].type == "date"
    for rule in rules.values():
        assert rule.errorTitle == "Cette case attend autre chose"
        for text, most in (
            (rule.prompt, MESSAGE),
            (rule.error, MESSAGE),
            (rule.promptTitle, TITLE),
        ):
            assert len(text.encode("utf-16-le")) <= 2 * most


def test_nothing_is_written_to_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a file of an answer on the disk")

    monkeypatch.setattr("tempfile.mkstemp", refused)
    monkeypatch.setattr("tempfile.TemporaryFile", refused)
    monkeypatch.setattr("tempfile.NamedTemporaryFile", refused)
    monkeypatch.setattr("tempfile.mkdtemp", refused)
    assert grid_xlsx(grid(), WORDS, {}, {})
