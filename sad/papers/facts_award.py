"""The facts of the papers of an award: décision d'attribution, acte d'engagement (P1)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.awards.letters import lot_heading
from sad.awards.rows import bound_until
from sad.awards.shares import GivenLine, lines_given
from sad.awards.signing import service_code, subject
from sad.awards.states import AwardState
from sad.awards.tables import Award
from sad.candidatures.tables import Applicant
from sad.db.work import Work
from sad.evaluation.file import File, load
from sad.evaluation.service import rankings_of
from sad.funding.tables import FundingLine
from sad.kernel.errors import NotFound
from sad.kernel.money import ZERO, Money
from sad.kernel.vat import VatRegime, vat_of
from sad.markets.tables import SpecificMarket
from sad.offers.tables import Offer
from sad.papers.facts_market import invited, market_heading, notice
from sad.papers.heading import members, signatory, structure
from sad.papers.rules import NotYet, Stage
from sad.papers.schemas import Signatory
from sad.papers.schemas_award import (
    AwardedLine,
    BudgetSection,
    ContractFacts,
    DecisionFacts,
    Imputation,
    VatShare,
)
from sad.papers.states import PaperKind
from sad.scoring.frozen import thaw
from sad.suppliers.tables import Supplier
from sad.systems.tables import PurchasingSystem

UNDECIDED = frozenset({AwardState.PROPOSED, AwardState.CANCELLED})


def decision(work: Work, award_id: UUID, site: str) -> DecisionFacts:
    """The décision d'attribution, with the delegation that covers it (P2). Raises NotYet."""
    award, file = decided(work, award_id, PaperKind.DECISION)
    market = file.market
    signed = signatory(work, award.organisation_id, award.decision_delegation_id)
    lot = file.lot(award.lot_number)
    if signed is None or award.decided_at is None:
        raise NotYet(paper=PaperKind.DECISION, stage=Stage.DECIDED)
    return DecisionFacts(
        **_award(work, file, award),
        **notice(work, market),
        signatory=signed,
        decided_at=award.decided_at,
        reasons=award.reasons,
        sent_at=market.launched_at,
        invited=invited(work, market),
        opened_at=market.opened_at,
        offers=len(file.offers),
        ranked=len(compared_in(work, market, award.lot_number)),
        rank=award.rank,
        credits=None if lot is None else file.credits(lot),
        subject=subject(work, market),
    )


def contract(work: Work, award_id: UUID, site: str) -> ContractFacts:
    """The acte d'engagement, to be signed by both; with its dates once it is. Raises NotYet."""
    award, file = decided(work, award_id, PaperKind.CONTRACT)
    market = file.market
    kept = (
        *("delivery_place", "delivery_from", "delivery_until", "access", "warranty"),
        "advance_percent",
    )
    return ContractFacts(
        **_award(work, file, award),
        **{name: getattr(market, name) for name in kept},
        signatory=_signs(work, award),
        decided_at=award.decided_at,
        supplier_signed_on=award.supplier_signed_on,
        signed_at=award.signed_at,
        engagement_number=award.engagement_number,
        service_code=service_code(work, market),
        conditions=market.condition_of_performance,
        social=market.social_condition,
        bound_until=bound_until(market),
    )


def decided(work: Work, award_id: UUID, paper: PaperKind) -> tuple[Award, File]:
    """An award decided, and its file. Raises NotYet, NotFound."""
    require(work, Permission.READ_FILE)
    award = work.get(Award, award_id)
    if AwardState(award.state) in UNDECIDED:
        raise NotYet(paper=paper, stage=Stage.DECIDED)
    return award, load(work, award.organisation_id, award.market_id)


def compared_in(work: Work, market: SpecificMarket, lot: int) -> set[str]:
    """The offers with a rank in a lot, by id: in one of its lines where they are given apart."""
    return {
        result.id
        for row in rankings_of(work, market)
        if row.lot_number == lot
        for group in dict(row.result)["groups"]  # type: ignore[attr-defined]  # JSON, as frozen
        for result in thaw(group)
        if result.rank is not None
    }


