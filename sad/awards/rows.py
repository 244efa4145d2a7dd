"""Awards of a market, and where the market stands between them."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import col, select

from sad.awards.states import AwardState
from sad.awards.tables import Award
from sad.db.work import Work
from sad.kernel.calendar import paris_date
from sad.kernel.moves import move
from sad.markets.states import MOVES, MarketState
from sad.markets.tables import SpecificMarket

ORDER = (
    AwardState.PROPOSED,
    AwardState.DECIDED,
    AwardState.SIGNED,
    AwardState.TRANSMITTED,
    AwardState.NOTIFIED,
    AwardState.PERFORMED,
    AwardState.SETTLED,
)


def awards_of(work: Work, market: SpecificMarket) -> list[Award]:
    """All the awards of a market, the cancelled ones too, in the order of their birth."""
    query = (
        select(Award)
        .where(
            col(Award.organisation_id) == market.organisation_id,
            col(Award.market_id) == market.id,
        )
        .order_by(col(Award.lot_number), col(Award.rank), col(Award.id))
    )
    return list(work.session.exec(query))


def live(awards: Sequence[Award]) -> list[Award]:
    """Those that are not cancelled."""
    return [award for award in awards if award.state != AwardState.CANCELLED]


def set_aside(awards: Sequence[Award]) -> set[tuple[UUID, int]]:
    """The offers left because they did not prove (R2144-7), by lot."""
    return {(award.offer_id, award.lot_number) for award in awards if award.set_aside}


def advance(work: Work, market: SpecificMarket) -> None:
    """The market stands where the least advanced of its awards does; ranked again without any."""
    states = [AwardState(award.state) for award in live(awards_of(work, market))]
    least = min(states, key=ORDER.index, default=None)
    target = MarketState.RANKED if least is None else MarketState(least.value)
    if market.state != target:
        market.state = move(MOVES, MarketState(market.state), target)
        market.version += 1
        work.add(market)


def bound_until(market: SpecificMarket) -> date | None:
    """The last day offers bind their authors (P16)."""
    if market.deadline_at is None:
        return None
    return paris_date(market.deadline_at) + timedelta(days=market.validity_days)
