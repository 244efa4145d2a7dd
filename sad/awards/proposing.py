"""Proposing: who wins, its papers, and the next ranked when they do not come (P8, R2144-7)."""

import re
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sad.accounts.permissions import Permission, require
from sad.audit.service import record
from sad.awards import letters
from sad.awards.leaving import check_agreement, check_cause, decline, tell_left
from sad.awards.money import above_credits
from sad.awards.papers import missing_papers, needed
from sad.awards.rows import advance, awards_of, bound_until, live, set_aside
from sad.awards.rules import Candidate, papers_needed, proposal_problems
from sad.awards.schemas import ProposalInput
from sad.awards.shares import Settled, Share, ranked, settled, shares
from sad.awards.states import MOVES, AwardState, Cause, Paper
from sad.awards.tables import Award
from sad.db.work import Work
from sad.evaluation.file import File, load
from sad.evaluation.service import rankings_of
from sad.kernel.errors import Incomplete, Invalid, NotFound, Problem, Refusal
from sad.kernel.moves import move
from sad.markets.rows import calendar_of, chain_of
from sad.markets.states import MOVES as MARKET_MOVES
from sad.markets.states import MarketState
from sad.offers.tables import Offer

PAPERS_DAYS = 8
"""How long the winner has to give its papers, by default (P8)."""


class NobodyLeft(Refusal):
    """No ranked offer can be proposed any more: the market ends without award."""

    code = "awards.nobody_left"


class OrderReasonMissing(Invalid):
    """Parting equals says by which objective look (EX-15)."""

    code = "awards.order_reason_missing"


class LeaveReasonMissing(Invalid):
    """A line is ended without award for a reason that its tenderers read (END-17)."""

    code = "awards.leave_reason_missing"


class LineNotLeft(Invalid):
    """Only a line ranked on its own is left alone: any other market is given or ended whole."""

    code = "awards.line_not_left"


class ReplacementReasonMissing(Invalid):
    """Leaving a proposed winner says why."""

    code = "awards.replacement_reason_missing"


def propose(work: Work, market_id: UUID, data: ProposalInput | None = None) -> list[Award]:
    """Proposes the best ranked of each lot, or of each line, and asks their papers.

    Raises Incomplete naming what an offer given by name lacks, Ties, LineNotLeft, NobodyLeft.
    """
    require(work, Permission.PROPOSE_AWARD)
    data = data or ProposalInput()
    file = load(work, work.organisation_id, market_id, lock=True)
    check_agreement(work, data.agreed_on)
    decline(work, file, data)
    awards = awards_of(work, file.market)
    said = _said(file, data)
    found: list[Share] = []
    if file.market.state == MarketState.RANKED:
        found = _winners(work, file, awards, said)
    problems = _problems(work, file, awards, found, data)
    if problems:
        raise Incomplete(problems)
    move(MARKET_MOVES, MarketState(file.market.state), MarketState.PROPOSED)
    if not found:
        raise NobodyLeft()
    made = [_make(work, file, share, data) for share in found]
    _check_credits(file, made)
    advance(work, file.market)
    for award in made:
        _ask_papers(work, file, award)
    _settle(work, file, said, data.order_reason)
    return made


def replace(
    work: Work,
    award_id: UUID,
    reason: str,
    data: ProposalInput | None = None,
    cause: Cause = Cause.PAPERS,
) -> list[Award]:
    """Leaves a proposed winner and asks the next ranked: it did not prove in time (CAND-18), cannot
    perform any more (END-07), or does not extend an offer that no longer binds it (P16).

    Returns the awards now proposed; none when nobody is left, and the market is ranked again.
    `data` parts those next who are equal. Raises PapersRunning, PapersComplete, StillBound, Ties.
    """
    require(work, Permission.PROPOSE_AWARD)
    if not reason.strip():
        raise ReplacementReasonMissing(where="reason")
    found = work.get(Award, award_id)
    file = load(work, found.organisation_id, found.market_id, lock=True)
    award = work.get(Award, award_id, lock=True)
    if award.state != AwardState.PROPOSED:
        move(MOVES, AwardState(award.state), AwardState.PROPOSED)
    check_cause(work, file, award, cause)
    award.state, award.set_aside, award.cancelled_reason = AwardState.CANCELLED, True, reason
    work.add(award)
    tell_left(work, file, award, cause)
    awards = awards_of(work, file.market)
    said = _also_said(work, file, data)
    made = [_sync(work, file, share, awards) for share in _winners(work, file, awards, said)]
    _check_credits(file, live(awards_of(work, file.market)))
    advance(work, file.market)
    return made


