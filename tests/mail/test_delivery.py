"""The outbox reaches a real relay: once, later when it must, never twice."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from app.mail.delivery import deliver
from app.mail.smtp import SmtpSender
from app.wiring import Wiring
from sad.notifications import outbox
from sad.notifications.service import enqueue
from sad.notifications.tables import Outbox
from tests.conftest import OpenWork
from tests.mail.relay import Relay
from tests.support.clock import FixedClock

LINK = "/entrer/secret-of-the-link"


def write(work: OpenWork, number: int = 1) -> None:
    with work() as w:
        for n in range(number):
            enqueue(w, "accounts.link", f"n{n}@brume.example", {"name": "Zoé", "minutes": 30}, LINK)


def send(wiring: Wiring, holder: str = "one") -> int:
    settings = wiring.settings
    assert settings.smtp_url
    return deliver(wiring, SmtpSender(settings.smtp_url, settings.mail_from, 2), holder)


def rows(work: OpenWork) -> list[Outbox]:
    with work() as w:
        return list(w.session.exec(select(Outbox)))


def test_a_mail_arrives_in_two_forms_with_an_absolute_link(
    wiring: Wiring, work: OpenWork, relay: Relay
) -> None:
    write(work)
    assert send(wiring) == 1
    (mail,) = relay.received
    assert mail["subject"] == "Votre lien pour entrer, valable 30 minutes"
    assert mail["to"] == "n0@brume.example" and mail["from"] == "Achats <achats@brume.example>"
    assert mail["auto-submitted"] == "auto-generated"
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain and rich
    for body in (plain.get_content(), rich.get_content()):
        assert "Bonjour Zoé" in body and f"https://achats.example{LINK}" in body
    assert send(wiring) == 0 and len(relay.received) == 1


def test_the_database_holds_no_address_and_no_link(work: OpenWork) -> None:
    write(work)
    (row,) = rows(work)
    assert b"brume" not in row.sealed and b"secret-of" not in row.sealed


def test_a_relay_that_is_away_delays_each_time_more(
    wiring: Wiring, work: OpenWork, relay: Relay, clock: FixedClock
) -> None:
    write(work)
    relay.answers = ["451 later"] * 3
    for minutes in (1, 2, 4):
        assert send(wiring) == 0
        (row,) = rows(work)
        assert row.due_at - clock.real() == timedelta(minutes=minutes)
        assert row.sent_at is None and row.claimed_by is None
        assert send(wiring) == 0  # not before its time
        clock.advance(minutes=minutes)
    assert send(wiring) == 1
    assert len(relay.received) == 1


def test_a_refused_recipient_fails_at_once_and_alone(
    wiring: Wiring, work: OpenWork, relay: Relay
) -> None:
    write(work, 3)
    relay.answers = ["550 no such mailbox"]
    assert send(wiring) == 2
    assert [row.failed_at is not None for row in rows(work)].count(True) == 1
    assert send(wiring) == 0


def test_a_mail_that_never_passes_ends(
    wiring: Wiring, work: OpenWork, relay: Relay, clock: FixedClock
) -> None:
    write(work)
    relay.answers = ["451 later"] * outbox.ATTEMPTS
    for _ in range(outbox.ATTEMPTS):
        send(wiring)
        clock.advance(hours=6)
    assert rows(work)[0].failed_at is not None
    assert send(wiring) == 0


def test_a_relay_that_does_not_exist_is_only_a_delay(
    wiring: Wiring, work: OpenWork, caplog: pytest.LogCaptureFixture
) -> None:
    write(work)
    sender = SmtpSender("smtp://127.0.0.1:1", "achats@brume.example", 1)
    with caplog.at_level(logging.DEBUG):
        assert deliver(wiring, sender, "one") == 0
    assert rows(work)[0].sent_at is None
    assert "brume" not in caplog.text and "secret-of" not in caplog.text


def test_two_workers_send_each_mail_once(wiring: Wiring, work: OpenWork, relay: Relay) -> None:
    from threading import Thread

    write(work, 30)
    threads = [Thread(target=send, args=(wiring, name)) for name in ("one", "two") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while send(wiring):
        pass
    assert sorted(mail["to"] for mail in relay.received) == sorted(
        f"n{n}@brume.example" for n in range(30)
    )


def test_a_worker_killed_after_its_claim_leaves_the_mail_to_the_next(
    wiring: Wiring, work: OpenWork, relay: Relay, clock: FixedClock
) -> None:
    write(work)
    with work() as w:
        (lost,) = outbox.claim(w, "killed")
    assert send(wiring, "two") == 0  # its lease is alive
    clock.advance(outbox.LEASE + timedelta(seconds=1))
    assert send(wiring, "two") == 1
    with work() as w:  # it was only asleep: what it says now counts for nothing
        outbox.postponed(w, lost)
    assert rows(work)[0].sent_at is not None
    assert send(wiring, "three") == 0 and len(relay.received) == 1


def test_mails_are_deleted_a_day_after_sending(
    wiring: Wiring, work: OpenWork, clock: FixedClock
) -> None:
    write(work, 2)
    send(wiring)
    clock.advance(hours=23)
    with work() as w:
        outbox.forget_old(w)
    assert len(rows(work)) == 2
    clock.advance(hours=2)
    with work() as w:
        outbox.forget_old(w)
    assert rows(work) == []


def test_a_mail_whose_template_is_missing_harms_no_other(
    wiring: Wiring, work: OpenWork, relay: Relay, tmp_path: Path
) -> None:
    with work() as w:
        enqueue(w, "accounts.nothing_of_the_kind", "a@brume.example", {}, None)
    write(work)
    assert send(wiring) == 1
