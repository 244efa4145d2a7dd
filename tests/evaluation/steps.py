"""Steps the tests of the evaluation and of the award go through."""

from collections.abc import Mapping
from decimal import Decimal

from sad.db.work import Work
from sad.evaluation import service
from sad.evaluation.schemas import JudgeInput, ScoreInput
from sad.evaluation.states import Verdict
from tests.evaluation.scene import Scene
from tests.support.cast import Cast

MARKS: Mapping[str, int] = {"alder": 16, "birch": 18, "cedar": 12}


def judge_all(work: Work, scene: Scene, *parts: str) -> None:
    """Declares these offers (all of them by default) regular."""
    for part in parts or scene.offers:
        service.judge(work, scene.offers[part], JudgeInput(verdict=Verdict.REGULAR))


def judge(work: Work, scene: Scene, part: str, verdict: Verdict, reasons: str = "Motif.") -> None:
    """One verdict."""
    service.judge(work, scene.offers[part], JudgeInput(verdict=verdict, reasons=reasons))


def score(
    work: Work, scene: Scene, part: str, value: str, reason: str = "Bel état général."
) -> None:
    """The same value on every judged criterion."""
    for code in ("quality", "environment"):
        if code in scene.criteria:
            data = ScoreInput(value=Decimal(value), reason=reason)
            service.put_score(work, scene.offers[part], scene.criteria[code], data)


def score_all(
    work: Work, cast: Cast, scene: Scene, marks: Mapping[str, int] = MARKS, *out: str
) -> None:
    """The actor of `work` is named and scores everything but those out."""
    person = work.actor.person_id
    assert person is not None
    service.assign(work, scene.market_id, person)
    for part in scene.offers:
        if part not in out:
            score(work, scene, part, str(marks[part]))


def close_all(work: Work, cast: Cast, scene: Scene, marks: Mapping[str, int] = MARKS) -> None:
    """From the opening to the frozen ranking, by the officer."""
    judge_all(work, scene)
    score_all(work, cast, scene, marks)
    service.close(work, scene.market_id)
