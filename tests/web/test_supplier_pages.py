"""The supplier's desk and file: its own people only, papers encrypted, pauses said."""

from pathlib import Path

from tests.support.web import Site, text_of

PAGES = ("/bureau", "/mon-dossier", "/mon-dossier/modifier", "/mon-dossier/pieces",
         "/mon-dossier/personnes", "/mes-candidatures")  # fmt: skip


def test_suppliers_only(site: Site) -> None:
    for path in PAGES:
        assert site.as_("alder").get(path).status_code == 200, path
        assert site.as_("officer").get(path).status_code == 403, path
        assert site.as_("stranger").get(path).status_code == 403, path
        assert site.anonymous().get(path).status_code == 303, path


def test_the_file_is_changed_with_numbers_as_people_type_them(site: Site) -> None:
    alder = site.as_("alder")
    typed = {
        "version": "1",
        "name": "Atelier de l’Aulne",
        "vat_regime": "liable",
        "vat_rate": "5,5 %",
        "kinds": ["EI", "EA"],
        "agreements.0.type": "ESUS",
        "agreements.0.number": "22-1",
        "agreements.0.valid_until": "2029-01-31",
        "agreements.1.type": "",
        "area": "Côtes-d’Armor",
    }
    wrong = alder.post("/mon-dossier/modifier", typed | {"vat_rate": "abc"})
    assert wrong.status_code == 422
    assert "abc" in wrong.text
    page = text_of(alder.follow(alder.post("/mon-dossier/modifier", typed)))
    assert "taux de 5,5" in page
    assert "ESUS n° 22-1, jusqu’au mercredi 31 janvier 2029" in page
    stale = alder.post("/mon-dossier/modifier", typed | {"city": "Dinan"})
    assert stale.status_code == 409
    assert "Dinan" in stale.text


def test_a_paper_is_kept_read_and_taken_out(site: Site, tmp_path: Path) -> None:
    alder = site.as_("alder")
    content = b"Attestation de vigilance, compte 12345\n" * 20
    form = {"kind": "vigilance", "expires_on": "2027-01-31"}
    for faulty, said in (
        ({"kind": "vigilance"}, "jusqu'à quand"),
        ({"kind": "other", "expires_on": ""}, "Dites ce qu'est"),
    ):
        answer = alder.post(
            "/mon-dossier/pieces", faulty, files={"file": ("v.txt", content, "text/plain")}
        )
        assert answer.status_code == 422
        assert said in answer.text.replace("&#39;", "'")
    missing = alder.post("/mon-dossier/pieces", form, files={"file": ("", b"", "text/plain")})
    assert missing.status_code == 422
    wrong = alder.post(
        "/mon-dossier/pieces", form, files={"file": ("v.exe", b"MZ\x90\x00", "text/plain")}
    )
    assert wrong.status_code == 422
    kept = alder.post(
        "/mon-dossier/pieces", form, files={"file": ("../vigilance.txt", content, "text/plain")}
    )
    page = alder.follow(kept)
    assert "vigilance.txt" in page.text
    address = page.text.split('href="/mon-dossier/pieces/')[1].split('"')[0]
    assert alder.get(f"/mon-dossier/pieces/{address}").content == content
    assert site.as_("birch").get(f"/mon-dossier/pieces/{address}").status_code == 404
    stored = [p for p in (tmp_path / "files").rglob("*") if p.is_file()]
    assert len(stored) == 1
    assert b"vigilance" not in stored[0].read_bytes()
    alder.post(f"/mon-dossier/pieces/{address}/retirer")
    assert "vigilance.txt" not in alder.get("/mon-dossier").text


def test_a_colleague_is_invited_and_a_stranger_is_not_ended(site: Site) -> None:
    alder = site.as_("alder")
    nina = {"name": "Nina", "email": "nina@exemple.example", "function": "Logistique"}
    page = alder.follow(alder.post("/mon-dossier/personnes", nina))
    assert "nina@exemple.example" in page.text
    twice = alder.post("/mon-dossier/personnes", nina)
    assert "fait déjà partie" in text_of(twice)
    officer = site.cast.people["officer"]
    assert alder.post(f"/mon-dossier/personnes/{officer}/fin").status_code == 404


def test_a_pause_is_said_and_ended(site: Site) -> None:
    alder = site.as_("alder")
    alder.post("/bureau/pause")
    assert "Votre structure est en pause" in text_of(alder.get("/bureau"))
    alder.post("/bureau/reprendre")
    assert "Votre structure est en pause" not in text_of(alder.get("/bureau"))


def test_the_api_of_the_file(site: Site) -> None:
    api = site.api("alder", ["answer"])
    mine = api.get("/api/v1/suppliers/me").json()
    assert mine["siret"] == "99900001100018"
    changed = api.patch("/api/v1/suppliers/me", json={"version": 1, "city": "Dinan"})
    assert changed.json()["city"] == "Dinan"
    stale = api.patch("/api/v1/suppliers/me", json={"version": 1, "city": "Brest"})
    assert stale.json()["code"] == "conflict"
    assert api.post("/api/v1/suppliers/me/pause").status_code == 204
    assert site.api("officer", ["read_file"]).get("/api/v1/suppliers/me").status_code == 403
    assert site.anonymous().get("/api/v1/suppliers/me").status_code == 401
