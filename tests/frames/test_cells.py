"""What people type in a cell, read or refused with the cell's name (acceptance 26)."""

from datetime import date
from decimal import Decimal

import pytest

from app.rendering.sentences import sentence
from sad.frames.cells import CellRefused, Value, read_cell, restored, stored
from sad.frames.columns import Column, ColumnType
from sad.frames.vocabulary import Side
from sad.kernel.money import Money

PLACES = {ColumnType.DECIMAL: 3, ColumnType.MONEY: 2, ColumnType.PERCENT: 2}


def column(kind: ColumnType, name: str = "Case", **more: object) -> Column:
    return Column("case", name, Side.SUPPLIER, kind, places=PLACES.get(kind, 0), **more)  # type: ignore[arg-type] # any field


CHOICES = ("réemploi", "reconditionné", "surcyclé", "neuf")


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (ColumnType.MONEY, "12,50", Money(1250)),
        (ColumnType.MONEY, "1 234,5", Money(123450)),
        (ColumnType.MONEY, "1\u202f234,5", Money(123450)),
        (ColumnType.MONEY, "12.5", Money(1250)),
        (ColumnType.MONEY, "12 €", Money(1200)),
        (ColumnType.INTEGER, " 12 ", 12),
        (ColumnType.INTEGER, "0", 0),
        (ColumnType.DECIMAL, "12,125", Decimal("12.125")),
        (ColumnType.PERCENT, "5,5 %", Decimal("5.5")),
        (ColumnType.PERCENT, "20", Decimal(20)),
        (ColumnType.YES_NO, "Oui", True),
        (ColumnType.YES_NO, "O", True),
        (ColumnType.YES_NO, "x", True),
        (ColumnType.YES_NO, "NON", False),
        (ColumnType.DATE, "3/11/2026", date(2026, 11, 3)),
        (ColumnType.DATE, "03-11-26", date(2026, 11, 3)),
        (ColumnType.DATE, "3.11.2026", date(2026, 11, 3)),
        (ColumnType.DATE, "3 novembre 2026", date(2026, 11, 3)),
        (ColumnType.DATE, "mardi 1er décembre 2026", date(2026, 12, 1)),
        (ColumnType.DATE, "15 févr. 2027", date(2027, 2, 15)),
        (ColumnType.DATE, "2026-11-03", date(2026, 11, 3)),
        (ColumnType.DIMENSIONS, "140 x 70 x 74", "140 × 70 × 74"),
        (ColumnType.DIMENSIONS, "140×70", "140 × 70"),
        (ColumnType.DIMENSIONS, "140*70*74,5 cm", "140 × 70 × 74,5"),
        (ColumnType.DIMENSIONS, "1400 x 700 mm", "140 × 70"),
        (ColumnType.DIMENSIONS, "1,4 m x 70 cm", "140 × 70"),
        (ColumnType.DIMENSIONS, "H 71", "H 71"),
        (ColumnType.DIMENSIONS, "Ø 60 x 74", "Ø 60 × 74"),
        (ColumnType.DIMENSIONS, "140 L x 70 l x 74 H", "L 140 × l 70 × H 74"),
        (ColumnType.TEXT, "  bon état\n", "bon état"),
        (ColumnType.TEXT, "=1+1", "=1+1"),
        (ColumnType.MONEY, "   ", None),
    ],
)
def test_read(kind: ColumnType, typed: str, value: Value) -> None:
    assert read_cell(column(kind), typed) == value


@pytest.mark.parametrize("typed", ["Surcyclé", "SURCYCLE", "surc"])
def test_choices(typed: str) -> None:
    assert read_cell(column(ColumnType.CHOICE, choices=CHOICES), typed) == "surcyclé"


@pytest.mark.parametrize("typed", ["re", "d'occasion", "?"])
def test_what_is_no_choice(typed: str) -> None:
    with pytest.raises(CellRefused) as refused:
        read_cell(column(ColumnType.CHOICE, choices=CHOICES), typed)
    assert refused.value.code == "frames.cell_not_choice"


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (ColumnType.MONEY, "12,345"),
        (ColumnType.MONEY, "-3"),
        (ColumnType.MONEY, "abc"),
        (ColumnType.MONEY, "1,234.50"),
        (ColumnType.MONEY, "1.234,50"),
        (ColumnType.MONEY, "1e3"),
        (ColumnType.MONEY, "12 $"),
        (ColumnType.MONEY, "12 13"),
        (ColumnType.INTEGER, "12,5"),
        (ColumnType.INTEGER, "douze"),
        (ColumnType.DECIMAL, "1,2345"),
        (ColumnType.PERCENT, "vingt"),
        (ColumnType.YES_NO, "peut-être"),
        (ColumnType.DATE, "31/02/2026"),
        (ColumnType.DATE, "3/11"),
        (ColumnType.DATE, "11/3/02026"),
        (ColumnType.DATE, "bientôt"),
        (ColumnType.DATE, "3 brumaire 2026"),
        (ColumnType.DIMENSIONS, "grande"),
        (ColumnType.DIMENSIONS, "140 x"),
        (ColumnType.DIMENSIONS, "1 x 2 x 3 x 4 x 5"),
    ],
)
def test_refused_with_the_name_of_the_cell(kind: ColumnType, typed: str) -> None:
    with pytest.raises(CellRefused) as refused:
        read_cell(column(kind, "Prix unitaire HT (€)"), typed, line="R-03")
    assert refused.value.code == f"frames.cell_not_{kind}"
    assert refused.value.where == "R-03.case"
    said = sentence(refused.value.code, refused.value.facts)
    assert said.startswith(f"Prix unitaire HT (€), ligne R-03 : « {typed} »")
    assert "…" not in said


def test_bounds() -> None:
    percent = column(ColumnType.PERCENT, maximum=Decimal(100), minimum=Decimal(0))
    with pytest.raises(CellRefused) as refused:
        read_cell(percent, "120 %")
    assert refused.value.code == "frames.cell_above_maximum"
    price = column(ColumnType.MONEY, minimum=Decimal(5))
    with pytest.raises(CellRefused) as refused:
        read_cell(price, "4,99")
    assert refused.value.code == "frames.cell_below_minimum"
    assert read_cell(price, "5") == Money(500)


def test_a_text_too_long() -> None:
    with pytest.raises(CellRefused) as refused:
        read_cell(column(ColumnType.TEXT), "a" * 2_001)
    assert refused.value.code == "frames.cell_too_long"


@pytest.mark.parametrize(
    ("kind", "value", "raw"),
    [
        (ColumnType.MONEY, Money(1250), 1250),
        (ColumnType.DECIMAL, Decimal("12.50"), "12.50"),
        (ColumnType.DATE, date(2026, 11, 3), "2026-11-03"),
        (ColumnType.YES_NO, True, True),
        (ColumnType.INTEGER, 12, 12),
        (ColumnType.TEXT, "bon", "bon"),
        (ColumnType.TEXT, None, None),
    ],
)
def test_through_json_and_back(kind: ColumnType, value: Value, raw: object) -> None:
    kept = stored(value)
    assert kept == raw
    assert restored(column(kind), kept) == value
