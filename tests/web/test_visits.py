"""The visits' page, and the note beside the criterion it feeds."""

from uuid import UUID

import pytest

from sad.evaluation import service
from sad.markets.tables import SpecificMarket
from tests.evaluation.scene import OPENED, make_scene
from tests.evaluation.steps import judge_all
from tests.support.web import Site, text_of


def plain(response: object) -> str:
    return " ".join(text_of(response).split())


@pytest.fixture
def opened(site: Site) -> tuple[str, UUID]:
    """Where the analysis of a market that announced a visit is, and an offer of it."""
    site.clock.set(OPENED)
    with site.work("officer") as work:
        scene = make_scene(work, site.cast)
        market = work.get(SpecificMarket, scene.market_id)
        market.visit_who, market.visit_criterion = "all", "quality"
        market.visit_checklist = "Elle est stable"
        work.add(market)
        judge_all(work, scene)
    with site.work("officer") as work:
        service.assign(work, scene.market_id, site.cast.people["buyer"])
    return f"/marches/{scene.market_id}/analyse", scene.offers["birch"]


def test_a_visit_is_noted_offer_by_offer(site: Site, opened: tuple[str, UUID]) -> None:
    base, offer = opened
    buyer = site.as_("buyer")
    assert "Visites des pièces : 0 notée sur 3" in plain(buyer.get(base))
    page = plain(buyer.get(f"{base}/visites"))
    assert "Toutes les structures dont la réponse est recevable" in page
    assert page.count("pas encore notée") == 3
    fields = {
        f"held_on.{offer}": OPENED.date().isoformat(),
        f"first_agent.{offer}": "Inès Le Gall",
        f"second_agent.{offer}": "Malo Tanguy",
        f"note.{offer}": "Elle est stable : oui.",
    }
    alone = fields | {f"second_agent.{offer}": "Inès Le Gall"}
    refused = buyer.post(f"{base}/visites/{offer}", alone)
    assert refused.status_code == 422
    assert "Deux agents différents" in plain(refused)
    assert "Elle est stable : oui." in refused.text
    empty = buyer.post(f"{base}/visites/{offer}", {f"held_on.{offer}": "hier"})
    assert empty.status_code == 422
    done = buyer.follow(buyer.post(f"{base}/visites/{offer}", fields))
    assert "Inès Le Gall et Malo Tanguy" in plain(done)
    assert "1 notée sur 3" in plain(buyer.get(base))
    assert "Elle est stable : oui." in plain(buyer.get(f"{base}/notes"))
    assert buyer.post(f"{base}/visites/{UUID(int=7)}", fields).status_code == 404
    assert site.as_("auditor").get(f"{base}/visites").status_code == 200
    assert site.as_("auditor").post(f"{base}/visites/{offer}", fields).status_code == 403
    for part in ("birch", "other_officer"):
        assert site.as_(part).get(f"{base}/visites").status_code in {403, 404}
