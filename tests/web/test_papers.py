"""Papers on pages: a look before, issued, taken away; the bytes kept whatever changes after."""

import hashlib
import io
import json
from uuid import UUID, uuid4

import pytest
from pypdf import PdfReader
from sqlmodel import select

from app import papers
from sad.audit.tables import audit_event
from sad.kernel.ids import uuid7
from sad.markets.tables import SpecificMarket
from sad.papers import service
from sad.papers.states import PaperKind
from sad.papers.tables import PaperFile
from tests.support.documents import document, words
from tests.support.markets import Ready, launched, ready
from tests.support.web import Site, text_of

HOUSE = document("Notre maison invite pour {{ title }}, n° {{ number }}", header="{{ buyer.name }}")


@pytest.fixture
def place(site: Site) -> Ready:
    with site.work() as work:
        return ready(work, site.cast)


@pytest.fixture
def market(site: Site, place: Ready) -> UUID:
    """Launched by the buyer."""
    with site.work() as work:
        return launched(work, site.cast, place).id


def pdf_text(content: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def drawn(site: Site) -> list[dict[str, str]]:
    """What the journal says of the files."""
    with site.read() as work:
        rows = work.connection.execute(select(audit_event.c.body).order_by(audit_event.c.seq))
        bodies = [json.loads(body) for (body,) in rows]
    return [one["after"] for one in bodies if one["action"] == "paper.drawn"]


def test_from_the_look_before_to_bytes_that_never_change(site: Site, market: UUID) -> None:
    buyer, address = site.as_("buyer"), f"/pieces/invitation/{market}"
    listed = text_of(buyer.get(f"/marches/{market}/pieces"))
    assert "Lettre d’invitation" in listed and "À émettre" in listed
    assert "Registre des dépôts Ouverture Pas encore due après l&#39;ouverture" in listed
    preview = buyer.get(f"{address}/apercu.pdf")
    assert "PROJET" in pdf_text(preview.content)
    assert "invité à répondre" in words(buyer.get(f"{address}/apercu.docx").content)

    page = buyer.follow(buyer.post(address))
    assert "Émise" in text_of(page)
    with site.read("buyer") as work:
        kept = {row.format: row for row in work.session.exec(select(PaperFile))}
        title = work.get(SpecificMarket, market).title
    files = f"/pieces/emises/{kept['pdf'].paper_id}"
    pdf, docx = buyer.get(f"{files}/pdf"), buyer.get(f"{files}/docx")
    reader = PdfReader(io.BytesIO(pdf.content))
    assert title in pdf_text(pdf.content) and "PROJET" not in pdf_text(pdf.content)
    assert json.loads(reader.attachments["donnees.json"][0])["title"] == title
    assert title in words(docx.content)
    hashes = [hashlib.sha256(one.content).hexdigest() for one in (docx, pdf)]
    assert drawn(site) == [
        {"paper": "invitation", "version": 1, "docx": hashes[0], "pdf": hashes[1]}
    ]

    with site.work() as work:
        row = work.get_in(SpecificMarket, site.cast.organisation_id, market)
        row.title = "Tout autre chose"
        work.add(row)
    officer = site.as_("officer")
    sent = {"file": ("maison.docx", HOUSE)}
    page = officer.follow(officer.post("/parametres/modeles/invitation", files=sent))
    assert "Date limite des réponses" in text_of(page)  # named by none of its fields: warned
    assert buyer.get(f"{files}/pdf").content == pdf.content
    assert buyer.get(f"{files}/docx").content == docx.content

    missing = buyer.post(address)
    assert missing.status_code == 422 and "dites pourquoi" in text_of(missing)
    buyer.follow(buyer.post(address, {"reason": "Titre corrigé."}))
    alder = site.as_("alder")
    page = alder.get(f"/reponse/{market}")
    assert "version 2" in text_of(page)
    given = next(one for one in drawn(site) if one["version"] == 2)
    with site.read("buyer") as work:
        second = work.session.exec(select(PaperFile).where(PaperFile.sha256 == given["docx"])).one()
    said = words(alder.get(f"/pieces/emises/{second.paper_id}/docx").content)
    assert "Notre maison invite pour Tout autre chose" in said
    assert site.as_("stranger").get(f"/pieces/emises/{second.paper_id}/docx").status_code == 404


def test_the_texts_of_a_system_are_on_its_public_page_once_issued(site: Site, place: Ready) -> None:
    officer, public = site.as_("officer"), site.anonymous()
    assert "Règlement" not in text_of(public.get(f"/sad/{place.system_id}"))
    for kind in ("rules", "terms"):
        officer.follow(officer.post(f"/pieces/{kind}/{place.system_id}"))
    page = public.get(f"/sad/{place.system_id}")
    assert "Règlement de la consultation" in text_of(page)
    with site.read("officer") as work:
        files = work.session.exec(select(PaperFile)).all()
    assert len(files) == 4
    for file in files:
        answer = public.get(f"/pieces/emises/{file.paper_id}/{file.format}")
        assert hashlib.sha256(answer.content).hexdigest() == file.sha256
        assert answer.headers["content-disposition"].startswith("attachment")


def test_what_a_request_left_undrawn_is_drawn_by_the_worker(site: Site, market: UUID) -> None:
    with site.work("buyer") as work:
        service.issue(work, PaperKind.INVITATION, market)
    assert "en cours de préparation" in text_of(site.as_("buyer").get(f"/marches/{market}/pieces"))
    papers.draw_waiting(site.wiring, "test")
    papers.draw_waiting(site.wiring, "test")
    assert len(drawn(site)) == 1


def test_a_template_that_cannot_serve_is_refused_and_nothing_is_kept(site: Site) -> None:
    officer, path = site.as_("officer"), "/parametres/modeles/rules"
    before = set((site.wiring.settings.data_dir / "files").rglob("*"))
    for name, content, said in (
        ("a.docx", document("{{ numero }}"), "« numero », près de « {{ numero }} »"),
        ("a.docx", document("{{ ''.__class__ }}"), "fait autre chose que citer un champ"),
        ("a.docm", document("x"), "un fichier .docx est attendu"),
        ("a.docx", b"x" * (20 << 20), "5 Mo au plus"),
        ("", b"", "Choisissez un fichier"),
    ):
        answer = officer.post(path, files={"file": (name, content)})
        assert answer.status_code == 422, name
        assert said in text_of(answer).replace("&#39;", "'"), text_of(answer)
    after = [one for one in (site.wiring.settings.data_dir / "files").rglob("*") if one.is_file()]
    assert not set(after) - before
    for part in ("buyer", "auditor", "alder"):
        assert site.as_(part).get("/parametres/modeles").status_code == 403


def test_ours_are_taken_away_and_taken_back_as_they_are(site: Site) -> None:
    officer = site.as_("officer")
    assert "Acte d’engagement" in text_of(officer.get("/parametres/modeles"))
    ours = officer.get("/parametres/modeles/contract/modele.docx")
    sent = {"file": ("acte.docx", ours.content)}
    page = officer.follow(officer.post("/parametres/modeles/contract", files=sent))
    assert "« acte.docx »" in text_of(page) and "il manque" not in text_of(page)
    assert officer.get("/parametres/modeles/contract/modele.docx").content == ours.content
    trial = words(officer.get("/parametres/modeles/contract/essai.docx").content)
    assert "5 760,00 €" in trial.replace("\u202f", " ").replace("\xa0", " ")
    officer.follow(officer.post("/parametres/modeles/contract/retirer"))
    assert officer.get("/parametres/modeles/contract/fourni.docx").content == ours.content


def test_papers_by_the_api(site: Site, market: UUID) -> None:
    api = site.api("buyer", ["read_file", "launch_market"])
    body = {"kind": "invitation", "about_id": str(market)}
    key = {"Idempotency-Key": str(uuid4())}
    made = api.post("/api/v1/papers", json=body, headers=key)
    assert made.status_code == 201
    assert api.post("/api/v1/papers", json=body, headers=key).json() == made.json()
    again = api.post("/api/v1/papers", json=body, headers={"Idempotency-Key": str(uuid4())})
    assert (again.status_code, again.json()["code"]) == (422, "papers.reason_missing")
    listed = api.get(f"/api/v1/markets/{market}/papers").json()
    first = listed["papers"][0]
    assert [one["version"] for one in first["versions"]] == [1]
    assert {one["waits_for"] for one in listed["papers"]} >= {None, "opened"}
    paper = api.get(f"/api/v1/papers/{made.json()['id']}").json()
    assert paper["facts"]["number"] and set(paper["files"]) == {"docx", "pdf"}
    answer = api.get(f"/api/v1/papers/{made.json()['id']}/pdf")
    assert hashlib.sha256(answer.content).hexdigest() == paper["files"]["pdf"]["sha256"]
    assert site.api("alder", []).get(f"/api/v1/papers/{paper['id']}").status_code == 404
    assert api.get(f"/api/v1/papers/{uuid7()}").status_code == 404
