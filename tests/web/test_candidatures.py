"""The officer examines and decides; the others are refused, and their refusals journalled."""

import re
from uuid import UUID, uuid4

import pytest

from sad.audit.tables import audit_event
from sad.candidatures import views
from tests.support.counted import count
from tests.support.joined import admit, submitted
from tests.support.published import published_system
from tests.support.web import Site, text_of

ACTS = ("admettre", "refuser", "completer", "prolonger", "mise-a-jour", "lettre", "retirer")


@pytest.fixture
def sent(site: Site) -> UUID:
    """A candidature of alder, received today."""
    with site.work("officer") as work:
        _, categories = published_system(work)
    with site.work("alder") as work:
        return submitted(work, categories[0])


def decided(site: Site, **fields: str) -> dict[str, str]:
    """A decision's form."""
    return {
        "reasons": "Répond au critère annoncé.",
        "delegation_id": str(site.cast.delegation_id),
    } | fields


def test_the_officer_reads_the_file_and_admits(site: Site, sent: UUID) -> None:
    officer = site.as_("officer")
    listed = text_of(officer.get("/candidatures"))
    assert "Atelier alder" in listed
    assert "Reste 10 jours ouvrables, jusqu’au mardi 15 septembre 2026." in listed
    page = text_of(officer.get(f"/candidatures/{sent}"))
    assert "99900001100018" in page
    assert "Samira Haddad, Gérante, sans réserve" in page
    form = officer.get(f"/candidatures/{sent}/actes/admettre")
    assert "Dominique Le Goff" in form.text
    done = officer.follow(officer.post(f"/candidatures/{sent}/actes/admettre", decided(site)))
    assert "Admise" in text_of(done)
    mine = text_of(site.as_("alder").get(f"/mes-candidatures/{sent}"))
    assert "Répond au critère annoncé." in mine
    assert "Dominique Le Goff" in mine


def test_a_refusal_without_reasons_or_delegation_keeps_what_was_typed(
    site: Site, sent: UUID
) -> None:
    officer = site.as_("officer")
    path = f"/candidatures/{sent}/actes/refuser"
    silent = officer.post(path, decided(site, reasons=""))
    assert silent.status_code == 422
    assert "Écrivez vos raisons" in text_of(silent)
    nobody = officer.post(path, decided(site, delegation_id=""))
    assert nobody.status_code == 422
    assert "Répond au critère annoncé." in nobody.text
    unknown = officer.post(path, decided(site, delegation_id=str(uuid4())))
    assert "Aucune délégation en vigueur ne couvre cet acte." in text_of(unknown)
    with site.read() as work:
        assert count(work, audit_event, audit_event.c.action == "access.refused") == 1
    officer.post(path, decided(site, reasons="Activité sans rapport avec la catégorie."))
    later = officer.post(path, decided(site))
    assert "une décision ne se réécrit pas" in text_of(later)
    appeal = officer.get(f"/candidatures/{sent}/actes/admettre")
    assert "Recours ou jugement" in text_of(appeal)
    mine = site.as_("alder").get(f"/mes-candidatures/{sent}")
    assert "Candidater de nouveau" in text_of(mine)


def test_complements_are_asked_then_given(site: Site, sent: UUID) -> None:
    officer, alder = site.as_("officer"), site.as_("alder")
    path = f"/candidatures/{sent}/actes/completer"
    past = officer.post(path, {"text": "Vos horaires ?", "due_on": "2026-08-31"})
    assert "doit être à venir" in text_of(past)
    wrong = officer.post(path, {"text": "Vos horaires ?", "due_on": "2026-09-08", "others": "x"})
    assert wrong.status_code == 409
    officer.post(path, {"text": "Vos horaires ?", "due_on": "2026-09-08"})
    desk = text_of(alder.get("/bureau"))
    assert "Compléter votre candidature" in desk
    mine = text_of(alder.get(f"/mes-candidatures/{sent}"))
    assert "Vos horaires ?" in mine
    empty = alder.post(f"/mes-candidatures/{sent}/completer", {"answer": " "})
    assert empty.status_code == 422
    alder.post(f"/mes-candidatures/{sent}/completer", {"answer": "De 8 h à 16 h."})
    assert "De 8 h à 16 h." in text_of(officer.get(f"/candidatures/{sent}"))
    assert "compléments reçus" in text_of(officer.get("/candidatures"))


