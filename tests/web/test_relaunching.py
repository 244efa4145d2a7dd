"""Lines without supplier launched again from a page, in one press, or by the API."""

from uuid import uuid4

import pytest

from sad.awards import relaunching, service
from sad.frames import queries as frames
from sad.markets.schemas import EndingInput
from sad.markets.states import MarketState
from sad.markets.tables import SpecificMarket
from tests.evaluation.scene import OPENED, Scene, make_scene
from tests.support.web import Site, text_of


@pytest.fixture
def ended(site: Site) -> Scene:
    """Two lines of 10, ended without award."""
    site.clock.set(OPENED)
    with site.work("officer") as work:
        scene = make_scene(work, site.cast, {}, mode="lines")
        kind, power = MarketState.UNSUCCESSFUL, site.cast.delegation_id
        data = EndingInput(kind=kind, reasons="Personne.", delegation_id=power)
        service.end(work, scene.market_id, data)
        return scene


def test_a_line_is_launched_again_in_slices(site: Site, ended: Scene) -> None:
    buyer, base = site.as_("buyer"), f"/marches/{ended.market_id}"
    assert f"{base}/reprise" in buyer.get(base).text
    page = buyer.get(f"{base}/reprise")
    assert text_of(page).count("Table 1") == 1 and page.text.count(" checked") == 2
    line = str(ended.lines[0])
    none = buyer.post(f"{base}/reprise", {})
    assert none.status_code == 422 and "Cochez au moins une ligne" in text_of(none)
    given = {"lines": line, f"slice:{line}": "3", "title": "Tables"}
    wrong = buyer.post(f"{base}/reprise", given)
    assert wrong.status_code == 422
    assert "ne se partage pas en tranches identiques de 3" in text_of(wrong)
    assert 'value="3"' in wrong.text and wrong.text.count(" checked") == 1
    sent = buyer.post(f"{base}/reprise", given | {f"slice:{line}": "2,5"})
    assert sent.headers["location"].endswith("/preparation")
    with site.read("buyer") as work:
        ((draft, title),) = relaunching.successors(work, ended.market_id)
        market = work.get(SpecificMarket, draft)
        (asked,) = frames.frame(work, market.organisation_id, market.frame_id).lines
    assert (title, asked.code, f"{asked.slice_size:f}") == ("Tables", "T-01", "2.5")
    assert "Déjà préparé à partir de ce marché" in text_of(buyer.get(f"{base}/reprise"))


def test_the_api_says_what_is_free_and_launches_it_once(site: Site, ended: Scene) -> None:
    buyer, base = (
        site.api("buyer", ["read_file", "prepare_market"]),
        f"/api/v1/markets/{ended.market_id}",
    )
    free = buyer.get(f"{base}/free-lines").json()
    assert [(one["label"], one["quantity"]) for one in free] == [("T-01", "10"), ("T-02", "10")]
    key = {"Idempotency-Key": str(uuid4())}
    made = [buyer.post(f"{base}/relaunch", json={}, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json() == made[1].json()


def test_a_market_that_runs_has_nothing_to_launch_again(site: Site) -> None:
    site.clock.set(OPENED)
    with site.work("officer") as work:
        scene = make_scene(work, site.cast)
    page = site.as_("buyer").get(f"/marches/{scene.market_id}/reprise")
    assert "Aucune ligne à relancer" in text_of(page)
    assert site.as_("evaluator").get(f"/marches/{scene.market_id}/reprise").status_code == 403
