"""Ending without award: reasons to those who took part, money released (END-16, END-17)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from sad.accounts.delegations import covering
from sad.accounts.permissions import Permission, require
from sad.accounts.rules import Act
from sad.audit.service import record
from sad.db.work import Work
from sad.funding import service as funding
from sad.kernel.canonical import instant
from sad.kernel.money import ZERO, Money
from sad.markets.rows import chain_of, invited_suppliers, lots_of
from sad.markets.rules import CannotEnd, OffersUnopened
from sad.markets.schemas import EndingInput
from sad.markets.states import MOVES, MarketState
from sad.markets.tables import SpecificMarket
from sad.notifications.service import notify


def end_without_award(work: Work, market_id: UUID, given: EndingInput) -> SpecificMarket:
    """Ends a launched market before its signature: credits released, those who took part told.

    Before the opening nothing is opened, and all the invited read the same words.

    Raises CannotEnd once signed or ended, OffersUnopened, NoDelegation.
    """
    require(work, Permission.END_MARKET)
    market = work.get(SpecificMarket, market_id, lock=True)
    target = MarketState(given.kind)
    if target not in MOVES[MarketState(market.state)]:
        raise CannotEnd(state=MarketState(market.state))
    if target is MarketState.UNSUCCESSFUL and market.opened_at is None:
        raise OffersUnopened(where="kind")
    amount = sum((Money(lot.credits_ht_cents or 0) for lot in lots_of(work, market)), ZERO)
    covering(work, given.delegation_id, Act.WITHOUT_AWARD, amount, work.today)
    before = market.state
    market.state, market.ended_at, market.ended_reasons = target, work.now, given.reasons
    market.version += 1
    work.add(market)
    _release(work, market)
    record(
        work,
        chain_of(market),
        "market.ended",
        market.id,
        before={"state": before},
        after={
            "state": target.value,
            "at": instant(work.now),
            "delegation": str(given.delegation_id),
            "opened": market.opened_at is not None,
        },
        details={"reasons": given.reasons},
    )
    _tell(work, market)
    return market


def _release(work: Work, market: SpecificMarket) -> None:
    """Gives back each reservation still open, by funding line."""
    for reservation in funding.open_reservations(work, market.organisation_id, market.id):
        cause = f"market:{market.id}:ended:{reservation.id}"
        funding.release(work, reservation, cause, reason="sans suite")


def _tell(work: Work, market: SpecificMarket) -> None:
    """The reasons to who took part; before the opening, nobody may learn who did: to all."""
    opened = market.opened_at is not None
    notify(
        work,
        "market.ended" if opened else "market.ended_before_opening",
        suppliers=_took_part(work, market) if opened else invited_suppliers(work, market),
        facts={
            "number": market.number,
            "title": market.title,
            "reasons": market.ended_reasons,
            "unsuccessful": market.state == MarketState.UNSUCCESSFUL,
        },
        link=f"/reponse/{market.id}",
        organisation_id=market.organisation_id,
    )


def _took_part(work: Work, market: SpecificMarket) -> Sequence[UUID]:
    # The table is named by its metadata: offers are a higher concept.
    offer = SpecificMarket.metadata.tables["offer"]
    query = (
        select(offer.c.supplier_id)
        .where(offer.c.organisation_id == market.organisation_id, offer.c.market_id == market.id)
        .distinct()
    )
    return sorted(work.session.execute(query).scalars().all(), key=str)
