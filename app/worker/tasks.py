"""What the worker does, and how often. It only produces effects: nothing is right because of it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from app.mail.delivery import deliver
from app.mail.smtp import SmtpSender
from app.papers import draw_waiting
from app.wiring import Wiring
from app.worker.files import Copying, scan_opened, sweep
from sad.accounts import sessions, sign_in
from sad.audit.seals import keep_seals, last_seal, make_seal
from sad.candidatures import joining
from sad.candidatures import watching as candidatures
from sad.db import acts
from sad.db.work import Work, reading, writing
from sad.due import papers, receipts, reminders, validity
from sad.kernel.errors import Refusal
from sad.notifications import outbox

SEAL_EVERY = timedelta(minutes=15)
SEAL_EMPTY_AFTER = timedelta(days=1)
CUT_AFTER = timedelta(hours=48)


@dataclass(frozen=True)
class Task:
    """A task: its name (that of its lease), the seconds between two runs, what it does.

    `run` receives the wiring and the worker's name.
    """

    name: str
    every: int
    run: Callable[[Wiring, str], None]

    @property
    def lease(self) -> timedelta:
        """How long its leader may be silent before another takes over."""
        return timedelta(seconds=max(30, 2 * self.every))


def send_links(wiring: Wiring, holder: str) -> None:
    """Decides on the sign-in links asked."""
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        if not sign_in.links_waiting(work):
            return
    with writing(wiring.engine, wiring.clock, wiring.rings) as work:
        sign_in.send_asked_links(work)


def send_mails(wiring: Wiring, holder: str) -> None:
    """Empties the outbox; without relay (demonstration) its page shows the mails instead."""
    settings = wiring.settings
    if settings.smtp_url is not None:
        deliver(wiring, SmtpSender(settings.smtp_url, settings.mail_from), holder)


def forget(wiring: Wiring, holder: str) -> None:
    """Deletes what must not be kept: sent mails, dead links, sessions, act keys, cut uploads."""
    wiring.store.discard_cut(wiring.clock.real() - CUT_AFTER)
    with writing(wiring.engine, wiring.clock, wiring.rings) as work:
        acts.forget_old(work)
        outbox.forget_old(work)
        joining.forget_old(work)
        sign_in.forget_old(work)
        sessions.forget_old(work)


def seal(wiring: Wiring, holder: str) -> None:
    """Seals the journal every 15 minutes while a market is open or something happened, else daily;
    then keeps the seals outside of the database."""
    with writing(wiring.engine, wiring.clock, wiring.rings) as work:
        made = make_seal(work, even_empty=_seal_even_empty(work)) if _seal_due(work) else None
    if made is not None:
        with reading(wiring.engine, wiring.clock, wiring.rings) as work:
            keep_seals(work, wiring.store)


def watch(wiring: Wiring, holder: str) -> None:
    """What falls due by itself: the officer's limits, the reminders before a deadline, receipts
    to mail after it, offers that will soon bind nobody, papers that end."""
    with writing(wiring.engine, wiring.clock, wiring.rings) as work:
        candidatures.watch(work)
        candidatures.remind_requests(work)
        papers.tell_expiring(work)
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        due = [
            *((reminders.remind_all, *one) for one in reminders.markets_to_remind(work)),
            *((validity.tell, *one) for one in validity.markets_to_tell(work)),
            *((receipts.mail, *one) for one in receipts.markets_to_mail(work)),
        ]
    for tell, organisation_id, market_id in due:
        # Each its own transaction; one somebody has just reminded or ended is left alone.
        with (
            suppress(Refusal),
            writing(wiring.engine, wiring.clock, wiring.rings) as work,
        ):
            tell(work, organisation_id, market_id)


def _seal_due(work: Work) -> bool:
    last = last_seal(work.session.connection())
    return last is None or work.now - datetime.fromisoformat(last.facts["at"]) >= SEAL_EVERY


def _seal_even_empty(work: Work) -> bool:
    """While a market is open the rhythm must not tell whether somebody answered."""
    connection = work.session.connection()
    last = last_seal(connection)
    if last is not None and work.now - datetime.fromisoformat(last.facts["at"]) >= SEAL_EMPTY_AFTER:
        return True
    launched = text("SELECT 1 FROM market WHERE state = 'launched' LIMIT 1")
    return connection.execute(launched).first() is not None


copying = Copying()
TASKS = (
    Task("links", 2, send_links),
    Task("mails", 3, send_mails),
    Task("due", 60, watch),
    Task("seals", 60, seal),
    Task("copies", 3, copying.run),
    Task("scans", 5, scan_opened),
    Task("papers", 10, draw_waiting),
    Task("forgetting", 3600, forget),
    Task("sweeping", 6 * 3600, sweep),
)
