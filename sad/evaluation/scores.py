"""Each evaluator's own values, then the consolidated ones (acceptance 45).

Several evaluators score alone: each reads its own until all have handed theirs in, and what was
handed in changes no more. A consolidated value older than a value it was made of counts no more.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.audit.service import record
from sad.candidatures.service import officers
from sad.db.work import Work
from sad.evaluation.admissibility import opened
from sad.evaluation.file import CONSOLIDATED, File, load
from sad.evaluation.rules import (
    CommonReasonMissing,
    ComputedCriterion,
    NotEvaluator,
    NotHandedIn,
    NotOpened,
    OfferOut,
    ScoreNegative,
    ScoreRefused,
    ScoresGiven,
    ScoresMissing,
    ScoresRefused,
)
from sad.evaluation.schemas import ScoreInput
from sad.evaluation.scorers import assignments, evaluators
from sad.evaluation.tables import Assignment, Score
from sad.kernel.errors import Invalid, NotFound, Problem
from sad.kernel.money import half_up
from sad.markets.rows import chain_of, watchers
from sad.markets.states import MarketState
from sad.markets.tables import Criterion, SpecificMarket
from sad.notifications.service import notify
from sad.scoring.rules import DEFAULT_MAX

Key = tuple[UUID, UUID]
"""An offer and a criterion."""


def put_score(work: Work, offer_id: UUID, criterion_id: UUID, data: ScoreInput) -> Score:
    """An evaluator's own value, again as often as needed until it is handed in.

    Raises NotEvaluator, OfferOut, ComputedCriterion, ScoreRefused, ScoreNegative, ScoresGiven.
    """
    require(work, Permission.SCORE)
    file, offer = opened(work, offer_id)
    mine = _mine(work, file.market)
    writing = _Writing(work, file, str(mine.person_id), mine)
    return writing.put((offer.id, criterion_id), data)


def put_scores(work: Work, market_id: UUID, typed: Mapping[Key, ScoreInput]) -> int:
    """All that was typed on a page, in one go; returns how many values changed.

    Raises ScoresRefused naming each wrong value as `offer:criterion`, and what `put_score` does.
    """
    require(work, Permission.SCORE)
    file = _evaluated(work, market_id)
    mine = _mine(work, file.market)
    return _Writing(work, file, str(mine.person_id), mine).put_all(typed)


def give(work: Work, market_id: UUID) -> Assignment:
    """Hands one's scores in; when everybody has, those who follow the market are told.

    Raises ScoresMissing, NotEvaluator, NotOpened. Handed in twice: once.
    """
    require(work, Permission.SCORE)
    file = _evaluated(work, market_id)
    mine, rows = _mine(work, file.market), scores_of(work, file.market)
    missing = missing_of(file, rows, mine.person_id)
    if missing:
        raise ScoresMissing(missing=missing)
    if mine.given_at is not None and not _newer(rows, mine):
        return mine
    mine.given_at = work.now
    work.add(mine)
    after = {"person": str(mine.person_id)}
    record(work, chain_of(file.market), "evaluation.handed_in", market_id, after=after)
    if all_given(work, file, rows):
        _tell(work, file.market)
    return mine


def put_consolidated(work: Work, offer_id: UUID, criterion_id: UUID, data: ScoreInput) -> Score:
    """The value kept for an offer, once every evaluator has handed theirs in."""
    require(work, Permission.CLOSE_EVALUATION)
    file, offer = opened(work, offer_id)
    check_all_given(work, file)
    return _Writing(work, file, CONSOLIDATED).put((offer.id, criterion_id), data)


def put_all_consolidated(work: Work, market_id: UUID, typed: Mapping[Key, ScoreInput]) -> int:
    """The values kept after discussion, then the means of what was not typed.

    A judged value that is not the mean says why: CommonReasonMissing in ScoresRefused.
    """
    require(work, Permission.CLOSE_EVALUATION)
    file = _evaluated(work, market_id)
    check_all_given(work, file)
    changed = _Writing(work, file, CONSOLIDATED).put_all(typed)
    return changed + write_means(work, file)


def consolidate(work: Work, market_id: UUID) -> int:
    """Writes what is missing of the consolidated values: the mean, 2 decimals, reasons joined.

    Returns how many were written. Raises ScoresMissing until every evaluator has finished.
    """
    require(work, Permission.CLOSE_EVALUATION)
    file = _evaluated(work, market_id)
    check_all_given(work, file)
    return write_means(work, file)


def write_means(work: Work, file: File) -> int:
    """The means of the evaluators' values where no consolidated one stands."""
    rows = standing(work, file.market)
    known = {(row.offer_id, row.criterion_id) for row in rows if row.scorer == CONSOLIDATED}
    means = {key: data for key, data in means_of(work, file, rows).items() if key not in known}
    return _Writing(work, file, CONSOLIDATED, means=True).put_all(means)


