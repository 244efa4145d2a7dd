"""Many lines of a grid at once: written, duplicated, moved, removed, given the same values.

The last act on several lines is kept in `ResponseFrame.undo`, to be undone once.
"""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col

from sad.db.work import Work
from sad.frames.schemas import LineInput, SameInput
from sad.frames.service import (
    MOST_LINES,
    TooManyLines,
    buyer_keys,
    check_line,
    free_number,
    line_values,
    lines_of,
)
from sad.frames.tables import FrameLine, ResponseFrame
from sad.kernel.errors import NotFound, Refusal
from sad.kernel.ids import uuid7

MOST_CODE = 40  # characters
_NUMBERS = ("quantity", "slice_size")


class NothingTicked(Refusal):
    """An act on lines when none is chosen."""

    code = "frames.nothing_ticked"
    status = 422


class NothingToUndo(Refusal):
    """The last act was undone already, or another came since."""

    code = "frames.nothing_to_undo"


def write(
    work: Work, frame_id: UUID, edited: Sequence[tuple[UUID, LineInput]], added: Collection[UUID]
) -> int:
    """Writes lines whole, those of `added` at the end under the id given; how many changed.

    A line removed meanwhile raises NotFound; one added twice is written once.
    """
    known = {row.id: row for row in lines_of(work, work.organisation_id, frame_id)}
    fresh = [line_id for line_id, _ in edited if line_id not in known]
    if len(known) + len(fresh) > MOST_LINES:
        raise TooManyLines(where="lines", most=MOST_LINES)
    numbers = {row.number for row in known.values()}
    keys = buyer_keys(work, frame_id)
    place = max((row.position for row in known.values()), default=0)
    for line_id, given in edited:
        try:
            check_line(given, keys)
        except Refusal as refusal:
            refusal.where = f"{line_id}.{refusal.where}"  # which of the lines it was
            raise
        row = known.get(line_id)
        if row is None and line_id not in added:
            raise NotFound(kind="frame_line")
        values = line_values(given)
        if row is None:
            place += 1
            values["number"] = given.number or free_number(numbers, place)
            numbers.add(values["number"])
            row = FrameLine(
                organisation_id=work.organisation_id,
                id=line_id,
                frame_id=frame_id,
                position=place,
                **values,
            )
        for name, value in values.items():
            if name != "number" or value:
                setattr(row, name, value)
        work.add(row)
    return len(edited)


def duplicate(work: Work, frame_id: UUID, ids: Collection[UUID]) -> int:
    """A copy of each line just after it, without its picture; its code is made another one."""
    rows = _chosen(work, frame_id, ids)
    known = list(lines_of(work, work.organisation_id, frame_id))
    if len(known) + len(rows) > MOST_LINES:
        raise TooManyLines(where="lines", most=MOST_LINES)
    codes = {row.code for row in known}
    numbers = {row.number for row in known}
    place, order, fresh = len(known), [], []
    for row in known:
        order.append(row.id)
        if row not in rows:
            continue
        place += 1
        copied = row.model_dump(exclude={"id", "picture_id"}) | {"id": uuid7()}
        copied |= {"position": place, "code": _free_code(row.code, codes)}
        copied["number"] = free_number(numbers, place)
        codes.add(copied["code"])
        numbers.add(copied["number"])
        work.add(FrameLine(**copied))
        order.append(copied["id"])
        fresh.append(copied["id"])
    reorder(work, frame_id, order)
    _remember(work, frame_id, "duplicated", len(fresh), drop=fresh)
    return len(fresh)


def move(work: Work, frame_id: UUID, ids: Collection[UUID], step: int) -> int:
    """Each chosen line passes the one above (`step` -1) or below (1) that is not chosen."""
    rows = {row.id for row in _chosen(work, frame_id, ids)}
    order = [row.id for row in lines_of(work, work.organisation_id, frame_id)]
    if step > 0:
        order.reverse()
    for place in range(1, len(order)):
        if order[place] in rows and order[place - 1] not in rows:
            order[place - 1], order[place] = order[place], order[place - 1]
    if step > 0:
        order.reverse()
    reorder(work, frame_id, order)
    return len(rows)


def reorder(work: Work, frame_id: UUID, order: Sequence[UUID]) -> None:
    """The lines in this order; one numbered after its place follows its place.

    Raises NotFound when `order` is not the ids of the grid's lines, each once.
    """
    rows = {row.id: row for row in lines_of(work, work.organisation_id, frame_id)}
    if len(order) != len(rows) or set(order) != set(rows):
        raise NotFound(kind="frame_line")
    moved = [(rows[each], place) for place, each in enumerate(order, 1)]
    moved = [(row, place) for row, place in moved if row.position != place]
    kept = {row.number for row in rows.values()} - {row.number for row, _ in moved}
    for row, place in moved:  # two steps: positions are unique at every statement
        if row.number == str(row.position) and str(place) not in kept:
            row.number = str(place)
        row.position = -place
        work.add(row)
    work.session.flush()
    work.session.connection().execute(
        update(FrameLine)
        .where(
            col(FrameLine.organisation_id) == work.organisation_id,
            col(FrameLine.frame_id) == frame_id,
            col(FrameLine.position) < 0,
        )
        .values(position=-col(FrameLine.position))
    )
    work.session.expire_all()


