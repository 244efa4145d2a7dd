"""Photographs of an answer: joined without JavaScript, shown small, scanned where clamd is set."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlmodel import select

from app.antivirus import Clamd
from app.main import create_app
from app.security.sessions import csrf_of
from app.worker.files import Copying, scan_opened
from sad.attachments.scanning import Finding, Scan, Scanner, Silence, Verdict
from sad.attachments.tables import Attachment
from sad.offers.desk import take_desk
from sad.offers.queries import photographs_of
from sad.offers.scans import PATIENCE
from tests.attachments.samples import HEIC, PDF, png
from tests.offers.scene import OPENING, Scene, as_supplier, make_scene
from tests.support.antivirus import EICAR, SIGNATURE, clamd
from tests.support.photos import WHERE, photograph
from tests.support.web import Client, Site, text_of
from tests.web.test_answers import base, files, send, upload

SMALL, LARGE = "/vignette", "/image"


@pytest.fixture
def scene(site: Site) -> Scene:
    """The market open until T, with its two invited suppliers."""
    with site.work() as work:
        return make_scene(work, site.cast)


def scanned_by(site: Site, scanner: Scanner | None) -> Site:
    """The same installation with an antivirus."""
    wiring = replace(site.wiring, scanner=scanner)
    return replace(site, wiring=wiring, app=create_app(wiring), clients=site.clients)


def answer_of(site: Site, scene: Scene, part: str = "alder") -> Any:
    with site.read() as work:
        work.actor = as_supplier(site.cast, part)
        return take_desk(work, scene.market_id).answer


# Without JavaScript


def joined(client: Client, scene: Scene, *given: tuple[str, bytes], line: str = "?ligne=1") -> Any:
    chosen = [("file", (name, content, "application/octet-stream")) for name, content in given]
    return client.post(f"{base(scene)}/joindre{line}", files=chosen)


def test_the_grid_leads_to_a_page_that_joins_files_by_a_plain_form(
    site: Site, scene: Scene
) -> None:
    client = site.as_("alder")
    going = client.post(base(scene) + "/offre", {"1.note": "Trois au choix", "suite": "joindre:1"})
    assert going.headers["location"] == f"{base(scene)}/joindre?ligne=1"
    page = client.follow(going)
    assert 'enctype="multipart/form-data"' in page.text
    assert "Joindre des fichiers" in text_of(page)
    sent = joined(client, scene, ("../../photo d’été 🪑.jpg", photograph()), ("devis.pdf", PDF))
    assert sent.headers["location"] == f"{base(scene)}/offre#ligne-1"
    assert [file.name for file in answer_of(site, scene).files] == ["photo d’été.jpg", "devis.pdf"]
    assert "devis.pdf" in text_of(client.get(f"{base(scene)}/joindre?ligne=1"))
    assert (
        joined(client, scene, ("note.pdf", PDF), line="")
        .headers["location"]
        .endswith("/offre#documents")
    )
    assert "Trois au choix" in client.get(base(scene) + "/offre").text


REFUSED = (
    ("IMG_2041.HEIC", HEIC, "« Le plus compatible »"),
    ("photo.jpg", HEIC, "« Le plus compatible »"),
    ("photo.png", PDF, "n’est pas celui d’un PNG"),
    ("virus.exe", b"MZ", "pas d’un type accepté"),
    ("vide.pdf", b"", "Ce fichier est vide"),
    ("", b"", "Choisissez au moins un fichier"),
)


def test_a_form_refused_shows_the_page_again_and_keeps_nothing(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    for name, content, words in REFUSED:
        answer = joined(client, scene, (name, content))
        assert answer.status_code == 422
        assert words in text_of(answer).replace("'", "’").replace("&#39;", "’")
        assert not files(site)


def test_a_form_needs_its_token_before_its_files(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    path = f"{base(scene)}/joindre?ligne=1"
    assert client.http.post(path, files={"file": ("a.pdf", PDF)}).status_code == 403
    assert client.token
    late = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\r\n'
        b'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'
        + csrf_of(client.token).encode()
        + b"\r\n--b--\r\n"
    )
    kind = {"content-type": "multipart/form-data; boundary=b"}
    assert client.http.post(path, content=late, headers=kind).status_code == 403
    assert client.post(path).status_code == 422  # no file at all
    assert site.as_("buyer").post(path, files={"file": ("a.pdf", PDF)}).status_code == 403
    assert joined(client, scene, ("a.pdf", PDF), line="?ligne=99").status_code == 422
    assert not files(site)


def test_a_body_announced_too_long_is_refused_before_it_is_read(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    assert client.token
    headers = {"x-csrf-token": csrf_of(client.token), "x-file-name": "a.pdf"}
    for path, length in (("/fichiers", 202 << 20), ("/joindre", 202 << 20)):
        answer = client.http.post(
            base(scene) + path, content=b"x", headers=headers | {"content-length": str(length)}
        )
        assert answer.status_code == 413
    headers |= {"x-file-name": "a.jpg", "content-length": str(21 << 20), "hx-request": "true"}
    answer = client.http.post(base(scene) + "/fichiers", content=b"x", headers=headers)
    assert answer.status_code == 413
    assert "20 Mo au plus" in text_of(answer)
    assert not files(site)


# Smaller copies


def test_photographs_are_copied_small_and_sealed_for_their_supplier_alone(
    site: Site, scene: Scene
) -> None:
    client, content = site.as_("alder"), photograph()
    id_ = upload(client, scene, "photo.jpg", content).json()["id"]
    address = f"{base(scene)}/fichiers/{id_}"
    digest = _digest(client, scene)
    saved_at = answer_of(site, scene).saved_at
    assert client.get(address + SMALL).status_code == 404
    waiting = client.get(address + "/apercu", headers={"hx-request": "true"}).text
    assert "delay:3s" in waiting
    site.clock.advance(minutes=5)
    copying = Copying()
    copying.run(site.wiring, "test")
    for path, size in ((SMALL, (240, 320)), (LARGE, (960, 1280))):
        shown = client.get(address + path)
        assert shown.headers["content-type"] == "image/jpeg"
        assert shown.headers["content-disposition"] == "inline"
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert shown.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert WHERE.encode() not in shown.content
        assert Image.open(io.BytesIO(shown.content)).size == size
        assert site.as_("birch").get(address + path).status_code == 404
        assert site.as_("buyer").get(address + path).status_code == 403
    assert SMALL in client.get(address + "/apercu", headers={"hx-request": "true"}).text
    assert client.get(address).content == content  # the original, byte for byte
    assert len(files(site)) == 3
    for stored in files(site):
        assert b"JFIF" not in stored.read_bytes()
    # Neither the draft's date nor what was reviewed changed.
    assert answer_of(site, scene).saved_at == saved_at
    assert _digest(client, scene) == digest
    client.post(f"{address}/retirer")
    assert not files(site)  # its copies went with it


def _digest(client: Client, scene: Scene) -> str:
    token: str = client.get(base(scene) + "/relire").text
    return token.partition("SHA-256")[2].partition("</code>")[0].rpartition(">")[2]


def test_an_image_that_cannot_be_read_is_tried_once(
    site: Site, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(site.as_("alder"), scene, "photo.png", png())  # says it is a PNG, has no pixel
    upload(site.as_("alder"), scene, "devis.pdf", PDF)
    Copying().run(site.wiring, "test")
    assert [file.copies for file in answer_of(site, scene).files] == [[], None]
    monkeypatch.setattr("app.worker.files.smaller_copies", None)  # would fail if asked
    Copying().run(site.wiring, "test")
    assert answer_of(site, scene).files[0].copies == []


def test_slots_that_did_not_change_are_not_read_again(
    site: Site, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(site.as_("alder"), scene, "devis.pdf", PDF)
    copying = Copying()
    copying.run(site.wiring, "test")
    read: list[object] = []
    monkeypatch.setattr("app.worker.files.slots.waiting", lambda work, place: read.append(place))
    copying.run(site.wiring, "test")
    assert read == []


def test_after_the_opening_the_buyer_sees_the_copies_already_made(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    upload(client, scene, "avant.jpg", photograph())
    Copying().run(site.wiring, "test")
    upload(client, scene, "juste avant.jpg", photograph(colour="red"))
    send(client, scene)
    site.clock.set(OPENING)
    address = f"/marches/{scene.market_id}/ouverture"
    buyer = site.as_("buyer")
    buyer.post(address)
    with site.read() as work:
        rows = {row.name: row for row in work.session.exec(select(Attachment))}
    made = rows["avant.jpg"]
    assert made.copies is not None and rows["juste avant.jpg"].copies is None
    assert buyer.get(f"{address}/fichiers/{made.id}{SMALL}").headers["content-type"] == "image/jpeg"
    last = f"{address}/fichiers/{rows['juste avant.jpg'].id}"
    assert buyer.get(last + LARGE).status_code == 404
    Copying().run(site.wiring, "test")
    assert buyer.get(last + LARGE).status_code == 200
    assert site.as_("birch").get(last + LARGE).status_code == 403
    page = buyer.get(address).text
    assert page.count(SMALL) == 2
    with site.read("buyer") as work:
        by_line = photographs_of(work, scene.market_id)
    ((offer_id, line_id), photos) = by_line.popitem()
    assert line_id == scene.lines[0]
    assert {photo.name for photo in photos} == {"avant.jpg", "juste avant.jpg"}
    offer = buyer.get(f"/marches/{scene.market_id}/analyse/offres/{offer_id}").text
    assert offer.count(SMALL) == 2


# Antivirus


def test_an_infected_file_is_refused_and_traced_for_its_supplier_alone(
    site: Site, scene: Scene
) -> None:
    watched = scanned_by(site, Clamd.at(clamd()))
    client = watched.as_("alder")
    refused = upload(client, scene, "devis.txt", EICAR)
    assert refused.status_code == 422
    assert SIGNATURE in text_of(refused)
    assert not files(site)
    answer = answer_of(site, scene)
    assert answer.files == []
    assert [(one.name, one.malware) for one in answer.infected] == [("devis.txt", SIGNATURE)]
    assert "Refusés par l’antivirus" in text_of(client.get(f"{base(scene)}/joindre?ligne=1"))
    assert "antivirus" not in text_of(watched.as_("birch").get(f"{base(scene)}/joindre?ligne=1"))
    assert joined(client, scene, ("devis.pdf", PDF + EICAR)).status_code == 422
    assert upload(client, scene, "sain.pdf", PDF).status_code == 201
    assert [file.scan for file in answer_of(site, scene).files] == ["clean"]


def test_a_scanner_away_keeps_nobody_from_answering(site: Site, scene: Scene) -> None:
    client = scanned_by(site, Clamd("/nulle/part")).as_("alder")
    assert upload(client, scene, "devis.pdf", PDF).status_code == 201
    assert [file.scan for file in answer_of(site, scene).files] == ["unknown"]


@contextmanager
def opened_with(site: Site, scene: Scene, *contents: tuple[str, bytes]) -> Iterator[str]:
    """The address of the opening, files sent while no antivirus watched."""
    client = site.as_("alder")
    for name, content in contents:
        assert upload(client, scene, name, content).status_code == 201
    send(client, scene)
    site.clock.set(OPENING)
    address = f"/marches/{scene.market_id}/ouverture"
    assert site.as_("buyer").post(address).status_code == 303
    yield address


def test_opened_files_wait_for_the_scan_of_the_day_and_infected_ones_stay_in_quarantine(
    site: Site, scene: Scene
) -> None:
    watched = scanned_by(site, Clamd.at(clamd()))
    with opened_with(site, scene, ("sain.pdf", PDF), ("piege.pdf", PDF + EICAR)) as address:
        buyer = watched.as_("buyer")
        with site.read() as work:
            ids = {row.name: row.id for row in work.session.exec(select(Attachment))}
        sound, trap = (f"{address}/fichiers/{ids[name]}" for name in ("sain.pdf", "piege.pdf"))
        assert buyer.get(sound).status_code == buyer.get(trap).status_code == 409
        scan_opened(watched.wiring, "test")
        assert buyer.get(sound).content == PDF
        held = buyer.get(trap)
        assert held.status_code == 409
        assert "quarantaine" in text_of(held)
        assert site.as_("buyer").get(trap).status_code == 409  # scanner taken away since
        words = text_of(buyer.get(address))
        assert "1 fichier sans rien de suspect, 1 fichier en quarantaine" in words
        assert f"Atelier alder, piege.pdf : {SIGNATURE}" in words
        paper = buyer.get(f"{address}/proces-verbal.pdf").content
        assert f"piege.pdf : {SIGNATURE}" in _printed(paper)
        assert "mis en quarantaine" in text_of(watched.as_("officer").get("/journal"))
        scan_opened(watched.wiring, "test")  # nothing is left to do


def _printed(paper: bytes) -> str:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    return " ".join(text.split())


class Away:
    """A scanner that answers nothing."""

    def begin(self) -> Scan:
        return self

    def feed(self, block: bytes) -> None:
        """Lost."""

    def finish(self) -> Finding:
        return Finding(Verdict.UNKNOWN, Silence.AWAY)

    def abandon(self) -> None:
        """Nothing to leave."""


def test_a_scanner_that_stays_away_holds_the_buyer_a_quarter_of_an_hour(
    site: Site, scene: Scene
) -> None:
    watched = scanned_by(site, Away())
    with opened_with(site, scene, ("devis.pdf", PDF)) as address:
        buyer = watched.as_("buyer")
        with site.read() as work:
            id_ = work.session.exec(select(Attachment)).one().id
        scan_opened(watched.wiring, "test")
        assert buyer.get(f"{address}/fichiers/{id_}").status_code == 409
        site.clock.set(OPENING + PATIENCE)
        scan_opened(watched.wiring, "test")
        assert buyer.get(f"{address}/fichiers/{id_}").content == PDF
        assert "que l’antivirus n’a pas pu examiner" in text_of(buyer.get(address))


# By the API


def test_the_api_lists_reads_and_removes_ones_own_files(site: Site, scene: Scene) -> None:
    watched = scanned_by(site, Clamd.at(clamd()))
    path = f"/api/v1/markets/{scene.market_id}/attachments"
    alder = watched.api("alder", ["answer"])
    sent = alder.post(f"{path}?line=1", content=PDF, headers={"x-file-name": "devis.pdf"}).json()
    assert sent["scan"] == "clean"
    refused = alder.post(path, content=EICAR, headers={"x-file-name": "note.txt"})
    assert refused.status_code == 422
    found = alder.get(path).json()
    assert [file["id"] for file in found["files"]] == [sent["id"]]
    assert [(one["name"], one["malware"]) for one in found["refused"]] == [("note.txt", SIGNATURE)]
    assert found["files_left"] == 299
    assert found["bytes_left"] == (500 << 20) - len(PDF)
    birch, buyer = watched.api("birch", ["answer"]), watched.api("buyer", ["read_file"])
    assert birch.get(path).json()["files"] == birch.get(path).json()["refused"] == []
    for one in (f"{path}/{sent['id']}", f"{path}/{uuid4()}"):
        assert birch.get(one).status_code == birch.delete(one).status_code == 404
        assert buyer.get(one).status_code == buyer.delete(one).status_code == 403
    assert buyer.get(path).status_code == 403
    assert alder.get(f"{path}/{sent['id']}").content == PDF
    assert alder.delete(f"{path}/{sent['id']}").status_code == 204
    assert not files(site)


def test_files_are_nobody_elses(site: Site, scene: Scene) -> None:
    id_ = upload(site.as_("alder"), scene, "a.jpg", photograph()).json()["id"]
    assert id_ not in site.as_("birch").get(base(scene) + "/joindre?ligne=1").text
    for path in (id_, uuid4()):
        other = site.as_("birch").get(f"{base(scene)}/fichiers/{path}/apercu",
                                      headers={"hx-request": "true"})  # fmt: skip
        assert other.status_code == 404
