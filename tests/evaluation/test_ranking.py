"""The ranking: eliminated first, what the buyer pays, announced tie-break (43, 44, 46, 48)."""

from decimal import Decimal
from uuid import uuid4

import pytest
from sqlmodel import col, select

from sad.evaluation import queries, service
from sad.evaluation.rules import IncreaseTooLate, NoneLeft, NotOpened, ReopenReasonMissing
from sad.evaluation.schemas import IncreaseInput, JudgeInput, ScoreInput
from sad.evaluation.states import Verdict
from sad.frames.tables import FrameColumn
from sad.funding.service import availability
from sad.funding.tables import Movement
from sad.kernel.errors import Incomplete, NotFound
from sad.kernel.money import Money
from sad.kernel.moves import MoveRefused
from sad.kernel.vat import VatRegime
from sad.markets.tables import Criterion, SpecificMarket
from sad.offers.tables import Offer
from tests.conftest import OpenWork
from tests.evaluation.scene import OPENED, Asked, Bid, Scene, make_scene
from tests.evaluation.steps import close_all, judge, judge_all, score_all
from tests.support.cast import Cast
from tests.support.clock import FixedClock

SAME = {"alder": 15, "birch": 15, "cedar": 15}


def ranks(read: OpenWork, cast: Cast, scene: Scene, group: int = 0) -> dict[str, int | None]:
    """The rank of each offer by its part."""
    parts = {str(offer): part for part, offer in scene.offers.items()}
    with read(cast.actor("auditor")) as w:
        results = queries.ranking(w, scene.market_id)[0].groups[group].results
        return {parts[result.id]: result.rank for result in results}


def marks(read: OpenWork, cast: Cast, scene: Scene, code: str, group: int = 0) -> dict[str, str]:
    """The points on a criterion by part."""
    parts = {str(offer): part for part, offer in scene.offers.items()}
    with read(cast.actor("auditor")) as w:
        results = queries.ranking(w, scene.market_id)[0].groups[group].results
        found = {parts[r.id]: r.mark(code) for r in results}
        return {part: str(mark.points) for part, mark in found.items() if mark is not None}


def test_the_price_compared_is_what_the_buyer_pays(
    work: OpenWork, read: OpenWork, cast: Cast, scene: Scene
) -> None:
    # alder 3 000 HT, 3 600 to pay; birch 3 200 and nothing more
    with work(cast.actor("officer")) as w:
        close_all(w, cast, scene, SAME)
    assert marks(read, cast, scene, "price") == {
        "alder": "35.56",
        "birch": "40.00",
        "cedar": "26.67",
    }
    assert ranks(read, cast, scene) == {"birch": 1, "alder": 2, "cedar": 3}


def test_where_the_vat_is_recovered_prices_compare_without_it(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, vat_recovery="full", basis="ht")
        close_all(w, cast, scene, SAME)
    assert ranks(read, cast, scene)["alder"] == 1


def test_an_eliminated_offer_does_not_set_the_lowest_price(
    work: OpenWork, read: OpenWork, cast: Cast, scene: Scene
) -> None:
    with work(cast.actor("officer")) as w:
        judge_all(w, scene, "alder", "cedar")
        judge(w, scene, "birch", Verdict.IRREGULAR, "Aucune livraison.")
        score_all(w, cast, scene, SAME, "birch")
        service.close(w, scene.market_id)
    assert marks(read, cast, scene, "price") == {"alder": "40.00", "cedar": "30.00"}
    assert ranks(read, cast, scene) == {"alder": 1, "cedar": 2, "birch": None}


def test_equal_totals_are_parted_as_announced(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    bids = {part: Bid([10_000], VatRegime.EXEMPT) for part in ("cedar", "alder", "birch")}
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, bids, [Asked()], tie_break=("environment",))
        judge_all(w, scene)
        score_all(w, cast, scene, SAME)
        # birch is better on the environment and worse on quality, by as much
        for code, value in (("environment", 16), ("quality", 14)):
            data = ScoreInput(value=Decimal(value), reason="Vu.")
            service.put_score(w, scene.offers["birch"], scene.criteria[code], data)
        service.close(w, scene.market_id)
    assert ranks(read, cast, scene) == {"birch": 1, "alder": 2, "cedar": 2}


