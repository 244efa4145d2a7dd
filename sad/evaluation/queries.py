"""The evaluation as its page and the API read it: verdicts, comparison, scores, ranking.

Nothing of an offer is read here before its opening.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import GRANTS, Permission, may, require
from sad.accounts.tables import Membership, Person
from sad.db.work import Work
from sad.evaluation import visits
from sad.evaluation.admissibility import SUBSTANTIAL, admission_withdrawn
from sad.evaluation.comparison import LotView, compared
from sad.evaluation.file import CONSOLIDATED, File, load
from sad.evaluation.once import AnsweredOnce, answered_once
from sad.evaluation.ranking import digest, entries_of, problems
from sad.evaluation.rules import NotOpened
from sad.evaluation.schemas import ScoreInput
from sad.evaluation.scorers import assignments, evaluators
from sad.evaluation.scores import all_given, has_given, means_of, missing_of, standing
from sad.evaluation.service import rankings_of
from sad.evaluation.states import Verdict
from sad.evaluation.tables import Judgement, Ranking, Score, VisitNote
from sad.frames.queries import ColumnView, LineView
from sad.kernel.errors import Problem
from sad.markets.states import MarketState
from sad.markets.tables import Criterion, SpecificMarket
from sad.offers.tables import Offer, OfferLine
from sad.scoring.frozen import thaw
from sad.scoring.scoring import Result


@dataclass(frozen=True)
class OfferView:
    """An offer on the page of admissibility."""

    row: Offer
    verdict: Verdict
    judgements: Sequence[Judgement]
    admission_withdrawn: bool
    missing: Sequence[str]  # mandatory lines left without answer (EX-02)
    above_credits: Sequence[int]  # lots whose credits it exceeds (EX-03)
    empty: Sequence[tuple[LineView, Sequence[ColumnView]]]  # what a completion may fill

    @property
    def id(self) -> UUID:
        """The offer."""
        return self.row.id

    @property
    def name(self) -> str:
        """Its supplier, as it was named then."""
        return self.row.supplier_name


@dataclass(frozen=True)
class EvaluatorView:
    """An evaluator, how many values they still owe, and whether they handed them in."""

    person_id: UUID
    name: str
    missing: int
    given: bool


@dataclass(frozen=True)
class ScoresView:
    """The scores the reader may see. `visible`: others' too."""

    criteria: Sequence[Criterion]
    offers: Sequence[Offer]
    evaluators: Sequence[EvaluatorView]
    mine: Mapping[tuple[UUID, UUID], Score]
    others: Mapping[tuple[UUID, UUID], Sequence[tuple[str, Score]]]
    consolidated: Mapping[tuple[UUID, UUID], Score]
    means: Mapping[tuple[UUID, UUID], ScoreInput]  # shown once all have been handed in
    may_score: bool
    given: bool  # the reader's own are handed in
    visible: bool
    all_given: bool

    @property
    def owed(self) -> int:
        """How many values the reader still has to give."""
        wanted = {(offer.id, one.id): one for offer in self.offers for one in self.criteria}
        return sum(
            key not in self.mine or (one.method == "judged" and not self.mine[key].reason.strip())
            for key, one in wanted.items()
        )


@dataclass(frozen=True)
class GroupView:
    """What was ranked together, best first; `results` read back from what was frozen."""

    line: UUID | None
    label: str
    results: Sequence[Result]


@dataclass(frozen=True)
class RankingView:
    """The ranking of a lot as frozen, and whether its hash still holds."""

    row: Ranking
    criteria: Sequence[Mapping[str, Any]]
    groups: Sequence[GroupView]
    reasons: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]
    intact: bool


@dataclass(frozen=True)
class EvaluationView:
    """The whole page of analysis."""

    market: SpecificMarket
    file: File
    offers: Sequence[OfferView]
    lots: Sequence[LotView]
    once: Sequence[AnsweredOnce]
    scores: ScoresView
    problems: Sequence[Problem]
    rankings: Sequence[RankingView]
    agents: Sequence[tuple[UUID, str]]
    open: bool
    completion_asked: bool
    completion_due_at: datetime | None
    visits: Mapping[UUID, VisitNote]  # by offer, where a visit was announced


def evaluation(work: Work, market_id: UUID) -> EvaluationView:
    """The analysis of an opened market; NotOpened before."""
    require(work, Permission.READ_FILE)
    market = work.get(SpecificMarket, market_id)
    if market.opened_at is None:
        raise NotOpened()
    file = load(work, market.organisation_id, market_id)
    rows = standing(work, market)
    is_open = market.state == MarketState.OPENED
    asked = [offer for offer in file.offers if offer.completion_asked_at]
    entries = entries_of(file, rows, evaluators(work, market))
    return EvaluationView(
        market=market,
        file=file,
        offers=[_offer(work, file, offer) for offer in file.offers],
        lots=[compared(file, lot) for lot in file.lots],
        once=answered_once(file),
        scores=_scores(work, file, rows, is_open),
        problems=problems(file, entries, work.now) if is_open else [],
        rankings=[_ranking(file, row) for row in rankings_of(work, market)],
        agents=_agents(work),
        open=is_open,
        completion_asked=bool(asked),
        completion_due_at=asked[0].completion_due_at if asked else None,
        visits=visits.of_market(work, market_id) if market.visit_who else {},
    )


def scores(work: Work, market_id: UUID) -> ScoresView:
    """The scores the reader may see: its own, and the others' once it has given all of its own."""
    require(work, Permission.READ_FILE)
    market = work.get(SpecificMarket, market_id)
    if market.opened_at is None:
        raise NotOpened()
    file = load(work, market.organisation_id, market_id)
    return _scores(work, file, standing(work, market), market.state == MarketState.OPENED)


