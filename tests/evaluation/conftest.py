"""A market opened with three offers, in the database of `work`."""

import pytest

from tests.conftest import OpenWork
from tests.evaluation.scene import OPENED, Scene, make_scene
from tests.support.cast import Cast
from tests.support.clock import FixedClock


@pytest.fixture
def scene(work: OpenWork, cast: Cast, clock: FixedClock) -> Scene:
    """Three offers on two lines, opened on 17 September 2026."""
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        return make_scene(w, cast)
