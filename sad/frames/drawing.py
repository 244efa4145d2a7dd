"""The columns of a kept grid, drawn one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sad.db.work import Work
from sad.frames.columns import Column, ColumnType, Meaning, drawn, slug
from sad.frames.schemas import ColumnInput
from sad.frames.service import MOST_COLUMNS, TooManyColumns, columns_of, lines_of, row_of
from sad.frames.tables import FrameColumn
from sad.frames.vocabulary import Role, Side, plain, tidy
from sad.kernel.errors import Invalid, NotFound


class ColumnKept(Invalid):
    """The engine needs this column: fact `column`."""

    code = "frames.column_kept"


class ColumnTwice(Invalid):
    """Another column of the grid has this name. Fact: `column`."""

    code = "frames.column_twice"


class QuestionIsPicture(Invalid):
    """A question of the whole offer is answered by words: files are joined to the answer."""

    code = "frames.question_is_picture"


def add_column(work: Work, frame_id: UUID, given: ColumnInput) -> FrameColumn:
    """One more column or question, on the side said; its key comes from its name."""
    _check_type(given.side, given)
    rows = columns_of(work, work.organisation_id, frame_id)
    if len(rows) >= MOST_COLUMNS:
        raise TooManyColumns(where="label", most=MOST_COLUMNS)
    if any(plain(row.label) == plain(given.label) and row.side == given.side for row in rows):
        raise ColumnTwice(where="label", column=tidy(given.label))
    column = _explained(given.column(slug(given.label, {row.key for row in rows})), given, ())
    after = [row.position for row in rows if row.side == given.side]
    row = row_of(work, frame_id, column, max(after, default=len(rows)) + 1, given.hint)
    _make_room(work, rows, row.position)
    return work.add(row)


def edit_column(
    work: Work,
    frame_id: UUID,
    column_id: UUID,
    given: ColumnInput,
    places: Sequence[int] = (),
) -> FrameColumn:
    """Changes what a column asks; its side, key and role stay.

    `places`: those the choices had before, so that their pictures follow; theirs when left out.
    """
    rows = columns_of(work, work.organisation_id, frame_id)
    row = next((row for row in rows if row.id == column_id), None)
    if row is None:
        raise NotFound(kind="frame_column")
    _check_type(Side(row.side), given)
    if any(
        other.id != row.id and other.side == row.side and plain(other.label) == plain(given.label)
        for other in rows
    ):
        raise ColumnTwice(where="label", column=tidy(given.label))
    column = replace(given.column(row.key), side=Side(row.side), role=_role(row))
    column = _explained(column, given, row.meanings or (), places)
    fresh = row_of(work, frame_id, column, row.position, given.hint)
    for name in ("label", "type", "required", "minimum", "maximum", "choices", "hint", "meanings"):
        setattr(row, name, getattr(fresh, name))
    return work.add(row)


def usual_again(
    work: Work, frame_id: UUID, columns: Sequence[Column], hints: Mapping[str, str]
) -> int:
    """The supplier's columns as they are proposed, in place of those there; how many (P17)."""
    rows = columns_of(work, work.organisation_id, frame_id)
    asked = [column for column in columns if column.side is Side.SUPPLIER]
    place = max((row.position for row in rows), default=0)
    for row in rows:
        if row.side == Side.SUPPLIER:
            work.session.delete(row)
    work.session.flush()
    taken = {row.key for row in rows if row.side != Side.SUPPLIER}
    for rank, column in enumerate(asked, start=1):
        named = replace(column, key=slug(column.key, taken))
        work.add(row_of(work, frame_id, named, place + rank, hints.get(column.key, "")))
    return len(asked)


def move_column(work: Work, frame_id: UUID, column_id: UUID, step: int) -> None:
    """One place before (-1) or after (1), among the columns of its side; the ends stay."""
    rows = columns_of(work, work.organisation_id, frame_id)
    row = next((row for row in rows if row.id == column_id), None)
    if row is None:
        raise NotFound(kind="frame_column")
    mates = [each for each in rows if each.side == row.side]
    place = mates.index(row) + step
    if 0 <= place < len(mates):
        other = mates[place]
        row.position, other.position = other.position, row.position
        work.session.add_all([row, other])


def remove_column(work: Work, frame_id: UUID, column_id: UUID) -> None:
    """Takes a column out, with what the buyer wrote in it. Raises ColumnKept."""
    rows = columns_of(work, work.organisation_id, frame_id)
    row = next((row for row in rows if row.id == column_id), None)
    if row is None:
        raise NotFound(kind="frame_column")
    if _role(row) in {Role.DESIGNATION, Role.QUANTITY, Role.UNIT_PRICE}:
        raise ColumnKept(where="column", column=row.label)
    work.session.delete(row)
    work.session.flush()
    for asked in lines_of(work, work.organisation_id, frame_id):
        if row.key in asked.values:
            asked.values = {k: v for k, v in asked.values.items() if k != row.key}
            work.session.add(asked)
    work.session.flush()


def _explained(
    column: Column,
    given: ColumnInput,
    before: Sequence[Sequence[str]],
    places: Sequence[int] = (),
) -> Column:
    """The column with what its choices mean: words given, pictures that follow their choices.

    Where no picture was known, ours for the place, if any.
    """
    count = len(column.choices)
    words = [*given.meanings, *("",) * count][:count]
    shown = list(drawn(column.role, column.choices))
    for rank, place in enumerate((*places, *range(len(places), count))[:count]):
        if place < len(before):
            shown[rank] = before[place][1]
    meanings = tuple(Meaning(*each) for each in zip(words, shown, strict=True))
    return replace(column, meanings=meanings if any(a or b for a, b in meanings) else ())


def _check_type(side: Side, given: ColumnInput) -> None:
    if side is Side.OFFER and given.type is ColumnType.PICTURE:
        raise QuestionIsPicture(where="type")


def _make_room(work: Work, rows: Sequence[FrameColumn], position: int) -> None:
    for row in rows:
        if row.position >= position:
            row.position += 1
            work.session.add(row)


def _role(row: FrameColumn) -> Role | None:
    return Role(row.role) if row.role else None
