"""The rows of a market that several commands read."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.tables import Membership, Organisation
from sad.audit.chains import Chain, market_chain
from sad.db.work import Work
from sad.kernel.actor import Role
from sad.kernel.calendar import Calendar
from sad.markets.tables import Criterion, Lot, SpecificMarket


def chain_of(market: SpecificMarket) -> Chain:
    """The market's chain in the journal."""
    return market_chain(market.organisation_id, market.system_id, market.category_id, market.id)


def calendar_of(work: Work, organisation_id: UUID | None = None) -> Calendar:
    """The legal calendar of the buyer."""
    row = work.shared(Organisation, organisation_id or work.organisation_id)
    return Calendar(row.alsace_moselle)


def criteria_of(work: Work, market: SpecificMarket) -> Sequence[Criterion]:
    """The market's criteria, in their order."""
    query = (
        select(Criterion)
        .where(
            col(Criterion.organisation_id) == market.organisation_id,
            col(Criterion.market_id) == market.id,
        )
        .order_by(col(Criterion.position), col(Criterion.code))
    )
    return work.session.exec(query).all()


def lots_of(work: Work, market: SpecificMarket) -> Sequence[Lot]:
    """The market's lots, by number."""
    query = (
        select(Lot)
        .where(col(Lot.organisation_id) == market.organisation_id, col(Lot.market_id) == market.id)
        .order_by(col(Lot.number))
    )
    return work.session.exec(query).all()


def officers(work: Work) -> Sequence[UUID]:
    """The organisation's procurement officers."""
    query = select(Membership.person_id).where(
        col(Membership.organisation_id) == work.organisation_id,
        col(Membership.role) == Role.OFFICER,
        col(Membership.ended_at).is_(None),
    )
    return work.session.exec(query).all()
