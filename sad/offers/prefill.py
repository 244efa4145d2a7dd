"""The last answer sent, proposed again where lines and columns are the same. Nothing is saved here.

Read from the slots of the same applicant alone: what a group answered is not its mandataire's. A
line is the same by its designation and unit (its code tells apart those of one name: codes begin
again with each grid), a column by its key and type. What the new line would refuse is left out: a
quantity above what it asks, a choice it does not have.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sad.db.work import Work
from sad.frames.cells import Value, as_typed, read_cell, stored
from sad.frames.columns import Column
from sad.frames.queries import LineView
from sad.frames.vocabulary import plain
from sad.kernel.errors import Problem, Refusal
from sad.markets.tables import Invitation
from sad.offers.answer import LineValues, Sent
from sad.offers.desk import Desk, desk_in, take_desk
from sad.offers.drafts import Typed, check_line
from sad.offers.grid import Grid
from sad.offers.payload import restored_cells

READ = 12  # the last price requests looked at

_invitation: Any = Invitation.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it


@dataclass(frozen=True)
class Proposal:
    """What the last answer sent would fill, as typed: lines by position, questions by key."""

    title: str
    sent_at: datetime
    lines: Mapping[int, Typed]
    answers: Typed

    @property
    def cells(self) -> int:
        """How many cells it would fill."""
        return len(self.answers) + sum(len(line) for line in self.lines.values())


def proposal(work: Work, market_id: UUID) -> Proposal | None:
    """What may be taken again in this market; None when nothing matches.

    Raises MayNotAnswer or NotFound as `take_desk`.
    """
    desk = take_desk(work, market_id)
    last = _last_sent(work, desk)
    if last is None:
        return None
    before, sent = last
    payload = json.loads(sent.content or b"{}")
    lines = _lines(before.grid, payload.get("lines", ()), desk.grid, work.today)
    answers = _cells(
        before.grid.questions, payload.get("answers", {}), desk.grid.questions, work.today
    )
    if not lines and not answers:
        return None
    return Proposal(before.market.title, datetime.fromisoformat(sent.at), lines, answers)


def _last_sent(work: Work, desk: Desk) -> tuple[Desk, Sent] | None:
    """The desk of the last answer sent elsewhere and still in force, with what was sent."""
    query = (
        select(_invitation.c.market_id)
        .where(
            _invitation.c.organisation_id == desk.place.organisation_id,
            _invitation.c.applicant_id == desk.place.applicant_id,
            _invitation.c.supplier_id == desk.market.supplier_id,
            _invitation.c.market_id != desk.place.market_id,
        )
        .order_by(_invitation.c.sent_at.desc(), _invitation.c.market_id)
        .limit(READ)
    )
    found = [desk_in(work, one) for one in work.connection.execute(query).scalars().all()]
    mine = [one for one in found if one.place.applicant_id == desk.place.applicant_id]
    sent = [(one, one.answer.in_force_sent) for one in mine]
    kept = [(one, act) for one, act in sent if act is not None]
    return max(kept, key=lambda pair: pair[1].at, default=None)


def _lines(
    before: Grid, listed: Iterable[Mapping[str, Any]], now: Grid, today: date
) -> dict[int, Typed]:
    """By position of the line now; a designation that stays ambiguous is left alone."""
    values = {
        index: one["values"]
        for one in listed
        if (index := before.index.get(one["line"])) is not None
    }
    found: dict[int, Typed] = {}
    for rank, line in enumerate(now.view.lines):
        same = [index for index in values if _same(before.view.lines[index], line)]
        if len(same) > 1:
            same = [index for index in same if before.view.lines[index].code == line.code]
        if len(same) != 1:
            continue
        typed = _cells(before.columns, values[same[0]], now.columns, today)
        if typed := _acceptable(now, rank, typed):
            found[line.position] = typed
    return found


def _same(before: LineView, line: LineView) -> bool:
    return plain(before.designation) == plain(line.designation) and before.unit == line.unit


def _cells(
    before: Mapping[str, Column], raw: LineValues, now: Mapping[str, Column], today: date
) -> dict[str, str]:
    """The cells whose column is the same and takes the value; a day gone by is not proposed."""
    found = {}
    for key, value in restored_cells(before, raw).items():
        column = now.get(key)
        if column is None or column.type is not before[key].type or _gone(value, today):
            continue
        with suppress(Refusal):
            read_cell(column, as_typed(value))
            found[key] = as_typed(value)
    return found


def _gone(value: Value, today: date) -> bool:
    return isinstance(value, date) and value < today


def _acceptable(grid: Grid, rank: int, typed: dict[str, str]) -> dict[str, str]:
    """Without what the line refuses: more than it asks, above its maximum price."""
    label = grid.frame.lines[rank].label
    for _ in range(len(typed)):
        problems: list[Problem] = []
        kept = {key: stored(read_cell(grid.columns[key], text)) for key, text in typed.items()}
        check_line(grid, rank, kept, problems)
        wrong = {(one.where or "").removeprefix(f"{label}.") for one in problems}
        if not wrong & set(typed):
            return {} if problems else typed
        typed = {key: text for key, text in typed.items() if key not in wrong}
    return typed
