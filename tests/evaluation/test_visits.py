"""What two agents saw of the pieces: announced, after the opening, before the marks are closed."""

from datetime import date

import pytest

from sad.evaluation import queries, visits
from sad.evaluation.rules import NotOpened, VisitAlone, VisitTooSoon, VisitUnannounced
from sad.evaluation.schemas import VisitInput
from sad.kernel.errors import Forbidden, NotFound
from sad.markets.tables import SpecificMarket
from tests.conftest import OpenWork
from tests.evaluation.scene import OPENED, Scene, make_scene
from tests.support.cast import Cast
from tests.support.clock import FixedClock

SEEN = VisitInput(
    held_on=OPENED.date(), first_agent="Inès", second_agent="Malo", note="Stable, une rayure."
)


@pytest.fixture
def scene(work: OpenWork, cast: Cast, clock: FixedClock) -> Scene:
    """An opened market that announced a visit."""
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        made = make_scene(w, cast)
        market = w.get(SpecificMarket, made.market_id)
        market.visit_who, market.visit_criterion = "all", "quality"
        w.add(market)
        return made


def test_a_note_is_kept_and_replaced_while_offers_are_scored(
    work: OpenWork, cast: Cast, scene: Scene
) -> None:
    offer_id = scene.offers["birch"]
    with work(cast.actor("buyer")) as w:
        visits.write(w, offer_id, SEEN)
        visits.write(w, offer_id, SEEN.model_copy(update={"note": "Stable."}))
    with work(cast.actor("officer")) as w:
        (kept,) = queries.evaluation(w, scene.market_id).visits.values()
        assert (kept.offer_id, kept.note, kept.agents) == (offer_id, "Stable.", ["Inès", "Malo"])
    with pytest.raises(Forbidden), work(cast.actor("auditor")) as w:
        visits.write(w, offer_id, SEEN)
    with pytest.raises(NotFound), work(cast.actor("other_officer")) as w:
        visits.write(w, offer_id, SEEN)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"second_agent": "inès"}, VisitAlone),
        ({"held_on": date(2026, 9, 16)}, VisitTooSoon),
        ({"held_on": date(2026, 9, 18)}, VisitTooSoon),
    ],
)
def test_two_agents_after_the_opening(
    work: OpenWork, cast: Cast, scene: Scene, change: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal), work(cast.actor("buyer")) as w:
        visits.write(w, scene.offers["birch"], SEEN.model_copy(update=change))


def test_only_what_was_announced_and_is_still_scored(
    work: OpenWork, cast: Cast, scene: Scene
) -> None:
    for values, refusal in (
        ({"state": "ranked"}, NotOpened),
        ({"visit_who": None}, VisitUnannounced),
    ):
        with work(cast.actor("officer")) as w:
            market = w.get(SpecificMarket, scene.market_id)
            for name, value in values.items():
                setattr(market, name, value)
            w.add(market)
        with pytest.raises(refusal), work(cast.actor("buyer")) as w:
            visits.write(w, scene.offers["birch"], SEEN)
    with work(cast.actor("officer")) as w:
        assert queries.evaluation(w, scene.market_id).visits == {}
