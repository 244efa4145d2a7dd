"""What a mail reader receives from the relay: two forms, readable subjects, nothing smuggled in."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest

from app.mail.delivery import deliver
from app.mail.smtp import SmtpSender
from app.wiring import Wiring
from sad.db.work import Work
from sad.notifications.service import enqueue, notify
from sad.suppliers import service
from tests.conftest import OpenWork
from tests.mail.relay import Relay
from tests.support.cast import Cast
from tests.support.clock import FixedClock

LONG = "Réfection de " + "très " * 60 + "longues tables"
DEADLINE = "2026-09-15T10:00:00.000000Z"


def remind(w: Work, cast: Cast, title: str) -> None:
    """A reminder to both suppliers of the cast."""
    facts = {"number": "2026S01-001-01", "title": title, "deadline_at": DEADLINE}
    notify(
        w,
        "market.reminded",
        suppliers=list(cast.suppliers.values()),
        facts=facts | {"left": "three_days"},
        link="/reponse/11111111-1111-4111-8111-111111111111",
    )


def send(wiring: Wiring) -> int:
    settings = wiring.settings
    assert settings.smtp_url
    return deliver(wiring, SmtpSender(settings.smtp_url, settings.mail_from, 2), "one")


def bodies(mail: EmailMessage) -> tuple[str, str]:
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain and rich
    return plain.get_content(), rich.get_content()


def test_two_forms_with_the_same_words_and_an_encoded_subject(
    wiring: Wiring, work: OpenWork, cast: Cast, relay: Relay
) -> None:
    with work() as w:
        remind(w, cast, "Chaises & fauteuils « été »")
    assert send(wiring) == 2
    for mail in relay.received:
        assert mail.get_content_type() == "multipart/alternative"
        kinds = [(p.get_content_type(), p.get_content_charset()) for p in mail.iter_parts()]
        assert kinds == [("text/plain", "utf-8"), ("text/html", "utf-8")]
        subject = str(mail["subject"]).replace("\u00a0", " ")
        assert subject == (
            "Il reste trois jours : « Chaises & fauteuils « été » », réponses avant le"
            " mardi 15 septembre 2026 à 12 h 00"
        )
        plain, rich = bodies(mail)
        assert "dans les mêmes mots" in plain and "dans les mêmes mots" in rich
        assert "Chaises &amp; fauteuils" in rich and "<script" not in rich
    # Word for word the same to both but for who reads.
    one, other = (bodies(mail)[0] for mail in relay.received)
    assert one.replace("Alder", "X").replace("Birch", "X") == other.replace("Alder", "X").replace(
        "Birch", "X"
    )


def test_no_line_is_longer_than_mail_allows(
    wiring: Wiring, work: OpenWork, cast: Cast, relay: Relay
) -> None:
    with work() as w:
        remind(w, cast, LONG)
    send(wiring)
    (raw, *_) = relay.raw
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert raw.isascii()
    mail = BytesParser(policy=policy.default).parsebytes(raw)
    assert isinstance(mail, EmailMessage)
    assert "longues tables" in str(mail["subject"])
    assert LONG in bodies(mail)[0].replace("\u00a0", " ").replace("\n", " ")


@pytest.mark.parametrize(
    "evil",
    [
        "Zoé\r\nBcc: espion@ailleurs.example",
        "Zoé\nSubject: autre",
        "Zoé\x00\r\n\r\nDATA",
        "Zoé\u2028Bcc: espion@ailleurs.example",
    ],
)
def test_no_name_adds_a_header_or_a_recipient(
    wiring: Wiring, work: OpenWork, relay: Relay, evil: str
) -> None:
    facts = {"name": evil, "inviter": evil, "until": DEADLINE}
    with work() as w:
        enqueue(w, "accounts.invitation", "zoe@brume.example", facts, "/entrer/x")
    assert send(wiring) == 1
    (mail,) = relay.received
    assert mail["bcc"] is None and mail.get_all("subject") is not None
    assert len(mail.get_all("subject", [])) == len(mail.get_all("to", [])) == 1
    assert relay.recipients == [["zoe@brume.example"]]


def test_an_address_that_names_two_people_goes_to_nobody_else(
    wiring: Wiring, work: OpenWork, relay: Relay
) -> None:
    with work() as w:
        facts = {"name": "Zoé", "minutes": 30}
        enqueue(w, "accounts.link", "a@b.example>, <c@d.example", facts, "/entrer/x")
    assert send(wiring) == 0
    assert relay.recipients == []


def test_the_relay_goes_down_and_comes_back(
    wiring: Wiring, work: OpenWork, cast: Cast, relay: Relay, clock: FixedClock
) -> None:
    away = SmtpSender("smtp://127.0.0.1:1", "achats@brume.example", 1)
    with work() as w:
        remind(w, cast, "Chaises")
    assert deliver(wiring, away, "one") == 0
    clock.advance(seconds=61)
    assert send(wiring) == 2
    assert send(wiring) == 0 and len(relay.received) == 2
    assert len({str(mail["message-id"]) for mail in relay.received}) == 2


def test_a_paused_supplier_gets_no_mail(
    wiring: Wiring, work: OpenWork, cast: Cast, relay: Relay
) -> None:
    with work(cast.actor("alder")) as w:
        service.pause(w)
    with work() as w:
        remind(w, cast, "Chaises")
    assert send(wiring) == 1
    assert [str(mail["to"]) for mail in relay.received] == ["birch@brume.example"]