def place_code(*texts: str) -> str | None:
    """A French post code found in an address."""
    for text in texts:
        match = re.search(r"\b\d[\dAB]\d{3}\b", text)
        if match:
            return match[0]
    return None


def _winners(work: Work, file: File, awards: Sequence[Award], said: Settled) -> list[Share]:
    rankings = ranked(rankings_of(work, file.market))
    return shares(file, rankings, set_aside(awards), said)


def _said(file: File, data: ProposalInput) -> Settled:
    """What the proposal settles, each with its reason."""
    if (data.order or any(data.orders.values())) and not data.order_reason.strip():
        raise OrderReasonMissing(where="order_reason")
    if data.leave and not data.leave_reason.strip():
        raise LeaveReasonMissing(where="leave_reason")
    lines = {line.id for line in file.frame.lines} if file.by_line else set()
    if not set(data.leave) <= lines:
        raise LineNotLeft(where="leave")
    return Settled(data.order, data.orders, {str(id_): data.leave_reason for id_ in data.leave})


def _also_said(work: Work, file: File, data: ProposalInput | None) -> Settled:
    """What the proposal settled, and what parts those who come next."""
    before = settled(rankings_of(work, file.market))
    if data is None or not (data.order or data.orders):
        return before
    more = _said(file, data)
    order = [*before.order, *more.order]
    said = Settled(order, {**before.orders, **more.orders}, before.left)
    _settle(work, file, said, data.order_reason)
    return said


def _settle(work: Work, file: File, said: Settled, order_reason: str) -> None:
    """Kept beside the rankings: who comes next is found with it (R2144-7)."""
    rankings = rankings_of(work, file.market)
    before = settled(rankings)
    for row in rankings:
        row.settled = said.kept()
        work.add(row)
    chain, market_id = chain_of(file.market), file.market.id
    kept = said.kept()
    order: dict[str, object] = {name: kept[name] for name in ("order", "orders") if name in kept}
    if order:
        details = {"reason": order_reason}
        record(work, chain, "award.equals_parted", market_id, after=order, details=details)
    if said.left and said.left != before.left:
        details = {"reason": next(iter(said.left.values()))}
        after = {"lines": sorted(said.left)}
        record(work, chain, "award.lines_left", market_id, after=after, details=details)


def _problems(
    work: Work, file: File, awards: Sequence[Award], found: Sequence[Share], data: ProposalInput
) -> list[Problem]:
    """Each offer named is checked; unnamed, the best ranked are, for what binds them."""
    market = file.market
    winners = {share.offer.id for share in found}
    wanted = data.offers or sorted(winners, key=str)
    awarded = {award.offer_id for award in live(awards)}
    problems = []
    for offer_id in wanted:
        offer = file.offer(offer_id)
        candidate = Candidate(
            in_market=offer is not None,
            opened=market.opened_at is not None,
            evaluation_closed=bool(rankings_of(work, market)),
            eliminated=offer is not None and offer not in file.still_in(),
            already_awarded=offer_id in awarded,
            skipped=_skipped(file, offer, winners) if found else (),
            bound_until=bound_until(market),
            still_agreed=data.agreed_on is not None,
        )
        problems += proposal_problems(candidate, work.today)
    if not data.offers and not found:
        problems += _not_ready(file, awards)
    return problems