def test_different_quantities_are_never_ranked_on_totals(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    bids = {"alder": Bid([10_000, 20_000]), "birch": Bid([9_000, None])}
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, bids)
        judge_all(w, scene)
        score_all(w, cast, scene, SAME)
    with pytest.raises(Incomplete) as refused, work(cast.actor("officer")) as w:
        service.close(w, scene.market_id)
    (problem,) = refused.value.problems
    assert problem.code == "evaluation.totals_unequal"
    assert problem.facts == {"offer": "Atelier birch", "lines": ["T-02"]}


def test_by_slices_the_quantity_offered_changes_no_score(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    asked = [Asked(Decimal(200), Decimal(10))]
    bids = {
        "alder": Bid([5_000], VatRegime.EXEMPT, [3]),
        "birch": Bid([4_000], VatRegime.EXEMPT, [20]),
    }
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, bids, asked, mode="lines")
        close_all(w, cast, scene, SAME)
    assert marks(read, cast, scene, "price") == {"alder": "32.00", "birch": "40.00"}


def test_a_computed_criterion_reads_its_column(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    criteria = (
        ("price", "price", "Prix", 50, "proportional"),
        ("environment", "environment", "Environnement", 30, "judged"),
        ("delay", "delay", "Délai", 20, "proportional"),
    )
    bids = {
        "alder": Bid([10_000], values={"delay": 2}),
        "birch": Bid([10_000], values={"delay": 4}),
    }
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, bids, [Asked()], criteria=criteria, tie_break=("price",))
        close_all(w, cast, scene, SAME)
    assert marks(read, cast, scene, "delay") == {"alder": "20.00", "birch": "10.00"}


