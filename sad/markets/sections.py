"""A draft's sections, each written whole with the version it was read at.

Two people may edit one draft: a section changed since it was read is refused with both values, and
what was typed is kept by the page (acceptance 23). Two sections never conflict.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col

from sad.accounts.permissions import Permission, require
from sad.audit.service import record
from sad.db.work import Work
from sad.funding.tables import Envelope, FundingLine
from sad.kernel.canonical import instant
from sad.kernel.errors import Conflict
from sad.kernel.money import Money, half_up
from sad.markets.rows import chain_of, criteria_of, lapse, lots_of
from sad.markets.rules import (
    CreditsBelowEstimate,
    EnvelopeOfOther,
    LotTwice,
    NotDraft,
    VisitFirstMissing,
)
from sad.markets.schemas import (
    AwardInput,
    ConditionsInput,
    CreditsInput,
    CriteriaInput,
    CriterionInput,
    DeadlineInput,
    DeliveryInput,
    LotInput,
    NeedInput,
)
from sad.markets.states import MarketState, Section
from sad.markets.tables import Criterion, Lot, SpecificMarket

USUAL_VAT = Decimal(20)  # to read credits voted with tax beside amounts that exclude it


def update_need(work: Work, market_id: UUID, given: NeedInput, version: int) -> SpecificMarket:
    """Title, description, and the buyer's word that the need is not bought elsewhere too (P4)."""
    return _update(work, market_id, Section.NEED, version, given.model_dump())


def update_conditions(
    work: Work, market_id: UUID, given: ConditionsInput, version: int
) -> SpecificMarket:
    """Conditions of performance."""
    return _update(work, market_id, Section.CONDITIONS, version, given.model_dump())


def update_delivery(
    work: Work, market_id: UUID, given: DeliveryInput, version: int
) -> SpecificMarket:
    """Place, dates, storage, visit, warranty. Raises VisitFirstMissing."""
    if given.visit_who == "first" and given.visit_first is None:
        raise VisitFirstMissing(where="visit_first")
    return _update(work, market_id, Section.DELIVERY, version, given.model_dump())


def update_award(work: Work, market_id: UUID, given: AwardInput, version: int) -> SpecificMarket:
    """How it is given, variants, partial answers."""
    return _update(work, market_id, Section.AWARD, version, given.model_dump())


def update_deadline(
    work: Work, market_id: UUID, given: DeadlineInput, version: int
) -> SpecificMarket:
    """The deadline of a draft; that it is lawful is checked at the launch."""
    return _update(work, market_id, Section.DEADLINE, version, given.model_dump())


def update_criteria(
    work: Work, market_id: UUID, given: CriteriaInput, version: int
) -> SpecificMarket:
    """All the criteria at once; that they are lawful is checked at the launch."""
    market = claim(work, market_id)
    rows = criteria_of(work, market)
    theirs: dict[str, Any] = {row.code: _criterion_said(row) for row in rows}
    theirs["tie_break"] = list(market.tie_break)
    evidence = {row.code: row.evidence for row in rows}
    yours: dict[str, Any] = {
        item.code: item.model_dump(mode="json") | {"evidence": _evidence(item, evidence)}
        for item in given.criteria
    }
    yours["tie_break"] = given.tie_break
    check_version(market, Section.CRITERIA, version, theirs, yours)
    write_criteria(work, market, given)
    return touch(work, market, Section.CRITERIA, {"criteria": sorted(yours)}, yours)


def write_criteria(work: Work, market: SpecificMarket, given: CriteriaInput) -> None:
    """Replaces the rows; the caller has locked the market and records the fact.

    A criterion that stays is judged on the same columns and questions, unless others are given.
    """
    evidence = {row.code: row.evidence for row in criteria_of(work, market)}
    _empty(work, Criterion, market)
    for position, item in enumerate(given.criteria):
        work.add(
            Criterion(
                organisation_id=market.organisation_id,
                market_id=market.id,
                position=position,
                evidence=_evidence(item, evidence),
                **item.model_dump(exclude={"evidence"}),
            )
        )
    market.tie_break = list(given.tie_break)


def _evidence(item: CriterionInput, kept: Mapping[str, list[str]]) -> list[str]:
    return kept.get(item.code, []) if item.evidence is None else item.evidence


def update_credits(
    work: Work, market_id: UUID, given: CreditsInput, version: int
) -> SpecificMarket:
    """The lots, their estimate and credits (P6). Raises CreditsBelowEstimate, EnvelopeOfOther."""
    market = claim(work, market_id)
    theirs = {str(row.number): _lot_said(row) for row in lots_of(work, market)}
    rows = [_lot(work, market, item, place) for place, item in enumerate(given.lots)]
    yours = {str(row.number): _lot_said(row) for row in rows}
    if len(yours) < len(rows):
        numbers = [row.number for row in rows]
        raise LotTwice(where="lots", lot=str(max(numbers, key=numbers.count)))
    check_version(market, Section.CREDITS, version, theirs, yours)
    _empty(work, Lot, market)
    for row in rows:
        work.add(row)
    return touch(work, market, Section.CREDITS, yours, None)


