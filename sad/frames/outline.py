"""A grid as the spreadsheet a supplier fills at home: its columns in order, what identifies it.

`app/rendering/grid_xlsx.py` writes it, `sad/frames/returned.py` compares what comes back. Beside
each line its id and, for each cell, a short digest of what the cell held when it was written: so a
cell left untouched never undoes what was typed elsewhere since.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from sad.frames.cells import Value, stored
from sad.frames.columns import Column, ColumnType
from sad.frames.frame import Frame, FrameLine
from sad.frames.vocabulary import Role, tidy

FORMAT = "sad-grille-1"  # first cell of the identity sheet
LINES = "sad-lignes"  # heads the hidden first column of the lines, of the questions
QUESTIONS = "sad-questions"
QUESTION, ANSWER = "Question", "Votre réponse"  # header of the questions' sheet

Shown = str | Decimal
"""What a buyer's cell shows."""

# What XML cannot hold, and what spreadsheets fold: neither makes a text another one.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_OF_THE_LINE = {
    Role.NUMBER,
    Role.CODE,
    Role.DESIGNATION,
    Role.QUANTITY,
    Role.UNIT,
    Role.MANDATORY,
    Role.SLICE_SIZE,
    Role.MAXIMUM_PRICE,
}


class BuyerColumn(NamedTuple):
    """A column to read: its heading, one cell a line."""

    heading: str
    cells: tuple[Shown, ...]


class AskedColumn(NamedTuple):
    """A column to fill, or a question, under its heading."""

    heading: str
    column: Column


@dataclass(frozen=True)
class Outline:
    """The spreadsheet of one grid. `ids`: of the lines, in order."""

    market: str
    number: str
    version: int
    ids: tuple[str, ...]
    lines: tuple[FrameLine, ...]
    buyer: tuple[BuyerColumn, ...]
    asked: tuple[AskedColumn, ...]
    questions: tuple[AskedColumn, ...]

    @cached_property
    def ranks(self) -> Mapping[str, int]:
        """The rank of each line by its id."""
        return {line_id: rank for rank, line_id in enumerate(self.ids)}

    @property
    def headings(self) -> tuple[str, ...]:
        """The header of the lines, from the second column of the sheet on."""
        read = [one.heading for one in self.buyer]
        return (*read, *(one.heading for one in self.asked))


def outline(market: str, number: str, version: int, ids: Sequence[str], frame: Frame) -> Outline:
    """The spreadsheet of a grid whose supplier's columns are those it types, pictures left out."""
    taken: set[str] = set()
    typed = (one for one in frame.supplier_columns if one.type is not ColumnType.PICTURE)
    return Outline(
        market=market,
        number=number,
        version=version,
        ids=tuple(ids),
        lines=frame.lines,
        buyer=tuple(
            BuyerColumn(_free(heading, taken), tuple(cells))
            for heading, cells in _buyer_columns(frame)
        ),
        asked=tuple(AskedColumn(_free(_heading(one), taken), one) for one in typed),
        questions=tuple(AskedColumn(_heading(one), one) for one in frame.questions),
    )


def _buyer_columns(frame: Frame) -> Iterable[tuple[str, list[Shown]]]:
    """What is asked: a column that no line fills is left out, but for the first three."""
    lines = frame.lines
    yield "Repère", [line.label for line in lines]
    yield "Désignation", [line.designation for line in lines]
    yield "Quantité demandée", [Decimal(0) if q is None else q for q in _quantities(frame)]
    own: list[tuple[str, list[Shown]]] = [
        ("Unité", [line.unit for line in lines]),
        ("Par lots de", [line.slice_size or "" for line in lines]),
        ("Prix unitaire maximal (€)", [_euros(line) for line in lines]),
        ("Réponse attendue", ["oui" if line.mandatory else "" for line in lines]),
    ]
    others: list[tuple[str, list[Shown]]] = [
        (column.name, [line.values.get(column.key, "") for line in lines])
        for column in frame.buyer_columns
        if column.role not in _OF_THE_LINE
    ]
    yield from (one for one in (*own, *others) if any(cell != "" for cell in one[1]))


def _quantities(frame: Frame) -> list[Decimal | None]:
    return [line.quantity for line in frame.lines]


def _euros(line: FrameLine) -> Shown:
    return "" if line.maximum_price is None else line.maximum_price.euros


def _heading(column: Column) -> str:
    name = tidy(column.name)
    return f"{name} *" if column.required and not name.endswith("*") else name


def _free(heading: str, taken: set[str]) -> str:
    """The heading, numbered when another column has it already."""
    name, count = tidy(heading), 1
    while name in taken:
        count += 1
        name = f"{tidy(heading)} ({count})"
    taken.add(name)
    return name


def plain_text(text: str) -> str:
    """A text as a spreadsheet can hold it: its lines end the same way, nothing XML forbids."""
    return "\n".join(_UNWRITABLE.sub("", text).splitlines()).strip()


def same(value: Value) -> str:
    """One text for a value however it was written: `12.50` and `12.5` are the same."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, str):
        return plain_text(value)
    kept = stored(value)
    return "" if kept is None else str(kept)


def digest(value: Value) -> str:
    """Eight digits that tell whether a cell still holds the value; nothing for an empty one."""
    if value is None:
        return ""
    text = same(value)
    return hashlib.sha256(text.encode()).hexdigest()[:8] if text else ""


def mark(name: str, values: Iterable[Value]) -> str:
    """What stands beside a line or a question: its id, then the digests of its cells in order."""
    return f"{name}|{'.'.join(digest(value) for value in values)}"


def read_mark(text: str) -> tuple[str, tuple[str, ...]]:
    """The id and the digests of a mark, whatever was made of it."""
    name, _, digests = text.strip().partition("|")
    return name, tuple(digests.split("."))
