"""Pages without an account: what is asked, what comes, what was given; nothing of anybody else."""

from datetime import date
from uuid import UUID
from xml.etree import ElementTree

import pytest
from icalendar import Calendar
from sqlmodel import select

from sad.awards.tables import Award
from sad.markets.tables import SpecificMarket
from sad.sourcing import service as sourcing
from sad.sourcing.schemas import NextDemandInput, SourcingInput
from sad.systems.schemas import SystemInput
from sad.systems.service import create
from tests.awards.steps import decide, notify, propose, sign
from tests.evaluation.scene import OPENED, make_scene
from tests.evaluation.steps import close_all
from tests.support.markets import DEADLINE, Ready, draft, launched, ready
from tests.support.published import published_system
from tests.support.web import Site, text_of

ATOM = "{http://www.w3.org/2005/Atom}"
WANTED = "une vingtaine de <petits> meubles"
SAID = "Les premières demandes porteront sur des chaises."


def opened(site: Site) -> tuple[Ready, str]:
    """A call open, a demand to come, a meeting told to all; and a draft nobody may see."""
    with site.work() as work:
        place = ready(work, site.cast)
    with site.work("buyer") as work:
        market = launched(work, site.cast, place, title="Tables & bureaux")
        draft(work, site.cast, place, title="Brouillon secret")
        data = NextDemandInput(
            category_id=place.category_id, month=date(2027, 3, 1), quantity=WANTED
        )
        sourcing.announce(work, place.system_id, data)
        meeting = SourcingInput(
            met_on=date(2026, 8, 28),
            structure="Ressourcerie du Port",
            subject="Ce qu'un atelier peut livrer",
            information=SAID,
        )
        told = sourcing.record_meeting(work, place.system_id, meeting)
        sourcing.publish(work, place.system_id, told.id)
        sourcing.record_meeting(
            work, place.system_id, meeting.model_copy(update={"information": "Pas encore dit."})
        )
        return place, market.number or ""


def test_a_system_says_what_is_asked_and_what_comes(site: Site) -> None:
    place, number = opened(site)
    stranger = site.anonymous()
    address = f"/sad/{place.system_id}"
    for path in (address, f"{address}/categories/{place.category_id}"):
        page = text_of(stranger.get(path))
        assert "Tables &amp; bureaux" in page
        assert number in page
        assert "mardi 15 septembre 2026 à 12 h 00" in page
        assert "mars 2027" in page
        assert "petits&gt; meubles" in page
        assert "Brouillon secret" not in page
    assert "1 demande de prix en cours" in text_of(stranger.get("/"))
    assert "mars 2027" in text_of(stranger.get(f"{address}/prochaines-demandes"))
    other = text_of(stranger.get(f"{address}/categories/{place.other_category_id}"))
    assert "Tables &amp; bureaux" not in other
    assert "mars 2027" not in other
    told = stranger.get(address).text
    assert SAID in told
    assert "Ressourcerie du Port" not in told
    assert "Pas encore dit." not in told
    site.clock.set(DEADLINE)
    assert number in stranger.get(address).text
    site.clock.advance(seconds=1)
    assert number not in stranger.get(address).text


def test_a_category_is_read_in_its_own_system_only(site: Site) -> None:
    with site.work("officer") as work:
        first, (_, category) = published_system(work, "luminaires", "metal")
        second, _ = published_system(work)
    stranger = site.anonymous()
    for page in ("", "/flux.atom", "/calendrier.ics"):
        assert stranger.get(f"/sad/{first}/categories/{category}{page}").status_code == 200
        assert stranger.get(f"/sad/{second}/categories/{category}{page}").status_code == 404


def test_nothing_of_a_draft_system_is_public(site: Site) -> None:
    with site.work("officer") as work:
        system = create(work, SystemInput(title="Système secret", maximum_cents=100))
    pages = (
        "",
        "/prochaines-demandes",
        "/resultats",
        "/relais",
        "/qr.svg",
        "/fiche.pdf",
        "/flux.atom",
        "/calendrier.ics",
    )
    for page in pages:  # its own agents see it as it will be
        assert site.as_("officer").get(f"/sad/{system.id}{page}").status_code == 200, page
    for part in (None, "alder", "other_officer"):
        client = site.anonymous() if part is None else site.as_(part)
        for page in pages:
            assert client.get(f"/sad/{system.id}{page}").status_code == 404, page
        for name in ("calls", "results", "next-demands", "sourcing"):
            assert client.get(f"/api/v1/systems/{system.id}/{name}").status_code == 404, name


