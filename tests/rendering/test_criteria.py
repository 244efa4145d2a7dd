"""What is announced of each method, fallback and eliminating mark included."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from app.rendering.criteria import how_scored
from sad.frames.columns import Column, ColumnType
from sad.frames.queries import ColumnView, FrameView
from sad.frames.vocabulary import Role, Side

ROW: dict[str, Any] = {
    "family": "price",
    "weight": Decimal(40),
    "method": "proportional",
    "n": None,
    "maximum": None,
    "minimum": None,
    "direction": "lower",
    "fallback": None,
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "40 × prix le plus bas ÷ prix de l’offre"),
        ({"method": "linear", "n": Decimal(3)}, "plus aucun point à 3 fois le prix le plus bas"),
        (
            {"method": "min_max", "fallback": "proportional"},
            "Proportionnelle lorsqu’il reste moins de trois offres : 40 × prix le plus bas",
        ),
        (
            {"family": "service", "direction": "higher"},
            "40 × valeur de l’offre ÷ valeur la plus haute",
        ),
        ({"family": "quality", "method": "judged"}, "40 × note ÷ 20 : une note sur 20"),
        (
            {"family": "quality", "method": "judged", "minimum": Decimal(8)},
            "En dessous de 8, l’offre est écartée",
        ),
    ],
)
def test_the_words_of_each_method(changed: dict[str, Any], said: str) -> None:
    assert said in how_scored(ROW | changed)


def test_the_column_read_is_named() -> None:
    column = Column("months", "Garantie (mois)", Side.SUPPLIER, ColumnType.INTEGER, Role.WARRANTY)
    frame = FrameView(uuid4(), (), (ColumnView(uuid4(), column, ""),), ())
    row = ROW | {"code": "service", "family": "service", "evidence": ["months"]}
    assert how_scored(row, frame).endswith("Calculé sur « Garantie (mois) ».")
    assert "Calculé" not in how_scored(row | {"family": "price"}, frame)
