"""Typing an answer: line by line and question by question, or the whole of it at once.

What cannot be read is refused with the cell's name and nothing of the request is saved; what is
merely missing stays missing: a draft may be incomplete for as long as one likes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sad.db.work import Work
from sad.frames import answers as frames
from sad.frames.cells import cell_name, read_cell, restored, stored
from sad.frames.columns import Column
from sad.frames.rules import check_price, check_whole_slices
from sad.frames.vocabulary import Role
from sad.kernel.canonical import instant
from sad.kernel.errors import Problem, Refusal
from sad.kernel.money import Money
from sad.offers.answer import LineValues, Raw
from sad.offers.desk import Desk, check_writable, save, take_desk
from sad.offers.grid import Grid
from sad.offers.payload import QUESTION, Draft, restored_line
from sad.offers.rules import CellChanged, CellsRefused, ColumnUnknown

Typed = Mapping[str, str]
"""A line's cells as typed, by column key; or the answers given once, by question key."""


@dataclass(frozen=True)
class Read:
    """What the page showed when it was typed on, as text: what changed since is never overwritten.

    A cell that is not named was shown empty.
    """

    lines: Mapping[int, Typed]
    answers: Typed


@dataclass(frozen=True)
class Saved:
    """A draft just saved, read again with its grid."""

    desk: Desk
    draft: Draft


def start(work: Work, market_id: UUID) -> bool:
    """Begins the answer; False when it already was: one draft a slot, whoever of the supplier asks.

    Raises MayNotAnswer, MarketOver.
    """
    desk = take_desk(work, market_id, lock=True)
    check_writable(desk)
    if desk.answer.started_at is not None:
        return False
    desk.answer.started_at = instant(work.now)
    save(desk)
    return True


def save_line(work: Work, market_id: UUID, position: int, typed: Typed) -> Saved:
    """Saves the cells given of one line; the others stay. An empty text empties its cell.

    Raises LineUnknown, CellsRefused (one problem a cell), MayNotAnswer, MarketOver.
    """
    return save_lines(work, market_id, {position: typed})


def save_lines(
    work: Work,
    market_id: UUID,
    typed: Mapping[int, Typed],
    answers: Typed | None = None,
    read: Read | None = None,
) -> Saved:
    """The same for several lines at once and the questions of the whole offer, all or nothing.

    With `read`, a cell that somebody else changed since is refused (`offers.cell_changed`) unless
    both wrote the same: a copy kept through a cut never overwrites what came after it.
    """
    desk = take_desk(work, market_id, lock=True)
    check_writable(desk)
    grid, lines, problems = desk.grid, desk.answer.lines, list[Problem]()
    shown = None if read is None else read.answers
    desk.answer.answers = _read_cells(
        grid.questions, desk.answer.answers, answers or {}, problems, read=shown
    )
    for position, cells in typed.items():
        rank = grid.rank(position)
        line_id = str(grid.view.lines[rank].id)
        shown = None if read is None else read.lines.get(position, {})
        kept = _read_line(grid, rank, lines.get(line_id, {}), cells, problems, shown)
        _put(lines, line_id, kept)
    return _saved(desk, problems)


def put(
    work: Work, market_id: UUID, typed: Mapping[int, Typed], answers: Typed | None = None
) -> Saved:
    """Replaces every line of the draft, all or nothing: a line not given becomes unanswered.

    `answers`, when given, replaces those to the questions of the whole offer.
    """
    desk = take_desk(work, market_id, lock=True)
    check_writable(desk)
    grid, lines, problems = desk.grid, dict[str, LineValues](), list[Problem]()
    if answers is not None:
        desk.answer.answers = _read_cells(grid.questions, {}, answers, problems)
    for position, cells in typed.items():
        rank = grid.rank(position)
        kept = _read_line(grid, rank, {}, cells, problems)
        _put(lines, str(grid.view.lines[rank].id), kept)
    desk.answer.lines = lines
    return _saved(desk, problems)


def _put(lines: dict[str, LineValues], line_id: str, kept: LineValues) -> None:
    if kept:
        lines[line_id] = kept
    else:
        lines.pop(line_id, None)


def _saved(desk: Desk, problems: list[Problem]) -> Saved:
    if problems:
        raise CellsRefused(problems)
    if desk.answer.started_at is None:
        desk.answer.started_at = instant(desk.work.now)
    save(desk)
    return Saved(desk, desk.draft())


def _read_line(
    grid: Grid,
    rank: int,
    before: LineValues,
    typed: Typed,
    problems: list[Problem],
    read: Typed | None = None,
) -> LineValues:
    """The line once typed; what is wrong with it is added to `problems`."""
    label, found = grid.frame.lines[rank].label, len(problems)
    kept = _read_cells(grid.columns, before, typed, problems, label, read)
    if len(problems) == found:
        check_line(grid, rank, kept, problems)
    return kept


def _read_cells(
    columns: Mapping[str, Column],
    before: LineValues,
    typed: Typed,
    problems: list[Problem],
    line: str = "",
    read: Typed | None = None,
) -> LineValues:
    """The values kept once typed; `line` names the line, nothing for the whole offer."""
    kept = dict(before)
    for key, text in typed.items():
        where = f"{line}.{key}" if line else f"{QUESTION}{key}"
        column = columns.get(key)
        try:
            if column is None:
                raise ColumnUnknown(where=where, column=key)
            value = stored(read_cell(column, text, line))
            if read is not None:
                _check_unchanged(column, before.get(key), value, read.get(key, ""), line, text)
        except Refusal as refusal:
            problems.append(Problem(refusal.code, where, refusal.facts))
            continue
        if value is None:
            kept.pop(key, None)
        else:
            kept[key] = value
    return kept


def _check_unchanged(
    column: Column, kept: Raw, value: Raw, shown: str, line: str, typed: str
) -> None:
    """What is kept is what the page showed, or what is typed. Raises CellChanged."""
    if kept == value:
        return
    try:
        same = stored(read_cell(column, shown, line)) == kept
    except Refusal:
        same = False
    if not same:
        raise CellChanged(
            cell=cell_name(column, line), kept=restored(column, kept), typed=typed.strip()
        )


def check_line(grid: Grid, rank: int, kept: LineValues, problems: list[Problem]) -> None:
    """Never more than asked nor than announced, whole slices where the line has them (P3).

    What is wrong is added to `problems`.
    """
    line = grid.frame.lines[rank]
    values = restored_line(grid, kept)
    price = frames.value_of(grid.frame, values, Role.UNIT_PRICE)
    available = frames.value_of(grid.frame, values, Role.AVAILABLE)
    try:
        if frames.offered(grid.frame, line, values).answered and isinstance(available, int):
            where = _where(grid, line.label, Role.AVAILABLE)
            check_whole_slices(line.label, line.slice_size, Decimal(available), where)
        if isinstance(price, Money):
            where = _where(grid, line.label, Role.UNIT_PRICE)
            check_price(line.label, price, line.maximum_price, where)
    except Refusal as refusal:
        problems.append(Problem(refusal.code, refusal.where, refusal.facts))


def _where(grid: Grid, label: str, role: Role) -> str:
    column = grid.frame.supplier_column(role)
    return label if column is None else f"{label}.{column.key}"
