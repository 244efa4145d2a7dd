"""The grid of a draft: drawn by hand, or taken whole from a spreadsheet."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sad.db.work import Work
from sad.frames import arranging, drawing, importing
from sad.frames import service as frames
from sad.frames.columns import Column
from sad.frames.frame import Frame
from sad.frames.schemas import ColumnInput, LineInput, SameInput
from sad.frames.tables import FrameColumn, FrameLine, ResponseFrame
from sad.kernel.errors import Conflict, Refusal
from sad.markets.sections import claim, touch
from sad.markets.states import Section
from sad.markets.tables import SpecificMarket


class CellChanged(Refusal):
    """Somebody else wrote in the cell since it was shown. Fact: `theirs`."""

    code = "markets.cell_changed"


class LineGone(Refusal):
    """The line was taken out since it was shown."""

    code = "markets.line_gone"


def import_grid(
    work: Work, market_id: UUID, read: Frame, source_name: str, version: int | None = None
) -> SpecificMarket:
    """Replaces columns and lines by what a file says: all or nothing.

    `version`, when given, refuses to replace a grid changed since it was shown.
    """
    market = claim(work, market_id)
    if version is not None and market.section_versions.get(Section.LINES, 1) > version:
        raise Conflict(where=Section.LINES.value, version=market.version)
    importing.replace_with(work, market.frame_id, read, source_name)
    said = {
        "lines": len(read.lines),
        "columns": len(read.buyer_columns) + len(read.supplier_columns),
    }
    return touch(work, market, Section.LINES, said, {"file": source_name[:200]})


def add_line(work: Work, market_id: UUID, given: LineInput) -> FrameLine:
    """One more line, at the end."""
    market = claim(work, market_id)
    line = frames.add_line(work, market.frame_id, given)
    touch(work, market, Section.LINES, {"added": str(line.id)}, {"line": line.designation})
    return line


def edit_line(
    work: Work, market_id: UUID, line_id: UUID, given: LineInput, version: int
) -> FrameLine:
    """Changes a line; a grid changed since `version` is refused with both values of the line."""
    market = claim(work, market_id)
    current = frames.line(work, market.frame_id, line_id)
    if market.section_versions.get(Section.LINES, 1) > version:
        theirs, yours = _said(current), given.model_dump(mode="json", exclude={"maximum_price"})
        differing = sorted(name for name in theirs if theirs[name] != yours.get(name))
        if differing:
            raise Conflict(
                where=Section.LINES.value,
                theirs={name: theirs[name] for name in differing},
                yours={name: yours.get(name) for name in differing},
                version=market.version,
                by=market.updated_by,
                at=market.updated_at,
            )
    line = frames.edit_line(work, market.frame_id, line_id, given)
    touch(work, market, Section.LINES, {"edited": str(line.id)}, {"line": line.designation})
    return line


def write_lines(
    work: Work,
    market_id: UUID,
    edited: Sequence[tuple[UUID, LineInput]],
    added: Collection[UUID] = (),
) -> int:
    """Changes many lines whole, adds those of `added` under the ids given: all or nothing.

    Gives how many were written. Raises NotFound for a line that went meanwhile.
    """
    market = claim(work, market_id)
    count = arranging.write(work, market.frame_id, edited, added)
    if count:
        texts = {"lines": [line.designation for _, line in edited]}
        touch(work, market, Section.LINES, {"written": [str(each) for each, _ in edited]}, texts)
    return count


def remove_line(work: Work, market_id: UUID, line_id: UUID) -> None:
    """Takes a line out. Raises NotFound."""
    market = claim(work, market_id)
    frames.line(work, market.frame_id, line_id)
    arranging.remove(work, market.frame_id, [line_id])
    touch(work, market, Section.LINES, {"removed": str(line_id)}, None)


def remove_lines(work: Work, market_id: UUID, ids: Collection[UUID]) -> int:
    """Takes lines out, to be undone at most once; how many."""
    return _arranged(work, market_id, "removed", arranging.remove, ids)


def duplicate_lines(work: Work, market_id: UUID, ids: Collection[UUID]) -> int:
    """A copy of each, just after it; how many."""
    return _arranged(work, market_id, "duplicated", arranging.duplicate, ids)


def move_lines(work: Work, market_id: UUID, ids: Collection[UUID], step: int) -> int:
    """One place up (-1) or down (1); how many."""
    return _arranged(work, market_id, "moved", arranging.move, ids, step)


def give_lines(work: Work, market_id: UUID, ids: Collection[UUID], same: SameInput) -> int:
    """The same slice, lot or words to each; how many. Raises as a line edited."""
    return _arranged(work, market_id, "given", arranging.give, ids, same)


def order_lines(work: Work, market_id: UUID, order: Sequence[UUID]) -> None:
    """All the lines, in this order. Raises NotFound unless each is there once."""
    market = claim(work, market_id)
    arranging.reorder(work, market.frame_id, order)
    touch(work, market, Section.LINES, {"ordered": len(order)}, None)


def undo(work: Work, market_id: UUID) -> str:
    """Undoes the last act on several lines, once; gives which. Raises NothingToUndo."""
    market = claim(work, market_id)
    act = arranging.undo(work, market.frame_id)
    touch(work, market, Section.LINES, {"undone": act}, None)
    return act


def last_act(work: Work, frame_id: UUID) -> tuple[str, int] | None:
    """What `undo` would undo, and on how many lines."""
    kept = work.get(ResponseFrame, frame_id).undo
    return None if kept is None else (str(kept["act"]), int(str(kept["count"])))


def _arranged(
    work: Work, market_id: UUID, act: str, do: Callable[..., int], ids: Collection[UUID], *more: Any
) -> int:
    market = claim(work, market_id)
    count = do(work, market.frame_id, set(ids), *more)
    touch(work, market, Section.LINES, {act: sorted(str(each) for each in set(ids))}, None)
    return count


def add_column(work: Work, market_id: UUID, given: ColumnInput) -> FrameColumn:
    """One more column; each supplier's column in plus costs answers (P17)."""
    market = claim(work, market_id)
    column = drawing.add_column(work, market.frame_id, given)
    touch(work, market, Section.LINES, {"column_added": column.key}, None)
    return column


