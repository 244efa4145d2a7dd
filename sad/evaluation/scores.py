"""Who scores a market, each evaluator's own values, and the consolidated ones (acceptance 45)."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import GRANTS, Permission, require
from sad.accounts.tables import Membership
from sad.audit.service import record
from sad.db.work import Work
from sad.evaluation.admissibility import opened
from sad.evaluation.file import CONSOLIDATED, File, load
from sad.evaluation.rules import (
    CannotEvaluate,
    ComputedCriterion,
    NotEvaluator,
    NotOpened,
    OfferOut,
    ScoreNegative,
    ScoreRefused,
    ScoresMissing,
)
from sad.evaluation.schemas import ScoreInput
from sad.evaluation.tables import Assignment, Score
from sad.kernel.actor import Role
from sad.kernel.errors import NotFound
from sad.kernel.money import half_up
from sad.markets.rows import chain_of
from sad.markets.states import MarketState
from sad.markets.tables import Criterion, SpecificMarket
from sad.offers.tables import Offer
from sad.scoring.rules import DEFAULT_MAX


def assign(work: Work, market_id: UUID, person_id: UUID) -> Assignment:
    """Names an evaluator of the market; again after having ended it takes it up again."""
    require(work, Permission.CLOSE_EVALUATION)
    market = work.get(SpecificMarket, market_id, lock=True)
    _check_person(work, person_id)
    found = _assignment(work, market, person_id)
    if found is not None and found.ended_at is None:
        return found
    if found is None:
        found = Assignment(
            organisation_id=market.organisation_id,
            market_id=market.id,
            person_id=person_id,
            created_at=work.now,
        )
    found.ended_at = None
    work.add(found)
    after = {"person": str(person_id)}
    record(work, chain_of(market), "evaluation.evaluator_named", market.id, after=after)
    return found


def unassign(work: Work, market_id: UUID, person_id: UUID) -> None:
    """Ends an evaluator's part; what was scored stays, and no longer counts."""
    require(work, Permission.CLOSE_EVALUATION)
    market = work.get(SpecificMarket, market_id, lock=True)
    found = _assignment(work, market, person_id)
    if found is None or found.ended_at is not None:
        raise NotFound()
    found.ended_at = work.now
    work.add(found)
    after = {"person": str(person_id)}
    record(work, chain_of(market), "evaluation.evaluator_ended", market.id, after=after)


def put_score(work: Work, offer_id: UUID, criterion_id: UUID, data: ScoreInput) -> Score:
    """An evaluator's own value, again as often as needed while the evaluation is open.

    Raises NotEvaluator, OfferOut, ComputedCriterion, ScoreRefused, ScoreNegative.
    """
    require(work, Permission.SCORE)
    file, offer = opened(work, offer_id)
    if work.actor.person_id not in evaluators(work, file.market):
        raise NotEvaluator()
    return _put(work, file, offer, criterion_id, data, str(work.actor.person_id))


def put_consolidated(work: Work, offer_id: UUID, criterion_id: UUID, data: ScoreInput) -> Score:
    """The value kept for an offer, once every evaluator has given theirs."""
    require(work, Permission.CLOSE_EVALUATION)
    file, offer = opened(work, offer_id)
    _check_all_given(work, file)
    return _put(work, file, offer, criterion_id, data, CONSOLIDATED)


def consolidate(work: Work, market_id: UUID) -> int:
    """Writes what is missing of the consolidated values: the mean, 2 decimals, reasons joined.

    Returns how many were written. Raises ScoresMissing until every evaluator has finished.
    """
    require(work, Permission.CLOSE_EVALUATION)
    file = load(work, work.organisation_id, market_id, lock=True)
    if file.market.state != MarketState.OPENED:
        raise NotOpened()
    _check_all_given(work, file)
    return write_means(work, file)


def write_means(work: Work, file: File) -> int:
    """The means of the evaluators' values where no consolidated one is yet."""
    named = {str(person): place for place, person in enumerate(evaluators(work, file.market))}
    rows = scores_of(work, file.market)
    known = {(row.offer_id, row.criterion_id) for row in rows if row.scorer == CONSOLIDATED}
    written = 0
    for offer in file.still_in():
        for criterion in file.typed():
            own = [
                row
                for row in rows
                if (row.offer_id, row.criterion_id) == (offer.id, criterion.id)
                and row.scorer in named
            ]
            own.sort(key=lambda row: named[row.scorer])
            if own and (offer.id, criterion.id) not in known:
                _put(work, file, offer, criterion.id, _mean(own), CONSOLIDATED)
                written += 1
    return written


