"""Browsers' sessions: opened at sign-in with a fresh secret, listed, revocable. Real clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlmodel import col
from sqlmodel import select as select_rows

from sad.accounts.hats import Hat, hats
from sad.accounts.permissions import SignInNeeded
from sad.accounts.rules import local_path
from sad.accounts.tables import KnownBrowser, Person, SessionRow
from sad.accounts.tokens import digest, new_token
from sad.audit.chains import person_chain
from sad.audit.service import record
from sad.db.work import Work
from sad.kernel.actor import Actor
from sad.kernel.canonical import instant
from sad.kernel.errors import NotFound
from sad.notifications.service import notify

IDLE_AGENT, IDLE_SUPPLIER = timedelta(hours=2), timedelta(hours=12)
LONGEST_AGENT, LONGEST_SUPPLIER = timedelta(hours=12), timedelta(days=7)
BROWSERS_KEPT = timedelta(days=400)


@dataclass(frozen=True)
class Browser:
    """The browser at the other end: words for people, and its own long-lived random mark."""

    label: str
    device: str


@dataclass(frozen=True)
class NewSession:
    """What the browser receives: the secret, and where to go. `hat` None: choose, or none yet."""

    token: str
    expires_at: datetime
    hat: Hat | None
    choices: int
    next_path: str | None


def open_session(
    work: Work,
    person: Person,
    browser: Browser,
    how: str,
    *,
    next_path: str | None = None,
    replaced: UUID | None = None,
) -> NewSession:
    """A new session for the person; the one this browser had (`replaced`) ends.

    A person with one hat wears it at once.
    """
    work.actor = Actor(person_id=person.id)
    if replaced is not None:
        _revoke(work, col(SessionRow.id) == replaced)
    choices = hats(work, person.id)
    hat = choices[0] if len(choices) == 1 else None
    record(
        work,
        person_chain(person.id),
        "person.signed_in",
        person.id,
        after={"how": how},
        details={"browser": browser.label},
    )
    session = _write(work, person.id, hat, browser.label, work.real)
    new, first = _meet(work, person.id, browser)
    if new:
        for choice in choices:
            _tell(work, person, choice, browser, first)
    return NewSession(*session, hat, len(choices), local_path(next_path))


def wear(
    work: Work,
    session_id: UUID,
    key: str,
    next_path: str | None = None,
    applicant_id: UUID | None = None,
) -> NewSession:
    """The same sign-in under another hat: a fresh secret, the old session ends.

    `applicant_id`: whom a supplier invited both alone and for its group answers for. Forms opened
    for the other one are refused from then on: their token was the old session's.

    Raises NotFound for a hat that is not the person's. The longest life counts from the sign-in.
    """
    session = _own(work, session_id)
    choices = hats(work, session.person_id)
    hat = next((choice for choice in choices if choice.key == key), None)
    if hat is None:
        raise NotFound()
    _revoke(work, col(SessionRow.id) == session.id)
    made = _write(work, session.person_id, hat, session.browser, session.created_at, applicant_id)
    return NewSession(*made, hat, len(choices), local_path(next_path))


def sessions(work: Work) -> list[SessionRow]:
    """The actor's living sessions, last used first."""
    query = (
        select_rows(SessionRow)
        .where(
            col(SessionRow.person_id) == _me(work),
            col(SessionRow.revoked_at).is_(None),
            col(SessionRow.expires_at) > work.real,
        )
        .order_by(col(SessionRow.seen_at).desc())
    )
    return [row for row in work.session.exec(query) if work.real - row.seen_at < _idle(row)]


def revoke(work: Work, session_id: UUID) -> None:
    """Ends one of the actor's own sessions; NotFound for another's."""
    session = _own(work, session_id)
    if _revoke(work, col(SessionRow.id) == session.id):
        record(work, person_chain(session.person_id), "session.revoked", session.person_id)


def revoke_others(work: Work, kept: UUID | None) -> int:
    """Ends all the actor's sessions but one; how many."""
    return _revoke(work, col(SessionRow.person_id) == _me(work), col(SessionRow.id) != kept)