def remove(work: Work, frame_id: UUID, ids: Collection[UUID]) -> int:
    """Takes lines out; those after them move up. Their pictures are forgotten by the caller."""
    rows = _chosen(work, frame_id, ids)
    _remember(work, frame_id, "removed", len(rows), restore=[_kept(row) for row in rows])
    _drop(work, frame_id, [row.id for row in rows])
    return len(rows)


def give(work: Work, frame_id: UUID, ids: Collection[UUID], same: SameInput) -> int:
    """The same values to each chosen line; what is not given stays. Raises as a line written."""
    rows, keys = _chosen(work, frame_id, ids), buyer_keys(work, frame_id)
    before = []
    for row in rows:
        values = {**row.values, **same.values}
        values = {key: text for key, text in values.items() if key not in same.empty}
        fields = same.fields()
        given = LineInput(
            designation=row.designation,
            quantity=row.quantity,
            slice_size=fields.get("slice_size", row.slice_size),
            values={key: str(text) for key, text in values.items()},
        )
        check_line(given, keys)
        kept = _kept(row)
        touched = {key: kept["values"].get(key, "") for key in (*same.values, *same.empty)}
        before.append({"id": kept["id"], "values": touched} | {k: kept[k] for k in fields})
        for name, value in fields.items():
            setattr(row, name, value)
        row.values = values
        work.add(row)
    _remember(work, frame_id, "given", len(rows), restore=before)
    return len(rows)


def undo(work: Work, frame_id: UUID) -> str:
    """Puts back what the last act changed, once; gives the act. Raises NothingToUndo."""
    frame = work.get(ResponseFrame, frame_id, lock=True)
    if frame.undo is None:
        raise NothingToUndo()
    kept: dict[str, Any] = dict(frame.undo)
    frame.undo = None
    work.add(frame)
    _drop(work, frame_id, [UUID(each) for each in kept["drop"]])
    rows = {row.id: row for row in lines_of(work, work.organisation_id, frame_id)}
    order = [row.id for row in rows.values()]
    for said in kept["restore"]:
        line_id = UUID(said["id"])
        if line_id in rows:
            _put_back(work, rows[line_id], said)
        elif "designation" in said:
            rows[line_id] = _line_again(work, frame_id, said, place=len(rows) + 1)
            order.insert(min(said["position"] - 1, len(order)), line_id)
    reorder(work, frame_id, order)
    return str(kept["act"])


def _chosen(work: Work, frame_id: UUID, ids: Collection[UUID]) -> list[FrameLine]:
    """The lines of these ids, in the grid's order; one removed meanwhile is left out."""
    rows = [row for row in lines_of(work, work.organisation_id, frame_id) if row.id in ids]
    if not rows:
        raise NothingTicked(where="tick")
    return rows


def _drop(work: Work, frame_id: UUID, ids: Collection[UUID]) -> None:
    if not ids:
        return
    work.session.flush()
    work.session.connection().execute(
        delete(FrameLine).where(
            col(FrameLine.organisation_id) == work.organisation_id,
            col(FrameLine.frame_id) == frame_id,
            col(FrameLine.id).in_(ids),
        )
    )
    work.session.expire_all()
    left = lines_of(work, work.organisation_id, frame_id)
    reorder(work, frame_id, [row.id for row in left])


def _remember(
    work: Work,
    frame_id: UUID,
    act: str,
    count: int,
    *,
    restore: Sequence[dict[str, Any]] = (),
    drop: Iterable[UUID] = (),
) -> None:
    frame = work.get(ResponseFrame, frame_id)
    frame.undo = {
        "act": act,
        "count": count,
        "restore": list(restore),
        "drop": [str(each) for each in drop],
    }
    work.add(frame)


def _kept(row: FrameLine) -> dict[str, Any]:
    """A line as JSON, but its picture."""
    left_out = {"organisation_id", "frame_id", "picture_id"}
    return row.model_dump(mode="json", exclude=left_out)


def _put_back(work: Work, row: FrameLine, said: dict[str, Any]) -> None:
    """The fields kept, and no other, as they were."""
    for name, value in said.items():
        if name == "values":
            merged = {**row.values, **value}
            row.values = {key: text for key, text in merged.items() if text != ""}
        elif name not in {"id", "position", "number"}:
            setattr(row, name, _value(name, value))
    work.add(row)


def _line_again(work: Work, frame_id: UUID, said: dict[str, Any], *, place: int) -> FrameLine:
    fields = {name: _value(name, value) for name, value in said.items()}
    fields |= {"id": UUID(said["id"]), "position": place}
    return work.add(FrameLine(organisation_id=work.organisation_id, frame_id=frame_id, **fields))


def _value(name: str, value: Any) -> Any:
    return Decimal(value) if name in _NUMBERS and value is not None else value


def _free_code(code: str, taken: Collection[str]) -> str:
    """The code followed by the first free figure: `T-01` gives `T-01-2`; none stays none."""
    if not code:
        return ""
    count = 2
    while f"{code[: MOST_CODE - 4]}-{count}" in taken:
        count += 1
    return f"{code[: MOST_CODE - 4]}-{count}"