def test_a_computed_criterion_reads_a_question_answered_once(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    """Hours of insertion: the most has all the points, whatever the lines answered."""
    clock.set(OPENED)
    criteria = (
        ("price", "price", "Prix", 50, "proportional"),
        ("environment", "environment", "Environnement", 30, "judged"),
        ("insertion", "insertion", "Insertion", 20, "proportional"),
    )
    hours = {"alder": 30, "birch": 120}
    with work(cast.actor("officer")) as w:
        bids = {part: Bid([10_000]) for part in hours}
        scene = make_scene(w, cast, bids, [Asked()], criteria=criteria, tie_break=("price",))
        market = w.get(SpecificMarket, scene.market_id)
        w.add(
            FrameColumn(
                organisation_id=cast.organisation_id,
                frame_id=market.frame_id,
                position=9,
                key="hours",
                label="Heures d'insertion",
                side="offer",
                type="integer",
            )
        )
        row = w.get(Criterion, scene.criteria["insertion"])
        row.evidence, row.direction = ["hours"], "higher"
        w.add(row)
        for part, given in hours.items():
            offer = w.get(Offer, scene.offers[part])
            offer.answers = {"hours": given}
            w.add(offer)
        close_all(w, cast, scene, SAME)
    assert marks(read, cast, scene, "insertion") == {"alder": "5.00", "birch": "20.00"}


def test_lots_have_each_their_ranking_and_their_unacceptable(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    bids = {
        "alder": Bid([10_000, 50_000], VatRegime.EXEMPT),
        "birch": Bid([12_000, 20_000], VatRegime.EXEMPT),
    }
    with work(cast.actor("officer")) as w:
        scene = make_scene(
            w, cast, bids, [Asked(lot=1), Asked(lot=2)], mode="lots",
            credits={1: 200_000, 2: 300_000},
        )  # fmt: skip
        judge_all(w, scene)
        verdict = JudgeInput(verdict=Verdict.UNACCEPTABLE, reasons="Au-dessus.", lot_number=2)
        offer = service.judge(w, scene.offers["alder"], verdict)
        assert offer.verdict == Verdict.REGULAR
        score_all(w, cast, scene, SAME)
        service.close(w, scene.market_id)
    with read(cast.actor("auditor")) as w:
        found = queries.ranking(w, scene.market_id)
        assert [[r.rank for r in view.groups[0].results] for view in found] == [[1, 2], [1, None]]
        assert {view.intact for view in found} == {True}


def test_everything_eliminated_does_not_close(work: OpenWork, cast: Cast, scene: Scene) -> None:
    with work(cast.actor("officer")) as w:
        for part in scene.offers:
            judge(w, scene, part, Verdict.IRREGULAR)
    with pytest.raises(NoneLeft), work(cast.actor("officer")) as w:
        service.close(w, scene.market_id)


def test_closed_twice_is_refused_and_reopened_with_a_reason(
    work: OpenWork, read: OpenWork, cast: Cast, scene: Scene
) -> None:
    with work(cast.actor("officer")) as w:
        close_all(w, cast, scene)
    with pytest.raises(NotOpened), work(cast.actor("officer")) as w:
        service.close(w, scene.market_id)
    with pytest.raises(ReopenReasonMissing), work(cast.actor("officer")) as w:
        service.reopen(w, scene.market_id, " ")
    with work(cast.actor("officer")) as w:
        service.reopen(w, scene.market_id, "Une note mal recopiée.")
    with pytest.raises(MoveRefused), work(cast.actor("officer")) as w:
        service.reopen(w, scene.market_id, "Encore.")
    with work(cast.actor("officer")) as w:
        service.close(w, scene.market_id)
    with read(cast.actor("officer")) as w:
        assert len(queries.ranking(w, scene.market_id)) == 1
        assert w.get(SpecificMarket, scene.market_id).state == "ranked"


def test_an_increase_is_reserved_at_once_and_undone_by_a_new_movement(
    work: OpenWork, read: OpenWork, cast: Cast, scene: Scene
) -> None:
    def left() -> Money:
        with read(cast.actor("officer")) as w:
            return availability(w, scene.funding_line_id, scene.envelope_id).line

    before = left()
    for _ in range(2):
        with work(cast.actor("officer")) as w:
            data = IncreaseInput(amount=Money(50_000), reason="Décision du bureau.")
            service.record_increase(w, scene.market_id, data)
        assert left() == before - Money(50_000)
        with work(cast.actor("officer")) as w:
            lot = service.undo_increase(w, scene.market_id, 1, "Finalement inutile.")
            assert lot.increase_cents == 0
        assert left() == before
    with read(cast.actor("officer")) as w:
        kinds = w.session.exec(
            select(Movement.kind).where(col(Movement.market_id) == scene.market_id)
        ).all()
        assert sorted(kinds) == ["release", "release", "reservation", "reservation", "reservation"]


def test_no_increase_after_an_elimination_on_that_ground(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, credits={1: 400_000})
        judge(w, scene, "cedar", Verdict.UNACCEPTABLE)
        judge(w, scene, "cedar", Verdict.REGULAR, "Revu.")
    data = IncreaseInput(amount=Money(50_000), reason="Trop tard.")
    with pytest.raises(IncreaseTooLate), work(cast.actor("officer")) as w:
        service.record_increase(w, scene.market_id, data)


def test_a_criterion_of_another_market_is_not_scored(
    work: OpenWork, cast: Cast, scene: Scene
) -> None:
    with work(cast.actor("officer")) as w:
        judge_all(w, scene)
        service.assign(w, scene.market_id, cast.people["officer"])
    data = ScoreInput(value=Decimal(1), reason="?")
    with pytest.raises(NotFound), work(cast.actor("officer")) as w:
        service.put_score(w, scene.offers["alder"], uuid4(), data)
