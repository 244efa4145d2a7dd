"""After the result: the letter as a PDF, an exchange asked in one press, one's answer for ever."""

import hashlib
import io
from datetime import timedelta
from uuid import UUID

import pytest
from pypdf import PdfReader
from sqlmodel import select

from sad.candidatures.tables import Applicant
from sad.evaluation.tables import ExchangeRequest, Letter
from sad.markets.tables import Invitation, SpecificMarket
from sad.notifications.outbox import kept_letters
from tests.awards.steps import decide, propose
from tests.awards.test_group_letters import leads
from tests.evaluation.scene import OPENED, Scene, make_scene
from tests.evaluation.steps import close_all
from tests.support.web import Site, text_of
from tests.web.test_awards import plain


@pytest.fixture
def scene(site: Site) -> Scene:
    """Decided: birch wins, alder and cedar were told why not."""
    site.clock.set(OPENED)
    with site.work("officer") as work:
        scene = make_scene(work, site.cast)
        close_all(work, site.cast, scene)
    with site.work("officer") as work:
        propose(work, site.cast, scene)
        decide(work, site.cast, scene)
        alder = site.cast.suppliers["alder"]
        applicant = work.session.exec(select(Applicant).where(Applicant.supplier_id == alder))
        work.add(
            Invitation(
                organisation_id=site.cast.organisation_id,
                market_id=scene.market_id,
                applicant_id=applicant.one().id,
                supplier_id=alder,
                sent_at=work.now,
            )
        )
    return scene


def letter(site: Site, kind: str, part: str) -> Letter:
    with site.read() as work:
        query = select(Letter).where(
            Letter.kind == kind, Letter.supplier_id == site.cast.suppliers[part]
        )
        return work.session.exec(query).one()


def test_a_letter_as_a_pdf_says_the_page_and_carries_what_was_frozen(
    site: Site, scene: Scene
) -> None:
    frozen = letter(site, "rejection", "alder")
    path = f"/courriers/{frozen.id}"
    alder = site.as_("alder")
    assert f'href="{path}/courrier.pdf"' in alder.get(path).text
    answer = alder.get(path + "/courrier.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.content))
    said = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "40 × 3 200,00 € ÷ 3 600,00 € = 35,56" in said
    assert "Atelier birch" in said and "cedar" not in said and "110,00 €" not in said
    assert frozen.sha256 in said.replace("\u200b", "")
    [(name, [content])] = reader.attachments.items()
    assert (name, hashlib.sha256(content).hexdigest()) == ("courrier.json", frozen.sha256)
    assert alder.get(path + "/courrier.pdf").content == answer.content
    for part, status in (("auditor", 200), ("birch", 404), ("stranger", 404)):
        assert site.as_(part).get(path + "/courrier.pdf").status_code == status, part


def test_taking_the_pdf_is_reading_the_letter(site: Site, scene: Scene) -> None:
    path = f"/courriers/{letter(site, 'rejection', 'alder').id}/courrier.pdf"
    site.as_("officer").get(path)
    assert letter(site, "rejection", "alder").read_at is None
    site.as_("alder").get(path)
    assert letter(site, "rejection", "alder").read_at is not None


def test_an_exchange_asked_in_one_press_then_held(site: Site, scene: Scene) -> None:
    path = f"/courriers/{letter(site, 'rejection', 'alder').id}"
    market = f"/marches/{scene.market_id}"
    alder, buyer = site.as_("alder"), site.as_("buyer")
    assert "Échanges demandés" not in buyer.get(market).text
    done = plain(alder.follow(alder.post(path + "/echange")))
    assert "Demandé le" in done and "Demander un échange de 15 minutes" not in done
    alder.post(path + "/echange")
    desk = alder.get("/bureau")
    assert "Échange demandé le" in plain(desk) and f'href="{path}"' in desk.text
    with site.read() as work:
        told = [one for one in kept_letters(work) if one.kind == "exchange.asked"]
    assert len({one.to for one in told}) == len(told) >= 1
    assert told[0].facts["mail"] == "alder@brume.example"
    page = buyer.get(market)
    assert "Atelier alder" in plain(page) and "alder@brume.example" in page.text
    held = page.text.partition(f"{market}/echanges/")[2][:36]
    after = buyer.follow(buyer.post(f"{market}/echanges/{UUID(held)}/tenu"))
    assert "tenu le" in plain(after) and f"{held}/tenu" not in after.text
    assert "L’échange a eu lieu" in plain(alder.get(path))


def test_who_may_not_ask_nor_say_it_was_held(site: Site, scene: Scene) -> None:
    rejected = f"/courriers/{letter(site, 'rejection', 'alder').id}/echange"
    won = f"/courriers/{letter(site, 'decision', 'birch').id}/echange"
    assert site.as_("birch").post(rejected).status_code == 404
    assert site.as_("birch").post(won).status_code == 409
    assert site.as_("officer").post(rejected).status_code == 403
    assert site.as_("alder").post(rejected).status_code == 303
    page = site.as_("auditor").get(f"/marches/{scene.market_id}").text
    assert "Échanges demandés" in page and "/tenu" not in page
    with site.read() as work:
        one = work.session.exec(select(ExchangeRequest)).one()
    address = f"/marches/{scene.market_id}/echanges/{one.id}/tenu"
    for part, status in (("auditor", 403), ("alder", 403), ("other_officer", 404)):
        assert site.as_(part).post(address).status_code == status, part


def test_later_the_letter_is_still_there(site: Site, scene: Scene) -> None:
    path = f"/courriers/{letter(site, 'rejection', 'alder').id}"
    site.clock.advance(days=400)
    alder = site.as_("alder")
    assert alder.get(path).status_code == 200
    assert alder.get(path + "/courrier.pdf").status_code == 200
    assert site.clock.now() > OPENED + timedelta(days=399)


def test_a_member_of_the_group_reads_its_letter_and_asks_nothing(site: Site, scene: Scene) -> None:
    with site.work() as work:
        leads(work, site.cast, scene, "alder", "birch")
        work.get_in(SpecificMarket, site.cast.organisation_id, scene.market_id).state = "notified"
    birch, theirs = site.as_("birch"), letter(site, "rejection", "alder")
    request = birch.get(f"/bureau/groupement/{scene.market_id}")
    assert f"/courriers/{theirs.id}" in request.text
    assert "Le résultat de votre groupement" in text_of(request)
    page = birch.get(f"/courriers/{theirs.id}")
    assert page.status_code == 200
    assert f"/bureau/groupement/{scene.market_id}" in page.text
    assert "Un échange de 15 minutes" not in text_of(page)
    assert birch.get(f"/courriers/{theirs.id}/courrier.pdf").content.startswith(b"%PDF")
    assert birch.post(f"/courriers/{theirs.id}/echange").status_code == 404
    with site.read() as work:
        assert work.session.exec(select(Letter.read_at).where(Letter.id == theirs.id)).one() is None
