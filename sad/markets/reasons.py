"""A warning of the checks is answered in writing: the reason stays in the market's file."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.accounts.tables import Person
from sad.audit.service import record
from sad.db.work import Work
from sad.kernel.errors import Invalid, NotFound
from sad.markets.launch_rules import CHECKS
from sad.markets.rows import chain_of
from sad.markets.rules import NotDraft
from sad.markets.states import MarketState
from sad.markets.tables import CheckReason, SpecificMarket

LONGEST = 2000
WARNINGS = frozenset(check.id for check in CHECKS if not check.blocking)


class ReasonTooLong(Invalid):
    """A reason is a few sentences. Fact: `most`."""

    code = "markets.reason_too_long"


class Reason(NamedTuple):
    """What was answered to a check, and by whom."""

    check: str
    text: str
    by: str


def give(work: Work, market_id: UUID, check: str, text: str) -> None:
    """Keeps the reason beside the check, in place of the one before; empty takes it away.

    Raises NotFound where the check is unknown or blocks, NotDraft once it is launched.
    """
    require(work, Permission.PREPARE_MARKET)
    market = work.get(SpecificMarket, market_id, lock=True)
    if check not in WARNINGS:
        raise NotFound(kind="check")
    if market.state not in {MarketState.DRAFT, MarketState.APPROVAL}:
        raise NotDraft()
    written = text.strip()
    if len(written) > LONGEST:
        raise ReasonTooLong(where=f"reason.{check}", most=LONGEST)
    row = work.session.exec(
        select(CheckReason).where(
            col(CheckReason.organisation_id) == market.organisation_id,
            col(CheckReason.market_id) == market.id,
            col(CheckReason.check_id) == check,
        )
    ).one_or_none()
    if written == (row.reason if row else ""):
        return
    _write(work, market, check, written, row)
    after = {"check": check, "answered": bool(written)}
    details = {"reason": written} if written else None
    record(work, chain_of(market), "market.check_answered", market.id, after=after, details=details)


def _write(
    work: Work, market: SpecificMarket, check: str, written: str, row: CheckReason | None
) -> None:
    if not written and row is not None:
        work.session.delete(row)
        work.session.flush()
        return
    row = row or CheckReason(
        organisation_id=market.organisation_id,
        market_id=market.id,
        check_id=check,
        reason=written,
        given_at=work.now,
    )
    row.reason, row.given_at, row.given_by = written, work.now, work.actor.person_id
    work.add(row)


def given(work: Work, market_id: UUID) -> Mapping[str, Reason]:
    """The reasons of a market by check, in the order of the checks' ids."""
    require(work, Permission.READ_FILE)
    query = (
        select(CheckReason, Person.name)
        .join(Person, col(Person.id) == col(CheckReason.given_by), isouter=True)
        .where(
            col(CheckReason.organisation_id) == work.organisation_id,
            col(CheckReason.market_id) == market_id,
        )
        .order_by(col(CheckReason.check_id))
    )
    return {
        row.check_id: Reason(row.check_id, row.reason, name or "")
        for row, name in work.session.exec(query)
    }
