"""What a buyer usually says of a line beyond its name and quantity: columns ready to add.

Tolerance, acceptable condition, wanted origin, identical pieces or not, material supplied.
"""

from dataclasses import dataclass

from sad.frames.columns import Column, ColumnType
from sad.frames.schemas import ColumnInput
from sad.frames.vocabulary import Role, Side

MATCHING = ("Identiques", "Assorties", "Dépareillées acceptées")


@dataclass(frozen=True)
class Usual:
    """Columns that go together, under the name people choose them by."""

    key: str
    name: str
    why: str
    columns: tuple[tuple[Role, ColumnInput], ...]


def _asked(label: str, hint: str = "", *choices: str) -> ColumnInput:
    kind = ColumnType.CHOICE if choices else ColumnType.TEXT
    return ColumnInput(label=label, side=Side.BUYER, type=kind, choices=list(choices), hint=hint)


USUAL = (
    Usual(
        "tolerance",
        "Tolérance",
        "Plus elle est large, plus vous aurez de réponses.",
        ((Role.TOLERANCE, _asked("Tolérance", "Par exemple ± 10 cm.")),),
    ),
    Usual(
        "condition",
        "État accepté",
        "Jusqu’où vous descendez dans les trois états décrits au fournisseur.",
        (
            (
                Role.CONDITION,
                _asked("État accepté", "", "A seulement", "A ou B", "A, B ou C"),
            ),
        ),
    ),
    Usual(
        "origin",
        "Origine souhaitée",
        "Réemploi, surcyclé ou peu importe.",
        (
            (
                Role.ORIGIN,
                _asked("Origine souhaitée", "", "Réemploi", "Réemploi ou surcyclé", "Peu importe"),
            ),
        ),
    ),
    Usual(
        "matching",
        "Identiques, assorties ou dépareillées",
        "Accepter le dépareillé fait venir des réponses.",
        ((Role.MATCHING, _asked("Identiques ou dépareillées", "", *MATCHING)),),
    ),
    Usual(
        "supplied",
        "Matière fournie par vous",
        "Ce que vous remettez au fournisseur, combien, et où la chercher.",
        (
            (Role.SUPPLIED, _asked("Matière fournie", "Par exemple plateaux de chêne déposés.")),
            (Role.SUPPLIED_QUANTITY, _asked("Quantité de matière fournie")),
            (Role.SUPPLIED_PLACE, _asked("Où chercher la matière")),
        ),
    ),
)


def lacking(columns: tuple[Column, ...]) -> tuple[Usual, ...]:
    """Those of which the grid has no column yet."""
    known = {column.role for column in columns if column.side is Side.BUYER}
    return tuple(one for one in USUAL if not any(role in known for role, _ in one.columns))
