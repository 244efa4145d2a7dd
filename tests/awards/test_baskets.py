"""What other ways of choosing would cost: the cheapest lines, one supplier, the ranking."""

from decimal import Decimal

from sad.awards.baskets import Basket, BasketKind, baskets, one_supplier
from sad.awards.shares import ranked
from sad.db.work import Work
from sad.evaluation.file import load
from sad.evaluation.service import rankings_of
from sad.evaluation.states import Verdict
from sad.kernel.money import Money
from sad.kernel.vat import VatRegime
from sad.markets.tables import SpecificMarket
from tests.conftest import OpenWork
from tests.evaluation.scene import OPENED, Asked, Bid, Scene, make_scene
from tests.evaluation.steps import close_all, judge
from tests.support.cast import Cast
from tests.support.clock import FixedClock

EXEMPT = VatRegime.EXEMPT
TWO_LOTS = [Asked(lot=1), Asked(lot=1), Asked(lot=2)]


def _baskets(work: Work, cast: Cast, scene: Scene) -> dict[BasketKind, Basket]:
    file = load(work, cast.organisation_id, scene.market_id)
    rankings = ranked(rankings_of(work, work.get(SpecificMarket, scene.market_id)))
    return {one.kind: one for one in baskets(file, rankings)}


def test_each_way_takes_what_it_says(work: OpenWork, cast: Cast, clock: FixedClock) -> None:
    """Ten of each: alder is cheap on one line, birch answers everything, cedar only the lot 2."""
    clock.set(OPENED)
    bids = {
        "alder": Bid([1_000, None, None], EXEMPT),
        "birch": Bid([2_000, 2_000, 2_000], EXEMPT),
        "cedar": Bid([None, None, 500], EXEMPT),
    }
    with work(cast.actor("officer")) as w:
        scene = make_scene(
            w, cast, bids, TWO_LOTS, mode="lines", credits={1: 30_000, 2: 20_000}
        )  # fmt: skip
        found = _baskets(w, cast, scene)
    assert set(found) == {BasketKind.LINES, BasketKind.LOTS, BasketKind.ONE}
    lines, lots, one = (found[k] for k in (BasketKind.LINES, BasketKind.LOTS, BasketKind.ONE))
    assert [(part.name, part.lines) for part in lines.parts] == [
        ("Atelier birch", 1), ("Atelier alder", 1), ("Atelier cedar", 1)
    ]  # fmt: skip
    assert (lines.paid, lines.served, lines.left) == (Money(35_000), 3, Money(15_000))
    assert (lots.paid, lots.served, lots.left) == (Money(45_000), 3, Money(5_000))
    assert (one.paid, one.served, one.left) == (Money(60_000), 3, Money(-10_000))


def test_slices_go_to_the_next_when_the_cheapest_has_not_enough(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    bids = {"alder": Bid([5_000], EXEMPT, [15]), "birch": Bid([4_000], EXEMPT, [12])}
    asked = [Asked(Decimal(200), Decimal(10))]
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, bids, asked, mode="lines", credits={1: 1_000_000})
        before = _baskets(w, cast, scene)
        close_all(w, cast, scene, {"alder": 20, "birch": 1})
        after = _baskets(w, cast, scene)
        alone = one_supplier(load(w, cast.organisation_id, scene.market_id))
    # By price, 12 slices at 40 € then 8 at 50 €; by rank, alder first: 15 at 50 € then 5 at 40 €.
    assert before[BasketKind.LINES].paid == Money(120 * 4_000 + 80 * 5_000)
    assert after[BasketKind.RANKING].paid == Money(150 * 5_000 + 50 * 4_000)
    assert after[BasketKind.RANKING].served == 1
    assert BasketKind.LOTS not in before
    assert [basket.served for basket in alone] == [0, 0]


def test_an_offer_set_aside_is_in_no_basket(work: OpenWork, cast: Cast, clock: FixedClock) -> None:
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, {"alder": Bid([100, 100])}, mode="lines")
        before = _baskets(w, cast, scene)
        judge(w, scene, "alder", Verdict.IRREGULAR, "Sans état.")
        after = _baskets(w, cast, scene)
    assert set(before) == {BasketKind.LINES, BasketKind.ONE, BasketKind.LOTS}
    assert after == {}