def evaluators(work: Work, market: SpecificMarket) -> Sequence[UUID]:
    """The people named now."""
    query = (
        select(Assignment.person_id)
        .where(
            col(Assignment.organisation_id) == market.organisation_id,
            col(Assignment.market_id) == market.id,
            col(Assignment.ended_at).is_(None),
        )
        .order_by(col(Assignment.created_at), col(Assignment.id))
    )
    return work.session.exec(query).all()


def scores_of(work: Work, market: SpecificMarket) -> Sequence[Score]:
    """Every score row of the market, oldest first, whoever may read it: queries sort that out."""
    query = (
        select(Score)
        .where(
            col(Score.organisation_id) == market.organisation_id,
            col(Score.market_id) == market.id,
        )
        .order_by(col(Score.id))
    )
    return work.session.exec(query).all()


def missing_of(file: File, rows: Iterable[Score], person_id: UUID) -> int:
    """How many values an evaluator still owes, each with its reason where it is judged."""
    wanted = {
        (offer.id, criterion.id): criterion
        for offer in file.still_in()
        for criterion in file.typed()
    }
    for row in rows:
        criterion = wanted.get((row.offer_id, row.criterion_id))
        written = row.reason.strip() or (criterion is not None and criterion.method != "judged")
        if criterion is not None and row.scorer == str(person_id) and written:
            del wanted[row.offer_id, row.criterion_id]
    return len(wanted)


def _check_all_given(work: Work, file: File) -> None:
    rows = scores_of(work, file.market)
    named = evaluators(work, file.market)
    missing = sum(missing_of(file, rows, person) for person in named)
    if missing or not named:
        raise ScoresMissing(missing=missing)


def _check_person(work: Work, person_id: UUID) -> None:
    query = select(Membership.role).where(
        col(Membership.organisation_id) == work.organisation_id,
        col(Membership.person_id) == person_id,
        col(Membership.ended_at).is_(None),
    )
    roles = {Role(role) for role in work.session.exec(query).all()}
    if not GRANTS[Permission.SCORE] & roles:
        raise CannotEvaluate(where="person_id")


def _assignment(work: Work, market: SpecificMarket, person_id: UUID) -> Assignment | None:
    return work.session.exec(
        select(Assignment).where(
            col(Assignment.organisation_id) == market.organisation_id,
            col(Assignment.market_id) == market.id,
            col(Assignment.person_id) == person_id,
        )
    ).one_or_none()


def _put(
    work: Work, file: File, offer: Offer, criterion_id: UUID, data: ScoreInput, scorer: str
) -> Score:
    criterion = next((c for c in file.criteria if c.id == criterion_id), None)
    if criterion is None:
        raise NotFound()
    if criterion not in file.typed():
        raise ComputedCriterion(criterion=criterion.label)
    if offer not in file.still_in():
        raise OfferOut()
    _check_value(criterion, data.value)
    row = work.session.exec(
        select(Score).where(
            col(Score.organisation_id) == offer.organisation_id,
            col(Score.offer_id) == offer.id,
            col(Score.criterion_id) == criterion.id,
            col(Score.scorer) == scorer,
        )
    ).one_or_none()
    before = None if row is None else {"value": f"{row.value:f}"}
    row = row or Score(
        organisation_id=offer.organisation_id,
        market_id=offer.market_id,
        offer_id=offer.id,
        criterion_id=criterion.id,
        scorer=scorer,
        value=data.value,
        scored_at=work.now,
        version=0,
    )
    row.value, row.reason, row.scored_at = data.value, data.reason, work.now
    row.version += 1
    work.add(row)
    record(
        work,
        chain_of(file.market),
        "evaluation.consolidated" if scorer == CONSOLIDATED else "evaluation.scored",
        offer.id,
        before=before,
        after={"criterion": criterion.code, "value": f"{data.value:f}", "scorer": scorer},
        details={"reason": data.reason} if data.reason else None,
    )
    return row


def _check_value(criterion: Criterion, value: Decimal) -> None:
    if value < 0:
        raise ScoreNegative(where="value", criterion=criterion.label, value=value)
    most = criterion.maximum or DEFAULT_MAX
    if criterion.method == "judged" and value > most:
        raise ScoreRefused(where="value", criterion=criterion.label, value=value, max=most)


def _mean(rows: Sequence[Score]) -> ScoreInput:
    value = half_up(sum((row.value for row in rows), Decimal(0)) / len(rows), 2)
    return ScoreInput(value=value, reason="\n".join(row.reason for row in rows if row.reason))
