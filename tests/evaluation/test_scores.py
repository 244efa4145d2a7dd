"""Blind scores, their reasons, and a closing that waits for all of them (acceptance 45)."""

from decimal import Decimal

import pytest

from sad.evaluation import queries, service
from sad.evaluation.rules import (
    CannotEvaluate,
    NotEvaluator,
    OfferOut,
    ScoreRefused,
    ScoresMissing,
)
from sad.evaluation.schemas import ScoreInput
from sad.evaluation.states import Verdict
from sad.kernel.errors import Forbidden, Incomplete, NotFound, Refusal
from tests.conftest import OpenWork
from tests.evaluation.scene import Scene
from tests.evaluation.steps import MARKS, judge, judge_all, score, score_all
from tests.support.cast import Cast


@pytest.fixture
def two(work: OpenWork, cast: Cast, scene: Scene) -> Scene:
    """Every offer regular; the buyer and the evaluator are named."""
    with work(cast.actor("buyer")) as w:
        judge_all(w, scene)
        for part in ("buyer", "evaluator"):
            service.assign(w, scene.market_id, cast.people[part])
    return scene


def _score(work: OpenWork, cast: Cast, scene: Scene, part: str, values: dict[str, int]) -> None:
    with work(cast.actor(part)) as w:
        for offer, value in values.items():
            score(w, scene, offer, str(value), f"Vu par {part}.")


def test_a_score_above_its_maximum_is_refused(work: OpenWork, cast: Cast, two: Scene) -> None:
    data = ScoreInput(value=Decimal("20.01"), reason="Parfait.")
    with pytest.raises(ScoreRefused), work(cast.actor("buyer")) as w:
        service.put_score(w, two.offers["alder"], two.criteria["quality"], data)


@pytest.mark.parametrize("part", ["officer", "auditor", "stranger", "alder"])
def test_only_those_named_score(work: OpenWork, cast: Cast, two: Scene, part: str) -> None:
    data = ScoreInput(value=Decimal(10), reason="Bien.")
    with pytest.raises(Forbidden), work(cast.actor(part)) as w:
        service.put_score(w, two.offers["alder"], two.criteria["quality"], data)


def test_only_an_agent_is_named(work: OpenWork, cast: Cast, scene: Scene) -> None:
    for part in ("alder", "auditor", "other_officer"):
        with pytest.raises(CannotEvaluate), work(cast.actor("buyer")) as w:
            service.assign(w, scene.market_id, cast.people[part])


def test_an_eliminated_offer_is_not_scored(work: OpenWork, cast: Cast, two: Scene) -> None:
    with work(cast.actor("buyer")) as w:
        judge(w, two, "cedar", Verdict.INAPPROPRIATE)
    with pytest.raises(OfferOut), work(cast.actor("buyer")) as w:
        score(w, two, "cedar", "10")


def test_scores_are_read_after_having_given_all_of_ones_own(
    work: OpenWork, read: OpenWork, cast: Cast, two: Scene
) -> None:
    _score(work, cast, two, "buyer", dict(MARKS))
    _score(work, cast, two, "evaluator", {"alder": 10, "birch": 11})
    with read(cast.actor("evaluator")) as w:
        blind = queries.scores(w, two.market_id)
        assert not blind.visible
        assert not blind.others
        assert len(blind.mine) == 4
    with read(cast.actor("buyer")) as w:
        seen = queries.scores(w, two.market_id)
        assert {name for named in seen.others.values() for name, _ in named} == {"Evaluator"}
    for part in ("officer", "auditor"):
        with read(cast.actor(part)) as w:
            assert not queries.scores(w, two.market_id).others
    _score(work, cast, two, "evaluator", {"cedar": 9})
    for part in ("officer", "auditor", "evaluator"):
        with read(cast.actor(part)) as w:
            assert queries.scores(w, two.market_id).others


@pytest.mark.parametrize("part", ["stranger", "alder", "other_officer"])
def test_a_stranger_reads_no_score(read: OpenWork, cast: Cast, two: Scene, part: str) -> None:
    with pytest.raises((Forbidden, NotFound)), read(cast.actor(part)) as w:
        queries.scores(w, two.market_id)


def test_consolidation_waits_for_everybody(
    work: OpenWork, read: OpenWork, cast: Cast, two: Scene
) -> None:
    _score(work, cast, two, "buyer", dict(MARKS))
    with pytest.raises(ScoresMissing) as missing, work(cast.actor("officer")) as w:
        service.consolidate(w, two.market_id)
    assert missing.value.facts == {"missing": 6}
    _score(work, cast, two, "evaluator", {"alder": 15, "birch": 15, "cedar": 15})
    with work(cast.actor("officer")) as w:
        assert service.consolidate(w, two.market_id) == 6
        assert service.consolidate(w, two.market_id) == 0
    with read(cast.actor("officer")) as w:
        kept = queries.scores(w, two.market_id).consolidated
        row = kept[two.offers["alder"], two.criteria["quality"]]
        assert (row.value, row.reason) == (Decimal("15.5"), "Vu par buyer.\nVu par evaluator.")


@pytest.mark.parametrize(
    ("value", "reason", "code"),
    [
        (None, "", "evaluation.score_missing"),
        ("12", "", "evaluation.score_reason_missing"),
    ],
)
def test_the_evaluation_does_not_close_without_all_scores_and_reasons(
    work: OpenWork, read: OpenWork, cast: Cast, scene: Scene, value: str | None, reason: str,
    code: str,
) -> None:  # fmt: skip
    with work(cast.actor("buyer")) as w:
        judge_all(w, scene)
        score_all(w, cast, scene, MARKS, "cedar")
        if value is not None:
            score(w, scene, "cedar", value, reason)
    with pytest.raises(Incomplete) as refused, work(cast.actor("buyer")) as w:
        service.close(w, scene.market_id)
    assert {problem.code for problem in refused.value.problems} == {code}
    assert {p.facts["offer"] for p in refused.value.problems} == {"Atelier cedar"}
    with read(cast.actor("buyer")) as w:
        assert queries.evaluation(w, scene.market_id).open


def test_it_does_not_close_with_an_offer_not_examined(
    work: OpenWork, cast: Cast, scene: Scene
) -> None:
    with work(cast.actor("buyer")) as w:
        judge_all(w, scene, "alder", "birch")
        score_all(w, cast, scene)
    with pytest.raises(Incomplete) as refused, work(cast.actor("buyer")) as w:
        service.close(w, scene.market_id)
    assert [p.code for p in refused.value.problems] == ["evaluation.verdict_pending"]


@pytest.mark.parametrize("part", ["evaluator", "auditor", "stranger", "alder", "other_officer"])
def test_who_may_not_close(work: OpenWork, cast: Cast, two: Scene, part: str) -> None:
    with pytest.raises(Refusal) as refused, work(cast.actor(part)) as w:
        service.close(w, two.market_id)
    assert refused.value.status in {403, 404}


def test_somebody_no_longer_named_scores_no_more(work: OpenWork, cast: Cast, two: Scene) -> None:
    with work(cast.actor("officer")) as w:
        service.unassign(w, two.market_id, cast.people["evaluator"])
    with pytest.raises(NotEvaluator), work(cast.actor("evaluator")) as w:
        score(w, two, "alder", "10")
