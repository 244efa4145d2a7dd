"""Who scores a market: named, their part ended, their scores handed in or given back to them."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import GRANTS, Permission, require
from sad.accounts.tables import Membership
from sad.audit.service import record
from sad.db.work import Work
from sad.evaluation.rules import CannotEvaluate, HandBackReasonMissing
from sad.evaluation.tables import Assignment
from sad.kernel.actor import Role
from sad.kernel.errors import NotFound
from sad.markets.rows import chain_of
from sad.markets.tables import SpecificMarket


def assign(work: Work, market_id: UUID, person_id: UUID) -> Assignment:
    """Names an evaluator of the market; again after having ended it takes it up again."""
    require(work, Permission.CLOSE_EVALUATION)
    market = work.get(SpecificMarket, market_id, lock=True)
    _check_person(work, person_id)
    found = assignment_of(work, market, person_id)
    if found is not None and found.ended_at is None:
        return found
    if found is None:
        found = Assignment(
            organisation_id=market.organisation_id,
            market_id=market.id,
            person_id=person_id,
            created_at=work.now,
        )
    found.ended_at = found.given_at = None
    work.add(found)
    after = {"person": str(person_id)}
    record(work, chain_of(market), "evaluation.evaluator_named", market.id, after=after)
    return found


def unassign(work: Work, market_id: UUID, person_id: UUID) -> None:
    """Ends an evaluator's part; what was scored stays, and no longer counts."""
    require(work, Permission.CLOSE_EVALUATION)
    market = work.get(SpecificMarket, market_id, lock=True)
    found = assignment_of(work, market, person_id)
    if found is None or found.ended_at is not None:
        raise NotFound()
    found.ended_at = work.now
    work.add(found)
    after = {"person": str(person_id)}
    record(work, chain_of(market), "evaluation.evaluator_ended", market.id, after=after)


def hand_back(work: Work, market_id: UUID, person_id: UUID, reason: str) -> None:
    """Lets somebody change the scores they had handed in, for a reason that is journalled."""
    require(work, Permission.CLOSE_EVALUATION)
    if not reason.strip():
        raise HandBackReasonMissing(where="reason")
    market = work.get(SpecificMarket, market_id, lock=True)
    found = assignment_of(work, market, person_id)
    if found is None or found.ended_at is not None or found.given_at is None:
        raise NotFound()
    found.given_at = None
    work.add(found)
    after, details = {"person": str(person_id)}, {"reason": reason.strip()}
    chain = chain_of(market)
    record(work, chain, "evaluation.handed_back", market.id, after=after, details=details)


def assignments(work: Work, market: SpecificMarket) -> Sequence[Assignment]:
    """The parts of the people named now, in the order they were named."""
    query = (
        select(Assignment)
        .where(
            col(Assignment.organisation_id) == market.organisation_id,
            col(Assignment.market_id) == market.id,
            col(Assignment.ended_at).is_(None),
        )
        .order_by(col(Assignment.created_at), col(Assignment.id))
    )
    return work.session.exec(query).all()


def evaluators(work: Work, market: SpecificMarket) -> list[UUID]:
    """The people named now."""
    return [one.person_id for one in assignments(work, market)]


def _check_person(work: Work, person_id: UUID) -> None:
    query = select(Membership.role).where(
        col(Membership.organisation_id) == work.organisation_id,
        col(Membership.person_id) == person_id,
        col(Membership.ended_at).is_(None),
    )
    roles = {Role(role) for role in work.session.exec(query).all()}
    if not GRANTS[Permission.SCORE] & roles:
        raise CannotEvaluate(where="person_id")


def assignment_of(work: Work, market: SpecificMarket, person_id: UUID) -> Assignment | None:
    """A person's part in a market, ended or not."""
    return work.session.exec(
        select(Assignment).where(
            col(Assignment.organisation_id) == market.organisation_id,
            col(Assignment.market_id) == market.id,
            col(Assignment.person_id) == person_id,
        )
    ).one_or_none()
