"""A supplier answers on its own spreadsheet: taken away, sent back, previewed, applied."""

import io
import os
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from app.rendering.grid_xlsx import IDENTITY, SHEET
from app.rendering.sheets import MEDIA_TYPE
from tests.guard import bombs
from tests.offers.scene import Scene, make_scene
from tests.support.web import Client, Site, text_of

PRICE, NOTE = "Prix à l'unité, livré et monté *", "Remarque"


@pytest.fixture
def scene(site: Site) -> Scene:
    """The market open until T, with its two invited suppliers."""
    with site.work() as work:
        return make_scene(work, site.cast)


def base(scene: Scene) -> str:
    return f"/reponse/{scene.market_id}/offre"


def exported(client: Client, scene: Scene) -> bytes:
    answer = client.get(base(scene) + "/grille.xlsx")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == MEDIA_TYPE
    return bytes(answer.content)


def edited(data: bytes, edit: Callable[[Worksheet], None], sheet: str = SHEET) -> bytes:
    """The file as its supplier would leave it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book[sheet])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def at(sheet: Worksheet, line: int, heading: str) -> str:
    """The cell of a line under a heading."""
    (header,) = (row for row in sheet.iter_rows() if row[0].value == "sad-lignes")
    (column,) = (cell.column_letter for cell in header if cell.value == heading)
    return f"{column}{header[0].row + line}"


def put(line: int, heading: str, value: Any) -> Callable[[Worksheet], None]:
    def edit(sheet: Worksheet) -> None:
        sheet[at(sheet, line, heading)] = value

    return edit


def upload(client: Client, scene: Scene, data: bytes, name: str = "ma-reponse.xlsx") -> Any:
    return client.post(base(scene) + "/grille", files={"file": (name, data)})


def cpu_seconds() -> float:
    """Of this process and of the children it has reaped."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def token(page: Any) -> str:
    found = re.search(r'name="apercu" value="([^"]*)"', page.text)
    assert found, text_of(page)
    return found[1]


def apply(client: Client, scene: Scene, page: Any) -> Any:
    return client.post(base(scene) + "/grille/appliquer", {"apercu": token(page)})


