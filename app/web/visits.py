"""The visit of the pieces, offer by offer: when, which two agents, what they saw (P20)."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app.deps import reading, redirect, writing
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.evaluation_context import context_of, home
from app.web.forms import answerable, text
from app.web.market_forms import Reader, a_day
from app.web.pages import errors_of, render
from sad.db.work import Work
from sad.evaluation import visits
from sad.evaluation.schemas import VisitInput
from sad.kernel.errors import NotFound, Refusal
from sad.markets.visits import FIELDS, visit_words
from sad.offers.tables import Offer

router = page_router("/marches/{market_id}/analyse/visites")
NAMES = ("held_on", "first_agent", "second_agent", "note")


@router.get("")
def notes(request: Request, market_id: UUID) -> Response:
    """Every offer with its note, or the form to write it."""
    with reading(request) as work:
        context = _context(work, market_id)
    return render(request, "evaluation/visits.html", **context)


@router.post("/{offer_id}")
def write(request: Request, market_id: UUID, offer_id: UUID, form: FormBody) -> Response:
    """Keeps the note of one offer."""
    try:
        with writing(request) as work:
            if work.get(Offer, offer_id).market_id != market_id:
                raise NotFound(kind="offer")
            visits.write(work, offer_id, _read(form, offer_id))
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = _context(work, market_id)
        context["errors"] = {
            f"{name}.{offer_id}" if name in NAMES else name: said
            for name, said in errors_of(refusal).items()
        }
        context["values"] |= {
            f"{name}.{offer_id}": text(form, f"{name}.{offer_id}") for name in NAMES
        }
        return render(request, "evaluation/visits.html", status=refusal.status, **context)
    return redirect(f"{home(market_id)}/visites#{offer_id}")


def _read(form: FormData, offer_id: UUID) -> VisitInput:
    """Each field is named after its offer, so that labels stay apart on the page."""
    reader = Reader(form)
    values: dict[str, Any] = {name: text(form, f"{name}.{offer_id}") or None for name in NAMES[1:]}
    values["held_on"] = reader.read(f"held_on.{offer_id}", a_day)
    return reader.build(VisitInput, values)


def _context(work: Work, market_id: UUID) -> dict[str, Any]:
    context = context_of(work, market_id)
    view = context["view"]
    labels = {row.code: row.label for row in view.scores.criteria}
    values: dict[str, str] = {}
    for offer_id, row in view.visits.items():
        first, second = row.agents
        given = (row.held_on.isoformat(), first, second, row.note)
        values |= {f"{name}.{offer_id}": said for name, said in zip(NAMES, given, strict=True)}
    announced = visit_words({name: getattr(view.market, name) for name in FIELDS}, labels)
    return context | {"announced": announced, "values": values, "errors": {}}
