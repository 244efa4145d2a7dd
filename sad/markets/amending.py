"""After the launch: changes told to all, and the same reminder to all (acceptance 19)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.audit.service import record
from sad.categories.tables import Category
from sad.db.work import Work
from sad.frames import service as frames
from sad.frames.queries import frame
from sad.frames.schemas import LineInput
from sad.frames.shape import missing_to_launch as missing_in_grid
from sad.kernel.canonical import instant
from sad.kernel.errors import Incomplete, Problem
from sad.markets.checks import announced_families, rule
from sad.markets.content_checks import GRID_WARNINGS
from sad.markets.launching import opening_instant, question_limit
from sad.markets.reminding import tell_all
from sad.markets.rows import chain_of, criteria_of, invited_suppliers, lots_of
from sad.markets.rules import (
    REMIND_EVERY,
    DeadlineTooClose,
    NotOpen,
    RemindedRecently,
    deadline_too_close,
)
from sad.markets.schemas import AddendumInput
from sad.markets.sections import write_criteria
from sad.markets.states import AwardMode, MarketPhase, MarketState, phase_at
from sad.markets.tables import Addendum, SpecificMarket
from sad.notifications.service import notify
from sad.offers.sealing import DeadlineNotLater, rewrap_private_key
from sad.scoring.rules import launch_problems
from sad.systems.tables import PurchasingSystem


def addendum(work: Work, market_id: UUID, given: AddendumInput) -> Addendum:
    """A change, versioned, visible to all. Lines or criteria make it significant.

    A significant one makes a new version of the grid and must leave time to answer: it moves `T`
    when `T` is too close (MS-11, R2151-4). `T` only moves later, for all. Raises NotOpen,
    DeadlineTooClose, DeadlineNotLater, Incomplete (criteria).
    """
    require(work, Permission.LAUNCH_MARKET)
    market = _open_market(work, market_id)
    significant = given.significant or bool(given.lines) or given.criteria is not None
    old = market.deadline_at
    _check_deadline(work, old, given.new_deadline_at, significant)
    changes = _apply(work, market, given)
    if significant:
        market.frame_version += 1
        changes["frame"] = frames.freeze(work, market.frame_id)
    if given.new_deadline_at is not None:
        _move_deadline(work, market, given.new_deadline_at)
    market.version += 1
    work.add(market)
    row = work.add(
        Addendum(
            organisation_id=market.organisation_id,
            market_id=market.id,
            number=len(addenda_of(work, market)) + 1,
            text=given.text,
            significant=significant,
            changes=changes,
            old_deadline_at=old if given.new_deadline_at is not None else None,
            new_deadline_at=given.new_deadline_at,
            made_at=work.now,
            made_by=work.actor.person_id,
        )
    )
    _tell(work, market, row)
    return row


def remind(work: Work, market_id: UUID) -> SpecificMarket:
    """The same words to all the invited, whoever has answered or not; every 48 hours at most."""
    require(work, Permission.LAUNCH_MARKET)
    market = _open_market(work, market_id)
    if market.reminded_at is not None and work.now < market.reminded_at + REMIND_EVERY:
        raise RemindedRecently(last=market.reminded_at, next=market.reminded_at + REMIND_EVERY)
    tell_all(work, market)
    return market


def addenda_of(work: Work, market: SpecificMarket) -> list[Addendum]:
    """The changes made since the launch, in order."""
    query = (
        select(Addendum)
        .where(
            col(Addendum.organisation_id) == market.organisation_id,
            col(Addendum.market_id) == market.id,
        )
        .order_by(col(Addendum.number))
    )
    return list(work.session.exec(query))


def _open_market(work: Work, market_id: UUID) -> SpecificMarket:
    market = work.get(SpecificMarket, market_id, lock=True)
    if phase_at(MarketState(market.state), market.deadline_at, work.now) is not MarketPhase.OPEN:
        raise NotOpen()
    return market


def _check_deadline(
    work: Work, old: datetime | None, new: datetime | None, significant: bool
) -> None:
    if new is not None and old is not None and new <= old:
        raise DeadlineNotLater(where="new_deadline_at", deadline=old)
    deadline = new or old
    if not significant or deadline is None:
        return
    earliest = deadline_too_close(work.now, deadline)
    if earliest is not None:
        raise DeadlineTooClose(where="new_deadline_at", earliest=earliest, deadline=deadline)


def _apply(work: Work, market: SpecificMarket, given: AddendumInput) -> dict[str, Any]:
    """Writes the change, and says it by names and ids."""
    changes: dict[str, Any] = {}
    if given.lines:
        changes["lines"] = [_line(work, market, item.id, item) for item in given.lines]
        work.session.flush()
        _check_lines(work, market)
    if given.criteria is not None:
        write_criteria(work, market, given.criteria)
        work.session.flush()
        _check_criteria(work, market)
        changes["criteria"] = [
            [item.code, f"{item.weight:f}", item.method] for item in given.criteria.criteria
        ]
    fields: Mapping[str, Any] = given.delivery.model_dump() if given.delivery else {}
    if given.description is not None:
        fields = {**fields, "description": given.description}
    changed = sorted(name for name, value in fields.items() if getattr(market, name) != value)
    for name in changed:
        setattr(market, name, fields[name])
    return changes | ({"fields": changed} if changed else {})


def _line(
    work: Work, market: SpecificMarket, line_id: UUID | None, given: LineInput
) -> dict[str, str]:
    if given.slice_size is not None and market.award_mode != AwardMode.LINES:
        named = {"line": given.code or given.designation, "size": given.slice_size}
        raise Incomplete([Problem("markets.slices_unused", "lines", named)])
    asked = LineInput.model_validate(given.model_dump(exclude={"id"}))
    if line_id is None:
        row = frames.add_line(work, market.frame_id, asked)
    else:
        row = frames.edit_line(work, market.frame_id, line_id, asked)
    return {"line": str(row.id), "quantity": f"{row.quantity:f}"}


def _check_lines(work: Work, market: SpecificMarket) -> None:
    """The grid can still be answered and given: identical slices, lines in known lots (P3)."""
    grid = frame(work, market.organisation_id, market.frame_id)
    problems = [
        Problem(problem.code, "lines", problem.facts)
        for problem in missing_in_grid(grid.frame)
        if problem.code not in GRID_WARNINGS
    ]
    known = {lot.number for lot in lots_of(work, market)}
    for line in grid.lines:
        if line.lot_number not in known:
            named = {"line": line.label, "lot": str(line.lot_number)}
            problems.append(Problem("markets.lot_unknown", "lines", named))
    if problems:
        raise Incomplete(problems)


def _check_criteria(work: Work, market: SpecificMarket) -> None:
    """Changed criteria stay lawful and within the notice (EX-12, MS-07)."""
    problems = launch_problems(
        [rule(row) for row in criteria_of(work, market)],
        market.tie_break,
        announced_families(work, work.get(Category, market.category_id)),
    )
    if problems:
        raise Incomplete(problems)


def _move_deadline(work: Work, market: SpecificMarket, new: datetime) -> None:
    """Later only: the private key is bound to the new instant, the limits follow."""
    if market.deadline_at is None or market.private_key is None:
        raise NotOpen()
    market.private_key = rewrap_private_key(
        work.rings, market.id, market.deadline_at, new, market.private_key
    )
    system = work.get(PurchasingSystem, market.system_id)
    limit = question_limit(work, system, new)
    market.questions_until = max(limit, market.questions_until or limit)
    market.deadline_at, market.opening_from = new, opening_instant(new)


def _tell(work: Work, market: SpecificMarket, row: Addendum) -> None:
    moved = row.new_deadline_at is not None
    record(
        work,
        chain_of(market),
        "market.amended",
        row.id,
        before={"deadline_at": instant(row.old_deadline_at)} if row.old_deadline_at else None,
        after={
            "number": row.number,
            "significant": row.significant,
            "version": market.frame_version,
            "deadline_at": instant(row.new_deadline_at) if row.new_deadline_at else None,
            "changes": row.changes,
        },
        details={"text": row.text},
    )
    notify(
        work,
        "market.amended",
        suppliers=invited_suppliers(work, market),
        facts=_facts(market) | {"text": row.text, "moved": moved, "significant": row.significant},
        link=f"/reponse/{market.id}",
        organisation_id=market.organisation_id,
    )


def _facts(market: SpecificMarket) -> dict[str, Any]:
    deadline = market.deadline_at
    return {
        "number": market.number,
        "title": market.title,
        "deadline_at": instant(deadline) if deadline else None,
    }
