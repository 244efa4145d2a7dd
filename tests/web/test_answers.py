"""A supplier answers on pages; agents see nothing before the opening."""

import hashlib
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.security.sessions import csrf_of
from sad.audit.receipts import verify_receipt
from sad.audit.signing import publish
from tests.attachments.samples import png
from tests.offers.scene import OPENING, Scene, T, add_supplier, make_scene
from tests.support.rings import FixedRings
from tests.support.web import Client, Site, text_of


@pytest.fixture
def scene(site: Site) -> Scene:
    """The market open until T, with its two invited suppliers."""
    with site.work() as work:
        return make_scene(work, site.cast)


def base(scene: Scene) -> str:
    return f"/reponse/{scene.market_id}"


def fields(price: str = "12,50") -> dict[str, str]:
    """The whole form, as typed."""
    cells = {"condition": "Bon", "price": price, "available": "20", "note": "Stock à Brume"}
    return {f"{n}.{key}": value for n in (1, 2, 3) for key, value in cells.items()}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]


def send(client: Client, scene: Scene) -> str:
    """Types, reviews and sends; the address of the receipt."""
    client.post(base(scene) + "/offre", fields() | {"suite": "relire"})
    page = client.get(base(scene) + "/relire").text
    data = {"digest": hidden(page, "digest"), "act_key": hidden(page, "act_key")}
    sent = client.post(base(scene) + "/envoyer", data)
    assert sent.status_code == 303, text_of(sent)
    return str(sent.headers["location"])


def test_the_invitation_says_what_is_asked_by_when_and_whom_to_call(
    site: Site, scene: Scene
) -> None:
    page = site.as_("alder").get(base(scene))
    words = text_of(page)
    assert page.status_code == 200
    assert "À envoyer avant le jeudi 17 septembre 2026 à 12 h 00, heure de Paris" in words
    assert "dans 16 jours et 2 heures" in words
    assert "02 96 00 00 00" in words
    assert "Livraison sans emballage jetable." in words
    assert "Environnement" in words


def test_from_typing_to_the_receipt(site: Site, scene: Scene, rings: FixedRings) -> None:
    client = site.as_("alder")
    started = client.post(base(scene) + "/commencer")
    assert client.follow(started).status_code == 200
    saved = client.post(base(scene) + "/offre", fields() | {"suite": "relire"})
    review = client.follow(saved)
    words = text_of(review)
    assert "Agglomération de Brume paiera 900,00 €" in words
    assert "TVA à 20" in words
    address = send(client, scene)
    receipt = client.get(address)
    words = text_of(receipt)
    assert "Votre réponse est envoyée" in words
    assert "mardi 1er septembre 2026 à 10 h 00 min 00,000 s" in words
    assert "Et maintenant" in words
    path = address.partition("?")[0]
    file = client.get(path + "/accuse.json").json()
    payload = client.get(path + "/reponse.json").content
    verdict = verify_receipt(file, publish(rings.signing), [payload])
    assert verdict.holds
    assert hashlib.sha256(payload).hexdigest() in receipt.text


