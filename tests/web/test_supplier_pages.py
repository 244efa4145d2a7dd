"""The supplier's desk and file: its own people only, papers encrypted, pauses said."""

import re
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar

from sad.markets import questions
from sad.markets.schemas import QuestionInput
from sad.notifications.outbox import kept_letters
from sad.notifications.service import notify
from sad.suppliers.tables import Supplier, SupplierPaper, SupplierPerson
from tests.support.markets import DEADLINE, admit, launched, ready
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


def test_messages_waiting_are_counted_in_the_navigation(site: Site) -> None:
    alder = site.as_("alder")
    assert "Messages (" not in text_of(alder.get("/mon-dossier"))
    with site.work() as work:
        for _ in range(2):
            notify(work, "offer.opened", suppliers=[site.cast.suppliers["alder"]], facts={})
    assert "Messages (2)" in text_of(alder.get("/mon-dossier"))
    site.as_("birch").post("/messages/tout-lu")
    assert "Messages (2)" in text_of(alder.get("/messages"))
    page = text_of(alder.follow(alder.post("/messages/tout-lu")))
    assert "Messages (" not in page and "Tout marquer" not in page
    assert "Messages (" not in text_of(site.anonymous().get("/"))


def test_a_pause_is_said_and_stops_mails_not_invitations(site: Site) -> None:
    alder = site.as_("alder")
    alder.post("/bureau/pause")
    with site.work() as work:
        market = launched(work, site.cast, ready(work, site.cast))
    page = text_of(alder.get("/bureau"))
    assert "Vous restez invitée à toutes les demandes de prix" in page
    assert market.title in page and "Messages (1)" in page
    with site.read() as work:
        told = {x.to for x in kept_letters(work) if x.kind == "market.invited"}
    assert told == {"birch@brume.example"}


def test_what_left_before_an_admission_explains_itself(site: Site) -> None:
    with site.work() as work:
        at = ready(work, site.cast)
        launched(work, site.cast, at)
        supplier = Supplier(siret="37502862800010", name="Lac", created_at=work.now)
        work.add(supplier)
        work.add(
            SupplierPerson(
                supplier_id=supplier.id, person_id=site.cast.people["stranger"], created_at=work.now
            )
        )
        site.cast.suppliers["stranger"] = supplier.id
    site.clock.advance(days=1)
    with site.work() as work:
        admit(work, site.cast, at.system_id, at.category_id, "stranger")
    lac = site.as_("stranger")
    page = lac.get("/bureau")
    assert (
        "Une demande de la catégorie « Catégorie reemploi-ressourcerie » a été lancée avant votre"
        " admission du mercredi 2 septembre 2026 ; les prochaines vous parviendront."
    ) in text_of(page).replace("\u00a0", " ")
    address = re.search(r"/reponse/[0-9a-f-]{36}", page.text)
    assert address and "admission" in text_of(lac.get(address[0]))
    assert "Avant votre admission" not in text_of(site.as_("alder").get("/bureau"))


def test_own_dates_leave_as_a_calendar(site: Site) -> None:
    alder = site.as_("alder")
    with site.work() as work:
        market = launched(work, site.cast, ready(work, site.cast))
        paper = SupplierPaper(
            supplier_id=site.cast.suppliers["alder"],
            kind="vigilance",
            name="v.pdf",
            expires_on=date(2026, 12, 31),
            created_at=work.now,
        )
        work.add(paper)
    answer = alder.get("/bureau/calendrier.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    events = {str(e["uid"]): e for e in Calendar.from_ical(answer.content).events}
    assert set(events) == {f"demande-{market.id}", f"piece-{paper.id}"}
    assert events[f"demande-{market.id}"].start == DEADLINE
    assert events[f"piece-{paper.id}"].start == date(2026, 12, 31)
    before = answer.content
    assert alder.post(f"/reponse/{market.id}/commencer").status_code == 303
    assert alder.get("/bureau/calendrier.ics").content == before
    assert site.as_("officer").get("/bureau/calendrier.ics").status_code == 403


def test_questions_show_to_their_asker_alone(site: Site) -> None:
    with site.work() as work:
        market = launched(work, site.cast, ready(work, site.cast))
    with site.work("alder") as work:
        questions.ask(work, market.id, QuestionInput(text="Le lino est-il refait ?"))
    assert "Le lino est-il refait" in text_of(site.as_("alder").get("/bureau"))
    assert "Le lino est-il refait" not in text_of(site.as_("birch").get("/bureau"))


def test_a_paper_never_lies_in_clear_on_the_disk(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spooled(*_: object, **__: object) -> None:
        raise AssertionError("spooled to the disk in clear")

    monkeypatch.setattr("starlette.formparsers.SpooledTemporaryFile", spooled)
    alder, form = site.as_("alder"), {"kind": "bank"}
    content = b"RIB 1234 " * 300_000
    file = {"file": ("rib.txt", content, "text/plain")}
    assert alder.post("/mon-dossier/pieces", form, files=file).status_code == 303
    page = alder.get("/mon-dossier").text
    address = re.search(r'/mon-dossier/pieces/[0-9a-f-]{36}(?=")', page)
    assert address and alder.get(address[0]).content == content
    heavy = {"file": ("rib.txt", b"x" * (20 * 1024 * 1024 + 1), "text/plain")}
    refused = alder.post("/mon-dossier/pieces", form, files=heavy)
    assert refused.status_code == 413 and "20" in text_of(refused)
    assert site.as_("officer").post("/mon-dossier/pieces", form, files=file).status_code == 403
