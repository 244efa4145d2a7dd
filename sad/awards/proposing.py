"""Proposing: who wins, its papers, and the next ranked when they do not come (P8, R2144-7)."""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.audit.service import record
from sad.awards import letters
from sad.awards.money import above_credits
from sad.awards.rows import (
    Share,
    advance,
    awards_of,
    bound_until,
    live,
    ranked,
    set_aside,
    shares,
)
from sad.awards.rules import (
    VIGILANCE_MONTHS,
    Candidate,
    HeldPaper,
    papers_needed,
    papers_problems,
    proposal_problems,
)
from sad.awards.schemas import PaperInput, ProposalInput
from sad.awards.states import MOVES, AwardState, Paper
from sad.awards.tables import Award
from sad.db.work import Work
from sad.evaluation.file import File, load
from sad.evaluation.service import rankings_of
from sad.kernel.calendar import paris_date
from sad.kernel.errors import Incomplete, Invalid, NotFound, Problem, Refusal
from sad.kernel.moves import move
from sad.markets.rows import calendar_of, chain_of
from sad.markets.states import MOVES as MARKET_MOVES
from sad.markets.states import MarketState
from sad.offers.tables import Offer
from sad.suppliers.tables import SupplierPaper

PAPERS_DAYS = 8
"""How long the winner has to give its papers, by default (P8)."""

KEPT_AS: dict[Paper, str] = {
    Paper.TAX_CERTIFICATE: "tax",
    Paper.VIGILANCE_CERTIFICATE: "vigilance",
    Paper.REGISTRATION: "registration",
    Paper.BANK_DETAILS: "bank",
    Paper.SIGNATORY_POWER: "power",
    Paper.INSURANCE: "insurance",
    Paper.FOREIGN_WORKERS: "foreign_workers",
}
"""The kind under which a supplier's file keeps each paper."""


class NobodyLeft(Refusal):
    """No ranked offer can be proposed any more: the market ends without award."""

    code = "awards.nobody_left"


class PapersRunning(Refusal):
    """The winner still has until `due_on` to give its papers (R2144-7)."""

    code = "awards.papers_running"


class PapersComplete(Refusal):
    """Nothing is missing: there is no reason to ask the next one."""

    code = "awards.papers_complete"


class PaperExpired(Invalid):
    """A paper already past its last day. Fact: `expires_on`."""

    code = "awards.paper_already_expired"


class PaperUnneeded(Invalid):
    """This paper is not asked of this winner (P8)."""

    code = "awards.paper_unneeded"


class OrderReasonMissing(Invalid):
    """Parting equals says by which objective look (EX-15)."""

    code = "awards.order_reason_missing"


class ReplacementReasonMissing(Invalid):
    """Leaving a proposed winner says why."""

    code = "awards.replacement_reason_missing"


def propose(work: Work, market_id: UUID, data: ProposalInput | None = None) -> list[Award]:
    """Proposes the best ranked of each lot, or by slices in rank order, and asks their papers.

    Raises Incomplete naming what an offer given by name lacks, Tie, RankShared, NobodyLeft.
    """
    require(work, Permission.PROPOSE_AWARD)
    data = data or ProposalInput()
    file = load(work, work.organisation_id, market_id, lock=True)
    awards = awards_of(work, file.market)
    if data.order and not data.order_reason.strip():
        raise OrderReasonMissing(where="order_reason")
    found: list[Share] = []
    if file.market.state == MarketState.RANKED:
        found = _winners(work, file, awards, data.order)
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
    if data.order:
        after = {"order": [str(id_) for id_ in data.order]}
        details = {"reason": data.order_reason}
        record(
            work, chain_of(file.market), "award.equals_parted", market_id, after=after,
            details=details,
        )  # fmt: skip
    return made


def record_paper(work: Work, award_id: UUID, data: PaperInput) -> SupplierPaper:
    """A paper received from the proposed winner and checked; it serves every later market (P8)."""
    require(work, Permission.PROPOSE_AWARD)
    award = work.get(Award, award_id, lock=True)
    if award.state not in (AwardState.PROPOSED, AwardState.DECIDED):
        move(MOVES, AwardState(award.state), AwardState.DECIDED)
    if data.kind not in needed(award):
        raise PaperUnneeded(where="kind", paper=data.kind)
    if data.expires_on is not None and data.expires_on < work.today:
        raise PaperExpired(where="expires_on", expires_on=data.expires_on)
    paper = work.add(
        SupplierPaper(
            supplier_id=award.supplier_id,
            kind=KEPT_AS[data.kind],
            name=data.reference or data.kind.value,
            reference=data.reference,
            expires_on=data.expires_on,
            created_at=work.now,
            created_by=work.actor.person_id,
        )
    )
    file = load(work, award.organisation_id, award.market_id)
    after = {
        "kind": data.kind.value,
        "expires_on": data.expires_on.isoformat() if data.expires_on else None,
    }
    record(work, chain_of(file.market), "award.paper_recorded", award.id, after=after)
    return paper


