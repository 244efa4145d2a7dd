"""An answer saved as it is typed: with what the page showed, in pieces, and never another's."""

import html
import json
import re
from typing import Any

import pytest
from sqlmodel import col, delete, select

from sad.frames.tables import FrameColumn
from sad.markets.tables import Invitation
from sad.offers import drafts
from tests.attachments.samples import png
from tests.offers.scene import Scene, add_supplier, make_scene
from tests.offers.test_prefill import again
from tests.support.web import Client, Site, text_of
from tests.web.test_answers import base, fields, hidden, piece, send, upload

HTMX = {"HX-Request": "true"}


@pytest.fixture
def scene(site: Site) -> Scene:
    """The market open until T, with its two invited suppliers."""
    with site.work() as work:
        return make_scene(work, site.cast)


def colleague(site: Site, scene: Scene, cells: dict[str, str]) -> None:
    """Somebody of alder saves line 1 from elsewhere."""
    with site.work("alder") as work:
        drafts.save_line(work, scene.market_id, 1, cells)


def shown_on(page: Any) -> str:
    return html.unescape(hidden(page.text, "lu"))


def test_a_whole_page_leaves_what_it_did_not_change(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    client.post(base(scene) + "/offre", fields())
    page = client.get(base(scene) + "/offre")
    colleague(site, scene, {"price": "99", "note": "Vernis refait"})
    form = fields() | {"lu": shown_on(page), "1.condition": "Correct"}
    assert client.post(base(scene) + "/offre", form).status_code == 303
    kept = json.loads(shown_on(client.get(base(scene) + "/offre")))
    assert (kept["1.price"], kept["1.note"]) == ("99,00", "Vernis refait")
    assert kept["1.condition"] == "Correct"


def test_two_values_of_a_cell_are_both_shown_then_one_is_chosen(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    page = client.get(base(scene) + "/offre")
    colleague(site, scene, {"price": "99"})
    form = {"1.price": "12", "1.condition": "Bon", "lu": shown_on(page)}
    refused = client.post(base(scene) + "/offre", form)
    assert refused.status_code == 422
    assert "« 99,00 € » a été enregistré entre-temps" in text_of(refused)
    assert re.search(r'id="f-1-price"[^>]* value="12"', refused.text)
    again = client.post(base(scene) + "/offre", form | {"lu": shown_on(refused)})
    assert again.status_code == 303
    assert json.loads(shown_on(client.get(base(scene) + "/offre")))["1.price"] == "12,00"


def test_in_a_piece_the_choice_is_two_buttons(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    colleague(site, scene, {"price": "99"})
    form = {"1.price": "12", "lu": json.dumps({"1.price": ""})}
    refused = client.post(base(scene) + "/lignes/1", form, headers=HTMX)
    assert refused.status_code == 422
    state = piece(refused.text, "etat-1")
    assert 'data-choose="mine" data-name="1.price" data-theirs="99,00"' in state
    assert re.search(r"Prendre «(&nbsp;|\s)99,00(&nbsp;|\s)»", state)
    taken = {"1.price": "99,00", "lu": json.dumps({"1.price": "99,00"})}
    assert client.post(base(scene) + "/lignes/1", taken, headers=HTMX).status_code == 200


@pytest.mark.parametrize("told", ["", "pas du JSON", "[1]", '{"1.price": 3}', '"x"'])
def test_a_forged_copy_of_what_was_shown_breaks_nothing(
    site: Site, scene: Scene, told: str
) -> None:
    form = {"1.price": "12", "1.condition": "Bon", "lu": told}
    assert site.as_("alder").post(base(scene) + "/offre", form).status_code == 303


def test_what_is_missing_is_live_and_linked(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    assert "Rien n’est encore rempli" in text_of(client.get(base(scene) + "/offre"))
    saved = client.post(base(scene) + "/lignes/2", {"2.condition": "Bon"}, headers=HTMX)
    assert f'href="{base(scene)}/offre#f-2-price"' in piece(saved.text, "manque")
    assert "0 sur 3" in piece(saved.text, "totaux")
    assert "Brouillon" in piece(saved.text, "statut")
    saved = client.post(base(scene) + "/lignes/2", {"2.price": "10"}, headers=HTMX)
    assert "1 sur 3" in piece(saved.text, "totaux")
    assert "M-01" in piece(saved.text, "manque")  # mandatory, without answer
    saved = client.post(base(scene) + "/offre", fields())
    assert "relisez, puis envoyez" in text_of(client.get(base(scene) + "/offre"))


def test_a_line_in_slices_says_how_and_is_checked(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    words = text_of(client.get(base(scene) + "/offre"))
    assert "jusqu’à 4 lots de 5" in words
    assert "Par lots de 5 : 5, 10, 15…" in words
    refused = client.post(base(scene) + "/lignes/2", {"2.available": "13"}, headers=HTMX)
    assert refused.status_code == 422
    assert "Proposez 10, ou un autre multiple de 5" in text_of(refused)


def test_files_come_and_go_as_pieces(site: Site, scene: Scene) -> None:
    client, htmx = site.as_("alder"), HTMX
    on_line = upload(client, scene, "photo.png", png()).json()["id"]
    joined = upload(client, scene, "plan.png", png(), line="").json()["id"]
    line = client.get(base(scene) + "/lignes/1", headers=htmx)
    assert "photo.png" in piece(line.text, "fichiers-1")
    listed = client.get(base(scene) + "/fichiers", headers=htmx)
    assert "plan.png" in piece(listed.text, "fichiers-joints")
    gone = client.post(f"{base(scene)}/fichiers/{on_line}/retirer", headers=htmx)
    assert "photo.png" not in piece(gone.text, "fichiers-1")
    gone = client.post(f"{base(scene)}/fichiers/{joined}/retirer", headers=htmx)
    assert "plan.png" not in piece(gone.text, "fichiers-joints")
    assert client.get(base(scene) + "/lignes/1").headers["location"].endswith("/offre#ligne-1")
    assert client.get(base(scene) + "/fichiers").headers["location"].endswith("#documents")


@pytest.mark.parametrize("lacking", ["", "picture", "unit_price"])
def test_each_piece_sent_has_its_place_in_the_page(site: Site, scene: Scene, lacking: str) -> None:
    with site.work() as work:
        gone = (col(FrameColumn.frame_id) == scene.frame_id) & (col(FrameColumn.role) == lacking)
        work.connection.execute(delete(FrameColumn).where(gone))
    client = site.as_("alder")
    places = set(re.findall(r' id="([^"]+)"', client.get(base(scene) + "/offre").text))
    saved = client.post(base(scene) + "/lignes/1", {"1.note": "Stock"}, headers=HTMX).text
    listed = client.get(base(scene) + "/fichiers", headers=HTMX).text
    swapped = set(re.findall(r' id="([^"]+)" hx-swap-oob', saved + listed))
    assert {"etat-1", "totaux", "manque", "statut"} <= swapped <= places


def test_nobody_removes_anothers_file_nor_writes_in_its_draft(site: Site, scene: Scene) -> None:
    alder, birch = site.as_("alder"), site.as_("birch")
    file = upload(alder, scene, "photo.png", png()).json()["id"]
    for headers in (HTMX, {}):
        gone = birch.post(f"{base(scene)}/fichiers/{file}/retirer", headers=headers)
        assert gone.status_code == 404
    assert alder.get(f"{base(scene)}/fichiers/{file}").status_code == 200
    birch.post(base(scene) + "/lignes/1", {"1.note": "de birch"}, headers=HTMX)
    assert "de birch" not in alder.get(base(scene) + "/offre").text
    for part in ("stranger", "buyer"):
        saved = site.as_(part).post(base(scene) + "/lignes/1", {"1.note": "x"}, headers=HTMX)
        assert saved.status_code == 403


@pytest.mark.parametrize("position", ["0", "99", "999999"])
def test_a_forged_line_is_refused_everywhere(site: Site, scene: Scene, position: str) -> None:
    client = site.as_("alder")
    name = f"{position}.price"
    assert client.post(f"{base(scene)}/lignes/{position}", {name: "1"}).status_code == 422
    assert client.get(f"{base(scene)}/lignes/{position}", headers=HTMX).status_code == 422
    assert client.post(base(scene) + "/offre", {name: "1"}).status_code == 422
    assert upload(client, scene, "a.png", png(), line=f"?ligne={position}").status_code == 422
    long = client.post(base(scene) + "/offre", {"9" * 5000 + ".price": "1"})
    assert long.status_code == 303  # no cell of the grid: nothing to save


def test_a_session_lost_while_typing_is_said_in_a_piece(site: Site, scene: Scene) -> None:
    lost = site.anonymous().post(base(scene) + "/lignes/1", {"1.price": "1"}, headers=HTMX)
    assert lost.status_code in (401, 403)
    assert "<html" not in lost.text


def test_the_grid_is_ready_with_all_that_is_asked(site: Site, scene: Scene) -> None:
    page = site.as_("alder").get(base(scene) + "/offre")
    words = text_of(page)
    assert "Livraison sans emballage jetable." in words
    assert "Environnement" in words
    assert 'capture="environment"' in page.text
    with site.read() as work:
        rows = select(Invitation).where(col(Invitation.seen_at).is_not(None))
        assert len(work.session.exec(rows).all()) == 1
    with site.work() as work:
        add_supplier(work, site.cast, "cedar")
    cedar = site.as_("cedar").get(base(scene) + "/offre")
    assert cedar.status_code == 403
    assert f"/rejoindre/{scene.system_id}" in cedar.text


def test_an_example_is_filled_with_invented_pieces(site: Site, scene: Scene) -> None:
    page = site.as_("alder").get(base(scene) + "/exemple")
    words = text_of(page)
    assert "inventés" in words
    assert "Prix à l'unité, livré et monté" in html.unescape(words)
    for line in ("Armoire haute", "Caisson mobile", "Table de réunion"):
        assert line not in words
    assert "<input" not in page.text.partition("<main")[2].partition("</main>")[0]


def test_the_last_answer_is_shown_before_anything_is_saved(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    with site.work() as work:
        second = f"/reponse/{again(work, scene)}/offre"
    assert "Reprendre ma dernière réponse" not in client.get(second).text
    send(client, scene)
    proposed = text_of(client.get(second))
    assert "Reprendre ma dernière réponse" in proposed
    assert "« Armoires pour la médiathèque », envoyée le mardi 1er septembre 2026" in proposed
    filled = client.get(second + "?reprendre=1")
    assert re.search(r'id="f-1-price"[^>]* value="12,50"', filled.text)
    assert "pas encore enregistré" in text_of(filled)
    assert "price" not in shown_on(filled)  # nothing is kept yet
    kept = {"1.price": "12,50", "1.available": "20", "lu": shown_on(filled)}
    client.post(second, kept)
    assert json.loads(shown_on(client.get(second))) == {"1.available": "20", "1.price": "12,50"}
    assert "Reprendre ma dernière réponse" not in client.get(second).text


def test_sent_twice_from_a_page_kept_open_is_one_answer(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    send(client, scene)
    page = client.get(base(scene) + "/relire")
    assert "Envoyer ma réponse" not in text_of(page)
    assert same(client, scene) == 1


def same(client: Client, scene: Scene) -> int:
    return text_of(client.get(base(scene) + "/accuses")).count("Réponse envoyée")