def test_pressed_twice_one_receipt(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    client.post(base(scene) + "/offre", fields())
    page = client.get(base(scene) + "/relire").text
    data = {"digest": hidden(page, "digest"), "act_key": hidden(page, "act_key")}
    locations = {client.post(base(scene) + "/envoyer", data).headers["location"] for _ in range(2)}
    assert len(locations) == 1
    assert client.get(base(scene) + "/accuses").text.count("Réponse envoyée") == 1


def test_a_cell_refused_keeps_what_was_typed_and_saves_nothing(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    page = client.post(base(scene) + "/offre", fields() | {"2.price": "7,125"})
    assert page.status_code == 422
    assert "Prix à l&#39;unité, livré et monté, ligne M-02" in page.text
    assert 'value="7,125"' in page.text
    assert "Stock à Brume" in page.text
    assert "Stock à Brume" not in client.get(base(scene) + "/offre").text


def test_a_line_saved_as_typed_swaps_what_a_reload_shows(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    typed = {"1.condition": "Bon", "1.price": "10"}
    fragment = client.post(base(scene) + "/lignes/1", typed, headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    page = client.get(base(scene) + "/offre").text
    for name in ("etat-1", "total-1", "totaux"):
        assert piece(fragment.text, name) == piece(page, name)
    refused = client.post(
        base(scene) + "/lignes/1", {"1.price": "-3"}, headers={"HX-Request": "true"}
    )
    assert refused.status_code == 422
    assert "Pas enregistré" in piece(refused.text, "etat-1")


def piece(html: str, name: str) -> str:
    """The element of an id, without what only serves the swap."""
    found = re.search(rf'<(\w+) [^>]*id="{name}"', html)
    assert found, name
    depth, tag = 0, found[1]
    for mark in re.finditer(rf"<(/?){tag}\b", html[found.start() :]):
        depth += -1 if mark[1] else 1
        if depth == 0:
            whole = html[found.start() : found.start() + mark.end()]
            return whole.replace(' hx-swap-oob="true"', "")
    raise AssertionError(f"{name} is not closed")


def test_without_javascript_a_line_alone_goes_back_to_the_grid(site: Site, scene: Scene) -> None:
    answer = site.as_("alder").post(base(scene) + "/lignes/2", {"2.price": "10"})
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("/offre#ligne-2")


def test_missing_cells_are_listed_and_linked(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    client.post(base(scene) + "/offre", {"1.condition": "Bon", "2.condition": "Bon"})
    page = client.get(base(scene) + "/relire").text
    assert f'href="{base(scene)}/offre#f-1-price"' in page
    assert f'href="{base(scene)}/offre#f-2-price"' in page
    assert "Envoyer ma réponse" not in page


def test_changed_since_it_was_reviewed_is_shown_again(site: Site, scene: Scene) -> None:
    client, colleague = site.as_("alder"), site.as_("alder")
    client.post(base(scene) + "/offre", fields())
    page = client.get(base(scene) + "/relire").text
    data = {"digest": hidden(page, "digest"), "act_key": hidden(page, "act_key")}
    colleague.post(base(scene) + "/offre", fields(price="99"))
    again = client.post(base(scene) + "/envoyer", data)
    assert again.status_code == 409
    assert "a changé depuis que vous l’avez relue" in text_of(again)


def test_withdrawn_then_sent_again(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    send(client, scene)
    page = client.get(base(scene) + "/retirer").text
    done = client.post(base(scene) + "/retirer", {"act_key": hidden(page, "act_key")})
    assert "Votre réponse est retirée" in text_of(client.follow(done))
    twice = client.post(base(scene) + "/retirer")
    assert twice.status_code == 409
    assert "Votre réponse est envoyée" in text_of(client.get(send(client, scene)))


def test_after_the_deadline_an_answer_is_set_aside_with_its_receipt(
    site: Site, scene: Scene
) -> None:
    site.clock.set(T + timedelta(milliseconds=1))
    client = site.as_("alder")
    assert "Reçue après la date limite" in text_of(client.get(send(client, scene)))


def test_who_may_not_answer_reads_why_and_the_way_out(site: Site, scene: Scene) -> None:
    with site.work() as work:
        add_supplier(work, site.cast, "cedar")
    client = site.as_("cedar")
    page = client.get(base(scene))
    assert page.status_code == 403
    assert "n&#39;est pas admise dans la catégorie" in page.text
    assert f"/rejoindre/{scene.system_id}" in page.text
    assert client.post(base(scene) + "/offre", fields()).status_code == 403


def test_a_question_goes_without_a_name(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    asked = client.post(base(scene) + "/questions", {"text": "Quelle couleur ?"})
    assert "Quelle couleur ?" in client.follow(asked).text
    assert "Quelle couleur ?" not in site.as_("birch").get(base(scene)).text


@pytest.mark.parametrize("path", ["", "/offre", "/relire", "/accuses", "/retirer"])
def test_nobody_else_reads_an_answer(site: Site, scene: Scene, path: str) -> None:
    send(site.as_("alder"), scene)
    for part in ("buyer", "officer", "auditor", "administrator", "stranger"):
        assert site.as_(part).get(base(scene) + path).status_code == 403
    assert site.anonymous().get(base(scene) + path).status_code == 303
    assert "Stock à Brume" not in site.as_("birch").get(base(scene) + path).text


def test_anothers_receipt_does_not_exist(site: Site, scene: Scene) -> None:
    path = send(site.as_("alder"), scene).partition("?")[0]
    for suffix in ("", "/accuse.json", "/reponse.json"):
        assert site.as_("birch").get(path + suffix).status_code == 404


# Files


def upload(client: Client, scene: Scene, name: str, content: bytes, line: str = "?ligne=1") -> Any:
    assert client.token
    return client.http.post(
        base(scene) + "/fichiers" + line,
        content=content,
        headers={
            "x-csrf-token": csrf_of(client.token),
            "x-file-name": name,
            "content-type": "application/octet-stream",
            "hx-request": "true",
        },
    )


def test_a_file_is_encrypted_and_comes_back_as_a_download(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    content = png()
    sent = upload(client, scene, "..%2F..%2Fphoto%20du%20stock.png", content)
    assert sent.status_code == 201, sent.text
    assert sent.json()["name"] == "photo du stock.png"
    back = client.get(f"{base(scene)}/fichiers/{sent.json()['id']}")
    assert back.content == content
    assert back.headers["content-disposition"].startswith("attachment")
    assert back.headers["x-content-type-options"] == "nosniff"
    stored = [path.read_bytes() for path in files(site)]
    assert len(stored) == 1
    assert content[:64] not in stored[0]
    other = site.as_("birch").get(f"{base(scene)}/fichiers/{sent.json()['id']}")
    assert other.status_code == 404


def files(site: Site) -> list[Path]:
    return list((site.wiring.settings.data_dir / "files" / "objects").iterdir())


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("photo.png", b"%PDF-1.7 not a picture", 422),
        ("virus.exe", b"MZ\x90\x00", 422),
        ("archive.zip", b"PK\x03\x04", 422),
        ("vide.png", b"", 422),
        ("", b"x", 422),
    ],
)
def test_a_file_refused_leaves_nothing(
    site: Site, scene: Scene, name: str, content: bytes, status: int
) -> None:
    answer = upload(site.as_("alder"), scene, name, content)
    assert answer.status_code == status
    assert not files(site)


def test_a_file_removed_leaves_the_store_unless_it_was_sent(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    first = upload(client, scene, "a.png", png()).json()["id"]
    client.post(f"{base(scene)}/fichiers/{first}/retirer")
    assert not files(site)
    second = upload(client, scene, "b.png", png()).json()["id"]
    send(client, scene)
    client.post(f"{base(scene)}/fichiers/{second}/retirer")
    assert len(files(site)) == 1
    assert client.get(f"{base(scene)}/fichiers/{second}").content == png()


def test_the_receipt_lists_the_files_with_their_hashes(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    upload(client, scene, "photo.png", png())
    path = send(client, scene).partition("?")[0]
    receipt = json.loads(client.get(path + "/accuse.json").json()["receipt"])
    names = [one["name"] for one in receipt["documents"]]
    assert names == ["reponse.json", "photo.png"]
    assert receipt["documents"][1]["sha256"] == hashlib.sha256(png()).hexdigest()


# Opening


def test_the_opening_page_says_when_then_opens_then_lists(site: Site, scene: Scene) -> None:
    alder = site.as_("alder")
    upload(alder, scene, "photo.png", png())
    send(alder, scene)
    address = f"/marches/{scene.market_id}/ouverture"
    before = text_of(site.as_("buyer").get(address))
    assert "pourront être ouvertes à partir du jeudi 17 septembre 2026 à 12 h 01" in before
    assert site.as_("buyer").post(address).status_code == 409
    site.clock.set(OPENING)
    assert "Ouvrir les réponses" not in text_of(site.as_("auditor").get(address))
    assert site.as_("auditor").post(address).status_code == 403
    buyer = site.as_("buyer")
    page = buyer.follow(buyer.post(address))
    words = text_of(page)
    assert "Atelier alder" in words
    assert "900,00 €" in words
    assert "Ouvertes par Buyer" in words
    link = re.search(rf"{address}/fichiers/[0-9a-f-]+", page.text)
    assert link
    assert buyer.get(link[0]).content == png()
    assert site.as_("officer").post(address).status_code == 409
    assert site.as_("other_officer").get(address).status_code == 404
    receipt = site.as_("alder").get(base(scene) + "/accuses")
    assert "Réponse envoyée" in text_of(receipt)


def test_no_answer_proposes_to_end_as_unsuccessful(site: Site, scene: Scene) -> None:
    site.clock.set(OPENING)
    officer = site.as_("officer")
    page = officer.follow(officer.post(f"/marches/{scene.market_id}/ouverture"))
    assert "Aucune réponse" in text_of(page)


# API


def test_two_api_requests_make_a_submission(site: Site, scene: Scene) -> None:
    api = site.api("alder", ["answer"])
    address = f"/api/v1/markets/{scene.market_id}/offer"
    lines = [
        {"position": n, "values": {"condition": "Bon", "price": "12.5", "available": 20}}
        for n in (1, 2, 3)
    ]
    put = api.put(address, json={"lines": lines})
    assert put.status_code == 200, put.text
    assert put.json()["totals"]["payable_cents"] == 90_000
    digest = put.json()["digest"]
    without = api.post(address + "/submit", json={"digest": digest})
    assert without.status_code == 422
    key = {"Idempotency-Key": str(uuid4())}
    first = api.post(address + "/submit", json={"digest": digest}, headers=key)
    assert first.status_code == 201, first.text
    assert (
        api.post(address + "/submit", json={"digest": digest}, headers=key).json() == first.json()
    )
    (receipt,) = api.get(address + "/receipts").json()
    assert receipt["number"] == first.json()["number"]
    assert "signature" in api.get(first.json()["receipt"]).json()
    key = {"Idempotency-Key": str(uuid4())}
    assert api.post(address + "/withdraw", headers=key).status_code == 201


def test_the_api_refuses_a_cell_by_its_name_and_saves_nothing(site: Site, scene: Scene) -> None:
    api = site.api("alder", ["answer"])
    address = f"/api/v1/markets/{scene.market_id}/offer"
    wrong = [{"position": 1, "values": {"price": "1,234.50", "note": "perdue"}}]
    refused = api.put(address, json={"lines": wrong})
    assert refused.status_code == 422
    (problem,) = refused.json()["problems"]
    assert problem["where"] == "M-01.price"
    assert "perdue" not in api.get(address).text


def test_the_api_opens_once_and_tells_agents_nothing_before(site: Site, scene: Scene) -> None:
    send(site.as_("alder"), scene)
    buyer = site.api("buyer", ["open_offers", "read_file"])
    address = f"/api/v1/markets/{scene.market_id}"
    assert buyer.get(address + "/offers").json()["code"] == "offers.not_opened"
    assert buyer.get(address + "/offer").status_code == 403
    key = {"Idempotency-Key": str(uuid4())}
    assert buyer.post(address + "/opening", headers=key).json()["code"] == "offers.too_early"
    site.clock.set(OPENING)
    opened = buyer.post(address + "/opening", headers=key)
    assert opened.json()["offers"] == 1
    assert buyer.post(address + "/opening", headers=key).json() == opened.json()
    (offer,) = buyer.get(address + "/offers").json()
    assert offer["payable_cents"] == 90_000