def _not_ready(file: File, awards: Sequence[Award]) -> list[Problem]:
    """Why nothing can be proposed at all now."""
    if file.market.opened_at is None:
        return [Problem("awards.not_opened", "offer")]
    if file.market.state == MarketState.OPENED:
        return [Problem("awards.evaluation_open", "offer")]
    if live(awards):
        return [Problem("awards.already_awarded", "offer")]
    return []


def _skipped(file: File, offer: Offer | None, winners: set[UUID]) -> list[str]:
    if offer is None or offer.id in winners:
        return []
    return sorted(other.supplier_name for other in file.offers if other.id in winners)


def _make(work: Work, file: File, share: Share, data: ProposalInput) -> Award:
    papers = papers_needed(
        share.amount.ht, insurance=data.insurance, foreign_workers=data.foreign_workers
    )
    award = work.add(
        Award(
            organisation_id=file.organisation_id,
            market_id=file.market.id,
            lot_number=share.lot,
            offer_id=share.offer.id,
            applicant_id=share.offer.applicant_id,
            supplier_id=share.offer.supplier_id,
            rank=share.rank,
            slices={str(line): count for line, count in share.slices.items()},
            ht_cents=share.amount.ht.cents,
            payable_cents=share.amount.paid.cents,
            papers={"needed": [paper.value for paper in papers]},
            papers_due_on=_papers_due(work, file),
            proposed_at=work.now,
            agreed_on=data.agreed_on,
        )
    )
    record(
        work,
        chain_of(file.market),
        "award.proposed",
        award.id,
        after={
            "offer": str(award.offer_id),
            "lot": award.lot_number,
            "rank": award.rank,
            "ht_cents": award.ht_cents,
            "payable_cents": award.payable_cents,
            "slices": dict(award.slices),
        },
    )
    return award


def _sync(work: Work, file: File, share: Share, awards: Sequence[Award]) -> Award:
    """The award of a winner after a replacement: new, or with more slices than before."""
    mine = next(
        (
            award
            for award in live(awards)
            if (award.offer_id, award.lot_number) == (share.offer.id, share.lot)
        ),
        None,
    )
    if mine is None:
        award = _make(work, file, share, ProposalInput())
        _ask_papers(work, file, award)
        return award
    slices = {str(line): count for line, count in share.slices.items()}
    if mine.slices != slices:
        before = {"ht_cents": mine.ht_cents, "slices": dict(mine.slices)}
        mine.slices = slices
        mine.ht_cents, mine.payable_cents = share.amount.ht.cents, share.amount.paid.cents
        more = set(papers_needed(share.amount.ht)) - set(needed(mine))
        mine.papers = {"needed": [p.value for p in Paper if p in {*needed(mine), *more}]}
        mine.version += 1
        work.add(mine)
        after = {"ht_cents": mine.ht_cents, "slices": slices}
        chain = chain_of(file.market)
        record(work, chain, "award.enlarged", mine.id, before=before, after=after)
        _ask_papers(work, file, mine, more)
    return mine


def _ask_papers(
    work: Work, file: File, award: Award, only: Collection[Paper] | None = None
) -> None:
    """Asks what the supplier's file does not already hold; `only` what a larger amount adds."""
    missing = [Paper(str(problem.facts["paper"])) for problem in missing_papers(work, award)]
    kinds = [kind for kind in missing if only is None or kind in only]
    if kinds:
        award.papers_due_on = _papers_due(work, file)
        work.add(award)
        letters.papers_request(work, file.market, award, kinds)


def _papers_due(work: Work, file: File) -> date:
    return calendar_of(work, file.organisation_id).add_days(work.today, PAPERS_DAYS)


def _check_credits(file: File, awards: Sequence[Award]) -> None:
    problems = above_credits(file, awards)
    if problems:
        raise Incomplete(problems)


def award_of(work: Work, award_id: UUID) -> tuple[File, Award]:
    """An award of the actor's organisation with its file, the market locked first."""
    found = work.get(Award, award_id)
    file = load(work, found.organisation_id, found.market_id, lock=True)
    award = work.get(Award, award_id, lock=True)
    if award.market_id != file.market.id:
        raise NotFound()
    return file, award