def replace(work: Work, award_id: UUID, reason: str) -> list[Award]:
    """Leaves a proposed winner that did not prove in time, and asks the next ranked (CAND-18).

    Returns the awards now proposed; none when nobody is left, and the market is ranked again.
    Raises PapersRunning, PapersComplete.
    """
    require(work, Permission.PROPOSE_AWARD)
    if not reason.strip():
        raise ReplacementReasonMissing(where="reason")
    found = work.get(Award, award_id)
    file = load(work, found.organisation_id, found.market_id, lock=True)
    award = work.get(Award, award_id, lock=True)
    if award.state != AwardState.PROPOSED:
        move(MOVES, AwardState(award.state), AwardState.PROPOSED)
    if not missing_papers(work, award):
        raise PapersComplete()
    if award.papers_due_on is not None and work.today <= award.papers_due_on:
        raise PapersRunning(due_on=award.papers_due_on)
    award.state, award.set_aside, award.cancelled_reason = AwardState.CANCELLED, True, reason
    work.add(award)
    details = {"reason": reason}
    record(work, chain_of(file.market), "award.set_aside", award.id, details=details)
    letters.left_for_papers(work, file.market, award, reason)
    awards = awards_of(work, file.market)
    made = [_sync(work, file, share, awards) for share in _winners(work, file, awards, ())]
    _check_credits(file, live(awards_of(work, file.market)))
    advance(work, file.market)
    return made


def needed(award: Award) -> tuple[Paper, ...]:
    """The papers asked of this winner, as fixed at its proposal."""
    listed = award.papers.get("needed", [])
    return tuple(Paper(str(kind)) for kind in listed) if isinstance(listed, list) else ()


def held(work: Work, supplier_id: UUID) -> dict[Paper, HeldPaper]:
    """The papers a supplier's file holds, the latest to expire of each kind.

    A vigilance certificate without date serves six months (P8).
    """
    kinds = {kept: paper for paper, kept in KEPT_AS.items()}
    found: dict[Paper, HeldPaper] = {}
    query = select(SupplierPaper).where(col(SupplierPaper.supplier_id) == supplier_id)
    for row in work.session.exec(query):
        paper = kinds.get(row.kind)
        if paper is None:
            continue
        until = row.expires_on
        if until is None and paper is Paper.VIGILANCE_CERTIFICATE:
            until = _months_after(paris_date(row.created_at), VIGILANCE_MONTHS)
        best = found.get(paper)
        if best is None or _later(until, best.valid_until):
            found[paper] = HeldPaper(until)
    return found


def missing_papers(work: Work, award: Award) -> list[Problem]:
    """The papers missing or expired today."""
    return papers_problems(needed(award), held(work, award.supplier_id), work.today)


def binding_ends(file: File, award: Award, on: date) -> bool:
    """Whether the offer no longer binds its author, without a written agreement (P16)."""
    last = bound_until(file.market)
    return last is not None and on > last and award.agreed_on is None


def place_code(*texts: str) -> str | None:
    """A French post code found in an address."""
    for text in texts:
        match = re.search(r"\b\d[\dAB]\d{3}\b", text)
        if match:
            return match[0]
    return None


def _months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _later(first: date | None, second: date | None) -> bool:
    """Whether the first paper serves longer; None serves for ever."""
    return second is not None and (first is None or first > second)


def _winners(work: Work, file: File, awards: Sequence[Award], order: Sequence[UUID]) -> list[Share]:
    rankings = ranked(rankings_of(work, file.market))
    return shares(file, rankings, set_aside(awards), order)


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
    calendar = calendar_of(work, file.organisation_id)
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
            papers_due_on=calendar.add_days(work.today, PAPERS_DAYS),
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
        mine.version += 1
        work.add(mine)
        after = {"ht_cents": mine.ht_cents, "slices": slices}
        chain = chain_of(file.market)
        record(work, chain, "award.enlarged", mine.id, before=before, after=after)
    return mine


def _ask_papers(work: Work, file: File, award: Award) -> None:
    """Asks only what the supplier's file does not already hold."""
    kinds = [Paper(str(problem.facts["paper"])) for problem in missing_papers(work, award)]
    if kinds:
        letters.papers_request(work, file.market, award, kinds)


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
