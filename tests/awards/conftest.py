"""A market whose ranking is frozen: birch first, then alder, then cedar."""

import pytest

from tests.conftest import OpenWork
from tests.evaluation.scene import OPENED, Scene, make_scene
from tests.evaluation.steps import close_all
from tests.support.cast import Cast
from tests.support.clock import FixedClock


@pytest.fixture
def ranked(work: OpenWork, cast: Cast, clock: FixedClock) -> Scene:
    """Birch 3 200 € to pay, alder 3 600 €, cedar 4 800 €; credits 6 000 €."""
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast)
        close_all(w, cast, scene)
        return scene
