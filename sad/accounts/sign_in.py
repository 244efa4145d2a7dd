"""Coming in: by a mailed link, or by a password. Nothing tells whether an address is known.

Asking for a link writes one row whoever asks; the worker decides whether a mail leaves. Links,
limits and sessions live on the real clock; none of these limits ever applies to a deposit.
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlmodel import col, select

from sad.accounts.rules import WRONG_PASSWORDS, local_path, read_email, short_email, short_name
from sad.accounts.sessions import Browser, NewSession, open_session
from sad.accounts.tables import Person, SignInLink
from sad.accounts.tokens import digest, new_token
from sad.audit.chains import person_chain
from sad.audit.service import record
from sad.db.work import Work
from sad.kernel.errors import Refusal
from sad.kernel.ids import uuid7
from sad.kernel.vault import VaultUnreadable, mac, open_json, seal_json
from sad.notifications.service import enqueue

LIFETIME = timedelta(minutes=30)
INVITATION = timedelta(days=7)
WINDOW = timedelta(hours=1)
PER_ADDRESS, PER_NETWORK, ALIVE = 5, 30, 3
LINK_ONLY = timedelta(minutes=15)
BATCH = 100
CONTEXT = "sign_in_link"


class LinkUnusable(Refusal):
    """The link was used, is too old, or never was."""

    code = "accounts.link_unusable"
    status = 410


class PasswordRefused(Refusal):
    """The same answer for an unknown address, a wrong password, and too many of them."""

    code = "accounts.password_refused"
    status = 422


@dataclass(frozen=True)
class Entrance:
    """Whose link it is, without telling more than its owner needs to know it."""

    name: str
    email: str
    purpose: str
    person_id: UUID


@dataclass(frozen=True)
class KeptPassword:
    """What a password is checked against, outside of any transaction; nothing for nobody."""

    person_id: UUID | None
    hash: str | None


def ask_link(
    work: Work, email: str, network: str, next_path: str | None = None, name: str = ""
) -> None:
    """Writes that a link is asked; the worker decides. Raises EmailUnreadable only.

    With a `name`, somebody unknown who joins becomes a person when the mail leaves: no row of
    people is made beyond the limits below, nor before somebody could read the mail.
    """
    address = read_email(email)
    link_id = uuid7()
    work.add(
        SignInLink(
            id=link_id,
            email_mac=mac(work.rings, "email", address),
            email_sealed=seal_json(
                work.rings, f"{CONTEXT}:{link_id}", {"email": address, "name": name}
            ),
            network_mac=mac(work.rings, "network", network),
            next_path=local_path(next_path),
            asked_at=work.real,
            expires_at=work.real + LIFETIME,
        )
    )


def issue_link(
    work: Work,
    person_id: UUID,
    purpose: str = "sign_in",
    next_path: str | None = None,
    lifetime: timedelta = LIFETIME,
) -> str:
    """A link made at once, its token given to the caller alone: `/entrer/<token>`.

    For invitations, confirmations, the command line and the demonstration.
    """
    person = work.shared(Person, person_id)
    token = new_token()
    work.add(
        SignInLink(
            token_sha256=digest(token),
            person_id=person.id,
            email_mac=mac(work.rings, "email", person.email),
            network_mac="",
            purpose=purpose,
            next_path=local_path(next_path),
            asked_at=work.real,
            handled_at=work.real,
            expires_at=work.real + lifetime,
        )
    )
    return token


def door(work: Work, person_id: UUID, path: str) -> str:
    """The address in somebody's own mail: it lets them in once, during seven days, and leads on.

    Where it leads stays readable in it: used or too old, the page it opens still knows.
    """
    token = issue_link(work, person_id, "invitation", path, INVITATION)
    return f"/entrer/{token}?suite={quote(path)}"


def links_waiting(work: Work) -> bool:
    """Whether the worker has links to decide on."""
    query = select(SignInLink.id).where(col(SignInLink.handled_at).is_(None)).limit(1)
    return work.session.exec(query).first() is not None


def send_asked_links(work: Work) -> int:
    """The worker's part: decides on each link asked, and writes the mails; how many leave.

    No mail for an unknown or disabled person, beyond 5 an hour an address or 30 a network, with
    three links alive, or when the link asked is already too old to be of use.
    """
    pending = work.session.exec(
        select(SignInLink)
        .where(col(SignInLink.handled_at).is_(None))
        .order_by(col(SignInLink.asked_at), col(SignInLink.id))
        .limit(BATCH)
    ).all()
    return sum(_decide(work, link) for link in pending)


def look(work: Work, token: str) -> Entrance:
    """Whose link it is, without using it: mail scanners follow links. Raises LinkUnusable."""
    query = (
        select(SignInLink, Person)
        .join(Person, col(Person.id) == col(SignInLink.person_id))
        .where(
            col(SignInLink.token_sha256) == digest(token),
            col(SignInLink.consumed_at).is_(None),
            col(SignInLink.expires_at) > work.real,
            col(Person.disabled_at).is_(None),
        )
    )
    found = work.session.exec(query).one_or_none()
    if found is None:
        raise LinkUnusable()
    link, person = found
    return Entrance(short_name(person.name), short_email(person.email), link.purpose, person.id)


def enter(work: Work, token: str, browser: Browser, replaced: UUID | None = None) -> NewSession:
    """Uses the link, once: two presses at the same instant open one session.

    Raises LinkUnusable.
    """
    link = work.session.exec(
        select(SignInLink).where(col(SignInLink.token_sha256) == digest(token))
    ).one_or_none()
    used = work.session.connection().execute(
        update(SignInLink)
        .where(
            col(SignInLink.token_sha256) == digest(token),
            col(SignInLink.consumed_at).is_(None),
            col(SignInLink.expires_at) > work.real,
        )
        .values(consumed_at=work.real)
    )
    if link is None or link.person_id is None or used.rowcount != 1:
        raise LinkUnusable()
    person = work.shared(Person, link.person_id)
    if person.disabled_at is not None:
        raise LinkUnusable()
    return open_session(work, person, browser, "link", next_path=link.next_path, replaced=replaced)


def kept_password(work: Work, email: str) -> KeptPassword:
    """What to check the password typed against; a person without one, or nobody, looks alike."""
    query = select(Person).where(
        col(Person.email) == email.strip().lower(), col(Person.disabled_at).is_(None)
    )
    person = work.session.exec(query).one_or_none()
    if person is None:
        return KeptPassword(None, None)
    return KeptPassword(person.id, person.password_hash)


def enter_with_password(
    work: Work,
    kept: KeptPassword,
    right: bool,
    browser: Browser,
    next_path: str | None = None,
    replaced: UUID | None = None,
) -> NewSession | None:
    """A session if the password was right (`verify_password`) and still counts; None otherwise.

    The caller answers PasswordRefused after the commit: a wrong password is counted. After ten,
    the mailed link alone opens for 15 minutes.
    """
    if kept.person_id is None:
        return None
    person = work.shared(Person, kept.person_id, lock=True)
    locked = person.link_only_until is not None and work.real < person.link_only_until
    changed = person.password_hash != kept.hash or person.disabled_at is not None
    if locked or changed or kept.hash is None:
        return None
    if not right:
        _count_wrong(work, person)
        return None
    person.wrong_passwords, person.link_only_until = 0, None
    work.session.add(person)
    return open_session(work, person, browser, "password", next_path=next_path, replaced=replaced)


def forget_old(work: Work) -> None:
    """Deletes links a day after their end."""
    yesterday = work.real - timedelta(days=1)
    work.session.connection().execute(
        delete(SignInLink).where(col(SignInLink.expires_at) < yesterday)
    )


def _decide(work: Work, link: SignInLink) -> bool:
    connection = work.session.connection()
    mine = col(SignInLink.id) == link.id
    taken = connection.execute(
        update(SignInLink)
        .where(mine, col(SignInLink.handled_at).is_(None))
        .values(handled_at=work.real, email_sealed=None)
    )
    person = _addressee(work, link) if taken.rowcount == 1 else None
    if person is None:
        return False
    token = new_token()
    connection.execute(
        update(SignInLink)
        .where(mine)
        .values(token_sha256=digest(token), person_id=person.id, expires_at=work.real + LIFETIME)
    )
    facts = {"name": person.name, "minutes": int(LIFETIME / timedelta(minutes=1))}
    enqueue(work, "accounts.link", person.email, facts, f"/entrer/{token}")
    return True


def _addressee(work: Work, link: SignInLink) -> Person | None:
    """The person to write to, or None when no mail must leave."""
    if link.email_sealed is None or work.real >= link.expires_at:
        return None
    try:
        asked = open_json(work.rings, f"{CONTEXT}:{link.id}", link.email_sealed)
    except VaultUnreadable:
        return None
    person = work.session.exec(
        select(Person).where(col(Person.email) == asked["email"])
    ).one_or_none()
    if _too_many(work, link) or (person is not None and person.disabled_at is not None):
        return None
    if person is None and asked.get("name"):
        return work.add(Person(email=asked["email"], name=asked["name"], created_at=work.now))
    return person


def _too_many(work: Work, link: SignInLink) -> bool:
    since = col(SignInLink.asked_at) > link.asked_at - WINDOW
    same_address = col(SignInLink.email_mac) == link.email_mac
    mailed = (
        same_address,
        col(SignInLink.token_sha256).is_not(None),
        col(SignInLink.purpose) == "sign_in",
    )
    alive = (col(SignInLink.consumed_at).is_(None), col(SignInLink.expires_at) > work.real)
    before = (
        col(SignInLink.network_mac) == link.network_mac,
        col(SignInLink.asked_at) <= link.asked_at,
        col(SignInLink.id) != link.id,
    )
    return (
        _count(work, *mailed, since) >= PER_ADDRESS
        or _count(work, *mailed, *alive) >= ALIVE
        or _count(work, *before, since) >= PER_NETWORK
    )


def _count(work: Work, *conditions: object) -> int:
    query = select(func.count()).select_from(SignInLink).where(*conditions)  # type: ignore[arg-type]  # conditions of SQLAlchemy
    return int(work.session.exec(query).one())


def _count_wrong(work: Work, person: Person) -> None:
    person.wrong_passwords += 1
    if person.wrong_passwords >= WRONG_PASSWORDS:
        person.wrong_passwords, person.link_only_until = 0, work.real + LINK_ONLY
        record(work, person_chain(person.id), "person.password_locked", person.id)
    work.session.add(person)