def test_feeds_hold_the_open_calls_of_their_subject(site: Site) -> None:
    place, number = opened(site)
    stranger = site.anonymous()
    for address, count in (
        (f"/sad/{place.system_id}", 1),
        (f"/sad/{place.system_id}/categories/{place.category_id}", 1),
        (f"/sad/{place.system_id}/categories/{place.other_category_id}", 0),
    ):
        feed = stranger.get(f"{address}/flux.atom")
        assert feed.headers["content-type"] == "application/atom+xml; charset=utf-8"
        entries = ElementTree.fromstring(feed.content).findall(f"{ATOM}entry")
        assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["Tables & bureaux"] * count
        agenda = stranger.get(f"{address}/calendrier.ics")
        assert agenda.headers["content-type"] == "text/calendar; charset=utf-8"
        events = Calendar.from_ical(agenda.content).walk("VEVENT")
        assert [event.decoded("dtstart") for event in events] == [DEADLINE] * count
        page = stranger.get(address).text
        assert f'type="application/atom+xml" title="Demandes de prix en cours" href="{address}' in (
            page
        )
    (call,) = stranger.get(f"/api/v1/systems/{place.system_id}/calls").json()
    assert (call["number"], call["title"]) == (number, "Tables & bureaux")


def test_a_result_is_read_once_notified(site: Site) -> None:
    cast = site.cast
    site.clock.set(OPENED)
    with site.work("officer") as work:
        scene = make_scene(work, cast)
        close_all(work, cast, scene)
        system_id: UUID = work.get(SpecificMarket, scene.market_id).system_id
    stranger = site.anonymous()
    api = f"/api/v1/systems/{system_id}/results"
    for step in (propose, decide):
        with site.work("officer") as work:
            step(work, cast, scene)
        assert stranger.get(api).json() == []
        assert "Atelier birch" not in stranger.get(f"/sad/{system_id}").text
    with site.work("officer") as work:
        award = work.session.exec(select(Award)).one()
        sign(work, cast, award)
    assert stranger.get(api).json() == []
    with site.work("officer") as work:
        notify(work, cast, work.get(Award, award.id))
    (result,) = stranger.get(api).json()
    assert (result["winner"], result["ht_cents"]) == ("Atelier birch", award.ht_cents)
    for page in ("", "/resultats"):
        shown = stranger.get(f"/sad/{system_id}{page}").text
        assert "Atelier birch" in shown
        assert "Atelier alder" not in shown


def test_the_relay_kit_is_for_anybody(site: Site) -> None:
    with site.work("officer") as work:
        system_id, _ = published_system(work)
    stranger = site.anonymous()
    kit = stranger.get(f"/sad/{system_id}/relais").text
    assert "mailto:?subject=" in kit
    assert f"/sad/{system_id}" in kit
    qr = stranger.get(f"/sad/{system_id}/qr.svg")
    assert qr.headers["content-type"] == "image/svg+xml"
    sheet = stranger.get(f"/sad/{system_id}/fiche.pdf")
    assert sheet.headers["content-type"] == "application/pdf"
    assert sheet.content.startswith(b"%PDF-")


@pytest.mark.parametrize("name", ["flux.atom", "calendrier.ics"])
def test_an_unchanged_feed_is_not_sent_again(site: Site, name: str) -> None:
    with site.work() as work:
        place = ready(work, site.cast)
    stranger, path = site.anonymous(), f"/sad/{place.system_id}/{name}"
    first = stranger.get(path)
    mark = first.headers["etag"]
    assert first.headers["cache-control"] == "public, no-cache"
    for asked in (mark, f'W/{mark}, "other"', "*"):
        again = stranger.get(path, headers={"if-none-match": asked})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
    with site.work() as work:
        launched(work, site.cast, place)
    changed = stranger.get(path, headers={"if-none-match": mark})
    assert changed.status_code == 200
    assert changed.headers["etag"] != mark
