"""Lines left without award launched again, differently, in one press."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from sad.awards import relaunching, service
from sad.awards.schemas import RelaunchInput
from sad.awards.slices import SliceSizeRefused
from sad.categories.tables import Category, CategoryCriterion
from sad.db.work import Work
from sad.frames import queries as frames
from sad.kernel.errors import Forbidden, NotFound
from sad.markets.rows import criteria_of, lots_of
from sad.markets.schemas import EndingInput
from sad.markets.states import MarketState
from sad.markets.tables import SpecificMarket
from sad.systems.tables import PurchasingSystem
from tests.awards.steps import decide, left, propose
from tests.conftest import OpenWork
from tests.evaluation.scene import OPENED, Asked, Bid, Scene, make_scene
from tests.evaluation.steps import close_all
from tests.support.cast import Cast
from tests.support.clock import FixedClock

SLICED = Asked(Decimal(40), Decimal(10))


@pytest.fixture
def ended(work: OpenWork, cast: Cast, clock: FixedClock) -> Scene:
    """Two lines, the second in slices of 10, ended without award."""
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, {}, (Asked(), SLICED), mode="lines")
        data = EndingInput(
            kind=MarketState.UNSUCCESSFUL, reasons="Personne.", delegation_id=cast.delegation_id
        )
        service.end(w, scene.market_id, data)
    return scene


def _lines(w: Work, draft_id: UUID) -> list[tuple[int, int, str, Decimal, Decimal | None]]:
    market = w.get(SpecificMarket, draft_id)
    return [
        (line.position, line.lot_number, line.code, line.quantity, line.slice_size)
        for line in frames.frame(w, market.organisation_id, market.frame_id).lines
    ]


def _relaunch(work: OpenWork, cast: Cast, scene: Scene, **data: object) -> UUID:
    with work(cast.actor("buyer")) as w:
        draft = service.relaunch(w, scene.market_id, RelaunchInput.model_validate(data))
        return draft.id


def test_an_ended_market_gives_back_its_lines_whole_or_in_other_slices(
    work: OpenWork, read: OpenWork, cast: Cast, ended: Scene
) -> None:
    with pytest.raises(SliceSizeRefused) as refused:
        _relaunch(work, cast, ended, slices={str(ended.lines[1]): 7})
    assert refused.value.where == f"slice:{ended.lines[1]}"
    with read(cast.actor("buyer")) as w:
        assert relaunching.successors(w, ended.market_id) == []
    draft = _relaunch(work, cast, ended)
    with read(cast.actor("buyer")) as w:
        market = w.get(SpecificMarket, draft)
        assert (market.state, market.copied_from) == ("draft", ended.market_id)
        assert (market.deadline_at, market.number) == (None, None)
        assert _lines(w, draft) == [
            (1, 1, "T-01", Decimal(10), None),
            (2, 1, "T-02", Decimal(40), Decimal(10)),
        ]
        (lot,) = lots_of(w, market)
        assert (lot.estimate_cents, lot.credits_cents) == (300_000, None)
        assert lot.envelope_id == ended.envelope_id
        assert relaunching.successors(w, ended.market_id) == [(draft, "Tables et bureaux")]
    assert left(read, cast, ended).cents == 10_000_000
    line = ended.lines[1]
    draft = _relaunch(work, cast, ended, lines=[line], slices={str(line): 8}, title="Chaises")
    with read(cast.actor("buyer")) as w:
        market = w.get(SpecificMarket, draft)
        assert (market.title, market.award_mode) == ("Chaises", "lines")
        assert _lines(w, draft) == [(1, 1, "T-02", Decimal(40), Decimal(8))]
        assert lots_of(w, market)[0].estimate_cents is None


def test_another_category_brings_the_criteria_of_its_notice(
    work: OpenWork, read: OpenWork, cast: Cast, ended: Scene
) -> None:
    with work(cast.actor("officer")) as w:
        organisation = cast.organisation_id
        other = w.add(
            Category(
                organisation_id=organisation,
                system_id=ended.system_id,
                code="sur-mesure",
                name="Sur mesure",
                cpv=["39121200-8"],
            )
        )
        for position, (family, weight) in enumerate([("price", 60), ("environment", 40)]):
            w.add(
                CategoryCriterion(
                    organisation_id=organisation,
                    category_id=other.id,
                    position=position,
                    family=family,
                    label=family,
                    weight_minimum=Decimal(10),
                    weight_default=Decimal(weight),
                    weight_maximum=Decimal(70),
                    method="proportional" if family == "price" else "judged",
                )
            )
        category_id = other.id
    draft = _relaunch(work, cast, ended, category_id=category_id)
    with read(cast.actor("buyer")) as w:
        market = w.get(SpecificMarket, draft)
        assert market.category_id == category_id
        assert [row.family for row in criteria_of(w, market)] == ["price", "environment"]
        assert lots_of(w, market)[0].envelope_id is None


def test_who_may_not_and_a_line_of_another_market(work: OpenWork, cast: Cast, ended: Scene) -> None:
    with pytest.raises(relaunching.LineNotFree):
        _relaunch(work, cast, ended, lines=[uuid4()])
    for part in ("evaluator", "auditor", "other_officer", "alder"):
        with pytest.raises((Forbidden, NotFound)), work(cast.actor(part)) as w:
            service.relaunch(w, ended.market_id, RelaunchInput())
    with work(cast.actor("officer")) as w:
        system = w.get(PurchasingSystem, ended.system_id)
        system.closing_at = datetime(2026, 9, 1, tzinfo=UTC)
        w.add(system)
    with pytest.raises(relaunching.CategoryClosed):
        _relaunch(work, cast, ended)


@pytest.fixture
def ranked_by_line(work: OpenWork, cast: Cast, clock: FixedClock) -> Scene:
    """Three lines: one supplied, one of which 20 of 40 are, one that nobody answered."""
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        bids = {
            "alder": Bid([10_000, 2_000, None], slices=[None, 1]),
            "birch": Bid([11_000, 2_100, None], slices=[None, 1]),
        }
        scene = make_scene(w, cast, bids, (Asked(), SLICED, Asked()), mode="lines")
        close_all(w, cast, scene)
        return scene


def test_a_decided_market_gives_back_what_nobody_supplies(
    work: OpenWork, read: OpenWork, cast: Cast, ranked_by_line: Scene
) -> None:
    scene = ranked_by_line
    with pytest.raises(relaunching.NothingLeft):
        _relaunch(work, cast, scene)
    with work(cast.actor("officer")) as w:
        propose(w, cast, scene)
        decide(w, cast, scene)
    draft = _relaunch(work, cast, scene)
    with read(cast.actor("buyer")) as w:
        assert _lines(w, draft) == [
            (1, 1, "T-02", Decimal(20), Decimal(10)),
            (2, 1, "T-03", Decimal(10), None),
        ]
    with pytest.raises(relaunching.LineNotFree):
        _relaunch(work, cast, scene, lines=[scene.lines[0]])


def test_a_lot_without_winner_is_launched_alone(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    asked = (Asked(lot=1), Asked(lot=2), Asked(lot=2))
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, {"alder": Bid([10_000, None, None])}, asked, mode="lots")
        close_all(w, cast, scene)
        propose(w, cast, scene)
        decide(w, cast, scene)
    draft = _relaunch(work, cast, scene)
    with read(cast.actor("buyer")) as w:
        market = w.get(SpecificMarket, draft)
        assert [(lot.number, lot.title) for lot in lots_of(w, market)] == [(1, "Lot 2")]
        assert [line[:3] for line in _lines(w, draft)] == [(1, 1, "T-02"), (2, 1, "T-03")]
        found = w.session.exec(select(SpecificMarket).where(col(SpecificMarket.id) == draft)).one()
        assert found.award_mode == "lots"
