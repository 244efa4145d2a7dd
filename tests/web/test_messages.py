"""« Messages »: each their own, read once for a supplier's people."""

from uuid import UUID

import pytest
from sqlmodel import select

from sad.notifications.service import notify
from sad.notifications.tables import Message
from tests.support.web import Site, text_of

FACTS = {"person": "Alder", "browser": "Firefox sous Linux", "at": "2026-09-01T08:00:00.000000Z"}
SUBJECT = "Alder est entré·e depuis un nouvel appareil"


def tell(site: Site, **to: list[UUID]) -> UUID:
    with site.work() as work:
        notify(work, "accounts.new_browser", facts=FACTS, link="/mon-compte", **to)  # type: ignore[arg-type]  # persons= or suppliers=
    with site.read() as work:
        return work.session.exec(select(Message.id).order_by(Message.created_at.desc())).first()  # type: ignore[attr-defined]  # a column


def test_an_empty_inbox_teaches(site: Site) -> None:
    for part in ("alder", "buyer", "stranger"):
        page = site.as_(part).get("/messages")
        assert page.status_code == 200
        assert "Aucun message" in text_of(page)


def test_a_supplier_reads_its_message_and_follows_it(site: Site) -> None:
    message = tell(site, suppliers=[site.cast.suppliers["alder"]])
    client = site.as_("alder")
    listed = text_of(client.get("/messages"))
    assert SUBJECT in listed and "Non lu" in listed
    shown = text_of(client.get(f"/messages/{message}"))
    assert "le mardi 1er septembre 2026 à 10 h 00" in shown
    assert client.post(f"/messages/{message}/lu?suivre=1").headers["location"] == "/mon-compte"
    assert "Non lu" not in text_of(client.get("/messages"))


def test_an_agent_reads_its_own(site: Site) -> None:
    message = tell(site, persons=[site.cast.people["buyer"]])
    client = site.as_("buyer")
    assert SUBJECT in text_of(client.get("/messages"))
    assert client.post(f"/messages/{message}/lu").headers["location"] == "/messages"


@pytest.mark.parametrize("part", ["birch", "buyer", "officer", "administrator", "stranger"])
def test_somebody_elses_message_is_not_there(site: Site, part: str) -> None:
    message = tell(site, suppliers=[site.cast.suppliers["alder"]])
    client = site.as_(part)
    assert SUBJECT not in text_of(client.get("/messages"))
    assert client.get(f"/messages/{message}").status_code == 404
    assert client.post(f"/messages/{message}/lu").status_code == 404


def test_nobody_is_sent_to_the_door(site: Site) -> None:
    assert site.anonymous().get("/messages").headers["location"] == "/connexion?suite=/messages"


def test_a_message_whose_facts_do_not_fit_still_leads_somewhere(site: Site) -> None:
    with site.work() as work:
        notify(
            work,
            "accounts.new_browser",
            facts={},
            suppliers=[site.cast.suppliers["alder"]],
            link="/bureau",
        )
    page = site.as_("alder").get("/messages")
    assert page.status_code == 200 and "Vous avez un message" in text_of(page)


def test_long_lists_have_pages(site: Site) -> None:
    for _ in range(31):
        tell(site, suppliers=[site.cast.suppliers["alder"]])
    client = site.as_("alder")
    assert "Page 1 sur 2" in text_of(client.get("/messages"))
    assert text_of(client.get("/messages?page=2")).count(SUBJECT) == 1
    assert client.get("/messages?page=-3").status_code == 200
