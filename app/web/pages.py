"""Rendering: one environment, strict about names; a fragment is a block of its page's file."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2_fragments import render_block
from markupsafe import Markup

from app.rendering import french
from app.rendering.criteria import how_scored
from app.rendering.sentences import label, problems, sentence
from app.security.sessions import Viewer
from app.web.navigation import navigation
from app.web.supplier_contact import host
from app.web.unread import unread_of
from sad.kernel.errors import Refusal
from sad.kernel.ids import random_id

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "app" / "static"
FILTERS = (
    *("euros", "number", "counted", "percent", "duration"),
    *("long_date", "short_date", "month", "clock_time", "hour", "moment", "precise_moment"),
)

CSRF = Markup('<input type="hidden" name="csrf_token" value="{}">')


class FrenchPunctuation(Extension):
    """The templates' own words keep their punctuation; what people typed stays as they typed it."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source, before it is compiled."""
        return french.punctuated(source)


@cache
def environment() -> Environment:
    """The Jinja environment: autoescape, StrictUndefined, the French filters."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[FrenchPunctuation],
    )
    for name in FILTERS:
        env.filters[name] = getattr(french, name)
    env.filters["sentence"] = lambda problem: french.punctuated(
        sentence(problem.code, problem.facts)
    )
    env.filters["label"] = label
    env.filters["how_scored"] = how_scored
    env.globals["time_left"] = french.time_left
    env.globals["static"] = static
    env.globals["icon"] = icon
    env.globals["act_key"] = act_key
    env.globals["csrf"] = lambda: Markup("")  # replaced in each page's context
    return env


@cache
def static(path: str) -> str:
    """A static file's address, with the time of its content so that browsers may keep it long."""
    return f"/static/{path}?{int((STATIC / path).stat().st_mtime)}"


def icon(name: str) -> Markup:
    """An icon of the sprite; it never carries meaning alone."""
    return Markup(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    ).format(static("icons.svg"), name)


def act_key() -> Markup:
    """The hidden key of a confirmation: pressed twice, done once."""
    return Markup('<input type="hidden" name="act_key" value="{}">').format(random_id())


def render(
    request: Request, template: str, *, block: str | None = None, status: int = 200, **context: Any
) -> HTMLResponse:
    """A page, or one of its named blocks. `errors` and `values` default to empty."""
    full = page_context(request, context, whole=block is None)
    if block is None:
        html = environment().get_template(template).render(full)
    else:
        html = render_block(environment(), template, block, full)
    return HTMLResponse(html, status_code=status)


def page_context(
    request: Request, context: dict[str, Any], *, whole: bool = True
) -> dict[str, Any]:
    """What every page knows beside its own context (templates/macros/README.md).

    Not `whole`: for a block of the page, which shows no navigation.
    """
    viewer: Viewer = getattr(request.state, "viewer", None) or Viewer()
    wiring = request.app.state.wiring
    organisation = context.get("organisation") or viewer.organisation or host(wiring, viewer)
    contact = organisation.get("contact") if isinstance(organisation, dict) else None
    base: dict[str, Any] = {
        "viewer": viewer,
        "person": viewer.name or None,
        "organisation": organisation,
        "contact": contact,
        "nav": navigation(
            viewer,
            request.url.path,
            demonstration=wiring.demonstration,
            unread=unread_of(wiring, viewer) if whole else 0,
        ),
        "csrf_token": viewer.csrf,
        "csrf": lambda: CSRF.format(viewer.csrf),
        "demonstration": wiring.demonstration,
        "now": _now(request),
        "errors": {},
    }
    return base | context | {"values": Values(context.get("values", {}))}


class Values(dict[str, Any]):
    """What forms show; a field nobody filled is empty. Every other name stays strict."""

    def __missing__(self, name: str) -> str:
        return ""


def _now(request: Request) -> datetime:
    now: datetime = request.app.state.wiring.clock.now()
    return now


def errors_of(refusal: Refusal) -> dict[str, str]:
    """Field → sentence, as the forms' macros want it; several sentences of one field are joined."""
    found: dict[str, str] = {}
    for problem in problems(refusal):
        where, message = problem["where"] or "", french.punctuated(problem["message"] or "")
        found[where] = f"{found[where]} {message}" if where in found else message
    return found
