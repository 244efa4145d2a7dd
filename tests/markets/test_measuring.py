"""Which column a computed criterion reads, and what it may never read."""

from uuid import uuid4

import pytest

from sad.frames.columns import Column, ColumnType
from sad.frames.queries import ColumnView, FrameView
from sad.frames.vocabulary import Role, Side
from sad.markets.measuring import column_for, measurable

S, Q = Side.SUPPLIER, Side.OFFER
COLUMNS = (
    Column("unit_price", "Prix", S, ColumnType.MONEY, Role.UNIT_PRICE),
    Column("available_quantity", "J'en ai combien", S, ColumnType.INTEGER, Role.AVAILABLE),
    Column("condition", "État", S, ColumnType.CHOICE, Role.CONDITION),
    Column("weeks", "Semaines", S, ColumnType.INTEGER, Role.DELAY),
    Column("months", "Garantie (mois)", S, ColumnType.INTEGER, Role.WARRANTY),
    Column("share", "Part de réemploi", S, ColumnType.PERCENT, Role.REUSE_SHARE),
)
HOURS = Column("insertion_hours", "Heures d'insertion", Q, ColumnType.INTEGER)


def view(column: Column) -> ColumnView:
    return ColumnView(uuid4(), column, "")


FRAME = FrameView(uuid4(), (), tuple(map(view, COLUMNS)), (), (view(HOURS),))


def test_prices_quantities_and_words_are_never_read() -> None:
    assert [one.key for one in measurable(FRAME)] == ["weeks", "months", "share", HOURS.key]


@pytest.mark.parametrize(
    ("code", "family", "evidence", "read"),
    [
        ("delay", "delay", [], "weeks"),
        ("warranty", "service", [], "months"),
        ("reuse_share", "environment", [], "share"),
        ("service", "service", ["months"], "months"),
        ("insertion", "insertion", ["visit", "insertion_hours"], "insertion_hours"),
        ("insertion", "insertion", ["condition"], None),
        ("delay", "delay", ["unit_price"], "weeks"),
        ("months", "service", [], "months"),
    ],
)
def test_the_column_named_then_the_one_of_the_words(
    code: str, family: str, evidence: list[str], read: str | None
) -> None:
    found = column_for(FRAME, code, family, evidence)
    assert (found.key if found else None) == read
