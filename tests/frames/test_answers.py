"""An answer to a grid: what it lacks, line by line (acceptance 27, 28)."""

from dataclasses import replace
from decimal import Decimal

from sad.frames.answers import (
    Answer,
    is_answered,
    offered,
    problems_of,
    unanswered_mandatory,
)
from sad.frames.columns import Column, ColumnType
from sad.frames.frame import Frame, FrameLine
from sad.frames.shape import missing_to_launch, shape_sha256
from sad.frames.vocabulary import Role, Side
from sad.kernel.money import Money

COLUMNS = (
    Column("proposed", "Je réponds", Side.SUPPLIER, ColumnType.YES_NO, Role.PROPOSED),
    Column("available", "Quantité", Side.SUPPLIER, ColumnType.INTEGER, Role.AVAILABLE),
    Column("price", "Prix HT", Side.SUPPLIER, ColumnType.MONEY, Role.UNIT_PRICE, required=True),
    Column("condition", "État", Side.SUPPLIER, ColumnType.TEXT, Role.CONDITION, required=True),
    Column("note", "Remarque", Side.SUPPLIER, ColumnType.TEXT, Role.NOTE),
)
LINES = (
    FrameLine(5, "1", "R-01", "Chaise", Decimal(200), slice_size=Decimal(10)),
    FrameLine(6, "2", "R-02", "Bureau", Decimal(25), mandatory=True, maximum_price=Money(10_000)),
)
FRAME = Frame("Cadre", 4, (), COLUMNS, LINES)
FULL: Answer = {"price": Money(9_000), "condition": "bon"}


def codes(answers: dict[int, Answer]) -> list[tuple[str, str | None]]:
    return [(p.code.removeprefix("frames."), p.where) for p in problems_of(FRAME, answers)]


def test_what_counts_as_an_answer() -> None:
    assert is_answered(FRAME, FULL)
    assert is_answered(FRAME, {"available": 3})
    assert not is_answered(FRAME, {})
    assert not is_answered(FRAME, {"note": "désolés"})
    assert not is_answered(FRAME, {**FULL, "proposed": False})
    assert not is_answered(FRAME, {**FULL, "available": 0})


def test_a_complete_answer_lacks_nothing() -> None:
    assert codes({0: {**FULL, "available": 37}, 1: FULL}) == []
    assert offered(FRAME, LINES[0], {**FULL, "available": 37}).slices == 3
    assert offered(FRAME, LINES[1], FULL).quantity == 25


def test_lines_may_be_left_out_and_mandatory_ones_are_said() -> None:
    assert codes({0: FULL}) == []
    (problem,) = unanswered_mandatory(FRAME, {0: FULL})
    assert (problem.code, problem.where) == ("frames.mandatory_unanswered", "R-02")
    assert unanswered_mandatory(FRAME, {1: FULL}) == []


def test_everything_missing_is_listed_line_by_line() -> None:
    answers: dict[int, Answer] = {0: {"available": 201}, 1: {"price": Money(10_001)}}
    assert codes(answers) == [
        ("cell_missing", "R-01.price"),
        ("cell_missing", "R-01.condition"),
        ("quantity_above_asked", "R-01.available"),
        ("cell_missing", "R-02.condition"),
        ("price_above_maximum", "R-02.price"),
    ]


def test_nothing_answered() -> None:
    assert codes({}) == [("nothing_answered", None)]
    assert codes({0: {"proposed": False}}) == [("nothing_answered", None)]


def test_what_a_grid_lacks_before_launch() -> None:
    assert missing_to_launch(FRAME) == []
    empty = Frame("Cadre", 4, (), (), ())
    assert [p.code for p in missing_to_launch(empty)] == [
        "frames.no_lines",
        "frames.no_supplier_columns",
    ]
    bad = (
        replace(LINES[0], slice_size=Decimal(30)),
        replace(LINES[1], quantity=None),
        replace(LINES[1], designation=""),
    )
    lacking = missing_to_launch(replace(FRAME, lines=bad, supplier_columns=COLUMNS[:2]))
    assert [p.code for p in lacking] == [
        "frames.no_price_column",
        "frames.slices_not_identical",
        "frames.line_without_quantity",
        "frames.line_without_designation",
        "frames.code_twice",
    ]


def test_the_fingerprint_changes_with_what_is_asked_only() -> None:
    first = shape_sha256(FRAME)
    assert len(first) == 64
    assert shape_sha256(replace(FRAME, sheet="Autre", header_row=9)) == first
    same = replace(LINES[0], quantity=Decimal("200.000"), row=50)
    assert shape_sha256(replace(FRAME, lines=(same, LINES[1]))) == first
    more = replace(LINES[0], quantity=Decimal(201))
    assert shape_sha256(replace(FRAME, lines=(more, LINES[1]))) != first
    renamed = (*COLUMNS[:4], replace(COLUMNS[4], name="Note"))
    assert shape_sha256(replace(FRAME, supplier_columns=renamed)) != first
