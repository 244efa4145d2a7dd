"""The pages of inventories: a file taken in, scenarios, a draft made from lines, the file back."""

import io
import re
from datetime import timedelta
from uuid import uuid4

import openpyxl
import pytest

from app.guard.client import parse_inventory
from sad.inventories.reading import read_inventory
from tests.inventories.files import saved
from tests.inventories.scene import book, kept
from tests.support.markets import ready
from tests.support.web import Site, text_of


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine reads slowly: the request waits for the end of the reading."""
    monkeypatch.setattr("app.inventory_job.PATIENCE", 120.0)


def ids(page: str, name: str) -> dict[str, str]:
    """Values of check boxes by the words beside them."""
    found = re.findall(rf'name="{name}" value="([^"]+)">\s*([^<]+)<', page)
    return {label.strip(): value for value, label in found}


def test_from_the_file_to_a_draft(site: Site) -> None:
    with site.work("buyer") as work:
        ready(work, site.cast)
    buyer = site.as_("buyer")
    files = {"file": ("Besoins.xlsx", saved(book))}
    sent = buyer.post("/inventaires", files=files)
    page = buyer.follow(sent)
    said = text_of(page)
    assert "Ce que nous avons compris" in said
    assert "Feuille « N0 », cellule D9 : la quantité de « Pouf » est négative" in said
    assert '<rect width="16" height="16" rx="3" fill="#F8B26A">' in page.text
    address = sent.headers["location"]
    route = re.search(r'name="routes" value="([^"]+)" checked', page.text)
    assert route is not None
    kept_at = buyer.post(f"{address}/enregistrer", {"name": "Besoins", "routes": route[1]})
    here = kept_at.headers["location"]
    page = buyer.get(f"{here}?type=chaise")
    assert "2 lignes, 20 pièces, 886,00 € HT" in text_of(page).replace("\u00a0", " ")

    changed = buyer.post(
        f"{here}/changer",
        {"toutes": "oui", "type": "chaise", "unit_price": "30"},
        headers={"HX-Request": "true"},
    )
    assert changed.status_code == 200
    assert "<html" not in changed.text
    assert "2 lignes, 20 pièces, 600,00 € HT" in text_of(changed).replace("\u00a0", " ")

    undone = re.search(r'name="step" value="([^"]+)"', changed.text)
    assert undone is not None
    assert "Dernier changement : 2 lignes, prix 30,00 €" in text_of(changed).replace("\u00a0", " ")
    back = {"type": "chaise", "step": undone[1]}
    page = buyer.follow(buyer.post(f"{here}/annuler", back))
    assert "2 lignes, 20 pièces, 886,00 € HT" in text_of(page).replace("\u00a0", " ")
    assert "Dernier changement" not in page.text
    late = buyer.post(f"{here}/annuler", back)
    assert (late.status_code, "n&#39;est plus le dernier" in late.text) == (409, True)

    review = buyer.post(f"{here}/preparer", {"toutes": "oui", "type": "chaise"})
    left = "il y reste 100 000,00 € TTC, ces lignes en demandent 1 063,20 €"
    assert left in text_of(review).replace("\u00a0", " ").replace("\u202f", " "), text_of(review)
    chosen = re.search(r'name="chosen" value="([^"]+)"', review.text)
    category = re.search(r'<option value="([^"]+)" selected', review.text)
    assert chosen is not None
    assert category is not None
    asked = {"chosen": chosen[1], "category_id": category[1], "title": "Chaises", "grouped": "oui"}
    drafted = buyer.post(f"{here}/marche", asked)
    assert "20" in text_of(buyer.follow(drafted))
    market = drafted.headers["location"].removesuffix("/grille")
    assert "Lignes tirées de l’inventaire Besoins" in text_of(buyer.get(market))
    again = buyer.post(f"{here}/marche", asked)
    assert again.status_code == 409
    assert "sont déjà dans une autre demande de prix (Chaises) : A2, A3" in text_of(again)
    assert "déjà dans Chaises (brouillon)" in text_of(buyer.get(here))
    assert "2 lignes sur 5" in text_of(buyer.get(address)).replace("\u00a0", " ")
    assert "Brouillon" in text_of(buyer.get(address))
    sheet = openpyxl.load_workbook(io.BytesIO(buyer.get(f"{here}/tableur").content))["N0"]
    assert [row[0].value for row in sheet["N5:N8"]] == [
        None, "Chaises (Brouillon)", "Chaises (Brouillon)", None,
    ]  # fmt: skip


def test_what_scenarios_pages_refuse(site: Site) -> None:
    with site.work("buyer") as work:
        scene = kept(work, site.cast)
    buyer, base = site.as_("buyer"), f"/inventaires/{scene.inventory_id}"
    here = f"{base}/scenarios/{scene.scenario_id}"
    refused = buyer.post(f"{here}/changer", {"unit_price": "30"})
    assert (refused.status_code, "Cochez au moins une ligne" in refused.text) == (422, True)
    refused = buyer.post(f"{here}/changer", {"toutes": "oui", "unit_price": "douze"})
    assert refused.status_code == 422
    assert 'value="douze"' in refused.text
    same = {"name": "comme dans le fichier", "copied_from": str(scene.scenario_id)}
    assert "s&#39;appelle déjà" in buyer.post(f"{base}/scenarios", same).text
    other = buyer.post(f"{base}/scenarios", same | {"name": "Autrement"}).headers["location"]
    ticked = ids(buyer.get(other).text, "lines")["Table"]
    moved = {"lines": ticked, "category_id": str(scene.place.category_id)}
    assert buyer.post(f"{other}/changer", moved).status_code == 303
    said = text_of(buyer.get(f"{base}/comparer"))
    assert "Ce qui change : 1 ligne" in said.replace("\u00a0", " ")
    assert buyer.post(f"{other}/renommer", {"new_name": "Sans sur mesure"}).status_code == 303
    assert "Sans sur mesure" in buyer.get(other).text
    assert buyer.post(f"{other}/retirer").status_code == 303
    assert buyer.post(f"{here}/retirer").status_code == 409
    auditor = site.as_("auditor")
    assert "Changer ces lignes" not in auditor.get(here).text
    assert auditor.post(f"{here}/changer", {"toutes": "oui", "quantity": "1"}).status_code == 403
    assert site.as_("other_officer").get(here).status_code == 404


def test_the_coloured_file_is_read_back_the_same(site: Site) -> None:
    with site.work("buyer") as work:
        scene = kept(work, site.cast)
        before = scene.lines(work)
    buyer = site.as_("buyer")
    here = f"/inventaires/{scene.inventory_id}/scenarios/{scene.scenario_id}"
    buyer.post(f"{here}/changer", {"lines": str(before["A5"].id), "quantity": "4"})
    sent = buyer.get(f"{here}/tableur")
    found = read_inventory(parse_inventory(sent.content, "retour.xlsx"))
    assert [(route.label, route.colour) for route in found.routes] == [
        ("Travaux", "9DC3E6"),
        ("SAD réemploi", "F8B26A"),
    ]
    assert found.warnings == ()
    back = {line.code: line for line in found.lines}
    assert {code: line.quantity for code, line in back.items()} == {
        code: 4 if code == "A5" else line.quantity for code, line in before.items()
    }
    assert back["A4"].amount == before["A4"].amount
    assert back["A2"].dimensions == "L 45 × l 46 × H 85 cm"
    assert back["A1"].route == "Travaux"


def test_a_text_never_becomes_a_formula(site: Site) -> None:
    def make(workbook: openpyxl.Workbook) -> None:
        book(workbook)
        cell = workbook["N0"]["C6"]
        cell.value, cell.data_type = "=1+1", "s"

    with site.work("buyer") as work:
        ready(work, site.cast)
    buyer = site.as_("buyer")
    sent = buyer.post("/inventaires", files={"file": ("a.xlsx", saved(make))})
    here = buyer.post(f"{sent.headers['location']}/enregistrer", {"name": "a"}).headers["location"]
    sheet = openpyxl.load_workbook(io.BytesIO(buyer.get(f"{here}/tableur").content))["N0"]
    assert (sheet["D6"].value, sheet["D6"].data_type) == ("=1+1", "s")


def test_files_refused(site: Site) -> None:
    with site.work("buyer") as work:
        ready(work, site.cast)
    buyer = site.as_("buyer")
    assert "Choisissez le fichier" in buyer.post("/inventaires").text
    empty = saved(lambda workbook: workbook.active.append(["Bonjour"]))
    sent = buyer.post("/inventaires", files={"file": ("vide.xlsx", empty)})
    said = text_of(buyer.follow(sent))
    assert "Ce fichier n’a pas pu être lu" in said
    assert "Aucun inventaire reconnu dans ce fichier (Sheet)" in said
    assert buyer.post(f"{sent.headers['location']}/ecarter").status_code == 303
    assert buyer.get(sent.headers["location"]).status_code == 404
    assert (
        site.as_("auditor").post("/inventaires", files={"file": ("a.xlsx", empty)}).status_code
        == 403
    )


def test_a_reading_in_progress_then_cut(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with site.work("buyer") as work:
        ready(work, site.cast)
    monkeypatch.setattr("app.inventory_job.start", lambda *_: None)  # the process dies
    buyer = site.as_("buyer")
    sent = buyer.post("/inventaires", files={"file": ("a.xlsx", saved(book))})
    assert "Contrôle du fichier" in text_of(buyer.follow(sent))
    address = sent.headers["location"]
    piece = buyer.get(address, headers={"HX-Request": "true"})
    assert "hx-trigger" in piece.text
    assert "<html" not in piece.text
    site.clock.advance(timedelta(seconds=121))
    assert "La lecture a été interrompue" in text_of(buyer.get(address))


def test_the_same_over_json(site: Site) -> None:
    with site.work("buyer") as work:
        place = ready(work, site.cast)
    api = site.api("buyer", ["prepare_market", "read_file"])
    path = "/api/v1/inventories"
    sent = api.post(
        path,
        params={"system_id": str(place.system_id)},
        content=saved(book),
        headers={"X-File-Name": "Besoins.xlsx"},
    )
    assert sent.status_code == 202
    path = f"{path}/{sent.json()['id']}"
    read = api.get(path).json()
    assert (read["state"], len(read["lines"]), len(read["warnings"])) == ("read", 5, 1)
    route = read["routes"][1]
    assert (route["label"], route["pieces"], route["amount_cents"]) == (
        "SAD réemploi",
        "22",
        2_232_00,
    )
    given = {"name": "Besoins", "routes": [route["id"]]}
    scenario = api.post(f"{path}/keep", json=given).json()["scenario_id"]
    lines = {line["code"]: line for line in read["lines"]}
    ticked = [lines["A2"]["id"], lines["A3"]["id"]]
    changed = api.post(
        f"{path}/scenarios/{scenario}/changes", json={"lines": ticked, "unit_price": 30_00}
    )
    assert changed.json()["routes"][1]["amount_cents"] == 600_00 + 1_346_00
    undo = f"{path}/scenarios/{scenario}/undo"
    undone = api.post(undo, json={"step_id": changed.json()["step_id"]})
    assert undone.json()["routes"][1]["amount_cents"] == 2_232_00
    assert api.post(undo, json={"step_id": str(uuid4())}).status_code == 409
    asked = {"lines": ticked, "category_id": str(place.category_id), "title": "Chaises"}
    key = {"Idempotency-Key": str(uuid4())}
    drafts = f"{path}/scenarios/{scenario}/markets"
    made = api.post(drafts, json=asked, headers=key)
    assert made.status_code == 200, made.json()
    assert api.post(drafts, json=asked, headers=key).json() == made.json()
    then = api.get(path, params={"scenario_id": scenario}).json()["lines"]
    assert then[1]["markets"] == [made.json()["market_id"]]
    again = api.post(drafts, json=asked, headers={"Idempotency-Key": str(uuid4())})
    assert (again.status_code, again.json()["code"]) == (409, "inventories.already_picked")
    other = api.post(f"{path}/scenarios", json={"name": "B"}).json()["id"]
    assert api.delete(f"{path}/scenarios/{other}").status_code == 204
    assert api.delete(path).status_code == 409
