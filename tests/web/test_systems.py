"""The officer's pages of a system, and what the public reads."""

import re

from sqlmodel import select

from sad.categories.tables import Category, CategoryCriterion
from tests.support.published import published_system
from tests.support.web import Site, text_of


def test_the_public_reads_a_published_system_and_its_category(site: Site) -> None:
    with site.work("officer") as work:
        system_id, (category_id,) = published_system(work)
    stranger = site.anonymous()
    assert "Mobilier du Totem" in text_of(stranger.get("/"))
    page = text_of(stranger.get(f"/sad/{system_id}"))
    assert "jusqu’au mercredi 31 juillet 2030" in page
    assert "Aucun document à fournir" in text_of(
        stranger.get(f"/sad/{system_id}/categories/{category_id}")
    )


def test_the_officer_prepares_and_publishes(site: Site) -> None:
    officer = site.as_("officer")
    made = officer.post("/systemes/nouveau", {"title": "Essai", "maximum": "200 000"})
    page = officer.follow(made)
    path = made.headers["location"]
    assert "Indiquez où l&#39;avis est publié" in page.text
    wrong = officer.post(f"{path}/rubriques/objet", {"version": "1", "title": "", "maximum": "abc"})
    assert wrong.status_code == 422
    assert "abc" in wrong.text
    added = officer.post(f"{path}/categories", {"codes": ["luminaires", "metal"]})
    assert "Luminaires" in officer.follow(added).text
    sections = {
        "objet": {
            "title": "Essai",
            "object": "Lampes",
            "maximum": "200 000,00 €",
            "variants_allowed": "non",
        },
        "avis": {
            "notice_support": "BOAMP",
            "notice_reference": "26-1",
            "notice_sent_on": "2026-07-20",
            "first_candidatures_on": "2026-08-20",
            "opening_at": "2026-08-01",
            "closing_at": "2030-07-31",
        },
        "contact": {"contact_name": "Claude", "contact_phone": "02 96 00 00 00"},
    }
    for version, (name, values) in enumerate(sections.items(), start=1):
        saved = officer.post(f"{path}/rubriques/{name}", {"version": str(version)} | values)
        assert saved.status_code == 303, text_of(saved)
    assert "Publier" in text_of(officer.get(f"{path}/publier"))
    published = officer.follow(officer.post(f"{path}/publier"))
    assert "Ouvert jusqu’au" in text_of(published)


def test_only_the_officer_sees_the_forms(site: Site) -> None:
    with site.work("officer") as work:
        system_id, _ = published_system(work)
    assert site.as_("auditor").get(f"/systemes/{system_id}").status_code == 200
    assert site.as_("auditor").get("/systemes/nouveau").status_code == 403
    assert site.as_("alder").get(f"/systemes/{system_id}").status_code == 403
    assert site.as_("other_officer").get(f"/systemes/{system_id}").status_code == 404
    assert (
        site.anonymous().get(f"/systemes/{system_id}").headers["location"].startswith("/connexion")
    )


def test_the_officer_makes_a_category_their_own(site: Site) -> None:
    officer = site.as_("officer")
    path = officer.post("/systemes/nouveau", {"title": "Essai", "maximum": "200 000"}).headers[
        "location"
    ]
    page = officer.follow(officer.post(f"{path}/categories", {"codes": ["luminaires"]}))
    category = re.findall(rf"{path}/categories/[0-9a-f-]+", page.text)[0]
    assert "Aucun niveau minimal" in text_of(officer.get(category))
    words = {
        "version": "1",
        "name": "Lampes d’atelier",
        "description": "",
        "selection_criteria": "Deux lignes.",
        "required_documents": "Attestation d’assurance\n\n Photo de l’atelier ",
        "reservation": "insertion",
        "ordinary_use": "Courant.",
    }
    saved = officer.follow(officer.post(category, words))
    assert "Lampes d’atelier" in text_of(saved)
    stale = officer.post(category, words | {"name": "Trop tard"})
    assert stale.status_code == 409
    assert "Trop tard" in stale.text
    again = text_of(officer.get(category))
    assert "Photo de l’atelier" in again
    with site.work("officer") as work:
        row = work.session.exec(select(Category)).one()
        assert row.required_documents == ["Attestation d’assurance", "Photo de l’atelier"]
        assert (row.reservation, row.description) == ("insertion", "")


def _weights(**families: str) -> dict[str, str]:
    """`price="30 40 50"`: at least, proposed, at most."""
    names = ("weight_minimum", "weight_default", "weight_maximum")
    return {
        f"{name}.{family}": weight
        for family, said in families.items()
        for name, weight in zip(names, said.split(), strict=True)
    }


def test_the_officer_fixes_the_ranges_announced(site: Site) -> None:
    officer = site.as_("officer")
    path = officer.post("/systemes/nouveau", {"title": "Essai", "maximum": "200 000"}).headers[
        "location"
    ]
    page = officer.follow(officer.post(f"{path}/categories", {"codes": ["luminaires"]}))
    ranges = re.findall(rf"{path}/categories/[0-9a-f-]+/criteres", page.text)[0]
    asked = _weights(price="30 45 50", quality="20 30 40", environment="10 25 30")
    short = officer.post(ranges, {"version": "1"} | asked | _weights(quality="20 20 40"))
    assert "font 90 : ils doivent faire 100" in text_of(short)
    assert 'value="45"' in short.text
    wrong = _weights(price="60 45 50", quality="x 30 40", environment="10 125 30")
    told = text_of(officer.post(ranges, {"version": "1"} | wrong))
    assert "Un poids va de 0 à 100." in told
    bare = officer.post(ranges, {"version": "1"} | _weights(price="30 60 70", quality="0 40 40"))
    assert "Annoncez un critère environnemental" in text_of(bare)
    saved = officer.follow(officer.post(ranges, {"version": "1"} | asked))
    assert "Environnement 10–30" in text_of(saved)
    assert "Délai" not in text_of(saved)
    with site.work("officer") as work:
        rows = work.session.exec(select(CategoryCriterion)).all()
        kept = {row.family: (row.weight_default, bool(row.parameters)) for row in rows}
    assert kept == {"price": (45, True), "quality": (30, True), "environment": (25, True)}
    back = asked | _weights(price="30 35 50", delay="0 10 20")
    assert officer.post(ranges, {"version": "2"} | back).status_code == 303
    assert officer.post(ranges, {"version": "2"} | back).status_code == 409


def test_once_published_only_the_description_of_a_category_changes(site: Site) -> None:
    with site.work("officer") as work:
        system_id, (category_id,) = published_system(work)
    officer, path = site.as_("officer"), f"/systemes/{system_id}/categories/{category_id}"
    assert "Critère de sélection" not in officer.get(path).text
    told = {"version": "1", "description": "Des lampes.", "name": "Autre"}
    assert officer.post(path, told).status_code == 409
    told.pop("name")
    assert officer.post(path, told).status_code == 303
    ranges = _weights(price="30 50 50", quality="20 30 40", environment="10 20 30")
    refused = officer.post(f"{path}/criteres", {"version": "2"} | ranges)
    assert refused.status_code == 409
    assert site.as_("buyer").get(path).status_code == 403
