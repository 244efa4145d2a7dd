"""Approval before the launch: sent, sent back with a remark, taken back, approved.

An organisation may want every market approved before its launch; a change afterwards asks again.
An officer who launches approves by the same act.
"""

from uuid import UUID

from sad.accounts.permissions import Permission, may, require
from sad.accounts.tables import Organisation
from sad.audit.service import record
from sad.db.work import Work
from sad.kernel.moves import move
from sad.markets.rows import chain_of, officers
from sad.markets.rules import NotSent
from sad.markets.states import MOVES, MarketState
from sad.markets.tables import SpecificMarket
from sad.notifications.service import notify


def is_awaited(work: Work, market: SpecificMarket) -> bool:
    """Whether the actor has to wait for an officer's approval before it launches."""
    if market.approved_at is not None or may(work, Permission.APPROVE_MARKET):
        return False
    sent = market.state == MarketState.APPROVAL
    return sent or work.shared(Organisation, market.organisation_id).approval_required


def send_for_approval(work: Work, market_id: UUID) -> SpecificMarket:
    """Gives the draft to the officers, who approve it, launch it or send it back."""
    require(work, Permission.PREPARE_MARKET)
    market = _moved(work, market_id, MarketState.APPROVAL)
    market.approval_remark = None
    record(work, chain_of(market), "market.sent_for_approval", market.id)
    notify(
        work,
        "market.sent_for_approval",
        persons=officers(work),
        facts={"title": market.title},
        link=f"/marches/{market.id}",
        organisation_id=market.organisation_id,
    )
    return market


def take_back(work: Work, market_id: UUID) -> SpecificMarket:
    """Its author changes it again before anybody has decided. Raises NotSent."""
    require(work, Permission.PREPARE_MARKET)
    market = _returned(work, market_id)
    record(work, chain_of(market), "market.taken_back", market.id)
    return market


def send_back(work: Work, market_id: UUID, remark: str) -> SpecificMarket:
    """Returns it to its author, with what to look at again. Raises NotSent."""
    require(work, Permission.APPROVE_MARKET)
    market = _returned(work, market_id)
    market.approval_remark = remark
    record(work, chain_of(market), "market.sent_back", market.id, details={"remark": remark})
    _tell_author(work, market, "market.sent_back", {"remark": remark})
    return market


def approve(work: Work, market_id: UUID) -> SpecificMarket:
    """Says that it may be launched as it stands. Raises NotSent."""
    require(work, Permission.APPROVE_MARKET)
    market = _returned(work, market_id)
    write_approval(work, market)
    _tell_author(work, market, "market.approved", {})
    return market


def write_approval(work: Work, market: SpecificMarket) -> None:
    """The approval of the version as it stands, in the row and in the journal."""
    market.approved_at, market.approved_by = work.now, work.actor.person_id
    market.approval_remark = None
    work.add(market)
    record(work, chain_of(market), "market.approved", market.id, after={"version": market.version})


def approve_by_launching(work: Work, market: SpecificMarket) -> None:
    """The approval that an officer's launch is, where the organisation wants one."""
    wanted = work.shared(Organisation, market.organisation_id).approval_required
    if wanted and market.approved_at is None:
        write_approval(work, market)


def _returned(work: Work, market_id: UUID) -> SpecificMarket:
    market = work.get(SpecificMarket, market_id, lock=True)
    if market.state != MarketState.APPROVAL:
        raise NotSent()
    market.state = MarketState.DRAFT
    work.add(market)
    return market


def _moved(work: Work, market_id: UUID, to: MarketState) -> SpecificMarket:
    market = work.get(SpecificMarket, market_id, lock=True)
    market.state = move(MOVES, MarketState(market.state), to)
    work.add(market)
    return market


def _tell_author(work: Work, market: SpecificMarket, kind: str, facts: dict[str, str]) -> None:
    notify(
        work,
        kind,
        persons=[market.created_by] if market.created_by else [],
        facts={"title": market.title} | facts,
        link=f"/marches/{market.id}",
        organisation_id=market.organisation_id,
    )
