"""The award as its pages and the API read it: steps, what each lacks, money, letters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.delegations import in_force
from sad.accounts.permissions import Permission, may, require
from sad.accounts.rules import Act
from sad.accounts.tables import Delegation, Organisation
from sad.awards.deciding import decision_missing, total_ht
from sad.awards.letters import awarded_lines
from sad.awards.lost import lost
from sad.awards.papers import KEPT_AS, asked_papers, held, missing_papers, needed
from sad.awards.performance import admitted, engagement_of, invoices, left_of
from sad.awards.proposing import place_code
from sad.awards.rows import awards_of, bound_until, live, set_aside
from sad.awards.rules import HeldPaper
from sad.awards.shares import (
    Share,
    Tied,
    Ties,
    lines_given,
    ranked,
    settled,
    shares,
)
from sad.awards.signing import service_code, signature_missing, subject
from sad.awards.states import AwardState, Paper
from sad.awards.tables import Award
from sad.db.work import Work
from sad.evaluation.file import File, load
from sad.evaluation.letters import letters_of
from sad.evaluation.rules import NotOpened
from sad.evaluation.service import rankings_of
from sad.evaluation.tables import Letter, Ranking
from sad.frames.queries import LineView
from sad.funding.states import MovementKind
from sad.funding.tables import FundingLine, Movement
from sad.kernel.calendar import paris_date
from sad.kernel.dates import essential_data
from sad.kernel.errors import NotFound, Problem
from sad.kernel.money import ZERO, Money
from sad.markets.states import MarketState
from sad.markets.tables import SpecificMarket
from sad.suppliers.tables import SupplierPaper

ENGAGED = frozenset(
    {
        AwardState.SIGNED,
        AwardState.TRANSMITTED,
        AwardState.NOTIFIED,
        AwardState.PERFORMED,
        AwardState.SETTLED,
    }
)


@dataclass(frozen=True)
class PaperView:
    """A paper asked of the winner; `problem` none when it is held and valid."""

    kind: Paper
    held: HeldPaper | None
    problem: Problem | None
    file: SupplierPaper | None  # the newest one whose file is kept here


@dataclass(frozen=True)
class AwardView:
    """One award, and what its next step lacks."""

    row: Award
    state: AwardState
    supplier: str
    ht: Money
    paid: Money
    lines: Sequence[Mapping[str, Any]]
    papers: Sequence[PaperView]
    papers_late: bool
    to_sign: Sequence[Problem]
    publish_by: date | None
    invoices: Sequence[Mapping[str, Any]]
    left: Money | None
    admitted: Money | None  # due excluding tax after réfactions and refusals, if any

    @property
    def id(self) -> UUID:
        """The award."""
        return self.row.id


@dataclass(frozen=True)
class LineWinner:
    """Who supplies how much of a line, for how much excluding tax."""

    supplier: str
    quantity: Decimal
    ht: Money


@dataclass(frozen=True)
class LineOutcome:
    """What becomes of a line given on its own. `left`: the quantity nobody supplies."""

    line: LineView
    winners: Sequence[LineWinner]
    left: Decimal
    reason: str  # why it was left without award on purpose
    offers: int  # how many are ranked on it


@dataclass(frozen=True)
class Reserved:
    """The market's money: what is still reserved, engaged, invoiced; in the lines' basis."""

    reserved: Money
    engaged: Money
    invoiced: Money
    freed: Money
    ttc: bool


@dataclass(frozen=True)
class AwardPage:
    """The whole page of the award."""

    market: SpecificMarket
    file: File
    state: MarketState
    awards: Sequence[AwardView]
    cancelled: Sequence[AwardView]
    proposed: Sequence[Share]  # who would be proposed now
    tied: Sequence[Tied]  # the equals to part first
    lines: Sequence[LineOutcome]  # where the market is given line by line
    to_decide: Sequence[Problem]
    money: Reserved
    total_ht: Money
    total_paid: Money
    bound_until: date | None
    unbound: bool
    subject: bool
    service_code: str
    letters: Sequence[tuple[Letter, str]]
    losers: int
    signatories: Mapping[str, Sequence[Delegation]]
    may: frozenset[Permission]


def page(work: Work, market_id: UUID) -> AwardPage:
    """Where the award of an opened market stands; NotOpened before."""
    require(work, Permission.READ_FILE)
    market = work.get(SpecificMarket, market_id)
    if market.opened_at is None:
        raise NotOpened()
    file = load(work, market.organisation_id, market_id)
    every = awards_of(work, market)
    awards = live(every)
    rankings = rankings_of(work, market)
    proposed, tied = _proposable(file, rankings, every)
    amount = total_ht(awards)
    last = bound_until(market)
    covered = bool(in_force(work, Act.AWARD_DECISION, amount, work.today))
    deciding = market.state == MarketState.PROPOSED
    return AwardPage(
        market=market,
        file=file,
        state=MarketState(market.state),
        awards=[_award(work, file, award) for award in awards],
        cancelled=[_award(work, file, a) for a in every if a.state == AwardState.CANCELLED],
        proposed=proposed,
        tied=tied,
        lines=_outcomes(file, rankings, awards, proposed),
        to_decide=_to_decide(work, file, awards, covered) if deciding else [],
        money=_money(work, file),
        total_ht=amount,
        total_paid=sum((Money(award.payable_cents) for award in awards), ZERO),
        bound_until=last,
        unbound=last is not None and work.today > last,
        subject=subject(work, market),
        service_code=service_code(work, market),
        letters=letters_of(work, market_id),
        losers=sum(bool(lost(file, offer, rankings, every)) for offer in file.offers),
        signatories={
            "decide": in_force(work, Act.AWARD_DECISION, amount, work.today),
            "sign": in_force(work, Act.CONTRACT, _largest(awards), work.today),
            "notify": in_force(work, Act.NOTIFICATION, _largest(awards), work.today),
        },
        may=frozenset(permission for permission in Permission if _may(work, permission)),
    )


def one(work: Work, market_id: UUID, award_id: UUID) -> tuple[AwardPage, AwardView]:
    """The page, and one of its awards; NotFound for another market's."""
    found = page(work, market_id)
    for view in found.awards:
        if view.id == award_id:
            return found, view
    raise NotFound()


