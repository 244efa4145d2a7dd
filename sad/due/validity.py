"""Offers that will soon bind nobody (P16): their buyer is told at two thirds of the time, once.

Day 20 of the usual 30. Asked of the market alone: whether somebody has answered changes nothing
(trust 1, side doors).
"""

from datetime import date, timedelta
from uuid import UUID

from sqlmodel import col, select

from sad.audit.service import record
from sad.awards.rows import bound_until
from sad.db.work import Work
from sad.kernel.actor import Actor
from sad.kernel.calendar import paris_date
from sad.markets.rows import chain_of
from sad.markets.states import MarketState
from sad.markets.tables import SpecificMarket
from sad.notifications.service import notify

UNDECIDED = (MarketState.LAUNCHED, MarketState.OPENED, MarketState.RANKED, MarketState.PROPOSED)


def told_on(market: SpecificMarket) -> date | None:
    """The day its buyer is told; None without a deadline."""
    if market.deadline_at is None:
        return None
    return paris_date(market.deadline_at) + timedelta(days=market.validity_days * 2 // 3)


def markets_to_tell(work: Work) -> list[tuple[UUID, UUID]]:
    """(organisation, market) not decided yet, whose day has come and whose buyer was not told."""
    query = select(SpecificMarket).where(
        col(SpecificMarket.state).in_(UNDECIDED),
        col(SpecificMarket.deadline_at) < work.now,
        col(SpecificMarket.validity_told_at).is_(None),
    )
    rows = work.session.exec(query).all()
    return [(row.organisation_id, row.id) for row in rows if _due(work, row)]


def tell(work: Work, organisation_id: UUID, market_id: UUID) -> None:
    """Tells the buyer, unless another worker just did or the award is decided."""
    work.actor = Actor(organisation_id=organisation_id, engine=True)
    market = work.get(SpecificMarket, market_id, lock=True)
    last = bound_until(market)
    buyer = market.created_by or market.launched_by
    if market.state not in UNDECIDED or not _due(work, market) or last is None or buyer is None:
        return
    market.validity_told_at = work.now
    work.add(market)
    record(work, chain_of(market), "market.validity_told", market.id)
    notify(
        work,
        "market.offers_lapsing",
        persons=[buyer],
        facts={
            "number": market.number,
            "title": market.title,
            "bound_until": last.isoformat(),
        },
        link=f"/marches/{market.id}",
        organisation_id=organisation_id,
    )


def _due(work: Work, market: SpecificMarket) -> bool:
    day = told_on(market)
    return market.validity_told_at is None and day is not None and day <= work.today