def claim(work: Work, market_id: UUID) -> SpecificMarket:
    """The draft, locked, for who may prepare it. Raises NotDraft once it is launched or sent."""
    require(work, Permission.PREPARE_MARKET)
    market = work.get(SpecificMarket, market_id, lock=True)
    if market.state != MarketState.DRAFT:
        raise NotDraft()
    return market


def check_version(
    market: SpecificMarket,
    section: Section,
    version: int,
    theirs: Mapping[str, Any],
    yours: Mapping[str, Any],
) -> None:
    """Raises Conflict with both values when somebody changed this section since it was read."""
    if market.section_versions.get(section, 1) <= version:
        return
    names = {*theirs, *yours}
    differing = sorted(name for name in names if theirs.get(name) != yours.get(name))
    if differing:
        raise Conflict(
            where=section.value,
            theirs={name: theirs.get(name) for name in differing},
            yours={name: yours.get(name) for name in differing},
            version=market.version,
            by=market.updated_by,
            at=market.updated_at,
        )


def touch(
    work: Work,
    market: SpecificMarket,
    section: Section,
    after: dict[str, Any],
    texts: dict[str, Any] | None,
) -> SpecificMarket:
    """One more version, its author and its event; `texts` are kept apart from the chain."""
    market.version += 1
    market.section_versions = market.section_versions | {section.value: market.version}
    market.updated_at, market.updated_by = work.now, work.actor.person_id
    work.add(market)
    lapse(work, market)
    record(
        work,
        chain_of(market),
        "market.prepared",
        market.id,
        after={"section": section.value, "version": market.version, "set": after},
        details=texts,
    )
    return market


def _update(
    work: Work, market_id: UUID, section: Section, version: int, given: dict[str, Any]
) -> SpecificMarket:
    """Writes a section that is fields of the market's row."""
    market = claim(work, market_id)
    theirs = {name: getattr(market, name) for name in given}
    check_version(market, section, version, theirs, given)
    changed = {name: value for name, value in given.items() if theirs[name] != value}
    for name, value in changed.items():
        setattr(market, name, value)
    if not changed and section.value in market.section_versions:
        return market
    said = {name: _said(value) for name, value in changed.items()}
    return touch(work, market, section, {"fields": sorted(changed)}, said)


def _said(value: Any) -> Any:
    """A value as canonical JSON."""
    if value is None or isinstance(value, str | bool | int):
        return value
    return instant(value) if hasattr(value, "astimezone") else str(value)


def _lot(work: Work, market: SpecificMarket, given: LotInput, place: int) -> Lot:
    """The row of a lot, its references checked; credits excluding tax follow the line's basis."""
    where = f"lots.{place}"
    line = work.get(FundingLine, given.funding_line_id) if given.funding_line_id else None
    if given.envelope_id is not None:
        envelope = work.get(Envelope, given.envelope_id)
        if line is None:
            line = work.get(FundingLine, envelope.funding_line_id)
        if envelope.funding_line_id != line.id or envelope.category_id != market.category_id:
            raise EnvelopeOfOther(where=f"{where}.envelope_id")
    if line is not None and line.system_id != market.system_id:
        raise EnvelopeOfOther(where=f"{where}.funding_line_id")
    if given.estimate and given.credits and given.credits < given.estimate:
        raise CreditsBelowEstimate(
            where=f"{where}.credits", credits=given.credits, estimate=given.estimate
        )
    credits_ht = given.credits_ht or _without_tax(given, line)
    return Lot(
        organisation_id=market.organisation_id,
        market_id=market.id,
        number=given.number,
        title=given.title,
        estimate_cents=given.estimate.cents if given.estimate else None,
        credits_cents=given.credits.cents if given.credits else None,
        credits_ht_cents=credits_ht.cents if credits_ht else None,
        funding_line_id=line.id if line else None,
        envelope_id=given.envelope_id,
    )


def _without_tax(given: LotInput, line: FundingLine | None) -> Money | None:
    """Credits HT, for the gates: those of an HT line, else at 20 %, never below the estimate."""
    if given.credits is None or (line is not None and line.basis == "ht"):
        return given.credits
    bare = Money(int(half_up(Decimal(given.credits.cents) * 100 / (100 + USUAL_VAT), 0)))
    return max(bare, given.estimate) if given.estimate else bare


def _lot_said(row: Lot) -> dict[str, Any]:
    return {
        "title": row.title,
        "estimate": row.estimate_cents,
        "credits": row.credits_cents,
        "credits_ht": row.credits_ht_cents,
        "line": str(row.funding_line_id) if row.funding_line_id else None,
        "envelope": str(row.envelope_id) if row.envelope_id else None,
    }


def _criterion_said(row: Criterion) -> dict[str, Any]:
    return row.model_dump(mode="json", exclude={"organisation_id", "id", "market_id", "position"})


def _empty(work: Work, table: type[Criterion] | type[Lot], market: SpecificMarket) -> None:
    work.session.connection().execute(
        delete(table).where(
            col(table.organisation_id) == market.organisation_id,
            col(table.market_id) == market.id,
        )
    )
    for row in list(work.session.identity_map.values()):
        if isinstance(row, table) and row.market_id == market.id:
            work.session.expunge(row)