def slices_of(award: Award) -> dict[UUID, int]:
    """The slices given, by line."""
    return {UUID(line): count for line, count in award.slices.items()}


def awarded(file: File, offer: Offer, lot: int, slices: dict[UUID, int]) -> list[AwardedLine]:
    """The lines given, with their VAT rate where the supplier charges it."""
    return [_line(file, offer, given, slices) for given in lines_given(file, offer.id, lot, slices)]


def _award(work: Work, file: File, award: Award) -> dict[str, Any]:
    market, offer = file.market, file.offer(award.offer_id)
    if offer is None:
        raise NotFound()
    lot = lot_heading(file, award.lot_number)
    system = work.get_in(PurchasingSystem, market.organisation_id, market.system_id)
    supplier = work.shared(Supplier, award.supplier_id)
    lines = awarded(file, offer, award.lot_number, slices_of(award))
    applicant = work.get_in(Applicant, award.organisation_id, award.applicant_id)
    return {
        **market_heading(work, market),
        "holder": structure(supplier),
        "legal_form": supplier.legal_form,
        "members": members(work, applicant),
        "lot": lot["lot"],
        "lot_title": lot["title"],
        "lines": lines,
        "ht": Money(award.ht_cents),
        "vat": Money(award.payable_cents - award.ht_cents),
        "payable": Money(award.payable_cents),
        "regime_vat": VatRegime(offer.vat_regime),
        "by_rate": _by_rate(lines),
        "imputations": _imputations(work, file, award),
        "deliberation_number": system.deliberation_number,
        "deliberation_on": system.deliberation_on,
    }


def _line(file: File, offer: Offer, given: GivenLine, slices: dict[UUID, int]) -> AwardedLine:
    liable = offer.vat_regime == VatRegime.LIABLE
    row = file.lines[offer.id][given.line.id]
    cut = given.line.slice_size is not None
    return AwardedLine(
        label=given.line.label,
        designation=given.line.designation,
        quantity=given.quantity,
        unit=given.line.unit,
        slices=slices.get(given.line.id) if cut else None,
        unit_price=Money(given.unit_cents),
        rate=file.rate_of(offer, row) if liable else None,
        ht=given.ht,
    )


def _by_rate(lines: Sequence[AwardedLine]) -> list[VatShare]:
    """The VAT of each rate, on the sum of its lines, as the award counted it."""
    bases: dict[Decimal, Money] = {}
    for line in lines:
        if line.rate is not None:
            bases[line.rate] = bases.get(line.rate, ZERO) + line.ht
    return [VatShare(rate=rate, ht=ht, vat=vat_of(ht, rate)) for rate, ht in sorted(bases.items())]


def _imputations(work: Work, file: File, award: Award) -> list[Imputation]:
    lot = file.lot(award.lot_number)
    if lot is None or lot.funding_line_id is None:
        return []
    row = work.get(FundingLine, lot.funding_line_id)
    return [
        Imputation(
            label=row.label,
            budget=row.budget,
            year=str(row.year),
            section=BudgetSection(row.section),
            chapter=row.chapter,
            nature=row.nature,
        )
    ]


def _signs(work: Work, award: Award) -> Signatory | None:
    """Who signed; before, who decided: the buyer's side is prepared with that name."""
    chosen = award.contract_delegation_id or award.decision_delegation_id
    return signatory(work, award.organisation_id, chosen)


def awards_decided(work: Work, market: SpecificMarket) -> list[Award]:
    """The awards of a market that are decided, in order."""
    query = (
        select(Award)
        .where(
            col(Award.organisation_id) == market.organisation_id,
            col(Award.market_id) == market.id,
            col(Award.state).not_in([state.value for state in UNDECIDED]),
        )
        .order_by(col(Award.lot_number), col(Award.rank), col(Award.id))
    )
    return list(work.session.exec(query))
