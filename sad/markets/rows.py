"""The rows of a market that several commands read."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.tables import Membership, Organisation
from sad.audit.chains import Chain, market_chain
from sad.audit.service import record
from sad.db.work import Work
from sad.kernel.actor import Role
from sad.kernel.calendar import Calendar
from sad.markets.tables import Criterion, Invitation, Lot, SpecificMarket


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


def invited_suppliers(work: Work, market: SpecificMarket) -> list[UUID]:
    """Who answers for the invited applicants, each once."""
    query = select(Invitation.supplier_id).where(
        col(Invitation.organisation_id) == market.organisation_id,
        col(Invitation.market_id) == market.id,
    )
    return sorted(set(work.session.exec(query).all()), key=str)


def watchers(work: Work, market: SpecificMarket) -> list[UUID]:
    """The agents who follow a market: who drafted it and who launched it."""
    people = {market.created_by, market.launched_by} - {None}
    return sorted((person for person in people if person is not None), key=str)


def lapse(work: Work, market: SpecificMarket) -> None:
    """A change after the approval: it has to be asked again."""
    if market.approved_at is not None:
        market.approved_at = market.approved_by = None
        work.add(market)
        record(work, chain_of(market), "market.approval_lapsed", market.id)


def record_prepared(
    work: Work, market: SpecificMarket, action: str, object_id: UUID, sha256: str
) -> None:
    """The event of a document that comes or goes, by its hash."""
    lapse(work, market)
    record(work, chain_of(market), action, object_id, after={"sha256": sha256})
