"""The last answer proposed again, by the API: given back as it came, it is taken."""

from tests.offers.scene import make_scene
from tests.offers.test_prefill import again
from tests.support.web import Site
from tests.web.test_answers import send


def test_what_would_be_taken_again_is_given_to_its_supplier_alone(site: Site) -> None:
    with site.work() as work:
        scene = make_scene(work, site.cast)
    send(site.as_("alder"), scene)
    with site.work() as work:
        market_id = again(work, scene)
        again(work, scene, "birch")
    alder = site.api("alder", ["answer"])
    path = f"/api/v1/markets/{market_id}/offer"
    found = alder.get(f"{path}/proposal").json()
    assert found["title"] == "Armoires pour la médiathèque"
    (first, *_) = found["lines"]
    assert first["position"] == 1 and first["values"]["price"] == "12,50"
    assert alder.get(path).json()["standing"] == "nothing"
    taken = alder.put(path, json={"lines": found["lines"], "answers": found["answers"]})
    assert taken.status_code == 200, taken.text
    assert site.api("birch", ["answer"]).get(f"{path}/proposal").status_code == 403
    first_market = f"/api/v1/markets/{scene.market_id}/offer/proposal"
    nothing = {"title": None, "sent_at": None, "lines": [], "answers": {}}
    assert site.api("birch", ["answer"]).get(first_market).json() == nothing
