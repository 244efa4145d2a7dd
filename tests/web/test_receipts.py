"""Receipts by the pages: at the deadline to the millisecond, late ones, after the end of all."""

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlmodel import select

from app.rendering.carried import carried_files
from app.security.sessions import csrf_of
from app.worker.tasks import watch
from sad.candidatures.tables import Candidature
from sad.markets.tables import SpecificMarket
from tests.attachments.samples import png
from tests.offers.scene import Scene, T, make_scene
from tests.support.web import Client, Site, text_of
from tests.web.test_answers import base, fields, hidden


@pytest.fixture
def scene(site: Site) -> Scene:
    """The market open until T, with its two invited suppliers."""
    with site.work() as work:
        return make_scene(work, site.cast)


def ready(client: Client, scene: Scene, price: str = "12,50") -> dict[str, str]:
    """What the press of « Envoyer » carries."""
    client.post(base(scene) + "/offre", fields(price=price))
    page = client.get(base(scene) + "/relire").text
    return {name: hidden(page, name) for name in ("digest", "act_key")}


def said(pdf: bytes) -> str:
    return " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.parametrize(("milliseconds", "late"), [(-1, False), (0, False), (1, True)])
def test_at_the_deadline(site: Site, scene: Scene, milliseconds: int, late: bool) -> None:
    press = ready(site.as_("alder"), scene)
    site.clock.set(T + timedelta(milliseconds=milliseconds))
    alder = site.as_("alder")
    sent = alder.post(base(scene) + "/envoyer", press)
    page = text_of(alder.follow(sent))
    assert ("Reçue après la date limite" in page) is late
    assert ("Votre réponse est envoyée" in page) is not late
    address = sent.headers["location"].partition("?")[0]
    answer = alder.get(address + "/accuse.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert ".pdf" in answer.headers["content-disposition"]
    paper = said(answer.content)
    assert ("Reçu après la date limite" in paper) is late
    assert ("11 h 59 min 59,999 s" in paper) is (milliseconds < 0)
    assert ("12 h 00 min 00,001 s" in paper) is late
    assert carried_files(answer.content) == [alder.get(address + "/accuse.json").content]
    receipts = alder.get(base(scene) + "/accuses")
    assert ("Réponse tardive, mise de côté" in text_of(receipts)) is late
    assert f"{address}/accuse.pdf" in receipts.text


def test_nobody_else_reads_it(site: Site, scene: Scene) -> None:
    alder = site.as_("alder")
    sent = alder.post(base(scene) + "/envoyer", ready(alder, scene))
    address = sent.headers["location"].partition("?")[0] + "/accuse.pdf"
    assert alder.get(address).status_code == 200
    for part in ("birch", "buyer", "officer", "auditor", "stranger"):
        assert site.as_(part).get(address).status_code in (403, 404), part
    assert site.anonymous().get(address).status_code == 303


def test_what_was_sent_stays_readable_whatever_becomes_of_the_market(
    site: Site, scene: Scene
) -> None:
    alder = site.as_("alder")
    image = png()
    said_of_it = {"X-File-Name": "armoire.png", "X-CSRF-Token": csrf_of(alder.token or "")}
    sent_file = alder.http.post(
        base(scene) + "/fichiers?ligne=1", content=image, headers=said_of_it
    )
    assert sent_file.status_code == 201, sent_file.text
    address = alder.post(base(scene) + "/envoyer", ready(alder, scene)).headers["location"]
    address = address.partition("?")[0]
    alder.post(base(scene) + "/offre", fields(price="99,00"))  # changed since, never sent
    with site.work() as work:
        market = work.get_in(SpecificMarket, site.cast.organisation_id, scene.market_id, lock=True)
        market.state, market.ended_at, market.ended_reasons = "withdrawn", work.now, "Abandon."
        work.add(market)
        for row in work.session.exec(select(Candidature)).all():
            row.state, row.hearing_at = "admission_withdrawn", work.now
            work.add(row)
    site.clock.advance(days=800)
    alder = site.as_("alder")
    page = alder.get(address + "/reponse")
    words = text_of(page)
    assert page.status_code == 200 and "12,50 €" in words and "99,00" not in words
    assert "armoire.png" in words and "Modifier" not in words
    file_id = sent_file.json()["id"]
    assert alder.get(f"{base(scene)}/fichiers/{file_id}").content == image
    for path in ("", "/accuses", "/relire", "/questions"):
        assert alder.get(base(scene) + path).status_code == 200, path
    for path in ("", "/accuse.json", "/accuse.pdf", "/reponse.json"):
        assert alder.get(address + path).status_code == 200, path
    for part in ("birch", "officer", "auditor"):
        assert site.as_(part).get(address + "/reponse").status_code in (403, 404), part


def test_the_demonstration_names_what_a_mail_encloses(site: Site, scene: Scene) -> None:
    alder = site.as_("alder")
    alder.post(base(scene) + "/envoyer", ready(alder, scene))
    site.clock.set(T + timedelta(seconds=1))
    watch(site.wiring, "one")
    page = text_of(site.anonymous().get("/demonstration/courriels"))
    assert re.search(r"Joint à ce courriel : AR-[A-Z0-9-]{14}\.pdf", page)
