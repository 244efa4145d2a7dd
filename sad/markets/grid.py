"""The grid of a draft: drawn by hand, or taken whole from a spreadsheet."""

from uuid import UUID

from sad.db.work import Work
from sad.frames import drawing
from sad.frames import service as frames
from sad.frames.frame import Frame
from sad.frames.schemas import ColumnInput, LineInput
from sad.frames.tables import FrameColumn, FrameLine
from sad.kernel.errors import Conflict
from sad.markets.sections import claim, touch
from sad.markets.states import Section
from sad.markets.tables import SpecificMarket


def import_grid(
    work: Work, market_id: UUID, read: Frame, source_name: str, version: int | None = None
) -> SpecificMarket:
    """Replaces columns and lines by what a file says: all or nothing.

    `version`, when given, refuses to replace a grid changed since it was shown.
    """
    market = claim(work, market_id)
    if version is not None and market.section_versions.get(Section.LINES, 1) > version:
        raise Conflict(where=Section.LINES.value, version=market.version)
    frames.replace_with(work, market.frame_id, read, source_name)
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


def remove_line(work: Work, market_id: UUID, line_id: UUID) -> None:
    """Takes a line out."""
    market = claim(work, market_id)
    frames.remove_line(work, market.frame_id, line_id)
    touch(work, market, Section.LINES, {"removed": str(line_id)}, None)


def add_column(work: Work, market_id: UUID, given: ColumnInput) -> FrameColumn:
    """One more column; each supplier's column in plus costs answers (P17)."""
    market = claim(work, market_id)
    column = drawing.add_column(work, market.frame_id, given)
    touch(work, market, Section.LINES, {"column_added": column.key}, None)
    return column


def edit_column(work: Work, market_id: UUID, column_id: UUID, given: ColumnInput) -> FrameColumn:
    """Changes what a column asks."""
    market = claim(work, market_id)
    column = drawing.edit_column(work, market.frame_id, column_id, given)
    touch(work, market, Section.LINES, {"column_edited": column.key}, None)
    return column


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
