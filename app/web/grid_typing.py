"""What is typed in the designer's table: cells read, compared with what the page showed, kept.

A field is named `<line id>.<key>`. The hidden `lu` says what was shown: a cell left as it was never
undoes a colleague's, and two people may write in two cells of one line.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData

from app.web import market_forms as forms
from app.web.forms import text, texts
from sad.db.work import Work
from sad.frames.columns import ColumnType
from sad.frames.queries import FrameView, LineView
from sad.frames.schemas import LineInput, SameInput
from sad.frames.vocabulary import Role
from sad.kernel.errors import Problem
from sad.kernel.french import parse_quantity
from sad.markets import grid
from sad.markets.grid import CellChanged, LineGone

READ, FRESH, TICK = "lu", "new", "tick"
EMPTY = "-"  # in a list, beside the choices: empties the cells
OWN = ("designation", "code", "quantity", "unit", "slice_size", "lot_number")

Cells = dict[str, str]


@dataclass(frozen=True)
class Field:
    """A column of the table: how its cells are typed."""

    key: str  # after the line's id, in the name of a field
    label: str
    kind: str  # text, number, textarea, select
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""


@dataclass
class Typed:
    """What came from a page. `lines`: cells by line; `read`: what the page showed of them."""

    lines: dict[UUID, Cells]
    read: dict[str, Cells]
    fresh: list[UUID]
    ticked: list[UUID] = field(default_factory=list)


def fields(frame: FrameView, lots: Iterable[Any]) -> list[Field]:
    """The columns typed in the table, in order: the line's own, then the buyer's others."""
    found = [
        Field("designation", "Désignation", "textarea"),
        Field("code", "Code", "text"),
        Field("quantity", "Quantité", "number"),
        Field("unit", "Unité", "text"),
        Field("slice_size", "Par tranches de", "number"),
    ]
    named = [(str(lot.number), f"{lot.number} – {lot.title}"[:40]) for lot in lots]
    if len(named) > 1:
        found.append(Field("lot_number", "Lot", "select", tuple(named)))
    for view in frame.shown():
        said = view.column
        choices = tuple((each, each) for each in said.choices)
        if said.type is ColumnType.YES_NO:
            choices = (("Oui", "Oui"), ("Non", "Non"))
        if said.type is not ColumnType.PICTURE:
            kind = "select" if choices else "textarea" if _wordy(said.role) else "text"
            choices = (("", ""), *choices) if choices else ()
            found.append(Field(f"values.{view.key}", view.label, kind, choices, view.hint))
    return found


def _wordy(role: Role | None) -> bool:
    return role in {Role.REQUIREMENTS, Role.DESCRIPTION, Role.MATERIALS, Role.NOTE, Role.SUPPLIED}


def cells_of(line: LineView, columns: Iterable[Field]) -> Cells:
    """A line as the table shows it."""
    said = forms.line_fields(line)
    return {column.key: said.get(column.key, "") for column in columns}


def listed(column: Field, shown: str) -> list[tuple[str, str]]:
    """The choices of a cell: those of its column, and what it says already if that is another."""
    known = any(value == shown for value, _ in column.choices)
    return [*column.choices, *([] if known or not column.choices else [(shown, shown)])]


def blank(columns: Iterable[Field]) -> Cells:
    """A line not written yet: its lists say their first value."""
    return {column.key: column.choices[0][0] if column.choices else "" for column in columns}


def shown(lines: Iterable[LineView], columns: list[Field], fresh: Iterable[UUID]) -> str:
    """What the page shows, as JSON: it comes back with what is typed."""
    found = {str(line.id): cells_of(line, columns) for line in lines}
    found |= {str(line_id): blank(columns) for line_id in fresh}
    return json.dumps(found, ensure_ascii=False)


def typed_on(form: FormData) -> Typed:
    """The page's fields; what cannot be a line's is left."""
    lines: dict[UUID, Cells] = {}
    for name in form:
        head, _, key = name.partition(".")
        line_id = _uuid(head)
        if line_id is not None and key:
            lines.setdefault(line_id, {})[key] = text(form, name).replace("\r\n", "\n")
    fresh = [each for one in texts(form, FRESH) if (each := _uuid(one)) is not None]
    ticked = [each for one in texts(form, TICK) if (each := _uuid(one)) is not None]
    return Typed(lines, _read(text(form, READ)), fresh, ticked)


def save(work: Work, market_id: UUID, frame: FrameView, typed: Typed) -> int:
    """Writes the lines that were changed or added: all of them or none; how many.

    Raises Unread with each cell that cannot be read, or that somebody else changed since.
    """
    edited: list[tuple[UUID, LineInput]] = []
    problems: list[Problem] = []
    known = {line.id: line for line in frame.lines}
    for line_id, cells in typed.lines.items():
        line = known.get(line_id)
        changed = _changed(cells, typed.read.get(str(line_id), {}))
        if not changed:
            continue
        if line is None and line_id not in typed.fresh:
            problems.append(Problem(LineGone.code, f"{line_id}.designation"))
            continue
        kept = {} if line is None else forms.line_fields(line)
        problems += _taken(line_id, changed, kept, typed.read.get(str(line_id), {}))
        try:
            edited.append((line_id, forms.line(FormData([*(kept | changed).items()]))))
        except forms.Unread as refusal:
            problems += [Problem(p.code, f"{line_id}.{p.where}", p.facts) for p in refusal.problems]
    if problems:
        raise forms.Unread(problems)
    return grid.write_lines(work, market_id, edited, typed.fresh) if edited else 0


def same_of(form: FormData, columns: list[Field]) -> SameInput:
    """What the ticked lines are given: only the fields that were filled."""
    reader = forms.Reader(form)
    said: dict[str, Any] = {"values": {}, "empty": []}
    for column in columns:
        name = f"same.{column.key}"
        typed = text(form, name)
        if not typed:
            continue
        if column.key.startswith("values."):
            key = column.key.removeprefix("values.")
            if typed == EMPTY:
                said["empty"].append(key)
            else:
                said["values"][key] = typed
        elif column.key == "slice_size" and typed == "0":
            said["whole"] = True
        elif column.key == "slice_size":
            said["slice_size"] = reader.read(name, parse_quantity)
        else:
            said[column.key] = typed
    return reader.build(SameInput, said)


def _changed(cells: Cells, read: Cells) -> Cells:
    """The cells that no longer say what the page showed."""
    return {key: value for key, value in cells.items() if value != read.get(key, "").strip()}


def _taken(line_id: UUID, changed: Cells, kept: Cells, read: Cells) -> Iterable[Problem]:
    """The cells that somebody else wrote meanwhile, otherwise."""
    for key, value in changed.items():
        theirs = kept.get(key, "").strip()
        if key in read and _spaceless(theirs) not in {_spaceless(read[key]), _spaceless(value)}:
            yield Problem(CellChanged.code, f"{line_id}.{key}", {"theirs": theirs or "rien"})


def _spaceless(typed: str) -> str:
    """`1 200` is the same whichever space was typed in it."""
    return "".join(typed.split())


def _read(raw: str) -> dict[str, Cells]:
    """What the page said it showed; nothing when it was tampered with."""
    try:
        found: Mapping[str, Any] = json.loads(raw or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        line: {key: str(value) for key, value in cells.items()}
        for line, cells in found.items()
        if isinstance(cells, dict)
    }


def _uuid(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None
