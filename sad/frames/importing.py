"""A grid taken from a spreadsheet in place of the one that was there: all of it or nothing.

A grid that goes out and comes back loses nothing that a sheet cannot say: columns of the same name
keep their type, bounds, choices and pictures; lines of the same code keep their lot and picture.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import delete, insert
from sqlmodel import col

from sad.db.work import Work
from sad.frames import queries
from sad.frames.columns import Column, slug
from sad.frames.frame import Frame
from sad.frames.frame import FrameLine as ReadLine
from sad.frames.queries import ColumnView, FrameView, LineView
from sad.frames.service import MOST_LINES, write_columns
from sad.frames.shape import missing_to_launch
from sad.frames.tables import FrameColumn, FrameLine, ResponseFrame
from sad.frames.vocabulary import Side, plain
from sad.kernel.errors import Incomplete, Problem
from sad.kernel.ids import uuid7

PUT_RIGHT_LATER = {"frames.no_supplier_columns", "frames.no_price_column", "frames.code_twice"}


@dataclass(frozen=True)
class _Columns:
    """Those of the new grid; `keys`: of the columns read, as the file's lines name them."""

    columns: list[Column]
    hints: Mapping[str, str]
    keys: Mapping[str, str]


def replace_with(work: Work, frame_id: UUID, read: Frame, source_name: str) -> ResponseFrame:
    """Puts what a file says in place of all the columns and lines: all of it or nothing.

    A file without supplier's columns keeps those the grid has; the questions of the whole offer
    always stay. Raises Incomplete naming each line that cannot be asked.
    """
    frame = work.get(ResponseFrame, frame_id)
    problems = import_problems(read)
    if problems:
        raise Incomplete(problems)
    before = queries.frame(work, work.organisation_id, frame_id)
    made = _columns(read, before)
    _clear(work, frame_id)
    frame.source_name, frame.undo = source_name[:200], None
    work.session.add(frame)
    write_columns(work, frame, made.columns, made.hints)
    _write_lines(work, frame, read.lines, made.keys, _by_name(before.lines))
    return frame


def import_problems(read: Frame) -> list[Problem]:
    """Why a grid read from a file cannot be kept: lines without quantity or designation…

    What can be put right on the page (a code used twice, a price column missing) is no reason.
    """
    problems = [p for p in missing_to_launch(read) if p.code not in PUT_RIGHT_LATER]
    if len(read.lines) > MOST_LINES:
        problems.append(Problem("frames.too_many_lines", "file", {"most": MOST_LINES}))
    return problems


def _columns(read: Frame, before: FrameView) -> _Columns:
    """The columns read, each under what was known of it, then those a file does not bring."""
    known = _known(before) if before.lines else {}
    made: list[Column] = []
    hints: dict[str, str] = {}
    keys: dict[str, str] = {}
    taken: set[str] = set()
    for column in (*read.buyer_columns, *read.supplier_columns):
        view = known.get((column.side, plain(column.name)))
        kept = column if view is None else _as_known(column, view.column)
        key = slug(kept.key, taken)
        keys[column.key] = key
        hints[key] = "" if view is None else view.hint
        made.append(replace(kept, key=key))
    stays = () if read.supplier_columns else before.supplier
    for view in (*stays, *before.questions):
        key = slug(view.key, taken)
        hints[key] = view.hint
        made.append(replace(view.column, key=key))
    return _Columns(made, hints, keys)


def _known(before: FrameView) -> dict[tuple[Side, str], ColumnView]:
    """The columns of the grid that is there, by side and name."""
    return {
        (view.column.side, plain(view.label)): view for view in (*before.buyer, *before.supplier)
    }


def _as_known(read: Column, known: Column) -> Column:
    """The column as it was drawn; one whose list changed in the sheet is as the sheet says."""
    if read.choices and read.choices != known.choices:
        return replace(read, key=known.key)
    return replace(known, name=read.name)


def _by_name(lines: Iterable[LineView]) -> dict[str, LineView]:
    """The lines by their code, else by their words; a name that two have says nothing."""
    found: dict[str, LineView] = {}
    twice: set[str] = set()
    for line in lines:
        name = line.code or plain(line.designation)
        twice |= {name} & found.keys()
        found[name] = line
    return {name: line for name, line in found.items() if name not in twice}


def _clear(work: Work, frame_id: UUID) -> None:
    for table in (FrameLine, FrameColumn):
        work.session.connection().execute(
            delete(table).where(
                col(table.organisation_id) == work.organisation_id,
                col(table.frame_id) == frame_id,
            )
        )
    work.session.expire_all()


def _write_lines(
    work: Work,
    frame: ResponseFrame,
    lines: Sequence[ReadLine],
    keys: Mapping[str, str],
    before: dict[str, LineView],
) -> None:
    """The lines read; each takes once what its name had before."""
    rows = []
    for place, line in enumerate(lines, start=1):
        same = before.pop(line.code or plain(line.designation), None)
        price = line.maximum_price
        rows.append(
            {
                "organisation_id": work.organisation_id,
                "id": uuid7(),
                "frame_id": frame.id,
                "lot_number": 1 if same is None else same.lot_number,
                "position": place,
                "number": line.number,
                "code": line.code,
                "designation": line.designation,
                "quantity": line.quantity,
                "unit": line.unit,
                "mandatory": line.mandatory,
                "slice_size": line.slice_size,
                "maximum_unit_cents": None if price is None else price.cents,
                "values": {keys[key]: text for key, text in line.values.items()},
                "picture_id": None if same is None else same.picture_id,
            }
        )
    work.session.connection().execute(insert(FrameLine), rows)
