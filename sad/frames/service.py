"""Keeping the grid of a market: its columns and its lines, as drawn by hand or read from a file.

Who may change it and when is the market's affair: these commands only keep a grid well formed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import col, select

from sad.db.work import Work
from sad.frames import grades, queries
from sad.frames.columns import Column
from sad.frames.schemas import LineInput
from sad.frames.shape import shape_sha256
from sad.frames.tables import FrameColumn, FrameLine, ResponseFrame
from sad.frames.vocabulary import Side, tidy
from sad.kernel.errors import Invalid, NotFound
from sad.kernel.ids import uuid7
from sad.kernel.money import Money

MOST_LINES = 5000
MOST_COLUMNS = 100


class TooManyLines(Invalid):
    """A grid holds a bounded number of lines. Fact: `most`."""

    code = "frames.too_many_lines"


class TooManyColumns(Invalid):
    """A grid holds a bounded number of columns. Fact: `most`."""

    code = "frames.columns_limit"


class SliceTooLarge(Invalid):
    """A slice is larger than the quantity asked. Facts: `quantity`, `size`."""

    code = "frames.slice_too_large"


class ValueUnknown(Invalid):
    """A value is given for a column that the buyer does not have. Fact: `column`."""

    code = "frames.column_unknown"


def create(
    work: Work,
    columns: Sequence[Column],
    hints: Mapping[str, str] | None = None,
    source_name: str = "",
) -> ResponseFrame:
    """An empty grid with these columns; `hints` by column key are shown under them.

    Its states are said as the organisation usually says them.
    """
    frame = ResponseFrame(
        organisation_id=work.organisation_id, id=uuid7(), source_name=source_name[:200]
    )
    work.add(frame)
    write_columns(work, frame, grades.proposed(work, columns, frame.id), hints or {})
    return frame


def copy(work: Work, frame_id: UUID) -> ResponseFrame:
    """A new grid with the same columns and lines; reference pictures stay with the first."""
    source = work.get(ResponseFrame, frame_id)
    frame = ResponseFrame(
        organisation_id=work.organisation_id, id=uuid7(), source_name=source.source_name
    )
    work.add(frame)
    for table in (FrameColumn, FrameLine):
        rows = work.session.exec(
            select(table).where(
                col(table.organisation_id) == work.organisation_id,
                col(table.frame_id) == frame_id,
            )
        ).all()
        fresh = {"id": None, "frame_id": frame.id}
        copies = [row.model_dump() | fresh | {"id": uuid7()} for row in rows]
        for values in copies:
            values.pop("picture_id", None)
            if values.get("meanings"):
                values["meanings"] = [
                    [words, grades.shared(work, picture, frame.id)]
                    for words, picture in values["meanings"]
                ]
        if copies:
            work.session.connection().execute(insert(table), copies)
    return frame


def add_line(work: Work, frame_id: UUID, given: LineInput) -> FrameLine:
    """A line after the last one, numbered after it when the buyer gives no number."""
    rows = lines_of(work, work.organisation_id, frame_id)
    if len(rows) >= MOST_LINES:
        raise TooManyLines(where="designation", most=MOST_LINES)
    position = max((row.position for row in rows), default=0) + 1
    number = given.number or free_number({row.number for row in rows}, position)
    check_line(given, buyer_keys(work, frame_id))
    return work.add(
        FrameLine(
            organisation_id=work.organisation_id,
            id=uuid7(),
            frame_id=frame_id,
            position=position,
            **line_values(given) | {"number": number},
        )
    )


def free_number(taken: Collection[str], place: int) -> str:
    """The place of a line as its number, or the first one after it that no other line has."""
    while str(place) in taken:
        place += 1
    return str(place)


def add_lines(work: Work, frame_id: UUID, given: Sequence[LineInput]) -> None:
    """Many lines after the last one, in one go; numbered like `add_line`. Raises TooManyLines."""
    rows = _positions(work, frame_id)
    if len(rows) + len(given) > MOST_LINES:
        raise TooManyLines(where="lines", most=MOST_LINES)
    first = max(rows, default=0) + 1
    written = [
        {"organisation_id": work.organisation_id, "id": uuid7(), "frame_id": frame_id}
        | {"position": place}
        | line_values(line)
        | {"number": line.number or str(place)}
        for place, line in enumerate(given, start=first)
    ]
    if written:
        work.session.connection().execute(insert(FrameLine), written)


def edit_line(work: Work, frame_id: UUID, line_id: UUID, given: LineInput) -> FrameLine:
    """Changes one line whole; a number left out keeps the one it has."""
    row = line(work, frame_id, line_id)
    check_line(given, buyer_keys(work, frame_id))
    for name, value in line_values(given).items():
        if name != "number" or value:
            setattr(row, name, value)
    return work.add(row)


def freeze(work: Work, frame_id: UUID) -> str:
    """Writes and gives the SHA-256 of the grid as it stands: what suppliers answer (GRID-02)."""
    digest = shape_sha256(queries.frame(work, work.organisation_id, frame_id).frame)
    row = work.get(ResponseFrame, frame_id)
    row.content_sha256, row.undo = digest, None
    work.add(row)
    return digest


def columns_of(work: Work, organisation_id: UUID, frame_id: UUID) -> Sequence[FrameColumn]:
    """The columns in their order."""
    query = (
        select(FrameColumn)
        .where(
            col(FrameColumn.organisation_id) == organisation_id,
            col(FrameColumn.frame_id) == frame_id,
        )
        .order_by(col(FrameColumn.position))
    )
    return work.session.exec(query).all()


def lines_of(work: Work, organisation_id: UUID, frame_id: UUID) -> Sequence[FrameLine]:
    """The lines in their order."""
    query = (
        select(FrameLine)
        .where(
            col(FrameLine.organisation_id) == organisation_id,
            col(FrameLine.frame_id) == frame_id,
        )
        .order_by(col(FrameLine.position))
    )
    return work.session.exec(query).all()


def write_columns(
    work: Work, frame: ResponseFrame, columns: Iterable[Column], hints: Mapping[str, str]
) -> None:
    """The columns of a grid that has none; `hints` by their keys. Raises TooManyColumns."""
    rows = [
        row_of(work, frame.id, column, place, hints.get(column.key, "")).model_dump()
        for place, column in enumerate(columns, start=1)
    ]
    if len(rows) > MOST_COLUMNS:
        raise TooManyColumns(where="file", most=MOST_COLUMNS)
    if rows:
        work.session.connection().execute(insert(FrameColumn), rows)


def row_of(work: Work, frame_id: UUID, column: Column, position: int, hint: str) -> FrameColumn:
    """A column as its row."""
    return FrameColumn(
        organisation_id=work.organisation_id,
        id=uuid7(),
        frame_id=frame_id,
        position=position,
        key=column.key,
        label=tidy(column.name),
        side=column.side.value,
        type=column.type.value,
        role=column.role.value if column.role else "",
        required=column.required,
        minimum=_text(column.minimum),
        maximum=_text(column.maximum),
        choices=list(column.choices),
        hint=hint,
        meanings=[list(each) for each in column.meanings] or None,
    )


def _text(bound: Decimal | None) -> str | None:
    return None if bound is None else f"{bound:f}"


def _positions(work: Work, frame_id: UUID) -> list[int]:
    query = select(FrameLine.position).where(
        col(FrameLine.organisation_id) == work.organisation_id, col(FrameLine.frame_id) == frame_id
    )
    return list(work.session.exec(query).all())


def line(work: Work, frame_id: UUID, line_id: UUID) -> FrameLine:
    """One line of this grid. Raises NotFound."""
    row = work.get(FrameLine, line_id)
    if row.frame_id != frame_id:
        raise NotFound(kind="frame_line")
    return row


def buyer_keys(work: Work, frame_id: UUID) -> set[str]:
    """The keys of the buyer's columns."""
    rows = columns_of(work, work.organisation_id, frame_id)
    return {row.key for row in rows if row.side == Side.BUYER}


def check_line(given: LineInput, keys: Collection[str]) -> None:
    """Its slice within its quantity, its values under `keys`.

    Raises SliceTooLarge, ValueUnknown.
    """
    if given.slice_size is not None and given.slice_size > given.quantity:
        raise SliceTooLarge(
            where="slice_size",
            quantity=given.quantity,
            size=given.slice_size,
            line=given.designation,
        )
    for key in given.values:
        if key not in keys:
            raise ValueUnknown(where=f"values.{key}", column=key)


def line_values(given: LineInput) -> dict[str, Any]:
    """A line as the fields of its row."""
    price: Money | None = given.maximum_price
    return {
        "lot_number": given.lot_number,
        "number": given.number,
        "code": given.code,
        "designation": given.designation,
        "quantity": given.quantity,
        "unit": given.unit,
        "mandatory": given.mandatory,
        "slice_size": given.slice_size,
        "maximum_unit_cents": None if price is None else price.cents,
        "values": dict(given.values),
    }
