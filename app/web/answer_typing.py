"""A supplier types its answer: the grid, a line or a question saved as it is typed, its files."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app import answer_files
from app.deps import reading, redirect, writing
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import answer_views as views
from app.web.answer_context import own_context
from app.web.forms import answerable, text
from app.web.htmx import is_fragment
from app.web.pages import errors_of, render
from sad.kernel.errors import Refusal
from sad.offers import drafts
from sad.offers.queries import OwnAnswer

router = page_router("/reponse/{market_id}")

Typed = dict[int, dict[str, str]]


@router.get("/offre")
def grid(request: Request, market_id: UUID) -> Response:
    """The grid, to type in."""
    return _grid(request, market_id, {}, None)


@router.post("/offre")
def save_all(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Saves every line and question typed; works without JavaScript."""
    typed, once = _typed(form), _typed_once(form)
    try:
        with writing(request) as work:
            drafts.save_lines(work, market_id, typed, once)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        return _grid(request, market_id, typed, refusal, once)
    going = "relire" if text(form, "suite") == "relire" else "offre"
    return redirect(f"/reponse/{market_id}/{going}")


@router.get("/lignes/{position}")
def line(request: Request, market_id: UUID, position: int) -> Response:
    """One line as it stands, after a file was added."""
    with reading(request) as work:
        context = own_context(work, market_id)
    return _line(request, context, position, {}, None)


@router.post("/lignes/{position}")
def save_line(request: Request, market_id: UUID, position: int, form: FormBody) -> Response:
    """Saves one line as it is typed."""
    typed = {position: _typed(form).get(position, {})}
    refused: Refusal | None = None
    try:
        with writing(request) as work:
            drafts.save_lines(work, market_id, typed)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        refused = refusal
    if not is_fragment(request):
        if refused is not None:
            return _grid(request, market_id, typed, refused)
        return redirect(f"/reponse/{market_id}/offre#ligne-{position}")
    with reading(request) as work:
        context = own_context(work, market_id)
    return _line(request, context, position, typed if refused else {}, refused)


@router.post("/reponses")
def save_answers(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Saves what is asked once for the whole offer, as it is answered."""
    once, refused = _typed_once(form), None
    try:
        with writing(request) as work:
            drafts.save_lines(work, market_id, {}, once)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        refused = refusal
    if not is_fragment(request):
        if refused is not None:
            return _grid(request, market_id, {}, refused, once)
        return redirect(f"/reponse/{market_id}/offre#en-une-fois")
    with reading(request) as work:
        context = own_context(work, market_id)
    context["once"] = views.asked_once(context["draft"], once if refused else {}, refused)
    return render(
        request,
        "offers/grid.html",
        block="answered",
        status=200 if refused is None else 422,
        swapped=True,
        **context,
    )


@router.post("/fichiers/{file_id}/retirer")
def remove(request: Request, market_id: UUID, file_id: UUID, form: FormBody) -> Response:
    """Takes a file out of the draft, and saves what was typed beside it."""
    typed, once = _typed(form), _typed_once(form)
    try:
        with writing(request) as work:
            drafts.save_lines(work, market_id, typed, once)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        return _grid(request, market_id, typed, refusal, once)
    answer_files.remove(request, market_id, file_id)
    return redirect(f"/reponse/{market_id}/offre")


def _typed(form: FormData) -> Typed:
    """The `{position}.{key}` fields, by line; the engine refuses those it does not know."""
    found: Typed = {}
    for name, value in form.multi_items():
        position, dot, key = name.partition(".")
        if dot and position.isdigit() and isinstance(value, str):
            found.setdefault(int(position), {})[key] = value
    return found


def _typed_once(form: FormData) -> dict[str, str]:
    """The `q.{key}` fields: what is asked once for the whole offer."""
    return {
        name.removeprefix(views.ONCE): value
        for name, value in form.multi_items()
        if name.startswith(views.ONCE) and isinstance(value, str)
    }


def _grid(
    request: Request,
    market_id: UUID,
    typed: Mapping[int, Mapping[str, str]],
    refused: Refusal | None,
    typed_once: Mapping[str, str] | None = None,
) -> Response:
    with reading(request) as work:
        context = own_context(work, market_id)
    own: OwnAnswer = context["own"]
    rows = views.rows(own.draft, typed, refused)
    errors = {name: words for row in rows for name, words in row.errors.items()}
    context["once"] = views.asked_once(own.draft, typed_once or {}, refused)
    errors |= {one.name: one.error for one in context["once"] if one.error}
    if refused is not None and not errors:
        errors = {"": next(iter(errors_of(refused).values()))}
    return render(
        request,
        "offers/grid.html",
        status=200 if refused is None else 422,
        rows=rows,
        errors=errors,
        **context,
    )


def _line(
    request: Request,
    context: dict[str, Any],
    position: int,
    typed: Mapping[int, Mapping[str, str]],
    refused: Refusal | None,
) -> Response:
    """The pieces of the grid that a line's saving changes."""
    own: OwnAnswer = context["own"]
    rank = own.draft.grid.rank(position)
    row = views.row(own.draft, rank, typed, views.errors_by_line(own.draft, refused))
    return render(
        request,
        "offers/grid.html",
        block="saved",
        status=200 if refused is None else 422,
        row=row,
        swapped=True,
        **context,
    )
