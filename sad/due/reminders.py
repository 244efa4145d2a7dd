"""What falls due by itself: the reminder before a deadline, the same words to all the invited."""

from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select

from sad.db.work import Work
from sad.kernel.actor import Actor
from sad.markets.amending import remind
from sad.markets.rules import REMIND_EVERY
from sad.markets.states import MarketState
from sad.markets.tables import SpecificMarket

BEFORE = timedelta(hours=48)


def markets_to_remind(work: Work) -> list[tuple[UUID, UUID]]:
    """(organisation, market) whose deadline is within 48 hours; not told of anything for as long.

    Asked of the market alone: whether somebody has answered changes nothing (trust 1, side doors).
    """
    quiet_since = work.now - REMIND_EVERY
    reminded = col(SpecificMarket.reminded_at)
    query = select(SpecificMarket.organisation_id, SpecificMarket.id).where(
        col(SpecificMarket.state) == MarketState.LAUNCHED,
        col(SpecificMarket.deadline_at) > work.now,
        col(SpecificMarket.deadline_at) <= work.now + BEFORE,
        col(SpecificMarket.launched_at) <= quiet_since,
        reminded.is_(None) | (reminded <= quiet_since),
    )
    return list(work.session.exec(query))


def remind_all(work: Work, organisation_id: UUID, market_id: UUID) -> None:
    """Tells all the invited, as an agent's press would. Refusals are those of `remind`."""
    work.actor = Actor(organisation_id=organisation_id, engine=True)
    remind(work, market_id)
