"""Agents say what comes and keep the register; the public reads what is told to all."""

import io
import re
from uuid import UUID, uuid4

import pytest
from pypdf import PdfReader

from tests.support.published import published_system
from tests.support.web import Site, text_of

MEETING = {
    "met_on": "2026-08-28",
    "structure": "Ressourcerie du Port",
    "subject": "Ce qu'un atelier peut livrer",
    "information": "Les premières demandes porteront\nsur des chaises.",
}


@pytest.fixture
def place(site: Site) -> tuple[UUID, UUID]:
    with site.work("officer") as work:
        system_id, (category_id,) = published_system(work)
    return system_id, category_id


def test_a_buyer_announces_corrects_and_removes(site: Site, place: tuple[UUID, UUID]) -> None:
    system_id, category_id = place
    buyer, base = site.as_("buyer"), f"/systemes/{system_id}/prochaines-demandes"
    assert "Prochaines demandes" in text_of(buyer.get(f"/systemes/{system_id}"))
    wrong = buyer.post(f"{base}/nouvelle", {"category_id": str(category_id), "month": "2020-01-01"})
    assert wrong.status_code == 422
    assert "Ce champ est à remplir" in wrong.text
    typed = {"category_id": str(category_id), "month": "2020-01-01", "quantity": "dix <chaises>"}
    past = buyer.post(f"{base}/nouvelle", typed)
    assert past.status_code == 422
    assert "Ce mois est passé" in past.text
    assert "dix &lt;chaises&gt;" in past.text
    page = buyer.follow(buyer.post(f"{base}/nouvelle", typed | {"month": "2027-03-01"}))
    (demand,) = re.findall(rf'action="{base}/([0-9a-f-]{{36}})/retirer"', page.text)
    assert "dix &lt;chaises&gt;" in buyer.get(f"{base}/{demand}").text
    change = typed | {"month": "2027-04-01", "quantity": "douze chaises", "version": "1"}
    assert "avril 2027" in buyer.follow(buyer.post(f"{base}/{demand}", change)).text
    late = buyer.post(f"{base}/{demand}", change | {"quantity": "treize chaises"})
    assert late.status_code == 409
    assert "avril 2027 : douze chaises" in text_of(late)
    assert 'value="treize chaises"' in late.text
    assert 'name="version" value="2"' in late.text
    public = f"/sad/{system_id}/prochaines-demandes"
    assert "douze chaises" in site.anonymous().get(public).text
    assert "Rien d’annoncé" in text_of(buyer.follow(buyer.post(f"{base}/{demand}/retirer")))
    assert "douze chaises" not in site.anonymous().get(public).text


def test_a_meeting_is_told_to_all_in_one_press(site: Site, place: tuple[UUID, UUID]) -> None:
    system_id, _ = place
    officer, base = site.as_("officer"), f"/systemes/{system_id}/sourcing"
    wrong = officer.post(f"{base}/nouveau", MEETING | {"met_on": "2030-01-01"})
    assert wrong.status_code == 422
    assert "un échange se consigne une fois" in text_of(wrong)
    page = officer.follow(officer.post(f"{base}/nouveau", MEETING))
    entry = page.text.partition('id="echange-')[2].partition('"')[0]
    correction = MEETING | {"subject": "Délais", "version": "1"}
    assert "Délais" in officer.follow(officer.post(f"{base}/{entry}", correction)).text
    stranger = site.anonymous()
    assert "Délais" not in stranger.get(f"/sad/{system_id}").text
    assert "Publié à tous" in text_of(officer.follow(officer.post(f"{base}/{entry}/publier")))
    told = stranger.get(f"/sad/{system_id}").text
    assert "Délais" in told
    assert "Ressourcerie du Port" not in told
    (said,) = stranger.get(f"/api/v1/systems/{system_id}/sourcing").json()
    assert said.keys() == {"id", "met_on", "subject", "information", "published_at"}
    assert officer.get(f"{base}/{entry}").status_code == 303
    assert officer.post(f"{base}/{entry}", correction).status_code == 409
    paper = officer.get(f"{base}/registre.pdf")
    read = PdfReader(io.BytesIO(paper.content)).pages[0].extract_text()
    assert "Ressourcerie du Port" in read
    assert "vendredi 28 août 2026" in read


def test_others_read_at_most(site: Site, place: tuple[UUID, UUID]) -> None:
    system_id, _ = place
    pages = ("prochaines-demandes", "sourcing", "sourcing/registre.pdf")
    for page in pages:
        address = f"/systemes/{system_id}/{page}"
        assert site.as_("auditor").get(address).status_code == 200
        assert site.as_("other_officer").get(address).status_code == 404
        assert site.as_("alder").get(address).status_code == 403
        assert site.anonymous().get(address).status_code == 303
    read = site.as_("auditor").get(f"/systemes/{system_id}/sourcing").text
    assert "Consigner un échange" not in read
    for form in ("prochaines-demandes/nouvelle", "sourcing/nouveau"):
        assert site.as_("evaluator").get(f"/systemes/{system_id}/{form}").status_code == 403


def test_the_api_does_the_same(site: Site, place: tuple[UUID, UUID]) -> None:
    system_id, category_id = place
    agent = site.api("buyer", ["prepare_market", "read_file"])
    base, key = f"/api/v1/sourcing/{system_id}", {"Idempotency-Key": str(uuid4())}
    demand = {"category_id": str(category_id), "month": "2027-03-17", "quantity": "dix chaises"}
    made = agent.post(f"{base}/next-demands", json=demand, headers=key)
    assert made.status_code == 201, made.text
    again = agent.post(f"{base}/next-demands", json=demand, headers=key)
    assert again.json() == made.json()
    (shown,) = site.anonymous().http.get(f"/api/v1/systems/{system_id}/next-demands").json()
    assert (shown["month"], shown["quantity"]) == ("2027-03-01", "dix chaises")
    change = demand | {"quantity": "onze chaises", "version": 1}
    put = agent.put(f"{base}/next-demands/{made.json()['id']}", json=change)
    assert put.json()["quantity"] == "onze chaises"
    assert agent.delete(f"{base}/next-demands/{made.json()['id']}").status_code == 204
    entry = agent.post(
        f"{base}/meetings", json=MEETING, headers={"Idempotency-Key": str(uuid4())}
    ).json()["id"]
    published = agent.post(f"{base}/meetings/{entry}/publish").json()
    assert published["published_at"] is not None
    refused = agent.put(f"{base}/meetings/{entry}", json=MEETING | {"version": 2})
    assert refused.json()["code"] == "sourcing.published_stays"
    unscoped = site.api("buyer", ["read_file"])
    assert unscoped.post(f"{base}/meetings/{entry}/publish").status_code == 403
