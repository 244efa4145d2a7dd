"""Lines left without supplier, launched again differently in one press."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app.deps import once, reading
from app.rendering.french import number
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.forms import answerable, parse, text, texts, typed
from app.web.pages import errors_of, render
from sad.accounts.permissions import Permission, require
from sad.awards import relaunching, service
from sad.awards.relaunching import ENDED
from sad.awards.schemas import RelaunchInput
from sad.db.work import Work
from sad.kernel.errors import Invalid, Refusal
from sad.kernel.french import parse_quantity
from sad.markets.queries import category_choices
from sad.markets.tables import SpecificMarket

router = page_router("/marches/{market_id}/reprise")
SLICE = "slice:"


class NothingChosen(Invalid):
    """No line is ticked."""

    code = "awards.nothing_chosen"


@router.get("")
def show(request: Request, market_id: UUID) -> Response:
    """The lines free to launch again: which ones, in which category, in which slices."""
    with reading(request) as work:
        context = _context(work, market_id)
    return render(request, "awards/relaunch.html", **context)


@router.post("")
def relaunch(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Makes the draft, once."""

    def do(work: Work) -> str:
        draft = service.relaunch(work, market_id, _typed(form))
        return f"/marches/{draft.id}/preparation"

    try:
        return once(request, form, do)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = _context(work, market_id)
        values = typed(form) | {"lines": texts(form, "lines")}
        context |= {"values": values, "errors": errors_of(refusal)}
        return render(request, "awards/relaunch.html", status=refusal.status, **context)


def _typed(form: FormData) -> RelaunchInput:
    """What was ticked and typed; an empty size: the line is not cut."""
    lines = texts(form, "lines")
    if not lines:
        raise NothingChosen(where="lines")
    slices = {}
    for line in lines:
        size = text(form, SLICE + line)
        try:
            slices[line] = parse_quantity(size) if size else None
        except Invalid as refusal:
            refusal.where = SLICE + line
            raise
    return parse(RelaunchInput, form, lines=lines, slices=slices)


def _context(work: Work, market_id: UUID) -> dict[str, Any]:
    require(work, Permission.PREPARE_MARKET)
    market = work.get(SpecificMarket, market_id)
    free = relaunching.free_lines(work, market_id)
    values: dict[str, Any] = {
        "category_id": str(market.category_id),
        "title": market.title,
        "lines": [str(one.line.id) for one in free],
    }
    for one in free:
        values[f"{SLICE}{one.line.id}"] = number(one.slice_size) if one.slice_size else ""
    return {
        "market": market,
        "base": f"/marches/{market_id}/reprise",
        "free": free,
        "ended": market.state in ENDED,
        "successors": relaunching.successors(work, market_id),
        "categories": [(id_, f"{name} – {of}") for id_, name, of, _ in category_choices(work)],
        "values": values,
        "errors": {},
    }