def test_out_and_back_previewed_then_applied(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    client.post(base(scene), {"1.price": "10", "1.condition": "Bon", "1.note": "à vider"})
    data = exported(client, scene)

    def fill(sheet: Worksheet) -> None:
        for line in (1, 2, 3):
            sheet[at(sheet, line, "État *")] = "Comme neuf"
        sheet[at(sheet, 1, PRICE)] = 12.5
        sheet[at(sheet, 2, PRICE)] = "1 234,5 €"
        sheet[at(sheet, 3, PRICE)] = "=10+2.5"
        sheet[at(sheet, 1, NOTE)] = None

    page = upload(client, scene, edited(data, fill))
    words = text_of(page)
    assert page.status_code == 422  # a formula that no spreadsheet has worked out
    assert "formule n" in words
    fill_again = edited(data, lambda sheet: (fill(sheet), put(3, PRICE, 12.5)(sheet)))
    page = upload(client, scene, fill_again)
    words = text_of(page)
    assert page.status_code == 200, words
    assert "7 cases de 3 lignes changeront" in words
    assert "Une case sera vidée" in words
    assert "10,00 € 12,50 €" in words
    assert "à vider" in client.get(base(scene)).text
    done = client.follow(apply(client, scene, page))
    assert "7 cases ont changé" in text_of(done)
    page = client.get(base(scene)).text
    assert 'value="1234,50"' in page
    assert "à vider" not in page
    again = upload(client, scene, exported(client, scene))
    assert "Aucun changement" in text_of(again)


def test_an_untouched_file_changes_nothing_of_what_was_typed_since(
    site: Site, scene: Scene
) -> None:
    client = site.as_("alder")
    data = exported(client, scene)
    client.post(base(scene), {"1.price": "99", "1.condition": "Bon"})
    assert "Aucun changement" in text_of(upload(client, scene, data))
    page = upload(client, scene, edited(data, put(1, PRICE, 50)))
    assert "saisi ici depuis le téléchargement" in text_of(page)
    assert "1 case de 1 ligne changera" in text_of(page)


def test_applied_twice_and_after_a_colleague_wrote(site: Site, scene: Scene) -> None:
    client, colleague = site.as_("alder"), site.as_("alder")
    page = upload(client, scene, edited(exported(client, scene), put(1, PRICE, 50)))
    for count in (1, 0):
        assert apply(client, scene, page).headers["location"].endswith(f"fait={count}")
    colleague.post(base(scene), {"1.price": "70"})
    moved = apply(client, scene, page)
    assert moved.status_code == 409
    assert "a changé depuis cet aperçu" in text_of(moved)
    assert 'value="70,00"' in client.get(base(scene)).text
    assert apply(client, scene, moved).status_code == 303
    assert 'value="50,00"' in client.get(base(scene)).text


def test_a_preview_serves_its_supplier_for_two_hours(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    page = upload(client, scene, edited(exported(client, scene), put(1, PRICE, 50)))
    assert apply(site.as_("birch"), scene, page).status_code == 409
    for wrong in ("", "x", token(page)[:-8], token(page)[:16]):
        refused = client.post(base(scene) + "/grille/appliquer", {"apercu": wrong})
        assert refused.status_code == 409
        assert "deux heures" in text_of(refused)
    site.clock.advance(hours=3)
    assert apply(client, scene, page).status_code == 409


def test_every_fault_at_once_and_nothing_taken(site: Site, scene: Scene) -> None:
    client = site.as_("alder")

    def spoil(sheet: Worksheet) -> None:
        sheet[at(sheet, 1, "Désignation")] = "Autre chose"
        sheet[at(sheet, 1, PRICE)] = "1,234.50"
        sheet[at(sheet, 2, "J'en ai combien")] = 21
        sheet[at(sheet, 3, NOTE)] = "gardé ?"

    page = upload(client, scene, edited(exported(client, scene), spoil))
    words = text_of(page)
    assert page.status_code == 422
    assert "3 points sont à corriger" in words
    for said in ("Armoire haute", "Autre chose", "1,234.50", "un montant au centime près", "21"):
        assert said in words
    assert "gardé ?" not in client.get(base(scene)).text


def test_another_market_and_another_version(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    data = exported(client, scene)
    other = edited(data, lambda sheet: sheet.__setitem__("B1", "autre"), IDENTITY)
    assert "celui de la demande de prix 2026S01-001-01" in text_of(upload(client, scene, other))
    older = edited(data, lambda sheet: sheet.__setitem__("D1", "0"), IDENTITY)
    assert "faite pour la version 0" not in text_of(upload(client, scene, older))
    assert "pour la version 0, la version 1 est en vigueur" in text_of(upload(client, scene, older))


HARMFUL: tuple[tuple[Callable[[], bytes], str, str], ...] = (
    (lambda: bombs.zeros(110_000_000), "a.xlsx", "démesuré"),
    (lambda: bombs.ole("EncryptedPackage"), "a.xlsx", "mot de passe"),
    (lambda: bombs.workbook(bombs.rows(100_000)), "a.xlsx", "rien ne peut l'être après"),
    (lambda: bombs.workbook("", {"xl/vbaProject.bin": b"x"}), "a.xlsx", "macros"),
    (
        lambda: bombs.workbook("", {"xl/externalLinks/externalLink1.xml": "<a/>"}),
        "a.xlsx",
        "ailleurs",
    ),
    (lambda: bombs.formula('WEBSERVICE("http://exemple.fr")'), "a.xlsx", "cellule B2"),
    (lambda: b"%PDF-1.7", "a.xlsx", "n'est pas un tableur"),
    (lambda: b"a;b\r\n1;2\r\n", "a.csv", "Téléchargez-le à nouveau"),
    (lambda: bombs.workbook(bombs.rows(3)), "a.xlsx", "Téléchargez-le à nouveau"),
    (lambda: b"", "a.xlsx", "vide"),
    (lambda: b"", "", "Choisissez le tableur"),
    (lambda: b"PK" + bytes(10 * 1024 * 1024), "a.xlsx", "10 Mo au plus"),
)


def test_a_file_to_refuse_is_refused_at_once(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    for make, name, said in HARMFUL:
        data = make()
        for _ in range(3):  # the neighbours of the machine count too: one quiet try says enough
            started = cpu_seconds()
            page = upload(client, scene, data, name)
            if (spent := cpu_seconds() - started) < 2:
                break
        assert spent < 2
        assert page.status_code in (413, 422)
        assert said in text_of(page).replace("&#39;", "'")


def test_nobody_else_takes_or_sends_a_spreadsheet(site: Site, scene: Scene) -> None:
    data = exported(site.as_("alder"), scene)
    for part in ("buyer", "officer", "auditor", "administrator", "stranger"):
        assert site.as_(part).get(base(scene) + "/grille.xlsx").status_code == 403
        assert upload(site.as_(part), scene, data).status_code == 403
    client = site.as_("alder")
    forged = client.http.post(base(scene) + "/grille", files={"file": ("a.xlsx", data)})
    assert forged.status_code == 403  # without the form's token


def test_the_api_tries_then_applies(site: Site, scene: Scene) -> None:
    api = site.api("alder", ["answer"])
    address = f"/api/v1/markets/{scene.market_id}/offer"
    data = api.get(address + "/grid.xlsx").content
    filled = edited(data, put(1, PRICE, 12.5))
    tried = api.post(address + "/grid", content=filled)
    assert tried.status_code == 200, tried.text
    assert not tried.json()["applied"]
    (change,) = tried.json()["changes"]
    assert change == {
        "position": 1, "key": "price", "before": "", "after": "12,50", "elsewhere": False,
    }  # fmt: skip
    assert api.get(address).json()["totals"]["ht_cents"] == 0
    done = api.post(address + "/grid?apply=true", content=filled).json()
    assert done["after"]["ht_cents"] == 250_00
    assert api.get(address).json()["digest"] == done["digest"]
    wrong = api.post(address + "/grid", content=edited(data, put(2, PRICE, "abc")))
    assert wrong.status_code == 422
    (problem,) = wrong.json()["problems"]
    assert problem["code"] == "frames.cell_not_money"
    assert "Feuille « Ma réponse », cellule" in problem["message"]
    assert api.post(address + "/grid", content=b"").json()["code"] == "sheets.file_missing"
    heavy = api.post(address + "/grid", content=bytes(10 * 1024 * 1024 + 1))
    assert heavy.json()["code"] == "guard.too_large"
    assert api.post(address + "/grid", content=bytes(12 * 1024 * 1024)).status_code == 413
