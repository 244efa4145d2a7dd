"""The buyer is told, once, before the offers of a market bind nobody any more (P16)."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

import storage
from app.settings import load
from app.wiring import Wiring
from app.worker.tasks import watch
from sad.due.validity import markets_to_tell
from sad.kernel.actor import ENGINE
from sad.markets.tables import SpecificMarket
from sad.notifications.outbox import kept_letters
from tests.conftest import OpenWork
from tests.evaluation.scene import DEADLINE, OPENED, make_scene
from tests.support.cast import Cast
from tests.support.clock import FixedClock
from tests.support.rings import FixedRings


@pytest.fixture
def wiring(database: Engine, clock: FixedClock, rings: FixedRings, tmp_path: Path) -> Wiring:
    files = storage.open_store((tmp_path / "files").as_uri())
    settings = load({"DATA_DIR": str(tmp_path)})
    return Wiring(settings, database, clock, rings, files, "demonstration")


def told(work: OpenWork) -> list[tuple[str, str]]:
    with work() as w:
        found = [one for one in kept_letters(w) if one.kind == "market.offers_lapsing"]
        return [(one.to, one.facts["bound_until"]) for one in found]


def test_the_buyer_is_told_once_on_the_twentieth_day_of_thirty(
    wiring: Wiring, work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast)
        market = w.get(SpecificMarket, scene.market_id)
        market.created_by = cast.people["buyer"]
        w.add(market)
    clock.set(DEADLINE + timedelta(days=19))
    watch(wiring, "one")
    assert told(work) == []
    for days in (20, 21, 40):
        clock.set(DEADLINE + timedelta(days=days))
        watch(wiring, "one")
        watch(wiring, "two")
        assert told(work) == [("buyer@brume.example", "2026-10-16")]


@pytest.mark.parametrize(("validity", "first"), [(10, 6), (30, 20), (90, 60)])
def test_the_day_follows_how_long_offers_bind(
    work: OpenWork, cast: Cast, clock: FixedClock, validity: int, first: int
) -> None:
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast)
        market = w.get(SpecificMarket, scene.market_id)
        market.validity_days = validity
        w.add(market)
    found = []
    for days in (first - 1, first):
        clock.set(DEADLINE + timedelta(days=days))
        with work(ENGINE) as w:
            found.append(len(markets_to_tell(w)))
    assert found == [0, 1]


@pytest.mark.parametrize("state", ["decided", "signed", "notified"])
def test_nobody_is_told_once_it_is_decided(
    work: OpenWork, cast: Cast, clock: FixedClock, state: str
) -> None:
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        make_scene(w, cast, state=state)
    clock.set(DEADLINE + timedelta(days=25))
    with work(ENGINE) as w:
        assert markets_to_tell(w) == []
