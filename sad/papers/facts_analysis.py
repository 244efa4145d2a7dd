"""The facts of the analysis report, from the opening on: they grow with the analysis itself."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, func, select

from sad.awards import queries as awards
from sad.awards.queries import AwardPage
from sad.awards.shares import slices_offered
from sad.candidatures.tables import Applicant
from sad.db.work import Work
from sad.evaluation import queries as evaluation
from sad.evaluation.comparison import LotView
from sad.evaluation.file import File
from sad.evaluation.queries import EvaluationView, GroupView, RankingView
from sad.evaluation.states import Verdict
from sad.frames.queries import LineView
from sad.kernel.money import ZERO, Money
from sad.markets.rows import criteria_of
from sad.markets.tables import Invitation, Question, SpecificMarket
from sad.offers.queries import opened_market
from sad.offers.tables import Offer
from sad.papers.facts_award import awarded, slices_of
from sad.papers.facts_market import (
    asked,
    changes,
    criteria_said,
    market_heading,
    opening,
    tie_break,
)
from sad.papers.schemas_analysis import (
    AnalysisFacts,
    JudgedOffer,
    LeftLine,
    LotReport,
    LowPrice,
    Mark,
    OfferMarks,
    ProposedAward,
    RankedGroup,
    RankedOffer,
    Tie,
    Visited,
)
from sad.scoring.formulas import Mark as Scored
from sad.scoring.scoring import Result
from sad.systems.tables import PurchasingSystem


def analysis_report(work: Work, market_id: UUID, site: str) -> AnalysisFacts:
    """The analysis as it stands, whole once the ranking is frozen. Raises NotOpened."""
    opened_market(work, market_id)
    view = evaluation.evaluation(work, market_id)
    page = awards.page(work, market_id)
    market, file = view.market, view.file
    system = work.get(PurchasingSystem, market.system_id)
    criteria = criteria_of(work, market)
    given = _proposed(file, page)
    return AnalysisFacts(
        **market_heading(work, market),
        **opening(work, market),
        description=market.description,
        maximum=Money(system.maximum_cents),
        sent_at=market.launched_at,
        invitees=_invitees(work, market),
        questions=_questions(work, market),
        changes=changes(work, market),
        lines=asked(file.frame),
        criteria=criteria_said(criteria),
        tie_break=tie_break(market, criteria),
        verdicts=_verdicts(file),
        low_prices=_low_prices(view),
        visits=_visits(view),
        lots=[_lot(view, lot) for lot in view.lots],
        awards=given,
        left=_left(page),
        ties=[
            Tie(
                label=one.line,
                suppliers=[offer.supplier_name for offer in one.offers],
                rank=one.rank,
            )
            for one in page.tied
        ],
        total_ht=sum((one.ht for one in given), ZERO),
        total_payable=sum((one.payable for one in given), ZERO),
        evaluators=sorted(one.name for one in view.scores.evaluators),
    )


def _invitees(work: Work, market: SpecificMarket) -> list[str]:
    query = (
        select(Applicant.name)
        .join(
            Invitation,
            (col(Invitation.organisation_id) == col(Applicant.organisation_id))
            & (col(Invitation.applicant_id) == col(Applicant.id)),
        )
        .where(
            col(Invitation.organisation_id) == market.organisation_id,
            col(Invitation.market_id) == market.id,
        )
        .order_by(col(Applicant.name), col(Applicant.id))
    )
    return list(work.session.exec(query))


def _questions(work: Work, market: SpecificMarket) -> int:
    query = select(func.count()).where(
        col(Question.organisation_id) == market.organisation_id,
        col(Question.market_id) == market.id,
    )
    return int(work.session.exec(query).one())


def _verdicts(file: File) -> list[JudgedOffer]:
    """One row an offer; one more for each lot where it is judged otherwise."""
    found = []
    for offer in file.offers:
        found.append(_judged(offer, None, Verdict(offer.verdict), offer.verdict_reasons))
        for lot in file.lots:
            out = file.out(offer, lot.number)
            if out is not None and out.lot_number is not None and len(file.lots) > 1:
                found.append(_judged(offer, lot.number, Verdict(out.verdict), out.reasons))
    return found


def _judged(offer: Offer, lot: int | None, verdict: Verdict, reasons: str) -> JudgedOffer:
    return JudgedOffer(
        supplier=offer.supplier_name,
        lot=lot,
        verdict=verdict,
        reasons=reasons,
        completion_due_at=None if lot else offer.completion_due_at,
        completed_at=None if lot else offer.completed_at,
    )


def _low_prices(view: EvaluationView) -> list[LowPrice]:
    """The prices the screens find now, and those that were questioned whatever found them."""
    names = {str(offer.id): offer for offer in view.file.offers}
    found, seen = [], set()
    for lot in view.lots:
        for suspect in lot.suspects:
            seen.add(suspect.offer)
            found.append(
                LowPrice(
                    line=lot.suspect_on.get(suspect.offer, ""),
                    screen=suspect.code,
                    price=suspect.price,
                    reference=suspect.reference,
                    percent_below=suspect.percent_below,
                    **_questioned(names[suspect.offer]),
                )
            )
    others = (o for id_, o in names.items() if o.low_price_asked_at and id_ not in seen)
    return found + [LowPrice(**_questioned(offer)) for offer in others]


def _visits(view: EvaluationView) -> list[Visited]:
    """The notes of the visits, by supplier's name (P20)."""
    return [
        Visited(
            supplier=offer.supplier_name,
            held_on=note.held_on,
            agents=note.agents,
            note=note.note,
        )
        for offer in view.file.offers
        if (note := view.visits.get(offer.id)) is not None
    ]


