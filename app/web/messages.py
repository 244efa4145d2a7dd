"""« Messages »: what was told to a supplier or to an agent; mails are copies of these."""

import logging
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from jinja2 import TemplateError

from app.deps import reading, redirect, signed_in, writing
from app.mail.render import Composed, compose
from app.routing import page_router
from app.web.pages import render
from sad.notifications import queries
from sad.notifications.queries import Received
from sad.notifications.service import mark_all_read, mark_read

router = page_router("/messages")
log = logging.getLogger("sad")


@router.get("")
def inbox(request: Request, page: int = 1) -> Response:
    """The list, newest first."""
    with reading(request) as work:
        signed_in(work)
        name = _name(request)
        number = max(1, page)
        received, pages = queries.inbox(work, number)
    rows = [(message, words(message, name)) for message in received]
    unread = any(message.read_at is None for message in received)
    return render(
        request, "notifications/inbox.html", rows=rows, page=number, pages=pages, unread=unread
    )


@router.post("/tout-lu")
def read_all(request: Request) -> Response:
    """Marks every message as read, for all of the supplier's people."""
    with writing(request) as work:
        signed_in(work)
        mark_all_read(work)
    return redirect("/messages")


@router.get("/{message_id}")
def show(request: Request, message_id: UUID) -> Response:
    """One message; opening it does not mark it: an act does, also for the colleagues."""
    with reading(request) as work:
        signed_in(work)
        message = queries.message(work, message_id)
    return render(
        request,
        "notifications/message.html",
        message=message,
        words=words(message, _name(request)),
    )


@router.post("/{message_id}/lu")
def read(request: Request, message_id: UUID) -> Response:
    """Marks it as read, for all of the supplier's people, and follows its link if there is one."""
    with writing(request) as work:
        signed_in(work)
        message = queries.message(work, message_id)
        mark_read(work, message.id)
    follow = request.query_params.get("suivre") and message.link
    return redirect(follow or "/messages")


def words(message: Received, name: str) -> Composed:
    """Its words; a message whose template and facts disagree still leads where it must."""
    try:
        return compose(message.kind, message.facts, message.link, name)
    except TemplateError as error:
        log.error("message of kind %s: %s", message.kind, type(error).__name__)
        return Composed(
            "Vous avez un message", [], "Ouvrir" if message.link else None, message.link
        )


def _name(request: Request) -> str:
    viewer: Any = request.state.viewer
    return str(viewer.name)
