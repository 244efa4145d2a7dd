"""The grid on the supplier's own spreadsheet: what it holds, what a returned one would change.

Between the preview and « Appliquer » nothing is stored: what was read goes to the page and back,
sealed for this slot. A cell left as it was written is never a change, so a file filled for a week
does not undo what was typed on the site meanwhile.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from sad.db.work import Work
from sad.frames.cells import Value, as_typed, cell_name, restored, stored
from sad.frames.columns import Column
from sad.frames.frame import Frame
from sad.frames.outline import Outline, digest, outline
from sad.frames.returned import Returned, SheetRefused, Spot, fault_at, read_back
from sad.frames.workbook import Workbook
from sad.kernel.canonical import instant
from sad.kernel.errors import Problem, Refusal
from sad.offers.answer import Answer, LineValues
from sad.offers.desk import Desk, check_writable, take_desk
from sad.offers.drafts import check_line, save_lines
from sad.offers.payload import Draft
from sad.offers.sealing import SlotUnreadable, read_page, seal_page

PREVIEW_LASTS = timedelta(hours=2)
MOST_FAULTS = 500  # told at once


class PreviewExpired(Refusal):
    """Shown more than two hours ago, or not by this installation for this answer."""

    code: ClassVar[str] = "sheets.preview_expired"


class PreviewChanged(Refusal):
    """A cell of the preview was written since; `preview` says what would change now."""

    code = "sheets.preview_changed"

    def __init__(self, preview: "Preview") -> None:
        super().__init__()
        self.preview = preview


@dataclass(frozen=True)
class Change:
    """A cell the spreadsheet would change. `elsewhere`: typed on the site since it was written."""

    spot: Spot
    column: Column
    before: Value
    after: Value
    elsewhere: bool = False


@dataclass(frozen=True)
class Preview:
    """What a spreadsheet would change, the draft before and after, and what applies it."""

    desk: Desk
    before: Draft
    after: Draft
    changes: list[Change]
    token: str


def outline_of(desk: Desk) -> Outline:
    """The spreadsheet of the grid as this supplier answers it."""
    view, market = desk.grid.view, desk.market
    frame = Frame(
        sheet="",
        header_row=0,
        buyer_columns=tuple(one.column for one in view.shown()),
        supplier_columns=tuple(desk.grid.columns.values()),
        lines=desk.grid.frame.lines,
        questions=tuple(desk.grid.questions.values()),
    )
    ids = [str(line.id) for line in view.lines]
    return outline(str(market.id), market.number, market.frame_version, ids, frame)


def check_may_answer(work: Work, market_id: UUID) -> None:
    """Before a file is read. Raises MayNotAnswer, MarketOver, AdmissionWithdrawn."""
    check_writable(take_desk(work, market_id))


def preview(work: Work, market_id: UUID, workbook: Workbook) -> Preview:
    """What a returned spreadsheet would change; nothing is written.

    Raises SheetRefused with every fault, the first five hundred if they are more, or what
    `read_back` raises of the whole file.
    """
    desk = take_desk(work, market_id)
    check_writable(desk)
    returned = read_back(outline_of(desk), workbook)
    values = {spot: touched.value for spot, touched in returned.touched.items()}
    known = {spot: touched.before for spot, touched in returned.touched.items()}
    made = _preview(desk, values, known)
    _check_lines(made, returned)
    if returned.faults:
        raise SheetRefused(returned.faults[:MOST_FAULTS])
    return made


def apply(work: Work, market_id: UUID, token: str) -> int:
    """Types what was previewed, all or nothing; how many cells changed.

    Raises PreviewExpired, PreviewChanged, or what `save_lines` raises.
    """
    desk = take_desk(work, market_id, lock=True)
    check_writable(desk)
    values, seen = _opened(desk, token)
    made = _preview(desk, values, seen)
    if any(change.elsewhere for change in made.changes):
        raise PreviewChanged(made)
    if made.changes:
        save(work, market_id, made)
    return len(made.changes)


def save(work: Work, market_id: UUID, made: Preview) -> None:
    """Types the changes of a preview, all or nothing. Raises what `save_lines` raises."""
    lines: dict[int, dict[str, str]] = {}
    answers: dict[str, str] = {}
    for change in made.changes:
        rank, key = change.spot
        if rank is None:
            answers[key] = as_typed(change.after)
        else:
            position = made.desk.grid.view.lines[rank].position
            lines.setdefault(position, {})[key] = as_typed(change.after)
    save_lines(work, market_id, lines, answers)


def _preview(desk: Desk, values: Mapping[Spot, Value], known: Mapping[Spot, str]) -> Preview:
    """The changes those values make now. `known`: the digest of what each cell held then."""
    before = desk.draft()
    changes = []
    for spot, value in sorted(values.items(), key=lambda item: _order(desk, item[0])):
        held = _held(desk, before, spot)
        if digest(held) != digest(value):
            elsewhere = digest(held) != known[spot]
            changes.append(Change(spot, _column(desk, spot[1]), held, value, elsewhere))
    after = Draft(_changed(desk, changes), before.grid, before.terms)
    return Preview(desk, before, after, changes, _sealed(desk, changes))


def _order(desk: Desk, spot: Spot) -> tuple[int, int]:
    """The questions first, then line by line, in the order of the columns."""
    keys = desk.grid.questions if spot[0] is None else desk.grid.columns
    return -1 if spot[0] is None else spot[0], list(keys).index(spot[1])


def _column(desk: Desk, key: str) -> Column:
    return desk.grid.columns.get(key) or desk.grid.questions[key]


def _held(desk: Desk, draft: Draft, spot: Spot) -> Value:
    """What the draft holds there."""
    rank, key = spot
    return draft.answers.get(key) if rank is None else draft.values.get(rank, {}).get(key)


def _changed(desk: Desk, changes: list[Change]) -> Answer:
    """A copy of the answer with the changes typed in."""
    lines = {line: dict(values) for line, values in desk.answer.lines.items()}
    answers = dict(desk.answer.answers)
    for change in changes:
        rank, key = change.spot
        line = None if rank is None else str(desk.grid.view.lines[rank].id)
        held: LineValues = answers if line is None else lines.setdefault(line, {})
        if change.after is None:
            held.pop(key, None)
        else:
            held[key] = stored(change.after)
    kept = {line: values for line, values in lines.items() if values}
    return replace(desk.answer, lines=kept, answers=answers)


def _check_lines(made: Preview, returned: Returned) -> None:
    """Quantities, slices and prices of the lines changed; what is wrong joins the faults."""
    grid = made.desk.grid
    for rank in {change.spot[0] for change in made.changes if change.spot[0] is not None}:
        problems: list[Problem] = []
        line = grid.view.lines[rank]
        check_line(grid, rank, made.after.answer.lines.get(str(line.id), {}), problems)
        for problem in problems:
            key = (problem.where or "").removeprefix(f"{line.label}.")
            touched = returned.touched.get((rank, key)) or next(
                one for spot, one in returned.touched.items() if spot[0] == rank
            )
            about = cell_name(_column(made.desk, key), line.label) if key in grid.columns else ""
            facts = {**problem.facts, "found": as_typed(touched.value), "about": about}
            returned.faults.append(fault_at(touched.sheet, touched.place, problem.code, facts))


def _sealed(desk: Desk, changes: list[Change]) -> str:
    """The changes as the page carries them: under the vault ring, for this slot, for two hours."""
    state: dict[str, Any] = {
        "until": instant(desk.work.now + PREVIEW_LASTS),
        "version": desk.market.frame_version,
        "cells": [
            [change.spot[0], change.spot[1], stored(change.after), digest(change.before)]
            for change in changes
        ],
    }
    return base64.urlsafe_b64encode(seal_page(desk.work.rings, desk.place, state)).decode()


def _opened(desk: Desk, token: str) -> tuple[dict[Spot, Value], dict[Spot, str]]:
    """What a page carried. Raises PreviewExpired."""
    try:
        sealed = base64.urlsafe_b64decode(token)
        state = read_page(desk.work.rings, desk.place, sealed)
    except (ValueError, SlotUnreadable) as error:
        raise PreviewExpired from error
    until = datetime.fromisoformat(state["until"])
    if desk.work.now > until or state["version"] != desk.market.frame_version:
        raise PreviewExpired
    values: dict[Spot, Value] = {}
    seen: dict[Spot, str] = {}
    for rank, key, raw, known in state["cells"]:
        values[rank, key] = restored(_column(desk, key), raw)
        seen[rank, key] = known
    return values, seen