def sign_out(work: Work, session_id: UUID) -> None:
    """Ends the session one is in."""
    session = _own(work, session_id)
    if _revoke(work, col(SessionRow.id) == session.id):
        record(work, person_chain(session.person_id), "person.signed_out", session.person_id)


def forget_old(work: Work) -> None:
    """Deletes what is over: sessions a day past their end, browsers not seen for over a year."""
    connection = work.session.connection()
    yesterday = work.real - timedelta(days=1)
    connection.execute(delete(SessionRow).where(col(SessionRow.expires_at) < yesterday))
    connection.execute(delete(SessionRow).where(col(SessionRow.revoked_at) < yesterday))
    old = work.real - BROWSERS_KEPT
    connection.execute(delete(KnownBrowser).where(col(KnownBrowser.seen_at) < old))


def _me(work: Work) -> UUID:
    if work.actor.person_id is None:
        raise SignInNeeded()
    return work.actor.person_id


def _own(work: Work, session_id: UUID) -> SessionRow:
    session = work.shared(SessionRow, session_id)
    if session.person_id != _me(work):
        raise NotFound()
    return session


def _idle(row: SessionRow) -> timedelta:
    return IDLE_AGENT if row.organisation_id else IDLE_SUPPLIER


def _write(
    work: Work,
    person_id: UUID,
    hat: Hat | None,
    browser: str,
    signed_in: datetime,
    applicant_id: UUID | None = None,
) -> tuple[str, datetime]:
    longest = LONGEST_SUPPLIER if hat and hat.supplier_id else LONGEST_AGENT
    token, expires_at = new_token(), signed_in + longest
    work.add(
        SessionRow(
            token_sha256=digest(token),
            person_id=person_id,
            organisation_id=hat.organisation_id if hat else None,
            supplier_id=hat.supplier_id if hat else None,
            applicant_id=applicant_id,
            browser=browser,
            created_at=signed_in,
            seen_at=work.real,
            expires_at=expires_at,
        )
    )
    return token, expires_at


def _revoke(work: Work, *which: object) -> int:
    result = work.session.connection().execute(
        update(SessionRow)
        .where(col(SessionRow.revoked_at).is_(None), *which)  # type: ignore[arg-type]  # conditions
        .values(revoked_at=work.real)
    )
    return int(result.rowcount)


def _meet(work: Work, person_id: UUID, browser: Browser) -> tuple[bool, bool]:
    """(the browser is new to this person, it is the person's very first); remembers it."""
    mine = col(KnownBrowser.person_id) == person_id
    mark = digest(browser.device)
    connection = work.session.connection()
    seen = connection.execute(
        update(KnownBrowser)
        .where(mine, col(KnownBrowser.device_sha256) == mark)
        .values(seen_at=work.real)
    )
    if seen.rowcount:
        return False, False
    count = connection.execute(select(func.count()).select_from(KnownBrowser).where(mine)).scalar()
    work.add(
        KnownBrowser(
            person_id=person_id, device_sha256=mark, created_at=work.real, seen_at=work.real
        )
    )
    return True, not count


def _tell(work: Work, person: Person, hat: Hat, browser: Browser, first: bool) -> None:
    """A new browser is told to all the supplier's people: whoever reads a mailbox may come in.

    Not to somebody alone who signs in for the first time: it would only learn what it just did.
    """
    if hat.supplier_id is None or (first and _alone(work, hat.supplier_id)):
        return
    facts = {"person": person.name, "browser": browser.label, "at": instant(work.real)}
    notify(
        work,
        "accounts.new_browser",
        facts=facts,
        suppliers=[hat.supplier_id],
        link="/mon-compte",
    )


def _alone(work: Work, supplier_id: UUID) -> bool:
    member = Person.metadata.tables["supplier_person"]
    count = work.session.connection().execute(
        select(func.count()).where(member.c.supplier_id == supplier_id, member.c.ended_at.is_(None))
    )
    return int(count.scalar_one()) < 2