def means_of(work: Work, file: File, rows: Iterable[Score]) -> dict[Key, ScoreInput]:
    """The mean of each value, with its reasons in the order the evaluators were named."""
    named = {str(person): place for place, person in enumerate(evaluators(work, file.market))}
    own: dict[Key, list[Score]] = {}
    for row in rows:
        if row.scorer in named:
            own.setdefault((row.offer_id, row.criterion_id), []).append(row)
    wanted = [(offer.id, one.id) for offer in file.still_in() for one in file.typed()]
    return {
        key: _mean(sorted(own[key], key=lambda row: named[row.scorer]))
        for key in wanted
        if key in own
    }


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


def standing(work: Work, market: SpecificMarket) -> list[Score]:
    """The rows that count: a consolidated one goes once a value it was made of has changed."""
    rows, named = scores_of(work, market), {str(one) for one in evaluators(work, market)}
    newest = {
        (row.offer_id, row.criterion_id): row.scored_at
        for row in sorted(rows, key=lambda row: row.scored_at)
        if row.scorer in named
    }
    return [
        row
        for row in rows
        if row.scorer != CONSOLIDATED
        or newest.get((row.offer_id, row.criterion_id), row.scored_at) <= row.scored_at
    ]


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


def has_given(file: File, rows: Sequence[Score], mine: Assignment) -> bool:
    """Whether somebody handed in, and owes nothing that came since (an offer back in)."""
    return mine.given_at is not None and missing_of(file, rows, mine.person_id) == 0


def all_given(work: Work, file: File, rows: Sequence[Score]) -> bool:
    """Whether the scores may be brought together: all handed in, or all typed by the only one.

    Nothing to score, there is nothing to hand in.
    """
    if not file.typed():
        return True
    named = assignments(work, file.market)
    if len(named) == 1:
        return missing_of(file, rows, named[0].person_id) == 0
    return bool(named) and all(has_given(file, rows, one) for one in named)


def check_all_given(work: Work, file: File) -> None:
    """Raises ScoresMissing, or NotHandedIn when all is typed but not handed in."""
    rows, named = scores_of(work, file.market), assignments(work, file.market)
    if all_given(work, file, rows):
        return
    missing = sum(missing_of(file, rows, one.person_id) for one in named)
    if missing or not named:
        raise ScoresMissing(missing=missing)
    raise NotHandedIn(people=sum(not has_given(file, rows, one) for one in named))


def _evaluated(work: Work, market_id: UUID) -> File:
    file = load(work, work.organisation_id, market_id, lock=True)
    if file.market.state != MarketState.OPENED:
        raise NotOpened()
    return file


def _mine(work: Work, market: SpecificMarket) -> Assignment:
    for one in assignments(work, market):
        if one.person_id == work.actor.person_id:
            return one
    raise NotEvaluator()


def _newer(rows: Iterable[Score], mine: Assignment) -> bool:
    """Whether something was scored after having handed in."""
    own = [row.scored_at for row in rows if row.scorer == str(mine.person_id)]
    return mine.given_at is not None and any(at > mine.given_at for at in own)


