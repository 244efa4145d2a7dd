"""Blind scores, their reasons, and a closing that waits for all of them (acceptance 45)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from sad.evaluation import queries, service
from sad.evaluation.rules import (
    CannotEvaluate,
    NotEvaluator,
    NotHandedIn,
    OfferOut,
    ScoreRefused,
    ScoresGiven,
    ScoresMissing,
    ScoresRefused,
)
from sad.evaluation.schemas import ScoreInput
from sad.evaluation.states import Verdict
from sad.kernel.errors import Forbidden, Incomplete, NotFound, Refusal
from tests.conftest import OpenWork
from tests.evaluation.scene import OPENED, Bid, Scene, make_scene
from tests.evaluation.steps import MARKS, close_all, judge, judge_all, score, score_all
from tests.support.cast import Cast
from tests.support.clock import FixedClock


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


def _give(work: OpenWork, cast: Cast, scene: Scene, *parts: str) -> None:
    for part in parts:
        with work(cast.actor(part)) as w:
            service.give(w, scene.market_id)


def test_each_reads_its_own_scores_until_all_are_handed_in(
    work: OpenWork, read: OpenWork, cast: Cast, two: Scene
) -> None:
    _score(work, cast, two, "buyer", dict(MARKS))
    _give(work, cast, two, "buyer")
    _score(work, cast, two, "evaluator", {"alder": 10, "birch": 11, "cedar": 9})
    for part in ("buyer", "evaluator", "officer", "auditor"):
        with read(cast.actor(part)) as w:
            blind = queries.scores(w, two.market_id)
            assert not (blind.visible or blind.others or blind.means)
            assert len(blind.mine) == (6 if part in {"buyer", "evaluator"} else 0)
    _give(work, cast, two, "evaluator")
    for part in ("buyer", "evaluator", "officer", "auditor"):
        with read(cast.actor(part)) as w:
            seen = queries.scores(w, two.market_id).others
            names = {name for named in seen.values() for name, _ in named}
            assert names == {"Buyer", "Evaluator"} - {part.capitalize()}


def test_nothing_is_handed_in_before_its_end(work: OpenWork, cast: Cast, two: Scene) -> None:
    _score(work, cast, two, "buyer", {"alder": 12})
    with pytest.raises(ScoresMissing) as missing, work(cast.actor("buyer")) as w:
        service.give(w, two.market_id)
    assert missing.value.facts == {"missing": 4}
    with pytest.raises(Forbidden), work(cast.actor("officer")) as w:
        service.give(w, two.market_id)


def test_what_is_handed_in_changes_only_once_given_back(
    work: OpenWork, read: OpenWork, cast: Cast, two: Scene, clock: FixedClock
) -> None:
    _score(work, cast, two, "buyer", dict(MARKS))
    _give(work, cast, two, "buyer")
    clock.set(OPENED + timedelta(minutes=5))
    with pytest.raises(ScoresGiven), work(cast.actor("buyer")) as w:
        score(w, two, "alder", "3")
    with work(cast.actor("buyer")) as w:
        score(w, two, "alder", str(MARKS["alder"]), "Vu par buyer.")  # as it was: nothing changes
    for part, reason in (("evaluator", "Erreur."), ("officer", " ")):
        with pytest.raises(Refusal), work(cast.actor(part)) as w:
            service.hand_back(w, two.market_id, cast.people["buyer"], reason)
    with work(cast.actor("officer")) as w:
        service.hand_back(w, two.market_id, cast.people["buyer"], "Deux offres confondues.")
    with work(cast.actor("buyer")) as w:
        score(w, two, "alder", "3")
    with read(cast.actor("officer")) as w:
        assert [one.given for one in queries.scores(w, two.market_id).evaluators] == [False, False]


def test_an_offer_back_in_is_scored_after_all_was_handed_in(
    work: OpenWork, read: OpenWork, cast: Cast, two: Scene, clock: FixedClock
) -> None:
    with work(cast.actor("buyer")) as w:
        judge(w, two, "cedar", Verdict.IRREGULAR)
    for part in ("buyer", "evaluator"):
        _score(work, cast, two, part, {"alder": 12, "birch": 13})
        _give(work, cast, two, part)
    clock.set(OPENED + timedelta(minutes=5))
    with work(cast.actor("buyer")) as w:
        judge(w, two, "cedar", Verdict.REGULAR)
    with read(cast.actor("officer")) as w:
        assert not queries.scores(w, two.market_id).visible
    with pytest.raises(ScoresGiven), work(cast.actor("buyer")) as w:
        score(w, two, "alder", "3")
    for part in ("buyer", "evaluator"):
        _score(work, cast, two, part, {"cedar": 9})
        _give(work, cast, two, part)
    with read(cast.actor("officer")) as w:
        assert queries.scores(w, two.market_id).visible


def test_all_that_is_typed_is_kept_or_nothing(
    work: OpenWork, read: OpenWork, cast: Cast, two: Scene
) -> None:
    good, wrong = (two.offers[part] for part in ("alder", "birch"))
    quality = two.criteria["quality"]
    typed = {
        (good, quality): ScoreInput(value=Decimal(12), reason="Bien."),
        (wrong, quality): ScoreInput(value=Decimal(21), reason="Trop."),
    }
    with pytest.raises(ScoresRefused) as refused, work(cast.actor("buyer")) as w:
        service.put_scores(w, two.market_id, typed)
    assert [p.where for p in refused.value.problems] == [f"{wrong}:{quality}"]
    with read(cast.actor("buyer")) as w:
        assert not queries.scores(w, two.market_id).mine
    del typed[wrong, quality]
    for changed in (1, 0):  # typed again as it was, nothing is written
        with work(cast.actor("buyer")) as w:
            assert service.put_scores(w, two.market_id, typed) == changed


def test_a_common_value_that_is_not_the_mean_says_why(
    work: OpenWork, read: OpenWork, cast: Cast, two: Scene
) -> None:
    for part, value in (("buyer", 10), ("evaluator", 15)):
        _score(work, cast, two, part, dict.fromkeys(MARKS, value))
        _give(work, cast, two, part)
    key = (two.offers["alder"], two.criteria["quality"])
    with pytest.raises(ScoresRefused) as refused, work(cast.actor("officer")) as w:
        service.put_all_consolidated(w, two.market_id, {key: ScoreInput(value=Decimal(14))})
    assert [p.code for p in refused.value.problems] == ["evaluation.common_reason_missing"]
    assert refused.value.problems[0].facts["mean"] == Decimal("12.5")
    given = {key: ScoreInput(value=Decimal(14), reason="Pièces revues ensemble.")}
    with work(cast.actor("officer")) as w:
        assert service.put_all_consolidated(w, two.market_id, given) == 6
        assert service.put_all_consolidated(w, two.market_id, given) == 0
    with read(cast.actor("officer")) as w:
        kept = queries.scores(w, two.market_id).consolidated
        assert sorted({row.value for row in kept.values()}) == [Decimal("12.5"), Decimal(14)]


def test_a_score_changed_after_a_reopening_is_the_one_ranked(
    work: OpenWork, read: OpenWork, cast: Cast, scene: Scene, clock: FixedClock
) -> None:
    with work(cast.actor("officer")) as w:
        close_all(w, cast, scene)
        service.reopen(w, scene.market_id, "Une pièce mal lue.")
    clock.set(OPENED + timedelta(minutes=5))
    with work(cast.actor("officer")) as w:
        score(w, scene, "cedar", "20", "Pièce relue.")
        service.close(w, scene.market_id)
    with read(cast.actor("officer")) as w:
        (view,) = queries.ranking(w, scene.market_id)
        (group,) = view.groups
        cedar = next(one for one in group.results if one.id == str(scene.offers["cedar"]))
        marks = {code: cedar.mark(code) for code in ("quality", "environment")}
        assert {code: mark and mark.points for code, mark in marks.items()} == {
            "quality": Decimal(30),
            "environment": Decimal(30),
        }


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
    for act in (service.consolidate, service.close):
        with pytest.raises(NotHandedIn) as waiting, work(cast.actor("officer")) as w:
            act(w, two.market_id)
        assert waiting.value.facts == {"people": 2}
    _give(work, cast, two, "buyer", "evaluator")
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


def test_nothing_to_score_is_nothing_to_hand_in(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    computed = (
        ("price", "price", "Prix", 60, "proportional"),
        ("delay", "environment", "Délai", 40, "proportional"),
    )
    bids = {part: Bid([10_000, 20_000], values={"delay": 3}) for part in ("alder", "birch")}
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, bids, criteria=computed, tie_break=())
        judge_all(w, scene)
        for part in ("buyer", "evaluator"):
            service.assign(w, scene.market_id, cast.people[part])
        assert len(service.close(w, scene.market_id)) == 1