def test_every_act_goes_through_its_page(site: Site, sent: UUID) -> None:
    officer, alder = site.as_("officer"), site.as_("alder")
    base = f"/candidatures/{sent}/actes"
    extended = officer.post(f"{base}/prolonger", {"reason": "Assureur à joindre."})
    assert "mardi 22 septembre 2026" in text_of(officer.follow(extended))
    assert "Ce n’est pas possible" in text_of(officer.get(f"{base}/prolonger"))
    officer.post(f"{base}/admettre", decided(site))
    officer.post(f"{base}/mise-a-jour", {"text": "Assurance ?"})
    assert alder.post(f"/mes-candidatures/{sent}/mettre-a-jour").status_code == 303
    officer.post(f"{base}/lettre", {"text": "Attestation fausse.", "due_on": "2026-09-20"})
    early = officer.post(f"{base}/retirer", decided(site))
    assert "peut encore répondre" in text_of(early)
    alder.post(f"/mes-candidatures/{sent}/repondre", {"answer": "Une erreur de notre banque."})
    over = officer.post(f"{base}/retirer", decided(site, reasons="Fausse attestation."))
    page = text_of(officer.follow(over))
    assert "Admission retirée" in page
    assert "Une erreur de notre banque." in page


def test_a_late_candidature_comes_first_and_stays_listed(site: Site, sent: UUID) -> None:
    site.clock.advance(days=15)
    officer = site.as_("officer")
    assert "En retard : la limite était le mardi 15 septembre 2026." in text_of(
        officer.get("/candidatures")
    )
    with site.work("officer") as work:
        admit(work, sent, site.cast.delegation_id)
    assert "Décidée après la limite." in text_of(
        site.as_("auditor").get("/candidatures?voir=retard")
    )


@pytest.mark.parametrize("part", ["alder", "birch", "stranger", "buyer", "auditor", "evaluator"])
def test_who_may_not_decide_is_refused_and_it_is_journalled(
    site: Site, sent: UUID, part: str
) -> None:
    client = site.as_(part)
    for slug in ACTS:
        path = f"/candidatures/{sent}/actes/{slug}"
        assert client.get(path).status_code == 403
        assert client.post(path, decided(site)).status_code == 403
    with site.read() as work:
        refused = count(work, audit_event, audit_event.c.action == "access.refused")
        assert refused == 2 * len(ACTS)
    with site.read("officer") as work:
        assert views.one(work, sent).state == "submitted"


def test_another_organisation_and_nobody_see_nothing(site: Site, sent: UUID) -> None:
    other, visitor = site.as_("other_officer"), site.anonymous()
    for path in (f"/candidatures/{sent}", f"/candidatures/{sent}/accuse.json"):
        assert other.get(path).status_code == 404
        assert visitor.get(path).status_code == 303
    assert "Atelier alder" not in text_of(other.get("/candidatures"))
    path = f"/candidatures/{sent}/actes/admettre"
    assert other.post(path, decided(site)).status_code == 404
    with site.read() as work:
        assert count(work, audit_event, audit_event.c.action == "access.refused") == 1
    assert visitor.post(path, decided(site)).status_code == 303
    birch = site.as_("birch")
    assert birch.get(f"/mes-candidatures/{sent}").status_code == 404
    assert birch.get(f"/mes-candidatures/{sent}/dossier.json").status_code == 404
    assert birch.post(f"/mes-candidatures/{sent}/retirer").status_code == 404
    assert site.as_("alder").get("/candidatures").status_code == 403
    assert site.as_("officer").get("/mes-candidatures").status_code == 403


