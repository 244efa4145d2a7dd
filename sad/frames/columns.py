"""A column of a response frame; how its type is known from a header, its cells, its lists."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from sad.frames.vocabulary import Role, Side, plain, tidy
from sad.frames.workbook import Validation


class ColumnType(StrEnum):
    """What a cell holds. Types of the catalogue's columns and of `sad frame`."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    PERCENT = "percent"
    YES_NO = "yes_no"
    CHOICE = "choice"
    DIMENSIONS = "dimensions"
    DATE = "date"
    PICTURE = "picture"


class Meaning(NamedTuple):
    """What a choice means: written words, and a picture.

    `picture` is one of DRAWINGS, the id of one joined by the buyer, or empty.
    """

    text: str = ""
    picture: str = ""


DRAWINGS = ("etat-1", "etat-2", "etat-3")
"""Our own drawings of the three grades of P17, from the best; files of the same names."""


@dataclass(frozen=True)
class Column:
    """One column. `key` is unique in its frame; `name` is the header as people read it.

    Bounds are in the column's unit (euros for money). `places`: decimals kept, 0 for whole numbers.
    `meanings`: those of the choices, in their order; empty when none was written.
    """

    key: str
    name: str
    side: Side
    type: ColumnType = ColumnType.TEXT
    role: Role | None = None
    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    places: int = 0
    choices: tuple[str, ...] = ()
    meanings: tuple[Meaning, ...] = ()

    @property
    def grades(self) -> tuple[tuple[str, Meaning], ...]:
        """Each choice with what it means; nothing when no choice is explained."""
        said = any(each.text or each.picture for each in self.meanings)
        return tuple(zip(self.choices, self.meanings, strict=False)) if said else ()


def drawn(role: Role | None, choices: Sequence[str]) -> tuple[str, ...]:
    """The pictures proposed for choices: ours for a condition in three grades (P17), else none."""
    graded = role is Role.CONDITION and len(choices) == len(DRAWINGS)
    return DRAWINGS if graded else ("",) * len(choices)


_FIXED = {
    Role.PROPOSED: ColumnType.YES_NO,
    Role.AVAILABLE: ColumnType.INTEGER,
    Role.SLICES: ColumnType.INTEGER,
    Role.SLICE_SIZE: ColumnType.INTEGER,
    Role.QUANTITY: ColumnType.INTEGER,
    Role.UNIT_PRICE: ColumnType.MONEY,
    Role.UNIT_PRICE_TTC: ColumnType.MONEY,
    Role.MAXIMUM_PRICE: ColumnType.MONEY,
    Role.ESTIMATE: ColumnType.MONEY,
    Role.DELIVERY_PRICE: ColumnType.MONEY,
    Role.LINE_TOTAL: ColumnType.MONEY,
    Role.ECO_CONTRIBUTION: ColumnType.MONEY,
    Role.VAT_RATE: ColumnType.PERCENT,
    Role.REUSE_SHARE: ColumnType.PERCENT,
    Role.DELIVERY_DATE: ColumnType.DATE,
    Role.LATEST_DATE: ColumnType.DATE,
    Role.DELAY: ColumnType.INTEGER,
    Role.WARRANTY: ColumnType.INTEGER,
    Role.PICTURE: ColumnType.PICTURE,
    Role.DIMENSIONS: ColumnType.DIMENSIONS,
    Role.LENGTH: ColumnType.DECIMAL,
    Role.WIDTH: ColumnType.DECIMAL,
    Role.HEIGHT: ColumnType.DECIMAL,
    Role.DEPTH: ColumnType.DECIMAL,
    Role.DIAMETER: ColumnType.DECIMAL,
    Role.MANDATORY: ColumnType.YES_NO,
}
_PLACES = {ColumnType.DECIMAL: 3, ColumnType.MONEY: 2, ColumnType.PERCENT: 2}
_NUMERIC = frozenset({ColumnType.INTEGER, *_PLACES})
_WHOLE = re.compile(r"-?\d+", re.ASCII)
_DECIMAL = re.compile(r"-?\d+[.,]\d+", re.ASCII)
_MONEY = re.compile(r"-?[\d\s]+(?:[.,]\d+)?\s*€")
_PERCENT = re.compile(r"\d+(?:[.,]\d+)?\s*%")
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}", re.ASCII)
_DIMENSIONS = re.compile(r"\d+(?:[.,]\d+)?\s*[x×*]\s*\d+.*", re.ASCII | re.IGNORECASE)
_YES_NO = {"oui", "non", "o", "n", "o n", "yes", "no"}
_LIST_IN_HEADER = re.compile(r"[(\[:]([^()\[\]:]+/[^()\[\]]+)[)\]]?\s*\*?\s*$")
_UNITS = {
    "cm",
    "mm",
    "m",
    "m2",
    "ml",
    "kg",
    "€",
    "u",
    "unite",
    "piece",
    "ht",
    "ttc",
    "€ ht",
    "€ ttc",
}


