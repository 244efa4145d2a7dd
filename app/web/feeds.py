"""Feeds of open calls, for readers and calendars: of a system, of one of its categories.

Programs ask for them again and again: an unchanged one is answered without its content.
"""

import hashlib
from uuid import UUID

from fastapi import Request, Response

from app.deps import reading, wiring_of
from app.rendering import feeds
from app.routing import page_router
from app.web.public import public_category
from sad.accounts.tables import Organisation
from sad.markets.calls import open_calls
from sad.systems import queries as systems

router = page_router("/sad/{system_id}")


@router.get("/flux.atom")
def system_atom(request: Request, system_id: UUID) -> Response:
    """The open calls of a system, as Atom."""
    return _fresh(request, feeds.atom(_feed(request, system_id)), feeds.ATOM_TYPE)


@router.get("/calendrier.ics")
def system_calendar(request: Request, system_id: UUID) -> Response:
    """Their deadlines, as a calendar."""
    return _fresh(request, feeds.calendar(_feed(request, system_id)), feeds.CALENDAR_TYPE)


@router.get("/categories/{category_id}/flux.atom")
def category_atom(request: Request, system_id: UUID, category_id: UUID) -> Response:
    """The open calls of a category, as Atom."""
    return _fresh(request, feeds.atom(_feed(request, system_id, category_id)), feeds.ATOM_TYPE)


@router.get("/categories/{category_id}/calendrier.ics")
def category_calendar(request: Request, system_id: UUID, category_id: UUID) -> Response:
    """Their deadlines, as a calendar."""
    content = feeds.calendar(_feed(request, system_id, category_id))
    return _fresh(request, content, feeds.CALENDAR_TYPE)


def _fresh(request: Request, content: bytes, media_type: str) -> Response:
    """The content with its mark, or 304 to who has it already (RFC 9110, 13.1.2)."""
    mark = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"etag": mark, "cache-control": "public, no-cache"}
    asked = request.headers.get("if-none-match", "")
    known = {one.strip().removeprefix("W/") for one in asked.split(",")}
    if known & {mark, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


def _feed(request: Request, system_id: UUID, category_id: UUID | None = None) -> feeds.Feed:
    root = wiring_of(request).settings.public_url
    with reading(request) as work:
        view = systems.public_one(work, system_id)
        shown = None if category_id is None else public_category(work, view, category_id)
        page = f"{root}/sad/{view.id}" + ("" if shown is None else f"/categories/{shown.id}")
        return feeds.Feed(
            id=view.id if shown is None else shown.id,
            title=f"Demandes de prix en cours – {view.title if shown is None else shown.name}",
            author=work.shared(Organisation, view.organisation_id).name,
            page=page,
            address=root + request.url.path,
            since=view.published_at or work.now,
            calls=open_calls(work, view.organisation_id, view.id, category_id),
        )
