"""Slices in rank order, equals, and lots: who wins what and what becomes of the money (46, 48)."""

from decimal import Decimal

import pytest
from sqlmodel import col, select

from sad.awards import service
from sad.awards.schemas import ProposalInput
from sad.awards.shares import Ties
from sad.evaluation import service as evaluation
from sad.evaluation.schemas import JudgeInput
from sad.evaluation.states import Verdict
from sad.funding.service import open_reservations
from sad.funding.tables import Movement
from sad.kernel.actor import ENGINE
from sad.kernel.vat import VatRegime
from tests.awards.steps import decide, propose, sign
from tests.conftest import OpenWork
from tests.evaluation.scene import OPENED, Asked, Bid, Scene, make_scene
from tests.evaluation.steps import close_all, judge_all, score_all
from tests.support.cast import Cast
from tests.support.clock import FixedClock

SAME = {"alder": 15, "birch": 15, "cedar": 15}
EXEMPT = VatRegime.EXEMPT


def reserved(read: OpenWork, cast: Cast, scene: Scene) -> int:
    """What the market still has reserved, in cents."""
    with read(cast.actor("officer")) as w:
        found = open_reservations(w, cast.organisation_id, scene.market_id)
        return -sum(row.line_cents for row in found)


@pytest.fixture
def slices(work: OpenWork, cast: Cast, clock: FixedClock) -> Scene:
    """200 chairs in 20 slices: birch 12 at 40 €, alder 5 at 50 €, cedar 2 at 60 €."""
    clock.set(OPENED)
    bids = {
        "alder": Bid([5_000], EXEMPT, [5]),
        "birch": Bid([4_000], EXEMPT, [12]),
        "cedar": Bid([6_000], EXEMPT, [2]),
    }
    with work(cast.actor("officer")) as w:
        scene = make_scene(
            w, cast, bids, [Asked(Decimal(200), Decimal(10))], mode="lines",
            credits={1: 1_000_000},
        )  # fmt: skip
        close_all(w, cast, scene, SAME)
    return scene


def test_slices_go_to_the_best_ranked_then_to_the_next(
    work: OpenWork, read: OpenWork, cast: Cast, slices: Scene
) -> None:
    line = str(slices.lines[0])
    with work(cast.actor("officer")) as w:
        awards = propose(w, cast, slices)
        given = {award.offer_id: (award.slices[line], award.ht_cents) for award in awards}
        assert given == {
            slices.offers["birch"]: (12, 480_000),
            slices.offers["alder"]: (5, 250_000),
            slices.offers["cedar"]: (2, 120_000),
        }
        decide(w, cast, slices)
    assert reserved(read, cast, slices) == 1_000_000
    for award, left in zip(awards, (370_000, 120_000, 0), strict=True):
        with work(cast.actor("officer")) as w:
            sign(w, cast, award, engagement_number=f"E-{award.rank}")
        assert reserved(read, cast, slices) == left
    with read(ENGINE) as w:
        engaged = w.session.exec(
            select(Movement.line_cents)
            .where(col(Movement.kind) == "engagement")
            .order_by(col(Movement.seq))
        ).all()
        assert list(engaged) == [-480_000, -250_000, -120_000]


def test_never_more_slices_than_asked(work: OpenWork, cast: Cast, clock: FixedClock) -> None:
    clock.set(OPENED)
    bids = {"alder": Bid([5_000], EXEMPT, [8]), "birch": Bid([4_000], EXEMPT, [7])}
    with work(cast.actor("officer")) as w:
        scene = make_scene(
            w, cast, bids, [Asked(Decimal(100), Decimal(10))], mode="lines",
            credits={1: 1_000_000},
        )  # fmt: skip
        close_all(w, cast, scene, SAME)
        awards = propose(w, cast, scene)
        assert [next(iter(award.slices.values())) for award in awards] == [7, 3]


def test_equals_are_parted_by_nobody_without_a_reason(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    bids = {"alder": Bid([5_000], EXEMPT), "birch": Bid([5_000], EXEMPT)}
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, bids, [Asked()])
        close_all(w, cast, scene, SAME)
    with pytest.raises(Ties) as tie, work(cast.actor("officer")) as w:
        propose(w, cast, scene)
    (problem,) = tie.value.problems
    assert problem.facts["offers"] == ["Atelier alder", "Atelier birch"]
    with work(cast.actor("officer")) as w:
        order = [scene.offers["birch"], scene.offers["alder"]]
        data = ProposalInput(order=order, order_reason="Seconde visite des pièces.")
        (award,) = service.propose(w, scene.market_id, data)
        assert award.offer_id == scene.offers["birch"]


def test_equals_who_ask_more_slices_than_are_left(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    bids = {"alder": Bid([5_000], EXEMPT, [8]), "birch": Bid([5_000], EXEMPT, [8])}
    with work(cast.actor("officer")) as w:
        scene = make_scene(
            w, cast, bids, [Asked(Decimal(100), Decimal(10))], mode="lines",
            credits={1: 1_000_000},
        )  # fmt: skip
        close_all(w, cast, scene, SAME)
    with pytest.raises(Ties) as tie, work(cast.actor("officer")) as w:
        propose(w, cast, scene)
    (problem,) = tie.value.problems
    assert problem.facts["offers"] == ["Atelier alder", "Atelier birch"]


def test_a_lot_without_winner_gives_its_credits_back_at_the_decision_and_undoing_takes_them_again(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    bids = {"alder": Bid([10_000, 50_000], EXEMPT), "birch": Bid([12_000, None], EXEMPT)}
    with work(cast.actor("officer")) as w:
        scene = make_scene(
            w, cast, bids, [Asked(lot=1), Asked(lot=2)], mode="lots",
            credits={1: 200_000, 2: 300_000},
        )  # fmt: skip
        judge_all(w, scene)
        out = JudgeInput(verdict=Verdict.UNACCEPTABLE, reasons="Au-dessus.", lot_number=2)
        evaluation.judge(w, scene.offers["alder"], out)
        score_all(w, cast, scene, SAME)
        evaluation.close(w, scene.market_id)
        (award,) = propose(w, cast, scene)
        assert (award.lot_number, award.ht_cents) == (1, 100_000)
    assert reserved(read, cast, scene) == 500_000
    with work(cast.actor("officer")) as w:
        decide(w, cast, scene)
    assert reserved(read, cast, scene) == 200_000
    with work(cast.actor("officer")) as w:
        service.cancel(w, scene.market_id, "Erreur de plume.")
    assert reserved(read, cast, scene) == 500_000
    with read(ENGINE) as w:
        kinds = w.session.exec(
            select(Movement.kind).where(col(Movement.market_id) == scene.market_id)
        ).all()
        assert kinds.count("reservation") == 4
        assert kinds.count("release") == 3
