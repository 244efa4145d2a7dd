"""Typing an answer: line by line and question by question, or the whole of it at once.

What cannot be read is refused with the cell's name and nothing of the request is saved; what is
merely missing stays missing: a draft may be incomplete for as long as one likes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sad.db.work import Work
from sad.frames import answers as frames
from sad.frames.cells import read_cell, stored
from sad.frames.columns import Column
from sad.frames.rules import check_price
from sad.frames.vocabulary import Role
from sad.kernel.canonical import instant
from sad.kernel.errors import Problem, Refusal
from sad.kernel.money import Money
from sad.offers.answer import LineValues
from sad.offers.desk import Desk, check_writable, save, take_desk
from sad.offers.grid import Grid
from sad.offers.payload import QUESTION, Draft, restored_line
from sad.offers.rules import CellsRefused, ColumnUnknown

Typed = Mapping[str, str]
"""A line's cells as typed, by column key; or the answers given once, by question key."""


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
    work: Work, market_id: UUID, typed: Mapping[int, Typed], answers: Typed | None = None
) -> Saved:
    """The same for several lines at once and the questions of the whole offer, all or nothing."""
    desk = take_desk(work, market_id, lock=True)
    check_writable(desk)
    grid, lines, problems = desk.grid, desk.answer.lines, list[Problem]()
    desk.answer.answers = _read_answers(grid, desk.answer.answers, answers or {}, problems)
    for position, cells in typed.items():
        rank = grid.rank(position)
        line_id = str(grid.view.lines[rank].id)
        kept = _read_line(grid, rank, lines.get(line_id, {}), cells, problems)
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
        desk.answer.answers = _read_answers(grid, {}, answers, problems)
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


def _read_answers(
    grid: Grid, before: LineValues, typed: Typed, problems: list[Problem]
) -> LineValues:
    """The answers given once, once typed; what is wrong is added to `problems`."""
    return _read_cells(grid.questions, before, typed, problems)


def _read_line(
    grid: Grid, rank: int, before: LineValues, typed: Typed, problems: list[Problem]
) -> LineValues:
    """The line once typed; what is wrong with it is added to `problems`."""
    label, found = grid.frame.lines[rank].label, len(problems)
    kept = _read_cells(grid.columns, before, typed, problems, label)
    if len(problems) == found:
        _check_quantity(grid, rank, kept, problems)
    return kept


def _read_cells(
    columns: Mapping[str, Column],
    before: LineValues,
    typed: Typed,
    problems: list[Problem],
    line: str = "",
) -> LineValues:
    """The values kept once typed; `line` names the line, nothing for the whole offer."""
    kept = dict(before)
    for key, text in typed.items():
        where = f"{line}.{key}" if line else f"{QUESTION}{key}"
        column = columns.get(key)
        try:
            if column is None:
                raise ColumnUnknown(where=where, column=key)
            value = read_cell(column, text, line)
        except Refusal as refusal:
            problems.append(Problem(refusal.code, where, refusal.facts))
            continue
        if value is None:
            kept.pop(key, None)
        else:
            kept[key] = stored(value)
    return kept


def _check_quantity(grid: Grid, rank: int, kept: LineValues, problems: list[Problem]) -> None:
    """Never more than asked nor than announced, slices only where the line has them (P3)."""
    line = grid.frame.lines[rank]
    values = restored_line(grid, kept)
    price = frames.value_of(grid.frame, values, Role.UNIT_PRICE)
    try:
        frames.offered(grid.frame, line, values)
        if isinstance(price, Money):
            check_price(line.label, price, line.maximum_price, _where(grid, line.label))
    except Refusal as refusal:
        problems.append(Problem(refusal.code, refusal.where, refusal.facts))


def _where(grid: Grid, label: str) -> str:
    column = grid.frame.supplier_column(Role.UNIT_PRICE)
    return label if column is None else f"{label}.{column.key}"
