"""A market over: nothing tells a supplier to begin or to complete what can no longer be sent."""

import pytest

from sad.markets.tables import SpecificMarket
from sad.offers import drafts
from tests.offers.scene import OPENING, make_scene
from tests.support.web import Site, text_of


@pytest.mark.parametrize(
    ("part", "said"), [("alder", "Vous n’avez pas répondu"), ("birch", "il ne compte pas")]
)
def test_what_was_not_sent_is_no_longer_asked_for(site: Site, part: str, said: str) -> None:
    with site.work() as work:
        scene = make_scene(work, site.cast)
    with site.work("birch") as work:
        drafts.save_lines(work, scene.market_id, {1: {"price": "12,50"}})
    site.clock.set(OPENING)
    with site.work() as work:
        market = work.get_in(SpecificMarket, site.cast.organisation_id, scene.market_id)
        market.state, market.ended_at, market.ended_reasons = (
            "withdrawn",
            OPENING,
            "Besoin disparu.",
        )
        work.add(market)
    supplier = site.as_(part)
    for page in ("/offre", "/relire", "/offre/grille"):
        words = text_of(supplier.get(f"/reponse/{scene.market_id}{page}"))
        assert said in words, page
        assert "Il manque" not in words
        assert "pas encore commencé" not in words
