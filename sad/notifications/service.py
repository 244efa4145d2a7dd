"""Telling people: an inbox message for each, a mail as its copy, in the transaction of the fact."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, insert, or_, select, update

from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.kernel.ids import uuid7
from sad.kernel.vault import seal_json
from sad.notifications.tables import Message, Outbox

MESSAGE = "message"
OUTBOX = "outbox"

Door = Callable[[UUID], str]
"""The address a person's own mail leads to: it may let that person in."""

# Core statements, not objects: a deposit tells its supplier, and is measured (contracts).
_NEW_MESSAGE = insert(Message.__table__)  # type: ignore[attr-defined]  # SQLModel does not declare it
_NEW_MAIL = insert(Outbox.__table__)  # type: ignore[attr-defined]  # same


def notify(
    work: Work,
    kind: str,
    *,
    facts: dict[str, Any],
    persons: Iterable[UUID] = (),
    suppliers: Iterable[UUID] = (),
    link: str | None = None,
    organisation_id: UUID | None = None,
    mail: bool = True,
    door: Door | None = None,
) -> None:
    """One message for each person and supplier, and with `mail` one mail for each of their people.

    `door` gives each person's mail a link of its own, which the inbox never shows.

    `kind` names `templates/mails/<kind>.txt`. `facts` are canonical JSON values; they are sealed.
    A supplier that paused itself gets no mail, and finds the message at its desk (P11).
    """
    body = {"kind": kind, "facts": facts, "link": link}
    for supplier_id in suppliers:
        _message(work, body, organisation_id, supplier_id=supplier_id)
    for person_id in persons:
        _message(work, body, organisation_id, person_id=person_id)
    if mail:
        _mails(work, body, list(persons), list(suppliers), door)


def enqueue(work: Work, kind: str, email: str, facts: dict[str, Any], link: str | None) -> None:
    """A mail alone, for what must not stay in an inbox: sign-in links, confirmations."""
    _enqueue(work, {"kind": kind, "facts": facts, "link": link}, email, "")


def mark_read(work: Work, message_id: UUID) -> None:
    """The message was opened by one of those it is for; NotFound for anybody else."""
    message = work.shared(Message, message_id)
    mine = message.person_id is not None and message.person_id == work.actor.person_id
    ours = message.supplier_id is not None and message.supplier_id == work.actor.supplier_id
    if not (mine or ours):
        raise NotFound()
    if message.read_at is None:
        message.read_at = work.now
        work.session.add(message)


def mark_all_read(work: Work) -> None:
    """All that was told to the actor, or to the supplier it answers for, is read."""
    actor, table = work.actor, Message.__table__  # type: ignore[attr-defined]  # as above
    mine = [table.c.person_id == actor.person_id] if actor.person_id else []
    ours = [table.c.supplier_id == actor.supplier_id] if actor.supplier_id else []
    if mine or ours:
        work.connection.execute(
            update(table)
            .where(or_(*mine, *ours), table.c.read_at.is_(None))
            .values(read_at=work.now)
        )


def _message(
    work: Work,
    body: dict[str, Any],
    organisation_id: UUID | None,
    *,
    supplier_id: UUID | None = None,
    person_id: UUID | None = None,
) -> None:
    message_id = uuid7()
    work.connection.execute(
        _NEW_MESSAGE,
        {
            "id": message_id,
            "organisation_id": organisation_id,
            "supplier_id": supplier_id,
            "person_id": person_id,
            "sealed": seal_json(work.rings, f"{MESSAGE}:{message_id}", body),
            "created_at": work.now,
        },
    )


def _mails(
    work: Work,
    body: dict[str, Any],
    persons: list[UUID],
    suppliers: list[UUID],
    door: Door | None,
) -> None:
    for person_id, email, name in addresses(work, persons, suppliers):
        _enqueue(work, body if door is None else body | {"link": door(person_id)}, email, name)


def _enqueue(work: Work, body: dict[str, Any], email: str, name: str) -> None:
    mail_id = uuid7()
    letter = body | {"to": email, "name": name}
    work.connection.execute(
        _NEW_MAIL,
        {
            "id": mail_id,
            "sealed": seal_json(work.rings, f"{OUTBOX}:{mail_id}", letter),
            "due_at": work.real,
            "created_at": work.real,
            "attempts": 0,
        },
    )


def addresses(
    work: Work, persons: list[UUID], suppliers: list[UUID]
) -> list[tuple[UUID, str, str]]:
    """(id, mail, name) of people and of the suppliers' people; not those of a paused supplier."""
    of_persons, of_suppliers = _addresses()
    connection = work.connection
    found: list[tuple[UUID, str, str]] = []
    for query, wanted in ((of_persons, persons), (of_suppliers, suppliers)):
        if wanted:
            rows = connection.execute(query, {"wanted": wanted})
            found += [(row.id, row.email, row.name) for row in rows]
    return found


@cache
def _addresses() -> tuple[Any, Any]:
    """The two queries, made once: a deposit tells its supplier in well under a millisecond."""
    # Tables named by their metadata: people and suppliers are higher concepts.
    tables = Message.metadata.tables
    person, member, supplier = tables["person"], tables["supplier_person"], tables["supplier"]
    wanted: BindParameter[UUID] = bindparam("wanted", expanding=True)
    people = select(person.c.id, person.c.email, person.c.name).where(
        person.c.disabled_at.is_(None)
    )
    of_suppliers = (
        people.join(member, member.c.person_id == person.c.id)
        .join(supplier, supplier.c.id == member.c.supplier_id)
        .where(
            supplier.c.id.in_(wanted),
            supplier.c.paused_at.is_(None),
            member.c.ended_at.is_(None),
        )
    )
    return people.where(person.c.id.in_(wanted)), of_suppliers
