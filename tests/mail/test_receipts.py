"""Receipts leave by mail once the deadline has passed, as PDF, each once (trust 1)."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlmodel import select

from app.mail.delivery import deliver
from app.mail.smtp import SmtpSender
from app.rendering.carried import carried_files
from app.wiring import Wiring
from app.worker.tasks import watch
from sad.db.work import Work
from sad.due.receipts import markets_to_mail
from sad.markets.tables import SpecificMarket
from sad.offers.queries import own_answer
from sad.offers.tables import ReceiptDue
from sad.suppliers import service as suppliers
from tests.mail.relay import Relay
from tests.offers.conftest import Stage
from tests.offers.scene import T, make_scene
from tests.support.cast import Cast
from tests.support.clock import FixedClock

OpenWork = Callable[..., AbstractContextManager[Work]]


@pytest.fixture
def stage(work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock) -> Stage:
    """A market open until T, two suppliers invited."""
    with work() as w:
        scene = make_scene(w, cast)
    return Stage(scene, work, read, clock)


def worked(wiring: Wiring, relay: Relay) -> list[EmailMessage]:
    """The mails with receipts that leave, two workers looking."""
    before = len(relay.received)
    for holder in ("one", "two"):
        watch(wiring, holder)
        settings = wiring.settings
        assert settings.smtp_url
        sender = SmtpSender(settings.smtp_url, settings.mail_from, 2)
        while deliver(wiring, sender, holder):
            pass
    new = relay.received[before:]
    return [mail for mail in new if "de réception" in mail["subject"]]


def enclosed(mail: EmailMessage) -> dict[str, bytes]:
    return {
        str(part.get_filename()): part.get_payload(decode=True)  # type: ignore[misc]
        for part in mail.iter_attachments()
    }


def test_before_the_deadline_mails_are_neutral_and_after_it_each_supplier_gets_its_own(
    wiring: Wiring, relay: Relay, stage: Stage
) -> None:
    first = stage.submit("alder")
    stage.withdraw("alder")
    stage.clock.set(T)
    assert worked(wiring, relay) == []
    assert relay.received and all(not enclosed(mail) for mail in relay.received)
    stage.clock.set(T + timedelta(milliseconds=1))
    (mail,) = worked(wiring, relay)
    assert mail["to"] == "alder@brume.example"
    assert mail["subject"] == "Demande de prix 2026S01-001-01\u00a0: vos accusés de réception"
    papers = enclosed(mail)
    with stage.read(stage.actor("alder")) as work:
        kept = own_answer(work, stage.scene.market_id).deposits
    assert list(papers) == [f"{row.number}.pdf" for row in kept]
    assert first.number in {row.number for row in kept} and len(kept) == 2
    for row in kept:
        (file,) = carried_files(papers[f"{row.number}.pdf"])
        assert row.signed and json.loads(file)["receipt"] == row.signed.bytes.decode()
    assert worked(wiring, relay) == []


def test_a_late_one_is_mailed_in_its_turn(wiring: Wiring, relay: Relay, stage: Stage) -> None:
    stage.submit("alder")
    stage.clock.set(T + timedelta(minutes=1))
    assert len(worked(wiring, relay)) == 1
    stage.submit("alder", stage.put("alder", price="5"))
    (mail,) = worked(wiring, relay)
    assert mail["subject"].endswith("votre accusé de réception")
    assert len(enclosed(mail)) == 1
    with stage.read() as work:
        assert work.session.exec(select(ReceiptDue)).all() == []


def test_a_deadline_moved_later_makes_them_wait(stage: Stage) -> None:
    stage.submit("alder")
    with stage.work() as work:
        market = work.get_in(
            SpecificMarket, stage.scene.cast.organisation_id, stage.scene.market_id, lock=True
        )
        market.deadline_at = T + timedelta(days=2)
        market.opening_from = T + timedelta(days=2, seconds=60)
        work.add(market)
    stage.clock.set(T + timedelta(days=1))
    with stage.read() as work:
        assert markets_to_mail(work) == []


def test_a_supplier_in_pause_finds_it_at_its_desk(
    wiring: Wiring, relay: Relay, stage: Stage
) -> None:
    stage.submit("alder")
    with stage.work(stage.actor("alder")) as work:
        suppliers.pause(work)
    stage.clock.set(T + timedelta(minutes=1))
    assert worked(wiring, relay) == []
