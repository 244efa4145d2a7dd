"""Gathers, at one instant, what the checks before a launch read, and says what they find."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from sad.accounts.permissions import Permission, require
from sad.candidatures import queries as candidatures
from sad.candidatures.tables import Applicant
from sad.categories.tables import Category, CategoryCriterion
from sad.db.work import Work
from sad.frames import queries as frames
from sad.frames.shape import missing_to_launch as missing_in_grid
from sad.frames.vocabulary import Role
from sad.funding import service as funding
from sad.funding.states import MovementKind
from sad.funding.tables import Envelope, FundingLine, Movement
from sad.kernel.money import ZERO, Money
from sad.markets.approving import is_awaited
from sad.markets.facts import (
    CandidatureFacts,
    CriterionFacts,
    Finding,
    LaunchFacts,
    LeftFacts,
    LineFacts,
    LotFacts,
    SystemFacts,
    VisitFacts,
)
from sad.markets.free_texts import texts_of
from sad.markets.launch_rules import missing_to_launch
from sad.markets.measuring import column_for
from sad.markets.rows import calendar_of, criteria_of, lots_of
from sad.markets.states import AwardMode, MarketState
from sad.markets.tables import Criterion, Lot, SpecificMarket
from sad.scoring import rules as scoring
from sad.scoring.states import Direction, Method
from sad.systems.tables import PurchasingSystem

RESERVING = (
    MarketState.LAUNCHED,
    MarketState.OPENED,
    MarketState.RANKED,
    MarketState.PROPOSED,
    MarketState.DECIDED,
)
SIGNED = (
    MarketState.SIGNED,
    MarketState.TRANSMITTED,
    MarketState.NOTIFIED,
    MarketState.PERFORMED,
    MarketState.SETTLED,
)
PURE_REUSE = "reemploi-ressourcerie"
LAST_AWARDS = 3
REUSE_SHARE = ("part de réemploi", "taux de réemploi", "part de reemploi")


def findings(work: Work, market_id: UUID) -> list[Finding]:
    """What blocks or deserves a look before the launch, as it stands now."""
    require(work, Permission.READ_FILE)
    return missing_to_launch(facts_of(work, work.get(SpecificMarket, market_id)))


def facts_of(work: Work, market: SpecificMarket) -> LaunchFacts:
    """Everything the rules read, from this transaction."""
    system = work.get(PurchasingSystem, market.system_id)
    category = work.get(Category, market.category_id)
    criteria, lots = criteria_of(work, market), lots_of(work, market)
    grid = frames.frame(work, market.organisation_id, market.frame_id)
    return LaunchFacts(
        now=work.now,
        calendar=calendar_of(work),
        system=_system(work, system, market),
        candidatures=_candidatures(work, category),
        title=market.title,
        description=market.description,
        need_confirmed=market.need_confirmed,
        lines=[
            LineFacts(line.label, line.quantity, line.slice_size, line.lot_number)
            for line in grid.lines
        ],
        grid_problems=missing_in_grid(grid.frame),
        criteria_problems=scoring.launch_problems(
            [rule(criterion) for criterion in criteria],
            market.tie_break,
            announced_families(work, category),
        ),
        criteria=[_criterion(row) for row in criteria],
        price_weight=sum(
            (criterion.weight for criterion in criteria if criterion.family == scoring.PRICE),
            Decimal(0),
        ),
        same_reuse_for_all=category.code == PURE_REUSE
        and any(_is_reuse_share(row, grid) for row in criteria),
        tie_break=market.tie_break,
        condition_of_performance=market.condition_of_performance,
        social_condition=market.social_condition,
        delivery_place=market.delivery_place,
        delivery_from=market.delivery_from,
        delivery_until=market.delivery_until,
        storage=market.storage,
        visit=_visit(market, criteria),
        validity_days=market.validity_days,
        award_mode=AwardMode(market.award_mode),
        partial_allowed=market.partial_allowed,
        variants_allowed=market.variants_allowed,
        deadline_at=market.deadline_at,
        short_deadline_agreement=market.short_deadline_agreement,
        lots=_lots(work, lots),
        texts=list(texts_of(market, criteria, grid)),
        usual_supplier=usual_supplier(work, category),
        approval_awaited=is_awaited(work, market),
        funding_lines=_funding_lines(work, lots),
        envelopes=_envelopes(work, lots),
    )


def rule(row: Criterion) -> scoring.Criterion:
    """A criterion as scoring reads it."""
    return scoring.Criterion(
        code=row.code,
        label=row.label,
        family=row.family,
        weight=row.weight,
        method=Method(row.method),
        n=row.n,
        max=scoring.DEFAULT_MAX if row.maximum is None else row.maximum,
        minimum=row.minimum,
        direction=Direction(row.direction),
        fallback=Method(row.fallback) if row.fallback else None,
    )


def announced_families(work: Work, category: Category) -> list[scoring.AnnouncedFamily]:
    """The families of the notice with their ranges (MS-07)."""
    query = select(CategoryCriterion).where(
        col(CategoryCriterion.organisation_id) == category.organisation_id,
        col(CategoryCriterion.category_id) == category.id,
    )
    return [
        scoring.AnnouncedFamily(row.family, row.weight_minimum, row.weight_maximum, row.label)
        for row in work.session.execute(query).scalars()
    ]


def committed(work: Work, system: PurchasingSystem, but: UUID | None = None) -> Money:
    """What the system's markets already take of the announced need, HT (P4).

    Credits of the markets between launch and signature, amounts engaged of those signed.
    """
    reserved = (
        select(func.coalesce(func.sum(col(Lot.credits_ht_cents)), 0))
        .join(
            SpecificMarket,
            (col(SpecificMarket.organisation_id) == col(Lot.organisation_id))
            & (col(SpecificMarket.id) == col(Lot.market_id)),
        )
        .where(
            col(SpecificMarket.organisation_id) == system.organisation_id,
            col(SpecificMarket.system_id) == system.id,
            col(SpecificMarket.state).in_(RESERVING),
            col(SpecificMarket.id) != but,
        )
    )
    undone = select(col(Movement.reverses)).where(
        col(Movement.organisation_id) == system.organisation_id,
        col(Movement.kind) == MovementKind.REVERSAL,
        col(Movement.reverses).is_not(None),
    )
    engaged = (
        select(func.coalesce(func.sum(col(Movement.ht_cents)), 0))
        .join(
            SpecificMarket,
            (col(SpecificMarket.organisation_id) == col(Movement.organisation_id))
            & (col(SpecificMarket.id) == col(Movement.market_id)),
        )
        .where(
            col(SpecificMarket.organisation_id) == system.organisation_id,
            col(SpecificMarket.system_id) == system.id,
            col(SpecificMarket.state).in_(SIGNED),
            col(Movement.kind) == MovementKind.ENGAGEMENT,
            col(Movement.id).not_in(undone),
        )
    )
    session = work.session
    return Money(int(session.execute(reserved).scalar_one())) + Money(
        int(session.execute(engaged).scalar_one())
    )


def usual_supplier(work: Work, category: Category) -> str:
    """Who was given the last markets of the category, when they all went to one (THR-01)."""
    award = SpecificMarket.metadata.tables["award"]  # by its table: awards are a higher concept
    given = (
        select(col(SpecificMarket.id), col(Applicant.name))
        .join(
            award,
            (award.c.organisation_id == col(SpecificMarket.organisation_id))
            & (award.c.market_id == col(SpecificMarket.id)),
        )
        .join(
            Applicant,
            (col(Applicant.organisation_id) == award.c.organisation_id)
            & (col(Applicant.id) == award.c.applicant_id),
        )
        .where(
            col(SpecificMarket.organisation_id) == category.organisation_id,
            col(SpecificMarket.category_id) == category.id,
            award.c.decided_at.is_not(None),
            award.c.state != "cancelled",
        )
        .order_by(col(SpecificMarket.launched_at).desc(), col(SpecificMarket.id), award.c.id)
        .limit(LAST_AWARDS * 10)
    )
    winners: dict[UUID, set[str]] = {}
    for market_id, name in work.session.connection().execute(given):
        winners.setdefault(market_id, set()).add(name)
    last = list(winners.values())[:LAST_AWARDS]
    names = set().union(*last)
    return names.pop() if len(last) == LAST_AWARDS and len(names) == 1 else ""


def _criterion(row: Criterion) -> CriterionFacts:
    return CriterionFacts(
        label=row.label,
        judged=row.method == Method.JUDGED,
        explained=bool(row.anchors or row.guidance.strip()),
    )


def _is_reuse_share(row: Criterion, grid: frames.FrameView) -> bool:
    read = None
    if row.method != Method.JUDGED:
        read = column_for(grid, row.code, row.family, row.evidence)
    named = any(words in row.label.casefold() for words in REUSE_SHARE)
    return named or (read is not None and read.column.role is Role.REUSE_SHARE)


def _visit(market: SpecificMarket, criteria: Sequence[Criterion]) -> VisitFacts:
    return VisitFacts(
        planned=bool(market.visit_who),
        checklist=market.visit_checklist,
        criterion_known=market.visit_criterion in {row.code for row in criteria},
    )


def _system(work: Work, system: PurchasingSystem, market: SpecificMarket) -> SystemFacts:
    return SystemFacts(
        published=system.published_at is not None,
        opening_at=system.opening_at,
        closing_at=system.closing_at,
        first_candidatures_on=system.first_candidatures_on,
        first_market_launched=system.first_market_at is not None,
        maximum=Money(system.maximum_cents),
        outside=Money(system.outside_cents),
        committed=committed(work, system, but=market.id),
    )


def _candidatures(work: Work, category: Category) -> CandidatureFacts:
    """Counts for the gates of P12; the first market looks at the whole system."""
    ids = (category.organisation_id, category.system_id, category.id)
    gate = candidatures.gate(work, *ids)
    return CandidatureFacts(
        admitted=len(candidatures.admitted(work, category.organisation_id, category.id)),
        pending=gate.pending,
        overdue=gate.past_limit,
        first_undecided=gate.undecided_from_first_window,
    )


def _lots(work: Work, lots: Sequence[Lot]) -> list[LotFacts]:
    return [
        LotFacts(
            number=lot.number,
            estimate=_money(lot.estimate_cents),
            credits=_money(lot.credits_cents),
            credits_ht=_money(lot.credits_ht_cents),
            funding_line=work.get(FundingLine, lot.funding_line_id).label
            if lot.funding_line_id
            else None,
            envelope=work.get(Envelope, lot.envelope_id).label if lot.envelope_id else None,
        )
        for lot in lots
    ]


def _funding_lines(work: Work, lots: Sequence[Lot]) -> list[LeftFacts]:
    """What each funding line has left, beside what the lots on it ask together."""
    asked: dict[UUID, tuple[UUID, Money]] = {}
    for lot in lots:
        if lot.funding_line_id and lot.envelope_id:
            _, before = asked.get(lot.funding_line_id, (lot.envelope_id, ZERO))
            total = before + Money(lot.credits_cents or 0)
            asked[lot.funding_line_id] = (lot.envelope_id, total)
    return [
        LeftFacts(
            label=work.get(FundingLine, line_id).label,
            left=funding.availability(work, line_id, envelope_id).line,
            asked=total,
        )
        for line_id, (envelope_id, total) in asked.items()
    ]


def _envelopes(work: Work, lots: Sequence[Lot]) -> list[LeftFacts]:
    asked: dict[UUID, Money] = {}
    for lot in lots:
        if lot.envelope_id and lot.funding_line_id:
            before = asked.get(lot.envelope_id, ZERO)
            asked[lot.envelope_id] = before + Money(lot.credits_cents or 0)
    found = []
    for envelope_id, total in asked.items():
        envelope = work.get(Envelope, envelope_id)
        left = funding.availability(work, envelope.funding_line_id, envelope_id).envelope
        found.append(LeftFacts(envelope.label, left, total, blocks=envelope.overshoot == "block"))
    return found


def _money(cents: int | None) -> Money | None:
    return None if cents is None else Money(cents)
