"""The outbox: any number of workers, each mail sent once. Host time.

A mail is claimed by a conditional UPDATE, sent outside of any transaction, then marked. A worker
killed between the two leaves the mail to the next one, once its lease is over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, update
from sqlmodel import col, select

from sad.db.work import Work
from sad.kernel.vault import VaultUnreadable, open_json
from sad.notifications.service import OUTBOX
from sad.notifications.tables import Outbox

LEASE = timedelta(minutes=5)
ATTEMPTS = 12  # with the waits below, about two days
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
KEPT, FAILED_KEPT = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Letter:
    """A mail, unsealed. `claim` proves that it is ours to send."""

    id: UUID
    to: str
    name: str
    kind: str
    facts: dict[str, Any]
    link: str | None
    created_at: datetime
    claim: str
    attempts: int


def anything_due(work: Work) -> bool:
    """Whether a mail may be claimed: asked first, so that an idle worker writes nothing."""
    return work.session.exec(select(Outbox.id).where(_due(work.real)).limit(1)).first() is not None


def claim(work: Work, holder: str, limit: int = 20) -> list[Letter]:
    """Takes mails that are due for five minutes; those another worker takes are left to it."""
    rows = work.session.exec(
        select(Outbox).where(_due(work.real)).order_by(col(Outbox.due_at)).limit(limit)
    ).all()
    letters = [_take(work, row, holder) for row in rows]
    return [letter for letter in letters if letter is not None]


def sent(work: Work, letter: Letter) -> None:
    """The relay accepted it."""
    _mark(work, letter, sent_at=work.real)


def postponed(work: Work, letter: Letter) -> None:
    """The relay did not answer, or asked to wait: later, each time later; failed after two days."""
    if letter.attempts >= ATTEMPTS:
        _mark(work, letter, failed_at=work.real)
        return
    wait = min(FIRST_WAIT * 2 ** (letter.attempts - 1), LONGEST_WAIT)
    _mark(work, letter, due_at=work.real + wait)


def refused(work: Work, letter: Letter) -> None:
    """The relay will never take it: the message stays in the inbox."""
    _mark(work, letter, failed_at=work.real)


def forget_old(work: Work) -> None:
    """Deletes mails a day after sending; those that failed, after a week."""
    connection = work.session.connection()
    connection.execute(delete(Outbox).where(col(Outbox.sent_at) < work.real - KEPT))
    connection.execute(delete(Outbox).where(col(Outbox.failed_at) < work.real - FAILED_KEPT))


def kept_letters(work: Work, limit: int = 100) -> list[Letter]:
    """The mails of the outbox, newest first: for the demonstration's own page only."""
    rows = work.session.exec(
        select(Outbox).order_by(col(Outbox.created_at).desc(), col(Outbox.id).desc()).limit(limit)
    )
    return [_letter(work, row, "") for row in rows]


def _due(real: datetime) -> ColumnElement[bool]:
    return and_(
        col(Outbox.sent_at).is_(None),
        col(Outbox.failed_at).is_(None),
        col(Outbox.due_at) <= real,
        or_(col(Outbox.claimed_until).is_(None), col(Outbox.claimed_until) < real),
    )


def _take(work: Work, row: Outbox, holder: str) -> Letter | None:
    taken = work.session.connection().execute(
        update(Outbox)
        .where(col(Outbox.id) == row.id, _due(work.real))
        .values(
            claimed_by=holder,
            claimed_until=work.real + LEASE,
            attempts=col(Outbox.attempts) + 1,
        )
    )
    if taken.rowcount != 1:
        return None
    try:
        return _letter(work, row, holder)
    except VaultUnreadable:  # its key is lost: nobody will ever read it
        _fail_unreadable(work, row.id)
        return None


def _letter(work: Work, row: Outbox, holder: str) -> Letter:
    body = open_json(work.rings, f"{OUTBOX}:{row.id}", row.sealed)
    return Letter(
        id=row.id,
        to=body["to"],
        name=body["name"],
        kind=body["kind"],
        facts=body["facts"],
        link=body["link"],
        created_at=row.created_at,
        claim=holder,
        attempts=row.attempts + 1,
    )


def _mark(work: Work, letter: Letter, **values: Any) -> None:
    """Only while the mail is still ours: a lease that ended gave it to somebody else."""
    work.session.connection().execute(
        update(Outbox)
        .where(
            col(Outbox.id) == letter.id,
            col(Outbox.claimed_by) == letter.claim,
            col(Outbox.sent_at).is_(None),
        )
        .values(claimed_by=None, claimed_until=None, **values)
    )


def _fail_unreadable(work: Work, mail_id: UUID) -> None:
    work.session.connection().execute(
        update(Outbox).where(col(Outbox.id) == mail_id).values(failed_at=work.real)
    )