def describe(
    key: str,
    name: str,
    side: Side,
    role: Role | None,
    samples: Sequence[str],
    validation: Validation | None = None,
) -> Column:
    """The column a header announces: its type, bounds and choices.

    `samples` are the texts of its cells: on the buyer's side they correct what the header says.
    """
    choices = _choices(name, validation) if side is Side.SUPPLIER or validation else ()
    kind = _type(name, side, role, samples, choices)
    bounds = validation or Validation(())
    numeric = kind in _NUMERIC
    return Column(
        key=key,
        name=name,
        side=side,
        type=kind,
        role=role,
        required=side is Side.SUPPLIER and (role is Role.UNIT_PRICE or name.rstrip().endswith("*")),
        minimum=bounds.minimum if bounds.minimum is not None else Decimal(0) if numeric else None,
        maximum=bounds.maximum if numeric and bounds.maximum is not None else _ceiling(kind),
        places=_PLACES.get(kind, 0),
        choices=choices if kind is ColumnType.CHOICE else (),
    )


def _ceiling(kind: ColumnType) -> Decimal | None:
    return Decimal(100) if kind is ColumnType.PERCENT else None


def _type(
    name: str, side: Side, role: Role | None, samples: Sequence[str], choices: tuple[str, ...]
) -> ColumnType:
    if choices and role not in (Role.UNIT_PRICE, Role.VAT_RATE, Role.PICTURE):
        yes_no = {plain(choice) for choice in choices} <= _YES_NO
        return ColumnType.YES_NO if yes_no else ColumnType.CHOICE
    announced = _FIXED.get(role) if role else None
    seen = _seen(samples)
    if announced is None:
        return _by_words(name) or seen or ColumnType.TEXT
    if announced is ColumnType.INTEGER and seen is ColumnType.DECIMAL:
        return ColumnType.DECIMAL
    flexible = side is Side.BUYER and role is not Role.QUANTITY
    if flexible and announced in {*_NUMERIC, ColumnType.DATE} and seen is ColumnType.TEXT:
        return ColumnType.TEXT
    return announced


def _choices(name: str, validation: Validation | None) -> tuple[str, ...]:
    """The values announced: the list of the cells, else `(a / b / c)` at the end of the header."""
    if validation and validation.choices:
        return tuple(dict.fromkeys(tidy(choice) for choice in validation.choices))
    match = _LIST_IN_HEADER.search(name)
    if match is None:
        return ()
    found = tuple(tidy(part) for part in match[1].split("/"))
    words = [plain(part) for part in found]
    if any(not word or len(word) > 40 or word in _UNITS for word in words):
        return ()
    return found


def _by_words(name: str) -> ColumnType | None:
    """The type a header says in words or units, whatever it is about."""
    words = plain(name)
    if re.search(r"€|\beuros?\b|\bht\b|\bttc\b", words):
        return ColumnType.MONEY
    if "%" in words or "pourcentage" in words:
        return ColumnType.PERCENT
    if re.search(r"oui non|\bo n\b", words):
        return ColumnType.YES_NO
    if re.search(r"^date\b|\bdate (de|d|du)\b", words):
        return ColumnType.DATE
    if re.search(r"^(nombre|nb|nbre)\b|\b(mois|semaines|jours|heures)\b", words):
        return ColumnType.INTEGER
    if re.search(r"\((?:cm|mm|m|m²|m2|kg|ml)\)", name.lower()):
        return ColumnType.DECIMAL
    return None


def _seen(samples: Sequence[str]) -> ColumnType | None:
    """The one type all the filled cells have; text when they differ, None when all are empty."""
    filled = [tidy(sample) for sample in samples if sample.strip()]
    if not filled:
        return None
    if all(_WHOLE.fullmatch(sample) for sample in filled):
        return ColumnType.INTEGER
    if all(_WHOLE.fullmatch(sample) or _DECIMAL.fullmatch(sample) for sample in filled):
        return ColumnType.DECIMAL
    if all(plain(sample) in _YES_NO for sample in filled):
        return ColumnType.YES_NO
    for kind, pattern in (
        (ColumnType.MONEY, _MONEY),
        (ColumnType.PERCENT, _PERCENT),
        (ColumnType.DATE, _DATE),
        (ColumnType.DIMENSIONS, _DIMENSIONS),
    ):
        if all(pattern.fullmatch(sample) for sample in filled):
            return kind
    return ColumnType.TEXT


def slug(text: str, taken: set[str]) -> str:
    """A key for a header, in ASCII, unlike those taken; the new key is added to them."""
    words = re.sub(r"[^a-z0-9]+", "_", plain(text).replace("%", "pourcent")).strip("_")[:40]
    base = words if words[:1].isalpha() else f"c_{words}".rstrip("_")
    key, count = base, 1
    while key in taken:
        count += 1
        key = f"{base}_{count}"
    taken.add(key)
    return key