def _may(work: Work, permission: Permission) -> bool:
    return permission is not Permission.ANSWER and may(work, permission)


def _largest(awards: Sequence[Award]) -> Money:
    return max((Money(award.ht_cents) for award in awards), default=ZERO)


def _to_decide(work: Work, file: File, awards: Sequence[Award], covered: bool) -> list[Problem]:
    """The reasons are asked on the page of the decision itself."""
    return decision_missing(work, file, awards, "…", covered=covered)


def _proposable(
    file: File, rankings: Sequence[Ranking], every: Sequence[Award]
) -> tuple[list[Share], Sequence[Tied]]:
    """Who would be proposed now, or the equals to part first."""
    if file.market.state != MarketState.RANKED:
        return [], ()
    try:
        return shares(file, ranked(rankings), set_aside(every)), ()
    except Ties as ties:
        return [], ties.tied


def _outcomes(
    file: File, rankings: Sequence[Ranking], awards: Sequence[Award], proposed: Sequence[Share]
) -> list[LineOutcome]:
    """Each line of a market given line by line, with its winners as they stand now."""
    if not file.by_line or not rankings or not (awards or proposed):
        return []
    won: dict[UUID, list[LineWinner]] = {}
    given: list[tuple[UUID, int, Mapping[UUID, int]]] = [
        (a.offer_id, a.lot_number, _slices(a)) for a in awards
    ] or [(share.offer.id, share.lot, share.slices) for share in proposed]
    for offer_id, lot, slices in given:
        offer = file.offer(offer_id)
        name = "" if offer is None else offer.supplier_name
        for each in lines_given(file, offer_id, lot, slices):
            won.setdefault(each.line.id, []).append(LineWinner(name, each.quantity, each.ht))
    reasons = settled(rankings).left
    offers = {
        line: sum(result.rank is not None for result in results)
        for lot in ranked(rankings)
        for line, results in lot.groups
    }
    return [
        LineOutcome(
            line=line,
            winners=won.get(line.id, ()),
            left=line.quantity - sum((each.quantity for each in won.get(line.id, ())), Decimal(0)),
            reason=reasons.get(str(line.id), ""),
            offers=offers.get(line.id, 0),
        )
        for line in file.frame.lines
    ]


def _slices(award: Award) -> Mapping[UUID, int]:
    return {UUID(line): count for line, count in award.slices.items()}


def _award(work: Work, file: File, award: Award) -> AwardView:
    offer = file.offer(award.offer_id)
    missing = missing_papers(work, award)
    state = AwardState(award.state)
    engaged = engagement_of(work, award) if state in ENGAGED else None
    return AwardView(
        row=award,
        state=state,
        supplier="" if offer is None else offer.supplier_name,
        ht=Money(award.ht_cents),
        paid=Money(award.payable_cents),
        lines=awarded_lines(file, award),
        papers=_papers(work, award, missing),
        papers_late=bool(missing)
        and award.papers_due_on is not None
        and work.today > award.papers_due_on,
        to_sign=signature_missing(work, file, award, None, covered=True)
        if state is AwardState.DECIDED
        else [],
        publish_by=essential_data(paris_date(award.notified_at)) if award.notified_at else None,
        invoices=invoices(award),
        left=None if engaged is None else left_of(work, award, engaged),
        admitted=admitted(file, award),
    )


def _papers(work: Work, award: Award, missing: Sequence[Problem]) -> list[PaperView]:
    have = held(work, award.supplier_id)
    wrong = {problem.facts["paper"]: problem for problem in missing}
    files = {row.kind: row for row in reversed(asked_papers(work, award)) if row.object_name}
    return [
        PaperView(kind, have.get(kind), wrong.get(kind), files.get(KEPT_AS[kind]))
        for kind in needed(award)
    ]


def _money(work: Work, file: File) -> Reserved:
    """Sums of the market's movements: reservations less releases, engagements less soldes."""
    sums: dict[str, int] = {}
    invoiced = 0
    lines: set[UUID] = set()
    query = select(Movement).where(
        col(Movement.organisation_id) == file.organisation_id,
        col(Movement.market_id) == file.market.id,
    )
    for row in work.session.exec(query):
        sums[row.kind] = sums.get(row.kind, 0) + row.line_cents
        lines.add(row.funding_line_id)
        if row.kind == MovementKind.LIQUIDATION:
            invoiced += row.ttc_cents
    bases = {work.get(FundingLine, id_).basis for id_ in lines}
    return Reserved(
        reserved=Money(-sums.get("reservation", 0) - sums.get("release", 0)),
        engaged=Money(-sums.get("engagement", 0)),
        invoiced=Money(invoiced),
        freed=Money(sums.get("solde", 0)),
        ttc=bases != {"ht"},
    )


def market_of(work: Work, award_id: UUID) -> UUID:
    """The market of an award of the actor's organisation."""
    return work.get(Award, award_id).market_id


def place_of_delivery(work: Work, market: SpecificMarket) -> str:
    """The post code found where the market is delivered, for the essential data."""
    buyer = work.shared(Organisation, market.organisation_id)
    return place_code(market.delivery_place, buyer.address) or ""
