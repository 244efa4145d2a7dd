"""« Paramètres »: the organisation, people, roles, delegations; who may open and change them."""

import re

import pytest
from sqlmodel import select

from sad.accounts.tables import Delegation, Membership, Organisation
from sad.audit.tables import audit_event
from sad.notifications.outbox import kept_letters
from tests.support.web import Site, text_of

PAGES = ["/parametres", "/parametres/delegations", "/parametres/delegations/nouvelle"]
ADMINISTRATION = ["/parametres/organisation", "/parametres/personnes"]
DELEGATION = {
    "person_name": "Dominique Le Goff",
    "quality": "Vice-présidente",
    "act_number": "2026-021",
    "executory_on": "2026-02-01",
    "scope": ["award_decision", "contract"],
    "ceiling": "40 000,00",
    "valid_from": "2026-02-15",
    "valid_until": "2026-12-31",
    "email": "dominique@brume.example",
}


@pytest.mark.parametrize("path", PAGES + ADMINISTRATION)
def test_the_administrator_opens_every_page(site: Site, path: str) -> None:
    assert site.as_("administrator").get(path).status_code == 200


@pytest.mark.parametrize("part", ["buyer", "evaluator", "auditor", "alder", "stranger"])
def test_others_open_none(site: Site, part: str) -> None:
    client = site.as_(part)
    for path in PAGES + ADMINISTRATION:
        assert client.get(path).status_code == 403, path


def test_the_officer_opens_the_delegations_only(site: Site) -> None:
    client = site.as_("officer")
    assert [client.get(path).status_code for path in PAGES] == [200] * 3
    assert [client.get(path).status_code for path in ADMINISTRATION] == [403] * 2


def test_nobody_is_sent_to_the_door(site: Site) -> None:
    for path in PAGES + ADMINISTRATION:
        answer = site.anonymous().get(path)
        assert answer.headers["location"] == f"/connexion?suite={path}"


def test_a_refused_page_leaves_a_trace(site: Site) -> None:
    site.as_("buyer").get("/parametres/personnes")
    with site.read() as work:
        rows = work.session.connection().execute(
            select(audit_event.c.body).where(audit_event.c.action == "access.refused")
        )
        (body,) = rows.scalars().all()
    assert "/parametres/personnes" in body


def test_the_organisation_is_saved_and_dresses_the_pages(site: Site) -> None:
    client = site.as_("administrator")
    typed = {
        "name": "Brume Agglomération",
        "contact_name": "Camille Petit",
        "contact_phone": "02 96 11 11 11",
        "accent": "ocean",
    }
    saved = client.follow(client.post("/parametres/organisation", typed))
    assert "C’est enregistré" in text_of(saved)
    assert 'class="accent-ocean"' in saved.text and "Camille Petit" in text_of(saved)
    wrong = client.post(
        "/parametres/organisation", typed | {"contact_email": "pas une adresse", "name": "Autre"}
    )
    assert wrong.status_code == 422
    assert "pas une adresse" in wrong.text and 'value="Autre"' in wrong.text
    with site.read() as work:
        row = work.shared(Organisation, site.cast.organisation_id)
    assert (row.name, row.contact_email) == ("Brume Agglomération", "")


def test_somebody_is_invited_given_roles_and_loses_one(site: Site) -> None:
    client = site.as_("administrator")
    typed = {"name": "Nora Neuve", "email": "nora@brume.example", "roles": ["buyer", "evaluator"]}
    page = client.follow(client.post("/parametres/personnes", typed))
    assert "Nora Neuve" in text_of(page)
    with site.read() as work:
        (letter,) = kept_letters(work)
    assert site.anonymous().post(letter.link or "").headers["location"] == "/marches"
    twice = client.post("/parametres/personnes", typed)
    assert twice.status_code == 409 and "a déjà le rôle « achat »" in text_of(twice)
    nothing = client.post("/parametres/personnes", typed | {"roles": []})
    assert "f-roles" in nothing.text and 'value="nora@brume.example"' in nothing.text
    with site.read() as work:
        membership = work.session.exec(
            select(Membership.id).where(Membership.person_id == site.cast.people["buyer"])
        ).one()
    client.post(f"/parametres/personnes/roles/{membership}/retirer")
    assert "Buyer" not in text_of(client.get("/parametres/personnes"))
    assert site.as_("buyer").get("/parametres").status_code == 403


def test_the_last_administrator_is_told(site: Site) -> None:
    client = site.as_("administrator")
    with site.read() as work:
        membership = work.session.exec(
            select(Membership.id).where(Membership.person_id == site.cast.people["administrator"])
        ).one()
    answer = client.post(f"/parametres/personnes/roles/{membership}/retirer")
    assert answer.status_code == 409 and "dernier rôle d&#39;administration" in answer.text


def test_a_delegation_is_recorded_corrected_and_withdrawn(site: Site) -> None:
    client = site.as_("officer")
    page = client.follow(client.post("/parametres/delegations/nouvelle", DELEGATION))
    assert "acte n° 2026-021" in text_of(page) and "40 000,00 €" in text_of(page)
    with site.read() as work:
        row = work.session.exec(select(Delegation).where(Delegation.act_number == "2026-021")).one()
    path = f"/parametres/delegations/{row.id}"
    shown = client.get(path).text
    assert 'value="dominique@brume.example"' in shown and "40\u202f000,00" in shown
    assert client.post(path, DELEGATION | {"version": "1", "ceiling": ""}).status_code == 303
    late = client.post(path, DELEGATION | {"version": "1"})
    assert late.status_code == 409 and "Quelqu&#39;un d&#39;autre a modifié" in late.text
    assert client.post(f"{path}/retirer").status_code == 303
    assert "Retirée" in text_of(client.get("/parametres/delegations"))
    assert "Retirer cette délégation" not in text_of(client.get(path))


def test_a_wrong_delegation_keeps_what_was_typed(site: Site) -> None:
    client = site.as_("officer")
    for changes, words in (
        ({"ceiling": "quarante mille"}, "nombre lisible"),
        ({"valid_until": "2026-01-01"}, "précède"),
        ({"email": "personne"}, "adresse électronique"),
        ({"scope": []}, "Ce champ est à remplir"),
        ({"valid_from": "32 mai"}, "Une date est attendue"),
    ):
        answer = client.post("/parametres/delegations/nouvelle", DELEGATION | changes)
        assert answer.status_code in {409, 422}, changes
        assert words in text_of(answer), (changes, text_of(answer))
        assert 'value="Vice-présidente"' in answer.text
    with site.read() as work:
        assert len(work.session.exec(select(Delegation)).all()) == 1


def test_another_organisations_delegation_is_not_there(site: Site) -> None:
    with site.work() as work:
        work.shared(Organisation, site.cast.other_organisation_id)
        row = work.get_in(Delegation, site.cast.organisation_id, site.cast.delegation_id)
    client = site.as_("other_officer")
    assert client.get(f"/parametres/delegations/{row.id}").status_code == 404
    assert client.post(f"/parametres/delegations/{row.id}/retirer").status_code == 404
    assert "Le Goff" not in client.get("/parametres/delegations").text


def test_every_form_carries_its_token(site: Site) -> None:
    client = site.as_("administrator")
    for path in [*PAGES, *ADMINISTRATION, "/mon-compte"]:
        page = client.get(path).text
        forms = re.findall(r"(?s)<form.*?</form>", page)
        assert all('name="csrf_token"' in form for form in forms), path
    bare = client.http.post("/parametres/organisation", data={"name": "x"})
    assert bare.status_code == 403
