"""What a draft starts from: the six supplier's columns (P17), the environmental condition (P9)."""

from decimal import Decimal

from sad.frames.columns import DRAWINGS, Column, ColumnType, Meaning
from sad.frames.vocabulary import Role, Side

CONDITION_OF_PERFORMANCE = (
    "Livraison sans emballage à usage unique ; les emballages utilisés sont repris. Une fiche "
    "indique l'origine de chaque pièce."
)
GRADES = ("Très bon état", "Bon état", "État d'usage")
MEANINGS = tuple(
    Meaning(words, picture)
    for words, picture in zip(
        (
            "Très propre, tout fonctionne, aucune trace visible à un mètre.",
            "Propre, solide, tout fonctionne ; petites traces d'usage.",
            "Propre, solide et sans danger ; traces visibles qui ne gênent pas l'usage.",
        ),
        DRAWINGS,
        strict=True,
    )
)
_B, _S = Side.BUYER, Side.SUPPLIER
COLUMNS = (
    Column("code", "Code", _B, role=Role.CODE),
    Column("designation", "Désignation", _B, role=Role.DESIGNATION, required=True),
    Column("quantity", "Quantité", _B, ColumnType.INTEGER, Role.QUANTITY, required=True),
    Column("unit", "Unité", _B, role=Role.UNIT),
    Column("dimensions", "Dimensions souhaitées (cm)", _B, ColumnType.DIMENSIONS, Role.DIMENSIONS),
    Column("requirements", "Exigences", _B, role=Role.REQUIREMENTS),
    Column(
        "available_quantity",
        "J'en ai combien",
        _S,
        ColumnType.INTEGER,
        Role.AVAILABLE,
        required=True,
        minimum=Decimal(0),
    ),
    Column(
        "condition",
        "État",
        _S,
        ColumnType.CHOICE,
        Role.CONDITION,
        required=True,
        choices=GRADES,
        meanings=MEANINGS,
    ),
    Column("picture", "Photo", _S, ColumnType.PICTURE, Role.PICTURE),
    Column(
        "unit_price",
        "Prix à l'unité, livré et monté",
        _S,
        ColumnType.MONEY,
        Role.UNIT_PRICE,
        required=True,
        minimum=Decimal("0.01"),
        places=2,
    ),
    Column("delivery_date", "Livrable le", _S, ColumnType.DATE, Role.DELIVERY_DATE),
    Column("note", "Remarque", _S, role=Role.NOTE),
)
