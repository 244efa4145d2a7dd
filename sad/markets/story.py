"""The story of a market: its own chain, its money, and its answers once they are opened.

Answers have chains of their own: none of them is read before the opening, so nothing here can tell
whether, when or how many suppliers answered (trust.md 1).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, may, require
from sad.audit.chains import offer_chain
from sad.audit.queries import EventView, chain_story, objects_story
from sad.db.work import Work
from sad.funding.tables import Movement
from sad.markets.rows import chain_of
from sad.markets.states import MarketState
from sad.markets.tables import Invitation, SpecificMarket

TECHNICAL = ("chain.opened",)
SCORES = ("evaluation.scored", "evaluation.consolidated")
SCORING = {MarketState.OPENED}  # marks are not read by others while they are given


@dataclass(frozen=True)
class Story:
    """A market and its events, oldest first."""

    market: SpecificMarket
    events: list[EventView]


def story(work: Work, market_id: UUID) -> Story:
    """Everything that happened to a market of the agent's organisation, in order.

    Movements of money are for those who may read them; who gave which mark shows once the
    evaluation is closed.
    """
    require(work, Permission.READ_FILE)
    market = work.get(SpecificMarket, market_id)
    events = chain_story(work, [chain_of(market).name, *_answers(work, market)])
    if may(work, Permission.READ_FUNDING):
        events += _money(work, market)
    hidden = {*TECHNICAL, *(SCORES if market.state in SCORING else ())}
    kept = [event for event in events if event.action not in hidden]
    return Story(market, sorted(kept, key=_order))


def _order(event: EventView) -> tuple[datetime, int, str, int]:
    """By instant; what one act did at once is told market first, then answers, then money."""
    kind = event.chain.partition(":")[0]
    return event.at, ("market", "offer", "funding").index(kind), event.chain, event.seq


def opened_markets(work: Work) -> list[UUID]:
    """The markets of the organisation whose answers may be told."""
    query = select(SpecificMarket.id).where(
        col(SpecificMarket.organisation_id) == work.organisation_id,
        col(SpecificMarket.opened_at).is_not(None),
    )
    return list(work.session.exec(query))


def scoring_markets(work: Work) -> list[UUID]:
    """The markets of the organisation whose marks are being given."""
    query = select(SpecificMarket.id).where(
        col(SpecificMarket.organisation_id) == work.organisation_id,
        col(SpecificMarket.state).in_(SCORING),
    )
    return list(work.session.exec(query))


def _answers(work: Work, market: SpecificMarket) -> list[str]:
    """The chains of the answers, once opened."""
    if market.opened_at is None:
        return []
    query = select(Invitation.applicant_id).where(
        col(Invitation.organisation_id) == market.organisation_id,
        col(Invitation.market_id) == market.id,
    )
    ids = (market.organisation_id, market.system_id, market.category_id, market.id)
    return [offer_chain(*ids, applicant).name for applicant in work.session.exec(query)]


def _money(work: Work, market: SpecificMarket) -> list[EventView]:
    query = select(Movement.id).where(
        col(Movement.organisation_id) == market.organisation_id,
        col(Movement.market_id) == market.id,
    )
    movements = [str(movement) for movement in work.session.exec(query)]
    return objects_story(work, market.organisation_id, movements) if movements else []
