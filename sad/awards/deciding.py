"""The décision d'attribution, what undoes it before the signature, and ending without award."""

from collections.abc import Sequence
from uuid import UUID

from sad.accounts.delegations import covering
from sad.accounts.permissions import Permission, require
from sad.accounts.rules import Act, NoDelegation
from sad.accounts.tables import Delegation
from sad.audit.service import record
from sad.awards import letters
from sad.awards.leaving import binding_ends, check_agreement
from sad.awards.lost import lost
from sad.awards.money import above_credits, keep_for_lots
from sad.awards.papers import missing_papers
from sad.awards.rows import advance, awards_of, bound_until, live, set_aside
from sad.awards.rules import binding_problems, decision_problems
from sad.awards.schemas import DecisionInput
from sad.awards.states import MOVES, AwardState
from sad.awards.tables import Award
from sad.db.work import Work
from sad.evaluation.file import File, load
from sad.evaluation.service import rankings_of
from sad.kernel.errors import Incomplete, Invalid, Problem, Refusal
from sad.kernel.money import ZERO, Money
from sad.kernel.moves import move
from sad.markets.ending import end_without_award
from sad.markets.rows import chain_of
from sad.markets.schemas import EndingInput
from sad.markets.states import MarketState
from sad.markets.tables import SpecificMarket
from sad.notifications.service import notify

UNDOABLE = frozenset({AwardState.PROPOSED, AwardState.DECIDED})


class AlreadyDecided(Refusal):
    """The award was decided by an earlier press."""

    code = "awards.already_decided"


class NothingProposed(Refusal):
    """Nothing is proposed: there is nothing to decide."""

    code = "awards.nothing_proposed"


class CancelReasonMissing(Invalid):
    """Undoing says why."""

    code = "awards.cancel_reason_missing"


class SignedAlready(Refusal):
    """A contract of this market is signed: it is not undone nor ended without award any more."""

    code = "awards.signed_already"


def decide(work: Work, market_id: UUID, data: DecisionInput) -> list[Award]:
    """Decides the award and sends the letters: winners, and each of the others with its reasons.

    The credits of a lot without winner are given back. Raises Incomplete with all that is missing:
    power, reasons, credits, papers, an offer no longer binding; AlreadyDecided; NothingProposed.
    """
    require(work, Permission.DECIDE_AWARD)
    file = load(work, work.organisation_id, market_id, lock=True)
    every = awards_of(work, file.market)
    awards = live(every)
    _check_state(file.market, awards)
    check_agreement(work, data.agreed_on)
    for award in awards:
        if award.agreed_on is None:
            award.agreed_on = data.agreed_on
    delegation = _power(work, data.delegation_id, awards)
    problems = decision_missing(work, file, awards, data.reasons, covered=delegation is not None)
    if problems or delegation is None:
        raise Incomplete(problems)
    for award in awards:
        award.state = move(MOVES, AwardState(award.state), AwardState.DECIDED)
        award.decided_at, award.decision_delegation_id = work.now, delegation.id
        award.reasons = data.reasons
        award.version += 1
        work.add(award)
    advance(work, file.market)
    numbers = {award.lot_number for award in awards}
    keep_for_lots(work, file, numbers, f"market:{market_id}:decided:{file.market.version}")
    _journal(work, file, awards, delegation, data.reasons)
    _letters(work, file, every, delegation, data.reasons)
    return awards


def decision_missing(
    work: Work, file: File, awards: Sequence[Award], reasons: str, *, covered: bool
) -> list[Problem]:
    """What stands between the proposal and the decision; also the page's checklist."""
    found = [*decision_problems(covered, reasons), *above_credits(file, awards)]
    for award in awards:
        found += missing_papers(work, award)
        if binding_ends(file, award, work.today):
            found += binding_problems(bound_until(file.market), False, work.today)
    return found


def cancel(work: Work, market_id: UUID, reason: str) -> list[Award]:
    """Undoes a proposal or a decision before any signature: the market is ranked again.

    What the decision gave back is reserved again by a new movement, and both stay. Those who had
    been written to are told that it no longer stands.
    """
    require(work, Permission.DECIDE_AWARD)
    if not reason.strip():
        raise CancelReasonMissing(where="reason")
    file = load(work, work.organisation_id, market_id, lock=True)
    awards = live(awards_of(work, file.market))
    if not awards:
        raise NothingProposed()
    _check_unsigned(awards)
    _tell_undone(work, file, awards)
    for award in awards:
        _cancel(work, file.market, award, reason)
    advance(work, file.market)
    for row in rankings_of(work, file.market):
        row.settled = {}
        work.add(row)
    every = {lot.number for lot in file.lots}
    keep_for_lots(work, file, every, f"market:{market_id}:undone:{file.market.version}")
    return awards


