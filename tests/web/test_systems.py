"""The officer's pages of a system, and what the public reads."""

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
