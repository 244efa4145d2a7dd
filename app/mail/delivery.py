"""Emptying the outbox: claimed, rendered, handed to the relay, marked."""

import logging
from dataclasses import replace

from jinja2 import TemplateError
from typst import TypstError

from app.mail.enclosures import enclosures
from app.mail.render import Mail, render_mail
from app.mail.smtp import MailDelayed, MailRefused, Sender
from app.wiring import Wiring
from sad.db.work import reading, writing
from sad.notifications import outbox
from sad.notifications.outbox import Letter

log = logging.getLogger("sad.mail")


def deliver(wiring: Wiring, sender: Sender, holder: str) -> int:
    """Sends what is due, each mail once; how many left. Nothing of a mail is ever logged."""
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        if not outbox.anything_due(work):
            return 0
    count = 0
    with writing(wiring.engine, wiring.clock, wiring.rings) as work:
        letters = outbox.claim(work, holder)
    for letter in letters:
        count += _deliver_one(wiring, sender, letter)
    return count


def _deliver_one(wiring: Wiring, sender: Sender, letter: Letter) -> bool:
    outcome = outbox.sent
    try:
        sender.send(_written(wiring, letter), str(letter.id), wiring.clock.real())
    except MailRefused:
        outcome = outbox.refused
        log.warning("a mail of kind %s was refused by the relay", letter.kind)
    except MailDelayed:
        outcome = outbox.postponed
    except (
        TemplateError,
        TypstError,
    ) as error:  # a fault of ours: may be mended before the last attempt
        outcome = outbox.postponed
        log.error("a mail of kind %s cannot be written: %s", letter.kind, type(error).__name__)
    with writing(wiring.engine, wiring.clock, wiring.rings) as work:
        outcome(work, letter)
    return outcome is outbox.sent


def _written(wiring: Wiring, letter: Letter) -> Mail:
    """Its words, and what it encloses."""
    mail = render_mail(
        letter.kind,
        letter.to,
        letter.facts,
        letter.link,
        wiring.settings.public_url,
        letter.name,
    )
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        return replace(mail, enclosed=enclosures(work, letter.kind, letter.facts))