def ranking(work: Work, market_id: UUID) -> list[RankingView]:
    """The frozen ranking of each lot."""
    require(work, Permission.READ_FILE)
    market = work.get(SpecificMarket, market_id)
    file = load(work, market.organisation_id, market_id)
    return [_ranking(file, row) for row in rankings_of(work, market)]


def _offer(work: Work, file: File, offer: Offer) -> OfferView:
    answered = file.lines.get(offer.id, {})
    return OfferView(
        row=offer,
        verdict=Verdict(offer.verdict),
        judgements=file.judgements.get(offer.id, ()),
        admission_withdrawn=admission_withdrawn(work, file.market, offer),
        missing=[
            line.label
            for line in file.frame.lines
            if line.mandatory and line.id not in answered and offer.state == "opened"
        ],
        above_credits=_above(file, offer),
        empty=_empty(file, answered),
    )


def _above(file: File, offer: Offer) -> list[int]:
    return [
        lot.number
        for lot in file.lots
        if (most := file.credits(lot)) is not None and file.least(offer, lot.number) > most
    ]


def _empty(
    file: File, answered: Mapping[UUID, OfferLine]
) -> list[tuple[LineView, Sequence[ColumnView]]]:
    """The cells left empty on the lines answered, that a completion may fill (EX-10)."""
    columns = [view for view in file.frame.supplier if view.column.role not in SUBSTANTIAL]
    found: list[tuple[LineView, Sequence[ColumnView]]] = []
    for line in file.frame.lines:
        if (row := answered.get(line.id)) is not None:
            void = [view for view in columns if row.values.get(view.key) in (None, "")]
            found += [(line, void)] if void else []
    return found


def _scores(work: Work, file: File, rows: Sequence[Score], is_open: bool) -> ScoresView:
    named = assignments(work, file.market)
    people = _names(work, [one.person_id for one in named])
    me = work.actor.person_id
    given = all_given(work, file, rows)
    visible = _visible(work, any(one.person_id == me for one in named), given, is_open)
    mine, others, kept = _sorted(
        rows, str(me), {str(one.person_id): people[one.person_id] for one in named}
    )
    views = [
        EvaluatorView(
            one.person_id,
            people[one.person_id],
            missing_of(file, rows, one.person_id),
            has_given(file, rows, one),
        )
        for one in named
    ]
    own = next((view for view in views if view.person_id == me), None)
    return ScoresView(
        criteria=file.typed(),
        offers=file.still_in(),
        evaluators=views,
        mine=mine,
        others=others if visible else {},
        consolidated=kept if visible else {},
        means=means_of(work, file, rows) if visible else {},
        may_score=is_open and own is not None and may(work, Permission.SCORE),
        given=own is not None and own.given,
        visible=visible,
        all_given=given,
    )


def _visible(work: Work, named: bool, given: bool, is_open: bool) -> bool:
    """Others' scores: once all have handed theirs in, for evaluators and those who close."""
    if not is_open:
        return True
    may_see = may(work, Permission.CLOSE_EVALUATION) or may(work, Permission.READ_JOURNAL)
    return given and (named or may_see)


def _sorted(
    rows: Iterable[Score], me: str, named: Mapping[str, str]
) -> tuple[
    dict[tuple[UUID, UUID], Score],
    dict[tuple[UUID, UUID], list[tuple[str, Score]]],
    dict[tuple[UUID, UUID], Score],
]:
    """Mine, the others' with their names, the consolidated ones; by (offer, criterion)."""
    mine: dict[tuple[UUID, UUID], Score] = {}
    others: dict[tuple[UUID, UUID], list[tuple[str, Score]]] = {}
    kept: dict[tuple[UUID, UUID], Score] = {}
    order = {scorer: place for place, scorer in enumerate(named)}
    for row in sorted(rows, key=lambda row: order.get(row.scorer, len(order))):
        key = (row.offer_id, row.criterion_id)
        if row.scorer == CONSOLIDATED:
            kept[key] = row
        elif row.scorer == me:
            mine[key] = row
        elif row.scorer in named:
            others.setdefault(key, []).append((named[row.scorer], row))
    return mine, others, kept


def _ranking(file: File, row: Ranking) -> RankingView:
    result: dict[str, Any] = dict(row.result)
    return RankingView(
        row=row,
        criteria=result["criteria"],
        groups=[
            GroupView(
                None if group["line"] is None else UUID(group["line"]),
                group["label"],
                thaw(group),
            )
            for group in result["groups"]
        ],
        reasons=result["reasons"],
        names={str(offer.id): offer.supplier_name for offer in file.offers},
        intact=digest(result) == row.result_sha256,
    )


def _agents(work: Work) -> list[tuple[UUID, str]]:
    """The agents who may be named evaluators, by name."""
    roles = [role.value for role in GRANTS[Permission.SCORE]]
    query = (
        select(Person.id, Person.name)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(
            col(Membership.organisation_id) == work.organisation_id,
            col(Membership.role).in_(roles),
            col(Membership.ended_at).is_(None),
        )
        .distinct()
        .order_by(col(Person.name))
    )
    return [(row[0], row[1]) for row in work.session.exec(query)]


def _names(work: Work, people: Iterable[UUID]) -> dict[UUID, str]:
    query = select(Person.id, Person.name).where(col(Person.id).in_(list(people)))
    return {row[0]: row[1] for row in work.session.exec(query)}
