"""The journal read by people: a list to search, the story of a market, its proof, its export."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import IO, Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import text

from app.deps import reading, redirect, wiring_of
from app.rendering import journal as french
from app.routing import page_router
from app.security.rings import public_document
from app.web.days import end_of_day, start_of_day
from app.web.journal_words import SUBJECTS, folded, rows
from app.web.pages import render
from app.wiring import Wiring
from sad.accounts.permissions import Permission, may, require
from sad.audit.queries import Filters, Page, auditor_export, journal_page, people_page
from sad.audit.seals import Seal, last_seal
from sad.audit.signing import read_keys
from sad.audit.verify import Report, verify
from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.markets.naming import agents, only_agents, things
from sad.markets.story import SCORES, TECHNICAL, opened_markets, scoring_markets, story

router = page_router()
Typed = Annotated[str, Query(max_length=200)]
REFUSED = "access.refused"
IN_MEMORY = 8 * 1024 * 1024  # of an export being written, then a temporary file
CHUNK = 64 * 1024


@router.get("/journal")
def index(
    request: Request,
    sujet: Typed = "",
    evenement: Typed = "",
    qui: Typed = "",
    objet: Typed = "",
    du: Typed = "",
    jusquau: Typed = "",
    apres: Typed = "",
) -> Response:
    """The organisation's journal, newest first."""
    asked = {"sujet": sujet, "evenement": evenement, "qui": qui, "objet": objet}
    asked |= {"du": du, "jusquau": jusquau}
    with reading(request) as work:
        require(work, Permission.READ_JOURNAL)
        page = _page(work, asked, apres or None)
        context: dict[str, Any] = {
            "rows": folded(rows(work, page.events, with_details=True)),
            "following": page.following,
            "agents": agents(work),
            "seal": _seal(last_seal(work.session.connection())),
            "may_export": may(work, Permission.EXPORT_JOURNAL),
        }
    return render(
        request,
        "audit/index.html",
        asked=asked,
        first=not apres,
        subjects=SUBJECTS,
        events=_events(),
        **context,
    )


@router.get("/marches/{market_id}/histoire")
def market_story(request: Request, market_id: UUID) -> Response:
    """What happened to a market, in sentences."""
    with reading(request) as work:
        found = story(work, market_id)
        told = rows(work, found.events, with_details=may(work, Permission.READ_JOURNAL))
        may_journal = may(work, Permission.READ_JOURNAL)
    return render(
        request,
        "audit/story.html",
        market=found.market,
        rows=list(reversed(folded(told))),
        may_journal=may_journal,
    )


@router.get("/journal/integrite")
def integrity(request: Request) -> Response:
    """The whole journal verified now: every chain followed, every seal rebuilt.

    Nothing is counted on this page: a number of events would tell of answers not yet opened.
    """
    with reading(request) as work:
        require(work, Permission.READ_JOURNAL)
        seal = _seal(last_seal(work.session.connection()))
        sealed = {f"offer:{market}" for market in opened_markets(work)}
        report = _verified(wiring_of(request))
        faults = [(fault.kind, _said(fault.chain, sealed)) for fault in report.faults[:100]]
    return render(request, "audit/integrity.html", intact=report.intact, faults=faults, seal=seal)


@router.get("/journal/export.jsonl")
def export(request: Request) -> Response:
    """The organisation's journal as JSON lines, for an auditor."""
    with ExitStack() as stack, reading(request) as work:
        require(work, Permission.EXPORT_JOURNAL)
        file = stack.enter_context(tempfile.SpooledTemporaryFile(IN_MEMORY))
        opened = opened_markets(work)
        file.writelines(auditor_export(work, work.organisation_id, opened=opened))
        name = f"journal-{work.today.isoformat()}.jsonl"
        stack.pop_all()  # written whole: closed once sent
    file.seek(0)
    return StreamingResponse(
        _chunks(file),
        media_type="application/jsonl",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/journal/{chain}")
def one_chain(request: Request, chain: str) -> Response:
    """The journal of one thing, named as its chain (`market:<id>`)."""
    kind, _, identifier = chain.partition(":")
    with reading(request) as work:
        require(work, Permission.READ_JOURNAL)
        if chain not in things(work, [chain]):
            raise NotFound()
    if kind == "market":
        return redirect(f"/marches/{identifier}/histoire")
    return redirect(f"/journal?objet={chain}")


def _page(work: Work, asked: dict[str, str], after: str | None) -> Page:
    """Marks being given stay unread; refusals are on the agents' own chains."""
    scored = [f"market:{market}" for market in scoring_markets(work)]
    filters = Filters(
        chain=asked["objet"] if ":" in asked["objet"] else None,
        kind=asked["sujet"] or None,
        action=asked["evenement"] or None,
        actor=asked["qui"] or None,
        object=asked["objet"] if asked["objet"] and ":" not in asked["objet"] else None,
        since=start_of_day(asked["du"], "du"),
        until=_next_day(asked["jusquau"]),
        without=TECHNICAL,
        secret=(SCORES, scored),
    )
    if asked["sujet"] == "person" or asked["evenement"] == REFUSED:
        refused = Filters(
            action=REFUSED, actor=filters.actor, since=filters.since, until=filters.until
        )
        return people_page(work, only_agents(work), refused, after=after)
    opened = opened_markets(work)
    return journal_page(work, work.organisation_id, filters, opened=opened, after=after)


def _next_day(typed: str) -> datetime | None:
    end = end_of_day(typed, "jusquau")
    return None if end is None else end + timedelta(microseconds=1)


def _events() -> list[tuple[str, str]]:
    """The choices of the filter: each action by its sentence."""
    told = {name: entry["sentence"] for name, entry in french.entries().items()}
    kept = {name: words for name, words in told.items() if name not in TECHNICAL}
    return sorted(kept.items(), key=lambda item: item[1])


def _seal(seal: Seal | None) -> dict[str, Any] | None:
    return None if seal is None else seal.facts


def _verified(wiring: Wiring) -> Report:
    """In one snapshot of the whole journal, whatever is written meanwhile."""
    with wiring.engine.connect() as connection:
        if wiring.engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        else:
            connection.execute(text("BEGIN"))
        keys = read_keys(public_document(wiring.rings))
        report = verify(connection, keys=wiring.rings.vault, public=keys)
        connection.rollback()
    return report


def _said(chain: str, opened: set[str]) -> str:
    """The chain at fault; that of an answer not yet opened stays unnamed."""
    sealed = chain.startswith("offer:") and ":".join(chain.split(":")[:2]) not in opened
    return "une réponse encore scellée" if sealed else chain


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk
