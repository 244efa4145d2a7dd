"""The demonstration's own pages; none of them exists in a production installation."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from sqlmodel import select

from app.main import create_app
from app.wiring import LegalClock
from sad.accounts.sign_in import send_asked_links
from sad.audit.tables import audit_event
from tests.support.web import Client, Site, text_of


def offset(site: Site) -> timedelta:
    with site.wiring.engine.connect() as connection:
        found = connection.execute(text("SELECT clock_offset_us FROM installation")).scalar_one()
    return timedelta(microseconds=found)


def test_anybody_comes_in_as_an_invented_person(site: Site) -> None:
    page = text_of(site.anonymous().get("/demonstration"))
    assert "Entrer comme Buyer" in page and "Entrer comme Alder" in page
    assert "Entrer comme Stranger" not in page  # has no hat
    for part, place in (("buyer", "/marches"), ("alder", "/bureau")):
        client = site.anonymous()
        answer = client.post(f"/demonstration/entrer/{site.cast.people[part]}")
        assert answer.headers["location"] == place
        assert client.get("/mon-compte").status_code == 200


def test_legal_time_moves_forward_only_and_is_journalled(site: Site) -> None:
    client = site.anonymous()
    assert client.post("/demonstration/temps", {"pas": "heure"}).status_code == 303
    assert client.post("/demonstration/temps", {"pas": "jour"}).status_code == 303
    assert offset(site) == timedelta(days=1, hours=1)
    moved = client.post("/demonstration/temps", {"day": "2026-09-10", "time": "12:00"})
    assert moved.status_code == 303
    assert offset(site) == timedelta(days=1, hours=1) + timedelta(days=9, hours=2)  # 12 h in Paris
    past = client.post("/demonstration/temps", {"day": "2026-08-31", "time": "12:00"})
    assert past.status_code == 422 and "ne peut qu&#39;avancer" in past.text
    with site.read() as work:
        rows = work.session.connection().execute(
            select(audit_event.c.body).where(audit_event.c.action == "installation.time_advanced")
        )
        assert len(rows.all()) == 3


@pytest.mark.parametrize(
    ("day", "time", "words"),
    [
        ("", "", "Indiquez un jour"),
        ("2026-13-01", "12:00", "Indiquez un jour"),
        ("2027-03-28", "02:30", "n&#39;existe pas"),
        ("2026-10-25", "02:30", "existe deux fois"),
        ("2199-01-01", "12:00", "plus proche"),
    ],
)
def test_an_instant_that_is_not_one(site: Site, day: str, time: str, words: str) -> None:
    answer = site.anonymous().post("/demonstration/temps", {"day": day, "time": time})
    assert answer.status_code == 422
    assert words in answer.text
    assert offset(site) == timedelta()


def test_the_repeated_hour_is_chosen(site: Site) -> None:
    moved = []
    for season in ("été", "hiver"):  # the clock of the tests does not follow the offset
        before = offset(site)
        typed = {"day": "2026-10-25", "time": "02:30", "saison": season}
        assert site.anonymous().post("/demonstration/temps", typed).status_code == 303
        moved.append(offset(site) - before)
    assert moved[1] - moved[0] == timedelta(hours=1)


def test_mails_are_read_with_links_that_work(site: Site) -> None:
    client = site.anonymous()
    assert "Aucun courriel" in text_of(client.get("/demonstration/courriels"))
    sent = client.follow(client.post("/connexion", {"email": "buyer@brume.example"}))
    assert "/demonstration/courriels" in sent.text
    with site.work() as work:
        send_asked_links(work)
    page = client.get("/demonstration/courriels")
    assert "Votre lien pour entrer" in text_of(page) and "buyer@brume.example" in text_of(page)
    link = page.text.split('href="/entrer/')[1].split('"')[0]
    assert client.post(f"/entrer/{link}").headers["location"] == "/marches"


def test_every_page_says_demonstration(site: Site) -> None:
    for path in ("/demonstration", "/demonstration/courriels", "/connexion"):
        assert "Démonstration — données inventées" in text_of(site.anonymous().get(path))


@pytest.fixture
def production(site: Site) -> Iterator[Client]:
    """The same pages, wired as a production installation."""
    wiring = replace(site.wiring, kind="production")
    with TestClient(create_app(wiring), follow_redirects=False) as client:
        yield Client(client)


def test_production_has_none_of_it(site: Site, production: Client) -> None:
    buyer = site.cast.people["buyer"]
    for method, path in (
        ("GET", "/demonstration"),
        ("GET", "/demonstration/courriels"),
        ("POST", "/demonstration/temps"),
        ("POST", f"/demonstration/entrer/{buyer}"),
    ):
        assert production.http.request(method, path).status_code == 404, path
    assert "Démonstration" not in text_of(production.get("/connexion"))


def test_every_process_reads_the_same_time(sqlite_database: Engine, site: Site) -> None:
    before = LegalClock(sqlite_database)
    site.anonymous().post("/demonstration/temps", {"pas": "jour"})
    after = LegalClock(sqlite_database)
    for clock in (before, after):
        ahead = clock.now() - clock.real()
        assert timedelta(hours=23, minutes=59) < ahead < timedelta(days=1, minutes=1)


def test_health_says_yes_or_no_and_nothing_else(site: Site, tmp_path: Path) -> None:
    client = site.anonymous()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    with site.wiring.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})


def test_a_doubtful_clock_is_not_ready(site: Site) -> None:
    site.clock.doubt = True  # type: ignore[attr-defined]  # what LegalClock has
    assert site.anonymous().get("/healthz").status_code == 503
