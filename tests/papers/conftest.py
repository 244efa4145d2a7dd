"""The demonstration opened once for the tests that only read it."""

from collections.abc import Iterator

import pytest

from sad.markets.tables import SpecificMarket
from tests.conftest import OpenWork
from tests.evaluation.scene import OPENED, Scene, make_scene
from tests.evaluation.steps import close_all
from tests.papers.content import Shown, minutes, opened
from tests.support.cast import Cast
from tests.support.clock import FixedClock


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """Read by its officer."""
    found = opened(tmp_path_factory.mktemp("papers"))
    yield found
    found.wiring.engine.dispose()


@pytest.fixture
def ranked(work: OpenWork, cast: Cast, clock: FixedClock) -> Scene:
    """Birch 3 200 € to pay, alder 3 600 €, cedar 4 800 €, their opening with its minutes."""
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast)
        market = w.get(SpecificMarket, scene.market_id)
        market.minutes = minutes(w, market)
        w.add(market)
        close_all(w, cast, scene)
        return scene
