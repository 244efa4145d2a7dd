"""The award on pages: the steps, what each lacks, money, letters; who may (acceptance 50)."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from app.papers import draw_waiting
from sad.awards import queries
from sad.evaluation.tables import Letter
from sad.papers.tables import PaperFile
from tests.awards.steps import decide, notify, propose, sign
from tests.evaluation.scene import OPENED, Scene, make_scene, papers
from tests.evaluation.steps import close_all
from tests.support.documents import document, words
from tests.support.web import Site, text_of


@pytest.fixture
def scene(site: Site) -> Scene:
    """Ranked: birch 3 200 € to pay, alder 3 600 €, cedar 4 800 €."""
    site.clock.set(OPENED)
    with site.work("officer") as work:
        scene = make_scene(work, site.cast)
        close_all(work, site.cast, scene)
        return scene


def _base(scene: Scene) -> str:
    return f"/marches/{scene.market_id}/attribution"


def _award(site: Site, scene: Scene) -> UUID:
    with site.read("officer") as work:
        return queries.page(work, scene.market_id).awards[0].id


def plain(response: object) -> str:
    """The words of a page, spaces made ordinary."""
    return text_of(response).replace("\u202f", " ").replace("\xa0", " ")


def test_the_whole_way_by_pages(site: Site, scene: Scene) -> None:
    officer, base = site.as_("officer"), _base(scene)
    assert "Proposer l’attribution" in plain(officer.get(base))
    assert "3 200,00 €" in plain(officer.get(f"{base}/proposer"))
    page = plain(officer.follow(officer.post(f"{base}/proposer", {})))
    assert "Pièce manquante : attestation fiscale" in page
    award = _award(site, scene)
    for kind in ("tax_certificate", "registration", "bank_details", "signatory_power"):
        officer.follow(officer.post(f"{base}/{award}/pieces", {"kind": kind}))
    confirm = plain(officer.get(f"{base}/decider"))
    assert "3 200,00 € HT" in confirm and "et 2 aux autres" in confirm
    reasons = {"reasons": "Meilleur état.", "delegation_id": str(site.cast.delegation_id)}
    page = plain(officer.follow(officer.post(f"{base}/decider", reasons)))
    assert "Offre retenue" in page and "Offre non retenue" in page
    confirm = plain(officer.get(f"{base}/{award}/signer"))
    assert "6 000,00 € étaient réservés : 3 200,00 € sont engagés" in confirm
    missing = officer.post(f"{base}/{award}/signer", {"engagement_number": "E-1"})
    assert missing.status_code == 422
    signed = {
        "engagement_number": "E2026-0042",
        "supplier_signed_on": "2026-09-17",
        "paper_kept": "true",
        "delegation_id": str(site.cast.delegation_id),
    }
    page = plain(officer.follow(officer.post(f"{base}/{award}/signer", signed)))
    assert "engagement n° E2026-0042" in page
    given = {"delegation_id": str(site.cast.delegation_id), "place_code": "22000"}
    page = plain(officer.follow(officer.post(f"{base}/{award}/notifier", given)))
    assert "à publier au plus tard le mardi 17 novembre 2026" in page


def test_what_lacks_is_told_beside_its_field(site: Site, scene: Scene) -> None:
    with site.work("officer") as work:
        (award,) = propose(work, site.cast, scene)
        decide(work, site.cast, scene)
    officer, path = site.as_("officer"), f"{_base(scene)}/{award.id}/signer"
    typed = {"engagement_number": "E-1", "delegation_id": str(uuid4())}
    refused = officer.post(path, typed)
    assert refused.status_code == 409
    words = plain(refused)
    assert "Il manque la signature du fournisseur" in words
    assert "Aucune délégation en vigueur ne couvre cet acte." in words
    assert 'value="E-1"' in refused.text
    assert 'id="f-delegation_id-error"' in refused.text


def test_pressed_twice_it_happens_once(site: Site, scene: Scene) -> None:
    officer, key = site.as_("officer"), str(uuid4())
    for _ in range(2):
        answer = officer.post(f"{_base(scene)}/proposer", {"act_key": key})
        assert answer.status_code == 303
    with site.read("officer") as work:
        assert len(queries.page(work, scene.market_id).awards) == 1


def test_the_next_one_is_asked_when_papers_are_late(site: Site, scene: Scene) -> None:
    officer = site.as_("officer")
    officer.follow(officer.post(f"{_base(scene)}/proposer", {}))
    award = _award(site, scene)
    path = f"{_base(scene)}/{award}/suivant"
    early = officer.post(path, {"reason": "Sans réponse."})
    assert early.status_code == 409
    site.clock.advance(days=9)
    officer = site.as_("officer")
    assert "Passer à l’offre suivante" in plain(officer.get(_base(scene)))
    page = plain(officer.follow(officer.post(path, {"reason": "Sans réponse."})))
    assert "Atelier alder" in page and "Attributions abandonnées" in page


def test_the_decision_is_undone_on_its_page(site: Site, scene: Scene) -> None:
    with site.work("officer") as work:
        propose(work, site.cast, scene)
    officer = site.as_("officer")
    assert officer.post(f"{_base(scene)}/annuler", {"reason": ""}).status_code == 422
    officer.follow(officer.post(f"{_base(scene)}/annuler", {"reason": "Erreur."}))
    with site.read("officer") as work:
        assert queries.page(work, scene.market_id).state.value == "ranked"


def _notified(site: Site, scene: Scene) -> UUID:
    with site.work("officer") as work:
        (award,) = propose(work, site.cast, scene)
        decide(work, site.cast, scene)
        sign(work, site.cast, award)
        notify(work, site.cast, award)
    return award.id


def test_performance_step_by_step(site: Site, scene: Scene) -> None:
    award = _notified(site, scene)
    buyer, base = site.as_("buyer"), f"/marches/{scene.market_id}/execution"
    acts = [
        ("commande", {"ordered_on": "2026-09-17", "slot": "Le matin"}),
        ("livraison", {"delivered_on": "2026-09-17"}),
        ("admission", {"line_id": str(scene.lines[0]), "verdict": "accepted"}),
    ]
    for act, typed in acts:
        buyer.follow(buyer.post(f"{base}/{award}/{act}", typed))
    bare = {"line_id": str(scene.lines[1]), "verdict": "reduced", "reduction": "5"}
    refused = buyer.post(f"{base}/{award}/admission", bare)
    assert "Écrivez le motif" in plain(refused) and 'value="5"' in refused.text
    one = buyer.get(f"{base}?contrat={award}&ligne={scene.lines[1]}")
    assert "Réfaction ou refus : T-02" in plain(one)
    acts = [
        ("admission", bare | {"reason": "Rayures."}),
        ("facture", {"number": "F-1", "ht": "3 100", "paid": "3 100", "received_on": "2026-09-17"}),
        ("paiement", {"number": "F-1", "paid_on": "2026-09-17"}),
        ("solde", {}),
    ]
    for act, typed in acts:
        page = buyer.follow(buyer.post(f"{base}/{award}/{act}", typed))
    assert "100,00 € sont redevenus disponibles" in plain(page)
    assert "3 095,00 € HT sont dus sur 3 200,00 € HT" in plain(page)
    assert buyer.post(f"{base}/{award}/inconnu", {}).status_code == 404


def test_letters_read_by_their_supplier_and_the_agents(site: Site, scene: Scene) -> None:
    _notified(site, scene)
    parts = {id_: part for part, id_ in site.cast.suppliers.items()}
    with site.read() as work:
        rows = work.session.exec(select(Letter)).all()
        found = {(row.kind, parts[row.supplier_id]): row.id for row in rows}
    refused = plain(site.as_("alder").get(f"/courriers/{found['rejection', 'alder']}"))
    assert "40 × 3 200,00 € ÷ 3 600,00 € = 35,56" in refused
    assert "Atelier birch" in refused and "cedar" not in refused
    assert "110,00 €" not in refused  # a line price of the winner
    paid = plain(site.as_("birch").get(f"/courriers/{found['notification', 'birch']}"))
    assert "Votre facture en 4 étapes" in paid and "E2026-0042" in paid
    won = plain(site.as_("birch").get(f"/courriers/{found['decision', 'birch']}"))
    assert "votre offre est retenue" in won and "Dominique Le Goff" in won
    path = f"/courriers/{found['rejection', 'alder']}"
    for part, status in (("officer", 200), ("auditor", 200), ("birch", 404), ("stranger", 404)):
        assert site.as_(part).get(path).status_code == status
    assert site.anonymous().get(path).status_code in {303, 404}
    overview = plain(site.as_("officer").get(_base(scene)))
    assert "pas encore" in overview  # cedar's letter is unread


@pytest.mark.parametrize("path", ["", "/proposer", "/decider", "/annuler"])
def test_who_reads_the_award(site: Site, scene: Scene, path: str) -> None:
    for part in ("officer", "buyer", "auditor"):
        assert site.as_(part).get(_base(scene) + path).status_code == 200
    for part, status in (("alder", 403), ("other_officer", 404)):
        assert site.as_(part).get(_base(scene) + path).status_code == status


def test_the_auditor_decides_nothing(site: Site, scene: Scene) -> None:
    award = _notified(site, scene)
    auditor, base = site.as_("auditor"), _base(scene)
    delegation = {"delegation_id": str(site.cast.delegation_id), "reason": "Non.", "reasons": "x"}
    paths = [
        *(f"{base}/{act}" for act in ("proposer", "decider", "annuler")),
        *(f"{base}/{award}/{act}" for act in ("suivant", "signer", "transmettre", "notifier")),
        f"/marches/{scene.market_id}/execution/{award}/solde",
    ]
    for path in paths:
        assert auditor.post(path, delegation).status_code == 403, path


def test_an_award_is_of_the_market_in_the_address(site: Site, scene: Scene) -> None:
    award = _notified(site, scene)
    elsewhere = f"/marches/{uuid4()}/attribution/{award}"
    officer = site.as_("officer")
    given = {"delegation_id": str(site.cast.delegation_id)}
    for act in ("signer", "notifier", "transmettre"):
        assert officer.post(f"{elsewhere}/{act}", given).status_code == 404


# --- the same by the JSON API

SCOPES = [
    "propose_award",
    "decide_award",
    "sign_award",
    "notify_award",
    "perform",
    "read_file",
    "judge_admissibility",
    "score",
    "close_evaluation",
]


def test_the_whole_way_by_the_api(site: Site) -> None:
    site.clock.set(OPENED)
    with site.work("officer") as work:
        scene = make_scene(work, site.cast)
        papers(work, site.cast, "birch")
    api, base = site.api("officer", SCOPES), f"/api/v1/markets/{scene.market_id}"
    person = str(site.cast.people["officer"])
    assert api.post(f"{base}/evaluators", json={"person_id": person}).status_code == 201
    for offer in scene.offers.values():
        verdict = api.post(f"{base}/offers/{offer}/verdict", json={"verdict": "regular"})
        assert verdict.json()["verdict"] == "regular"
        for code in ("quality", "environment"):
            path = f"{base}/offers/{offer}/scores/{scene.criteria[code]}"
            assert api.put(path, json={"value": "15", "reason": "Bien."}).status_code == 200
    key = {"Idempotency-Key": str(uuid4())}
    closed = [api.post(f"{base}/evaluation/close", headers=key).json() for _ in range(2)]
    assert closed[0] == closed[1]
    assert api.get(f"{base}/ranking").json()[0]["intact"] is True
    delegation = str(site.cast.delegation_id)

    def act(path: str, body: dict[str, object]) -> dict[str, object]:
        answer = api.post(
            f"{base}/awards/{path}", json=body, headers={"Idempotency-Key": str(uuid4())}
        )
        assert answer.status_code == 201, answer.text
        found: dict[str, object] = answer.json()
        return found

    (award,) = act("propose", {})["awards"]  # type: ignore[misc]  # JSON
    act("decide", {"delegation_id": delegation, "reasons": "Le mieux classé."})
    signed = {
        "delegation_id": delegation,
        "engagement_number": "E-9",
        "supplier_signed_on": "2026-09-17",
        "paper_kept": True,
    }
    assert act(f"{award['id']}/sign", signed)["state"] == "signed"
    assert act(f"{award['id']}/notify", {"delegation_id": delegation})["state"] == "notified"
    page = api.get(f"{base}/awards").json()
    assert (page["reserved_cents"], page["engaged_cents"]) == (0, 320_000)


def test_the_api_refuses_with_its_code(site: Site, scene: Scene) -> None:
    api, base = site.api("officer", SCOPES), f"/api/v1/markets/{scene.market_id}"
    key = {"Idempotency-Key": str(uuid4())}
    wrong = {"offers": [str(uuid4())]}
    refused = api.post(f"{base}/awards/propose", json=wrong, headers=key)
    assert refused.status_code == 409
    assert [p["code"] for p in refused.json()["problems"]] == ["awards.not_of_market"]
    assert api.post(f"{base}/awards/propose", json={}).status_code == 422  # no key
    weak = site.api("buyer", ["read_file"])
    answer = weak.post(f"{base}/awards/propose", json={}, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == 403


def test_the_next_ranked_is_asked_from_its_own_page(site: Site, scene: Scene) -> None:
    with site.work("officer") as work:
        propose(work, site.cast, scene)
    buyer, award = site.as_("buyer"), _award(site, scene)
    path = f"{_base(scene)}/{award}/suivant"
    assert path in buyer.get(_base(scene)).text
    page = plain(buyer.get(path))
    assert "Il ne peut plus exécuter le contrat" in page and "ne prolonge pas" not in page
    unsaid = buyer.post(path, {"cause": "unable", "reason": ""})
    assert unsaid.status_code == 422 and "est abandonnée" in plain(unsaid)
    early = buyer.post(path, {"cause": "papers", "reason": "Rien reçu."})
    assert early.status_code == 409 and "Aucune pièce ne manque" in plain(early)
    done = plain(buyer.follow(buyer.post(path, {"cause": "unable", "reason": "Incendie."})))
    assert "Atelier alder" in done and "Attributions abandonnées" in done


def test_who_does_not_extend_its_offer_is_left_on_the_page(site: Site, scene: Scene) -> None:
    site.clock.set(OPENED + timedelta(days=40))
    buyer, path = site.as_("buyer"), f"{_base(scene)}/proposer"
    assert "ne prolonge pas son offre" in plain(buyer.get(path))
    birch = str(scene.offers["birch"])
    given = {"declined": birch, "declined_reason": "Vendu.", "agreed_on": "2026-10-20"}
    done = plain(buyer.follow(buyer.post(path, given)))
    assert "Atelier birch, 3 200,00 € HT : Vendu." in done
    with site.read("buyer") as work:
        (award,) = queries.page(work, scene.market_id).awards
        assert award.row.offer_id == scene.offers["alder"]


def test_the_letters_are_taken_away_for_a_word_processor(site: Site, scene: Scene) -> None:
    with site.work("officer") as work:
        (award,) = propose(work, site.cast, scene)
        decide(work, site.cast, scene)
        sign(work, site.cast, award)
        notify(work, site.cast, award)
    listed = f"/marches/{scene.market_id}/pieces"
    officer = site.as_("officer")
    house = document("À {{ destinataire }} : marché {{ number }}.")
    refused = officer.post("/parametres/modeles/rejection", files={"file": ("r.docx", house)})
    assert refused.status_code == 422
    house = document("De {{ buyer.name }} à {{ recipient.name }} : marché {{ number }}.")
    officer.follow(officer.post("/parametres/modeles/rejection", files={"file": ("r.docx", house)}))
    assert "Word" not in plain(officer.get(listed)).split("Courriers")[1]
    draw_waiting(site.wiring, "test")
    page = officer.get(listed)
    addresses = re.findall(r"/pieces/emises/[0-9a-f-]+/docx", page.text)
    assert len(addresses) == 3
    with site.read("officer") as work:
        assert not work.session.exec(select(PaperFile)).all()  # drawn for who asks first
    said = [words(officer.get(one).content) for one in addresses]
    assert (
        sum("à Atelier alder : marché" in one or "à Atelier cedar : marché" in one for one in said)
        == 2
    )
    assert sum("Votre contrat vous est notifié" in one for one in said) == 1
    readable = [one for one in addresses if site.as_("alder").get(one).status_code == 200]
    assert len(readable) == 1
    assert "à Atelier alder" in words(site.as_("alder").get(readable[0]).content)
    assert site.as_("stranger").get(addresses[0]).status_code == 404
