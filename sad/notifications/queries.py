"""The inbox: what was told to the actor, or to the supplier it answers for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import col, select

from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.kernel.vault import open_json
from sad.notifications.service import MESSAGE
from sad.notifications.tables import Message

PAGE = 30


@dataclass(frozen=True)
class Received:
    """A message, unsealed: its template's kind, its facts, where it leads."""

    id: UUID
    kind: str
    facts: dict[str, Any]
    link: str | None
    created_at: datetime
    read_at: datetime | None


def inbox(work: Work, page: int = 1) -> tuple[list[Received], int]:
    """One page of the messages, newest first, and how many pages there are."""
    mine = _mine(work)
    total = int(work.session.exec(select(func.count()).select_from(Message).where(mine)).one())
    query = (
        select(Message)
        .where(mine)
        .order_by(col(Message.created_at).desc(), col(Message.id).desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return [_open(work, row) for row in work.session.exec(query)], -(-total // PAGE)


def unread(work: Work) -> int:
    """How many messages nobody of theirs has read."""
    query = (
        select(func.count()).select_from(Message).where(_mine(work), col(Message.read_at).is_(None))
    )
    return int(work.session.exec(query).one())


def message(work: Work, message_id: UUID) -> Received:
    """One message; NotFound for somebody else's."""
    row = work.session.exec(
        select(Message).where(_mine(work), col(Message.id) == message_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    return _open(work, row)


def _mine(work: Work) -> ColumnElement[bool]:
    """Those to the person, and those to its supplier; NotFound for nobody."""
    actor = work.actor
    if actor.person_id is None:
        raise NotFound()
    to_me = col(Message.person_id) == actor.person_id
    if actor.supplier_id is None:
        return to_me
    return or_(to_me, col(Message.supplier_id) == actor.supplier_id)


def _open(work: Work, row: Message) -> Received:
    body = open_json(work.rings, f"{MESSAGE}:{row.id}", row.sealed)
    return Received(row.id, body["kind"], body["facts"], body["link"], row.created_at, row.read_at)
