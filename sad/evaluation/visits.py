"""The visit announced by the market: two agents write what they saw of each offer's pieces (P20).

The note feeds the announced criterion, beside the offer while it is scored; it gives no mark.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.audit.service import record
from sad.db.work import Work
from sad.evaluation.rules import NotOpened, VisitAlone, VisitTooSoon, VisitUnannounced
from sad.evaluation.schemas import VisitInput
from sad.evaluation.tables import VisitNote
from sad.kernel.calendar import paris_date
from sad.markets.rows import chain_of
from sad.markets.states import MarketState
from sad.markets.tables import SpecificMarket
from sad.offers.tables import Offer


def write(work: Work, offer_id: UUID, given: VisitInput) -> VisitNote:
    """Keeps the note of an offer, in place of the one before, while offers are scored.

    Raises VisitUnannounced, NotOpened, VisitAlone, VisitTooSoon (before the opening, or to come).
    """
    require(work, Permission.JUDGE_ADMISSIBILITY)
    offer = work.get(Offer, offer_id)
    market = work.get(SpecificMarket, offer.market_id, lock=True)
    if not market.visit_who:
        raise VisitUnannounced()
    if market.state != MarketState.OPENED or market.opened_at is None:
        raise NotOpened()
    agents = [given.first_agent, given.second_agent]
    if agents[0].casefold() == agents[1].casefold():
        raise VisitAlone(where="second_agent")
    if not paris_date(market.opened_at) <= given.held_on <= work.today:
        raise VisitTooSoon(where="held_on", opened=paris_date(market.opened_at), today=work.today)
    row = of_market(work, market.id).get(offer.id) or VisitNote(
        organisation_id=offer.organisation_id,
        market_id=market.id,
        offer_id=offer.id,
        held_on=given.held_on,
        note=given.note,
        written_at=work.now,
    )
    row.held_on, row.agents, row.note = given.held_on, agents, given.note
    row.written_at, row.written_by = work.now, work.actor.person_id
    work.add(row)
    record(
        work,
        chain_of(market),
        "evaluation.visit_noted",
        market.id,
        after={"offer": str(offer.id), "held_on": given.held_on.isoformat()},
        details={"agents": agents, "note": given.note},
    )
    return row


def of_market(work: Work, market_id: UUID) -> Mapping[UUID, VisitNote]:
    """The notes of a market by offer."""
    query = (
        select(VisitNote)
        .where(
            col(VisitNote.organisation_id) == work.organisation_id,
            col(VisitNote.market_id) == market_id,
        )
        .order_by(col(VisitNote.offer_id))
    )
    return {row.offer_id: row for row in work.session.exec(query)}
