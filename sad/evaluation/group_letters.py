"""Letters on a result, for the members of the group it is about: read once the result is final.

Its mandataire alone is written to and answers (GRP-02). A letter names a supplier: where the same
one answered alone too, nobody could tell which answer it is about, and only its addressee reads it.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from sad.candidatures.tables import Applicant, GroupMember
from sad.db.work import Work
from sad.evaluation.states import RESULTS
from sad.evaluation.tables import Letter
from sad.markets.states import MarketState
from sad.markets.tables import SpecificMarket
from sad.offers.tables import Offer

FINAL = (
    *(MarketState.NOTIFIED, MarketState.PERFORMED, MarketState.SETTLED),
    *(MarketState.UNSUCCESSFUL, MarketState.WITHDRAWN),
)


def readable(work: Work, letter: Letter) -> bool:
    """Whether the signed-in supplier may read it as a member of its group."""
    return letter.id in {row.id for row in of_market(work, letter.market_id)}


def of_market(work: Work, market_id: UUID) -> list[Letter]:
    """The letters on the result of a market that the supplier reads as a member, oldest first."""
    me = work.actor.supplier_id
    if me is None:
        return []
    query = (
        select(Letter)
        .join(
            SpecificMarket,
            (col(SpecificMarket.organisation_id) == col(Letter.organisation_id))
            & (col(SpecificMarket.id) == col(Letter.market_id)),
        )
        .where(
            col(Letter.market_id) == market_id,
            col(Letter.kind).in_(RESULTS),
            col(SpecificMarket.state).in_(FINAL),
            _of_one_group(me),
        )
        .order_by(col(Letter.issued_at), col(Letter.id))
    )
    return list(work.session.exec(query))


def _of_one_group(me: UUID) -> Any:
    """The addressee made one offer, and it is that of a group this supplier is a member of."""
    same = (
        col(Offer.organisation_id) == col(Letter.organisation_id),
        col(Offer.market_id) == col(Letter.market_id),
        col(Offer.supplier_id) == col(Letter.supplier_id),
    )
    offers = select(func.count()).select_from(Offer).where(*same).correlate(Letter)
    mine = (
        select(Offer.id)
        .join(
            Applicant,
            (col(Applicant.organisation_id) == col(Offer.organisation_id))
            & (col(Applicant.id) == col(Offer.applicant_id)),
        )
        .join(
            GroupMember,
            (col(GroupMember.organisation_id) == col(Applicant.organisation_id))
            & (col(GroupMember.applicant_id) == col(Applicant.id)),
        )
        .where(
            *same,
            col(GroupMember.supplier_id) == me,
            col(GroupMember.mandataire).is_(False),
        )
        .correlate(Letter)
    )
    return (offers.scalar_subquery() == 1) & mine.exists()