def _questioned(offer: Offer) -> dict[str, Any]:
    return {
        "supplier": offer.supplier_name,
        "asked_at": offer.low_price_asked_at,
        "answer": offer.low_price_answer,
        "decision": offer.low_price_decision,
    }


def _lot(view: EvaluationView, shown: LotView) -> LotReport:
    lot, file = shown.lot, view.file
    frozen = next((one for one in view.rankings if one.row.lot_number == lot.number), None)
    common = set() if frozen is None else _common(frozen)
    return LotReport(
        number=lot.number,
        title=lot.title,
        estimate=None if lot.estimate_cents is None else Money(lot.estimate_cents),
        credits=None if lot.credits_cents is None else Money(lot.credits_cents),
        increase=Money(lot.increase_cents),
        with_tax=shown.ttc,
        recovery=file.bases[lot.number].recovery,
        by_line=file.by_line,
        closed_at=None if frozen is None else frozen.row.closed_at,
        common=[] if frozen is None else _marks_of_all(frozen, common),
        groups=[] if frozen is None else [_group(file, frozen, g, common) for g in frozen.groups],
    )


def _common(frozen: RankingView) -> set[str]:
    """The criteria that give an offer the same mark in each ranking of the lot: told once."""
    seen: dict[tuple[str, str], Scored] = {}
    varying: set[str] = set()
    every: set[str] = set()
    for result in _results(frozen):
        for mark in result.marks:
            every.add(mark.criterion)
            if seen.setdefault((result.id, mark.criterion), mark) != mark:
                varying.add(mark.criterion)
    price = {one["code"] for one in frozen.criteria if one["family"] == "price"}
    return every - varying - price if len(frozen.groups) > 1 else set()


def _results(frozen: RankingView) -> Iterable[Result]:
    return (result for group in frozen.groups for result in group.results)


def _marks_of_all(frozen: RankingView, common: set[str]) -> list[OfferMarks]:
    """The marks told once, by supplier's name; an offer that is out has none."""
    if not common:
        return []
    first: dict[str, Result] = {}
    for result in _results(frozen):
        if result.marks:
            first.setdefault(result.id, result)
    found = [
        OfferMarks(
            supplier=frozen.names[id_],
            marks=[_mark(frozen, id_, m) for m in result.marks if m.criterion in common],
        )
        for id_, result in first.items()
    ]
    return sorted(found, key=lambda one: one.supplier)


def _group(file: File, frozen: RankingView, group: GroupView, common: set[str]) -> RankedGroup:
    line = next((one for one in file.frame.lines if one.id == group.line), None)
    return RankedGroup(
        label=group.label,
        designation="" if line is None else line.designation,
        quantity=None if line is None else line.slice_size or line.quantity,
        unit="" if line is None else line.unit,
        offers=[
            RankedOffer(
                rank=result.rank,
                supplier=frozen.names[result.id],
                price=result.price,
                marks=[
                    _mark(frozen, result.id, m) for m in result.marks if m.criterion not in common
                ],
                total=result.total,
                below=[_label(frozen, code) for code in result.below],
                slices=_slices(file, result, line),
            )
            for result in sorted(group.results, key=_by_rank(frozen.names))
        ],
    )


def _by_rank(names: Mapping[str, str]) -> Any:
    return lambda result: (result.rank is None, result.rank or 0, names[result.id], result.id)


def _slices(file: File, result: Result, line: LineView | None) -> int | None:
    """The slices offered of a line cut in slices."""
    if line is None or line.slice_size is None:
        return None
    return slices_offered(file, UUID(result.id), line)


def _mark(frozen: RankingView, offer: str, mark: Scored) -> Mark:
    kept = _kept(mark)
    return Mark(
        criterion=_label(frozen, mark.criterion),
        points=mark.points,
        formula=mark.explanation.code,
        figures=kept,
        reason=frozen.reasons.get(offer, {}).get(mark.criterion, ""),
    )


def _kept(mark: Scored) -> dict[str, Any]:
    return {
        name: {"cents": value.cents} if isinstance(value, Money) else f"{value:f}"
        for name, value in mark.explanation.figures.items()
    }


def _label(frozen: RankingView, code: str) -> str:
    return next((str(one["label"]) for one in frozen.criteria if one["code"] == code), code)


def _proposed(file: File, page: AwardPage) -> list[ProposedAward]:
    """What is proposed or decided; before, what the ranking would propose now."""
    given: Sequence[tuple[Offer | None, int, dict[UUID, int], Money, Money, str]] = [
        (
            file.offer(a.row.offer_id),
            a.row.lot_number,
            slices_of(a.row),
            a.ht,
            a.paid,
            a.row.reasons,
        )
        for a in page.awards
    ] or [(s.offer, s.lot, dict(s.slices), s.amount.ht, s.amount.paid, "") for s in page.proposed]
    return [
        ProposedAward(
            supplier=offer.supplier_name,
            lot=lot,
            lines=awarded(file, offer, lot, slices),
            ht=ht,
            payable=paid,
            reasons=reasons,
        )
        for offer, lot, slices, ht, paid, reasons in given
        if offer is not None
    ]


def _left(page: AwardPage) -> list[LeftLine]:
    return [
        LeftLine(
            label=one.line.label,
            designation=one.line.designation,
            quantity=one.left,
            reason=one.reason,
        )
        for one in page.lines
        if one.left
    ]