def test_the_auditor_reads_everything_and_no_draft(site: Site, sent: UUID) -> None:
    auditor = site.as_("auditor")
    page = auditor.get(f"/candidatures/{sent}")
    assert page.status_code == 200
    assert "/actes/" not in page.text
    assert auditor.get(f"/candidatures/{sent}/accuse.json").json()["signature"]


def test_a_supplier_withdraws_its_candidature(site: Site, sent: UUID) -> None:
    alder = site.as_("alder")
    done = alder.follow(alder.post(f"/mes-candidatures/{sent}/retirer"))
    assert "Vous l’avez retirée avant la décision." in text_of(done)
    assert "à l’examen" not in text_of(alder.get("/mes-candidatures")).lower().split("histoire")[0]


def test_the_officer_types_under_dictation(site: Site) -> None:
    with site.work("officer") as work:
        system_id, (category,) = published_system(work)
    officer = site.as_("officer")
    path = f"/candidatures/dictee/{system_id}"
    assert officer.get(path).status_code == 200
    empty = officer.post(path)
    assert empty.status_code == 409
    assert len(re.findall(r'class="error"', empty.text)) >= 5
    typed = {
        "siret": "375 028 628 00010",
        "name": "Ressourcerie du Lac",
        "vat_regime": "franchise",
        "person_name": "Yann Le Goff",
        "email": "yann@exemple.example",
        "categories": str(category),
        "capacity": "Chaises de réemploi.",
    }
    assert officer.post(path, typed).status_code == 303
    assert "Ressourcerie du Lac" in text_of(officer.get("/candidatures"))
    for part in ("buyer", "auditor", "alder"):
        assert site.as_(part).get(path).status_code == 403


def test_the_api_does_the_same(site: Site) -> None:
    with site.work("officer") as work:
        _, (category,) = published_system(work)
    supplier = site.api("alder", ["answer"])
    officer = site.api("officer", ["read_file", "decide_candidature"])
    made = supplier.post(
        "/api/v1/candidatures", json={"category_id": str(category), "capacity": "Lampes"}
    )
    assert made.status_code == 201
    one = made.json()["id"]
    assert officer.get("/api/v1/candidatures").json() == []
    assert officer.get(f"/api/v1/candidatures/{one}").status_code == 404
    missing = supplier.post(
        "/api/v1/candidatures/submit",
        json={"candidature_ids": [one]},
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert missing.status_code == 409
    assert {p["where"] for p in missing.json()["problems"]} >= {"declared", "no_ground"}
    sworn = {
        "candidature_ids": [one],
        "declarant_name": "N",
        "declarant_function": "D",
        "no_ground": True,
        "declared": True,
    }
    key = {"Idempotency-Key": str(uuid4())}
    for _ in range(2):
        sent = supplier.post("/api/v1/candidatures/submit", json=sworn, headers=key)
        assert sent.json() == {"ids": [one]}
    assert supplier.get(f"/api/v1/candidatures/{one}/receipt").json()["signature"]
    decision = {"reasons": "Répond au critère.", "delegation_id": str(site.cast.delegation_id)}
    path = f"/api/v1/candidatures/{one}/admission"
    assert officer.post(path, json=decision).status_code == 422  # no Idempotency-Key
    key = {"Idempotency-Key": str(uuid4())}
    assert supplier.post(path, json=decision, headers=key).status_code == 403
    reader = site.api("officer", ["read_file"])
    assert reader.post(path, json=decision, headers=key).status_code == 403
    for _ in range(2):
        assert officer.post(path, json=decision, headers=key).status_code == 200
    assert supplier.get("/api/v1/candidatures/mine").json()[0]["state"] == "admitted"
    again = officer.post(path, json=decision, headers={"Idempotency-Key": str(uuid4())})
    assert again.json()["code"] == "candidatures.already_decided"