def end(work: Work, market_id: UUID, given: EndingInput) -> SpecificMarket:
    """Ends without award until the signature (END-16): awards cancelled, money back, letters.

    The whole of `markets.ending.end_without_award`, with what the award had begun. Raises
    SignedAlready, and what it raises.
    """
    require(work, Permission.END_MARKET)
    market = work.get(SpecificMarket, market_id, lock=True)
    awards = live(awards_of(work, market))
    _check_unsigned(awards)
    for award in awards:
        _cancel(work, market, award, given.reasons)
    market = end_without_award(work, market_id, given)
    if market.opened_at is not None:
        amount: Money | None = None
        delegation = covering(work, given.delegation_id, Act.WITHOUT_AWARD, amount, work.today)
        file = load(work, market.organisation_id, market_id)
        for supplier in sorted({offer.supplier_id for offer in file.offers}, key=str):
            letters.without_award(work, market, supplier, given.reasons, delegation)
    return market


def total_ht(awards: Sequence[Award]) -> Money:
    """What is awarded, excluding tax: the amount of the decision."""
    return sum((Money(award.ht_cents) for award in awards), ZERO)


def _check_state(market: SpecificMarket, awards: Sequence[Award]) -> None:
    if market.state == MarketState.PROPOSED and awards:
        return
    if any(AwardState(award.state) is not AwardState.PROPOSED for award in awards):
        raise AlreadyDecided()
    raise NothingProposed()


def _check_unsigned(awards: Sequence[Award]) -> None:
    if any(AwardState(award.state) not in UNDOABLE for award in awards):
        raise SignedAlready()


def _power(work: Work, delegation_id: UUID, awards: Sequence[Award]) -> Delegation | None:
    """The delegation if it covers the whole of what is decided (P2)."""
    try:
        amount = total_ht(awards)
        return covering(work, delegation_id, Act.AWARD_DECISION, amount, work.today)
    except NoDelegation:
        return None


def _tell_undone(work: Work, file: File, awards: Sequence[Award]) -> None:
    """Told to the winners; once decided, to all whom the decision told something."""
    market = file.market
    decided = any(award.state == AwardState.DECIDED for award in awards)
    told = {award.supplier_id for award in awards}
    if decided:
        out = set_aside(awards_of(work, market))
        told |= {o.supplier_id for o in file.offers if o.id not in {offer for offer, _ in out}}
    notify(
        work,
        "award.undone",
        suppliers=sorted(told, key=str),
        facts={"number": market.number, "title": market.title, "decided": decided},
        link=f"/reponse/{market.id}",
        organisation_id=market.organisation_id,
    )


def _cancel(work: Work, market: SpecificMarket, award: Award, reason: str) -> None:
    before = award.state
    award.state = move(MOVES, AwardState(award.state), AwardState.CANCELLED)
    award.cancelled_reason = reason
    award.version += 1
    work.add(award)
    record(
        work,
        chain_of(market),
        "award.cancelled",
        award.id,
        before={"state": before},
        details={"reason": reason},
    )


def _journal(
    work: Work, file: File, awards: Sequence[Award], delegation: Delegation, reasons: str
) -> None:
    for award in awards:
        record(
            work,
            chain_of(file.market),
            "award.decided",
            award.id,
            after={
                "offer": str(award.offer_id),
                "lot": award.lot_number,
                "ht_cents": award.ht_cents,
                "payable_cents": award.payable_cents,
                "delegation": str(delegation.id),
            },
            details={"reasons": reasons},
        )


def _letters(
    work: Work, file: File, every: Sequence[Award], delegation: Delegation, reasons: str
) -> None:
    """Winners first, then each who lost something and was not told why before (R2144-7)."""
    awards = live(every)
    rankings = rankings_of(work, file.market)
    winners = {award.offer_id for award in awards}
    for award in awards:
        letters.decision(work, file, award, delegation, reasons)
    for offer in file.offers:
        lots = lost(file, offer, rankings, every)
        if lots:
            letters.rejection(work, file, offer, lots, reasons, delegation, won=offer.id in winners)
