"""The demonstration's own pages: come in as anybody, read the mails, move legal time forward.

None of them exists in a production installation: the kind is frozen in the database.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from jinja2 import TemplateError

from app.deps import reading, redirect, wiring_of, writing
from app.mail.enclosures import enclosures
from app.mail.render import render_mail
from app.routing import page_router
from app.security.cookies import browser_of
from app.security.csrf import FormBody
from app.web.entering import current_session, entered, without_dead_session
from app.web.forms import answerable, text, typed
from app.web.pages import errors_of, render
from sad.accounts import queries, sign_in
from sad.accounts.demonstration import advance, advance_to
from sad.db.work import Work
from sad.kernel.calendar import at_paris, paris
from sad.kernel.errors import Invalid, NotFound, Refusal
from sad.notifications.outbox import Letter, kept_letters

router = page_router("/demonstration")


class InstantUnreadable(Invalid):
    """The day or the time typed is not one."""

    code = "demonstration.instant_unreadable"


STEPS = {"heure": timedelta(hours=1), "jour": timedelta(days=1)}


@router.get("")
def show(request: Request) -> Response:
    """The people, and the clock."""
    return _page(request)


@router.post("/entrer/{person_id}")
def enter(request: Request, person_id: UUID) -> Response:
    """Comes in as an invented person, by a link made and used at once."""
    _only_here(request)
    browser = browser_of(request)
    with writing(request) as work:
        token = sign_in.issue_link(work, person_id, "invitation")
        made = sign_in.enter(work, token, browser, current_session(request))
    return entered(request, made, browser)


@router.post("/temps")
def move(request: Request, form: FormBody) -> Response:
    """One hour, one day, or to an instant typed in Paris time; forward only."""
    _only_here(request)
    try:
        with writing(request) as work:
            step = STEPS.get(text(form, "pas"))
            if step is not None:
                advance(work, step)
            else:
                advance_to(work, _typed_instant(form), "day")
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        return _page(request, refusal, typed(form))
    return redirect("/demonstration")


@router.get("/courriels")
def mails(request: Request) -> Response:
    """The mails that would have left, newest first, with links that work."""
    _only_here(request)
    with reading(request) as work:
        shown = [
            _shown(letter) | {"enclosed": enclosures(work, letter.kind, letter.facts)}
            for letter in kept_letters(work)
        ]
    response = render(request, "demonstration/mails.html", mails=shown)
    return without_dead_session(request, response)


def _page(
    request: Request, refusal: Refusal | None = None, values: dict[str, Any] | None = None
) -> Response:
    _only_here(request)
    with reading(request) as work:
        people = queries.everybody(work)
        proposed = _proposed(work)
    response = render(
        request,
        "demonstration/home.html",
        status=refusal.status if refusal else 200,
        agents=[pair for pair in people if pair[1][0].organisation_id],
        suppliers=[pair for pair in people if not pair[1][0].organisation_id],
        values=values or proposed,
        errors=errors_of(refusal) if refusal else {},
    )
    return without_dead_session(request, response)


def _proposed(work: Work) -> dict[str, str]:
    local = paris(work.now)
    return {"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}


def _typed_instant(form: FormBody) -> datetime:
    day, clock = text(form, "day"), text(form, "time") or "00:00"
    try:
        typed_day, typed_time = date.fromisoformat(day), time.fromisoformat(clock)
    except ValueError as error:
        raise InstantUnreadable("day") from error
    fold = {"été": 0, "hiver": 1}.get(text(form, "saison"))
    return at_paris(typed_day, typed_time.replace(tzinfo=None), fold, "time")


def _shown(letter: Letter) -> dict[str, Any]:
    facts = letter.facts
    try:
        mail = render_mail(letter.kind, letter.to, facts, letter.link, "", letter.name)
    except TemplateError:
        return {"to": letter.to, "at": letter.created_at, "subject": letter.kind, "text": ""}
    return {
        "to": letter.to,
        "at": letter.created_at,
        "subject": mail.subject,
        "text": mail.text,
        "link": letter.link,
    }


def _only_here(request: Request) -> None:
    if not wiring_of(request).demonstration:
        raise NotFound()