def _tell(work: Work, market: SpecificMarket) -> None:
    notify(
        work,
        "evaluation.all_given",
        persons=watchers(work, market) or officers(work, market.organisation_id),
        facts={"number": market.number, "title": market.title},
        link=f"/marches/{market.id}/analyse/notes",
        organisation_id=market.organisation_id,
    )


class _Writing:
    """Values written by one scorer, the rows and the file read once.

    `means`: the values are means, whose reasons are the evaluators' own.
    """

    def __init__(
        self,
        work: Work,
        file: File,
        scorer: str,
        mine: Assignment | None = None,
        *,
        means: bool = False,
    ) -> None:
        self.work, self.file, self.scorer, self.mine = work, file, scorer, mine
        rows = scores_of(work, file.market)
        self.rows = {(r.offer_id, r.criterion_id): r for r in rows if r.scorer == scorer}
        self.criteria = {one.id: one for one in file.criteria}
        self.typed = {one.id for one in file.typed()}
        self.still = {offer.id for offer in file.still_in()}
        common = scorer == CONSOLIDATED
        self.means = means_of(work, file, rows) if common and not means else {}
        stands = {row.id for row in standing(work, file.market)} if common else set()
        self.stale = {key for key, row in self.rows.items() if common and row.id not in stands}

    def put_all(self, typed: Mapping[Key, ScoreInput]) -> int:
        """Each value; the wrong ones are told together."""
        problems, changed = [], 0
        for key, data in typed.items():
            before = self.rows.get(key)
            version = 0 if before is None else before.version
            try:
                changed += self.put(key, data).version != version
            except Invalid as refusal:
                where = f"{key[0]}:{key[1]}"
                problems.append(Problem(refusal.code, where, refusal.facts))
        if problems:
            raise ScoresRefused(problems)
        return changed

    def put(self, key: Key, data: ScoreInput) -> Score:
        """One value; left as it was, nothing is written. A consolidated one stands again."""
        offer_id, criterion_id = key
        row, criterion = self.rows.get(key), self.criteria.get(criterion_id)
        same = row is not None and (row.value, row.reason) == (data.value, data.reason)
        if row is not None and same and key not in self.stale:
            return row
        if criterion is None:
            raise NotFound()
        if criterion_id not in self.typed:
            raise ComputedCriterion(criterion=criterion.label)
        if offer_id not in self.still:
            raise OfferOut()
        _check_value(criterion, data.value)
        self._check_reason(key, criterion, data)
        given_at = None if self.mine is None else self.mine.given_at
        if row is not None and given_at is not None and row.scored_at <= given_at:
            raise ScoresGiven()
        return self._write(key, criterion, data, row)

    def _check_reason(self, key: Key, criterion: Criterion, data: ScoreInput) -> None:
        mean = self.means.get(key)
        if mean is None or data.reason or criterion.method != "judged":
            return
        if data.value != mean.value:
            raise CommonReasonMissing(where="reason", criterion=criterion.label, mean=mean.value)
        data.reason = mean.reason

    def _write(self, key: Key, criterion: Criterion, data: ScoreInput, row: Score | None) -> Score:
        work, market = self.work, self.file.market
        before = None if row is None else {"value": f"{row.value:f}"}
        row = row or Score(
            organisation_id=market.organisation_id,
            market_id=market.id,
            offer_id=key[0],
            criterion_id=criterion.id,
            scorer=self.scorer,
            value=data.value,
            scored_at=work.now,
            version=0,
        )
        row.value, row.reason, row.scored_at = data.value, data.reason, work.now
        row.version += 1
        self.rows[key] = work.add(row)
        record(
            work,
            chain_of(market),
            "evaluation.consolidated" if self.scorer == CONSOLIDATED else "evaluation.scored",
            key[0],
            before=before,
            after={"criterion": criterion.code, "value": f"{data.value:f}", "scorer": self.scorer},
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
