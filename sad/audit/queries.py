"""Reading the journal: the story of a thing, a page of the journal, its export for an auditor.

Chains of offers tell that somebody answered: they are shown only for the markets that the caller
names as opened. The caller checks the permission (READ_JOURNAL) and, for offers, the opening.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, not_, or_, select, tuple_

from sad.audit.chains import person_chain
from sad.audit.tables import audit_chain, audit_detail, audit_event
from sad.db.work import Work
from sad.kernel.canonical import canonical, instant
from sad.kernel.errors import Invalid

PAGE = 50
OFFER = "offer:"  # offer:<market>:<applicant>


class CursorUnreadable(Invalid):
    """The place where a page of the journal should continue is not one."""

    code = "audit.cursor_unreadable"


@dataclass(frozen=True)
class EventView:
    """An event as told to people; `details` is None where there were none, or were erased."""

    chain: str
    seq: int
    at: datetime
    actor: str
    role: str
    action: str
    object: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    details: dict[str, Any] | None
    request: str

    @property
    def cursor(self) -> str:
        """Where the page after this event starts."""
        return f"{instant(self.at)}~{self.chain}~{self.seq}"


@dataclass(frozen=True)
class Page:
    """Events, newest first; `following` is the cursor of the next page, None on the last."""

    events: list[EventView]
    following: str | None


@dataclass(frozen=True)
class Filters:
    """What a page is narrowed to; `action` is a whole action or a concept ("market").

    `without`: actions that say nothing to people, such as the opening of a chain. `secret`: actions
    left out of some chains (names), such as marks while they are being given.
    """

    chain: str | None = None
    kind: str | None = None
    action: str | None = None
    actor: str | None = None
    object: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    without: Collection[str] = ()
    secret: tuple[Collection[str], Collection[str]] = ((), ())


def chain_story(work: Work, chains: Sequence[str], limit: int = 1000) -> list[EventView]:
    """The events of these chains (names), oldest first; the newest `limit` of them."""
    query = _events().where(audit_event.c.chain.in_(chains))
    return list(reversed(_views(work, _newest_first(query).limit(limit))))


def objects_story(
    work: Work, organisation_id: UUID, objects: Collection[str], limit: int = 1000
) -> list[EventView]:
    """The events of an organisation about several things, offers left out, oldest first."""
    query = _visible(organisation_id, ()).where(audit_event.c.object.in_(objects))
    return list(reversed(_views(work, _newest_first(query).limit(limit))))


def people_page(
    work: Work, people: Collection[UUID], filters: Filters, *, after: str | None = None
) -> Page:
    """A page of the events of these people's own chains, which belong to no organisation."""
    chains = [person_chain(person).name for person in people]
    query = _events().where(audit_event.c.chain.in_(chains), *_conditions(filters))
    return _page(work, query, after, PAGE)


def journal_page(
    work: Work,
    organisation_id: UUID,
    filters: Filters,
    *,
    opened: Collection[UUID],
    after: str | None = None,
    limit: int = PAGE,
) -> Page:
    """A page of an organisation's journal. `after` is a cursor; raises CursorUnreadable."""
    query = _visible(organisation_id, opened).where(*_conditions(filters))
    return _page(work, query, after, limit)


def auditor_export(
    work: Work, organisation_id: UUID, *, opened: Collection[UUID]
) -> Iterator[bytes]:
    """The organisation's journal as JSON lines: body, hash and details of each event, by chain.

    To be read by an auditor; the whole journal that verifies alone is `sad audit export`.
    """
    columns = audit_event.c
    query = _visible(organisation_id, opened).add_columns(columns.hash)
    query = query.order_by(columns.chain, columns.seq)
    options = {"stream_results": True, "yield_per": 1000}
    rows = work.session.connection().execute(query, execution_options=options)
    for row in rows:
        details = json.loads(row.json) if row.json is not None else None
        line = {"body": row.body, "hash": row.hash.hex(), "details": details}
        yield canonical(line) + b"\n"


def _page(work: Work, query: Select[Any], after: str | None, limit: int) -> Page:
    columns = audit_event.c
    if after is not None:
        place = tuple_(columns.at, columns.chain, columns.seq)
        query = query.where(place < tuple_(*_place(after)))
    events = _views(work, _newest_first(query).limit(limit + 1))
    following = events[limit - 1].cursor if len(events) > limit else None
    return Page(events[:limit], following)


def _events() -> Select[Any]:
    columns, details = audit_event.c, audit_detail.c
    same = and_(details.chain == columns.chain, details.seq == columns.seq)
    joined = audit_event.outerjoin(audit_detail, same)
    return select(columns.chain, columns.seq, columns.body, details.json).select_from(joined)


def _visible(organisation_id: UUID, opened: Collection[UUID]) -> Select[Any]:
    """The events of an organisation, without the offers of markets that are not opened."""
    columns, chains = audit_event.c, audit_chain.c
    market = func.substr(columns.chain, len(OFFER) + 1, 36)
    return (
        _events()
        .join(audit_chain, chains.chain == columns.chain)
        .where(
            chains.organisation == str(organisation_id),
            or_(
                columns.chain.not_like(f"{OFFER}%"),
                market.in_([str(market_id) for market_id in opened]),
            ),
        )
    )


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    columns = audit_event.c
    conditions: list[ColumnElement[bool]] = []
    if filters.chain:
        conditions.append(columns.chain == filters.chain)
    if filters.kind:
        conditions.append(columns.chain.startswith(f"{filters.kind}:", autoescape=True))
    if filters.action and "." in filters.action:
        conditions.append(columns.action == filters.action)
    elif filters.action:
        conditions.append(columns.action.startswith(f"{filters.action}.", autoescape=True))
    if filters.actor:
        conditions.append(columns.actor == filters.actor)
    if filters.object:
        conditions.append(columns.object == filters.object)
    if filters.since:
        conditions.append(columns.at >= instant(filters.since))
    if filters.until:
        conditions.append(columns.at < instant(filters.until))
    if filters.without:
        conditions.append(columns.action.not_in(filters.without))
    actions, chains = filters.secret
    if actions and chains:
        conditions.append(not_(and_(columns.action.in_(actions), columns.chain.in_(chains))))
    return conditions


def _newest_first(query: Select[Any]) -> Select[Any]:
    columns = audit_event.c
    return query.order_by(columns.at.desc(), columns.chain.desc(), columns.seq.desc())


def _views(work: Work, query: Select[Any]) -> list[EventView]:
    return [_view(row) for row in work.session.connection().execute(query)]


def _view(row: Row[Any]) -> EventView:
    facts = json.loads(row.body)
    return EventView(
        chain=row.chain,
        seq=row.seq,
        at=datetime.fromisoformat(facts["at"]),
        actor=facts["actor"],
        role=facts["role"],
        action=facts["action"],
        object=facts["object"],
        before=facts["before"],
        after=facts["after"],
        details=json.loads(row.json) if row.json is not None else None,
        request=facts["request"],
    )


def _place(cursor: str) -> tuple[str, str, int]:
    parts = cursor.split("~")
    if len(parts) != 3 or not parts[2].isdecimal() or len(parts[2]) > 15:
        raise CursorUnreadable(where="after")
    return parts[0], parts[1], int(parts[2])
