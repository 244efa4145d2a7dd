"""Before a deadline: all the invited are told three days before, then 24 hours before."""

from uuid import UUID

from sqlmodel import col, select

from sad.db.work import Work
from sad.due.rules import THREE_DAYS, Reminder, Told, reminder_due
from sad.kernel.actor import Actor
from sad.markets.reminding import tell_all
from sad.markets.states import MarketState
from sad.markets.tables import SpecificMarket


def markets_to_remind(work: Work) -> list[tuple[UUID, UUID]]:
    """(organisation, market) whose invited must be told now.

    Asked of the market alone: whether somebody has answered changes nothing (trust 1, side doors).
    """
    query = select(SpecificMarket).where(
        col(SpecificMarket.state) == MarketState.LAUNCHED,
        col(SpecificMarket.deadline_at) > work.now,
        col(SpecificMarket.deadline_at) <= work.now + THREE_DAYS,
    )
    rows = work.session.exec(query).all()
    return [(row.organisation_id, row.id) for row in rows if _due(work, row) is not None]


def remind_all(work: Work, organisation_id: UUID, market_id: UUID) -> None:
    """Tells all the invited, unless another worker or the buyer just did."""
    work.actor = Actor(organisation_id=organisation_id, engine=True)
    market = work.get(SpecificMarket, market_id, lock=True)
    due = _due(work, market)
    if due is None or market.state != MarketState.LAUNCHED:
        return
    if due is Reminder.THREE_DAYS:
        market.three_days_told_for = market.deadline_at
    else:
        market.one_day_told_for = market.deadline_at
    tell_all(work, market, due.value)


def _due(work: Work, market: SpecificMarket) -> Reminder | None:
    if market.deadline_at is None or market.launched_at is None:
        return None
    told = Told(
        market.launched_at,
        market.reminded_at,
        market.three_days_told_for,
        market.one_day_told_for,
    )
    return reminder_due(work.now, market.deadline_at, told)