def edit_column(
    work: Work,
    market_id: UUID,
    column_id: UUID,
    given: ColumnInput,
    places: Sequence[int] = (),
) -> FrameColumn:
    """Changes what a column asks; `places`: those its choices had, for their pictures to follow."""
    market = claim(work, market_id)
    column = drawing.edit_column(work, market.frame_id, column_id, given, places)
    touch(work, market, Section.LINES, {"column_edited": column.key}, None)
    return column


def usual_columns(
    work: Work, market_id: UUID, columns: Sequence[Column], hints: Mapping[str, str]
) -> None:
    """The family's supplier's columns in place of the grid's: few columns, more answers (P17)."""
    market = claim(work, market_id)
    count = drawing.usual_again(work, market.frame_id, columns, hints)
    touch(work, market, Section.LINES, {"usual_columns": count}, None)


def move_column(work: Work, market_id: UUID, column_id: UUID, step: int) -> None:
    """One place before (-1) or after (1), among those of its side."""
    market = claim(work, market_id)
    drawing.move_column(work, market.frame_id, column_id, step)
    touch(work, market, Section.LINES, {"column_moved": str(column_id)}, None)


def remove_column(work: Work, market_id: UUID, column_id: UUID) -> None:
    """Takes a column out."""
    market = claim(work, market_id)
    drawing.remove_column(work, market.frame_id, column_id)
    touch(work, market, Section.LINES, {"column_removed": str(column_id)}, None)


def _said(line: FrameLine) -> dict[str, object]:
    said = line.model_dump(
        mode="json",
        include={
            "designation", "quantity", "number", "code", "unit", "lot_number", "mandatory",
            "slice_size", "values",
        },
    )  # fmt: skip
    return dict(said)
