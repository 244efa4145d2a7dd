"""What is asked once for the whole offer, on pages and by the API."""

import re
from uuid import uuid4

import pytest

from sad.frames.tables import FrameColumn
from sad.markets.rows import criteria_of
from sad.markets.tables import SpecificMarket
from tests.offers.scene import OPENING, Scene, make_scene
from tests.offers.test_questions import QUESTIONS
from tests.support.web import Client, Site, text_of
from tests.web.test_answers import base, fields, hidden, piece

GIVEN = {"q.spare_parts": "Je répare", "q.trips": "2"}


@pytest.fixture
def scene(site: Site) -> Scene:
    """A market open until T that asks three questions of the whole offer."""
    with site.work() as work:
        scene = make_scene(work, site.cast)
        for rank, question in enumerate(QUESTIONS):
            work.add(
                FrameColumn(
                    organisation_id=scene.cast.organisation_id,
                    frame_id=scene.frame_id,
                    position=50 + rank,
                    side="offer",
                    **question,
                )
            )
        market = work.get_in(SpecificMarket, scene.cast.organisation_id, scene.market_id)
        for criterion in criteria_of(work, market):
            if criterion.family == "environment":
                criterion.evidence = ["spare_parts"]
                criterion.anchors = ["20 : Réparation assurée.", "0 : Rien de prévu."]
                work.add(criterion)
        return scene


def send(client: Client, scene: Scene) -> None:
    client.post(base(scene) + "/offre", fields() | GIVEN)
    page = client.get(base(scene) + "/relire").text
    data = {"digest": hidden(page, "digest"), "act_key": hidden(page, "act_key")}
    assert client.post(base(scene) + "/envoyer", data).status_code == 303


def test_the_questions_stand_above_the_lines_with_their_choices(site: Site, scene: Scene) -> None:
    page = site.as_("alder").get(base(scene) + "/offre").text
    assert page.index("En une fois, pour toute votre offre") < page.index('id="ligne-1"')
    for choice in ("Je répare", "Je remplace", "Oui", "Non"):
        assert choice in page
    assert page.count('name="q.spare_parts"') == 2


def test_saved_as_answered_swaps_what_a_reload_shows(site: Site, scene: Scene) -> None:
    client, htmx = site.as_("alder"), {"HX-Request": "true"}
    saved = client.post(base(scene) + "/reponses", GIVEN, headers=htmx)
    assert saved.status_code == 200
    page = client.get(base(scene) + "/offre").text
    assert piece(saved.text, "etat-en-une-fois") == piece(page, "etat-en-une-fois")
    assert "2 sur 3" in piece(page, "etat-en-une-fois")
    assert re.search(r'value="Je répare" checked', page)
    refused = client.post(base(scene) + "/reponses", {"q.trips": "peu"}, headers=htmx)
    assert refused.status_code == 422
    assert "Pas enregistré" in piece(refused.text, "etat-en-une-fois")


def test_without_javascript_all_is_saved_at_once(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    review = client.follow(client.post(base(scene) + "/offre", fields() | GIVEN | RELIRE))
    words = text_of(review)
    assert "Et si une pièce casse ?" in words
    assert "Je répare" in words
    alone = client.post(base(scene) + "/reponses", {"q.tutor": "oui"})
    assert alone.headers["location"].endswith("/offre#en-une-fois")
    refused = client.post(base(scene) + "/offre", fields(price="99") | {"q.trips": "1,5"})
    assert refused.status_code == 422
    assert 'href="#f-q-trips"' in refused.text
    assert 'value="1,5"' in refused.text
    assert 'value="99"' not in client.get(base(scene) + "/offre").text


RELIRE = {"suite": "relire"}


def test_a_required_question_is_listed_with_its_link(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    page = client.follow(client.post(base(scene) + "/offre", fields() | RELIRE)).text
    assert f'href="{base(scene)}/offre#f-q-spare_parts"' in page
    assert "attend votre réponse" in page
    assert "Envoyer ma réponse" not in page


def test_the_invitation_says_the_questions_and_the_scales(site: Site, scene: Scene) -> None:
    words = text_of(site.as_("alder").get(base(scene)))
    assert "Et si une pièce casse ?" in words
    assert "20 : Réparation assurée." in words


def test_evaluators_read_the_answers_beside_the_criteria(site: Site, scene: Scene) -> None:
    send(site.as_("alder"), scene)
    address = f"/marches/{scene.market_id}"
    assert "Je répare" not in site.as_("buyer").get(address).text
    site.clock.set(OPENING)
    buyer = site.as_("buyer")
    assert buyer.post(f"{address}/ouverture").status_code == 303
    words = text_of(buyer.get(f"{address}/analyse"))
    assert "Réponses données une fois" in words
    assert "Sert à noter : Environnement" in words
    assert "Je répare" in words


def test_the_api_gives_the_questions_and_takes_the_answers(site: Site, scene: Scene) -> None:
    api = site.api("alder", ["answer"])
    address = f"/api/v1/markets/{scene.market_id}"
    values = {"condition": "Bon", "price": "10"}
    lines = [{"position": n, "values": values} for n in (1, 2, 3)]
    first = api.put(f"{address}/offer", json={"lines": lines})
    (problem,) = first.json()["problems"]
    assert problem["where"] == "question:spare_parts"
    answers = {"spare_parts": "Je répare", "tutor": True, "trips": 2}
    saved = api.put(f"{address}/offer", json={"lines": lines, "answers": answers})
    assert saved.json()["problems"] == []
    kept = api.put(f"{address}/offer", json={"lines": lines}).json()
    assert kept["answers"] == answers
    assert kept["digest"] == saved.json()["digest"] != first.json()["digest"]
    refused = api.put(f"{address}/offer", json={"lines": [], "answers": {"tutor": "parfois"}})
    assert refused.status_code == 422
    key = {"Idempotency-Key": str(uuid4())}
    sent = api.post(f"{address}/offer/submit", json={"digest": kept["digest"]}, headers=key)
    assert sent.status_code == 201
