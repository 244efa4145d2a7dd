"""One line of a grid on its own page: what the table has no room for."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app.deps import reading, redirect, writing
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import market_forms as forms
from app.web.forms import answerable, text, typed, whole
from app.web.grid_pages import Fields, grid_context
from app.web.market_grid import delete_objects, remove_lines
from app.web.pages import errors_of, render
from sad.frames.queries import LineView
from sad.kernel.errors import Conflict, NotFound, Refusal
from sad.markets import grid

router = page_router("/marches/{market_id}/grille/lignes")


@router.get("/nouvelle")
def new_line(request: Request, market_id: UUID) -> Response:
    """A line to type."""
    with reading(request) as work:
        context = grid_context(work, market_id)
    return render(request, "markets/line.html", line=None, values=Fields(), **context)


@router.post("/nouvelle")
def add_line(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Adds it, then the next one or the grid."""
    try:
        with writing(request) as work:
            grid.add_line(work, market_id, forms.line(form))
    except Refusal as refusal:
        return _line_again(request, market_id, None, refusal, typed(form))
    following = "/lignes/nouvelle" if text(form, "another") else ""
    return redirect(f"/marches/{market_id}/grille{following}")


@router.get("/{line_id}")
def line(request: Request, market_id: UUID, line_id: UUID) -> Response:
    """A line to change."""
    with reading(request) as work:
        context = grid_context(work, market_id)
    found = _line(context, line_id)
    values = Fields(forms.line_fields(found))
    return render(request, "markets/line.html", line=found, values=values, **context)


@router.post("/{line_id}")
def edit_line(request: Request, market_id: UUID, line_id: UUID, form: FormBody) -> Response:
    """Changes it; a colleague's change meanwhile is shown beside."""
    try:
        with writing(request) as work:
            version = whole(form, "version")
            grid.edit_line(work, market_id, line_id, forms.line(form), version)
    except Refusal as refusal:
        return _line_again(request, market_id, line_id, refusal, typed(form))
    return redirect(f"/marches/{market_id}/grille#ligne-{line_id}")


@router.post("/{line_id}/retirer")
def remove_line(request: Request, market_id: UUID, line_id: UUID) -> Response:
    """Takes it out."""
    with writing(request) as work:
        objects = remove_lines(work, market_id, [line_id])
    delete_objects(request, objects)
    return redirect(f"/marches/{market_id}/grille")


def _line_again(
    request: Request, market_id: UUID, line_id: UUID | None, refusal: Refusal, values: Any
) -> Response:
    if not answerable(refusal):
        raise refusal
    with reading(request) as work:
        context = grid_context(work, market_id)
    if isinstance(refusal, Conflict):
        context["conflict"] = refusal.facts
    context["errors"] = {} if isinstance(refusal, Conflict) else errors_of(refusal)
    found = None if line_id is None else _line(context, line_id)
    return render(
        request,
        "markets/line.html",
        status=refusal.status,
        line=found,
        values=Fields(values),
        **context,
    )


def line_again(request: Request, market_id: UUID, line_id: UUID, refusal: Refusal) -> Response:
    """A line's page with what was refused beside it, its fields as they are kept."""
    if not answerable(refusal):
        raise refusal
    with reading(request) as work:
        context = grid_context(work, market_id)
    found = _line(context, line_id)
    context["errors"] = errors_of(refusal)
    values = Fields(forms.line_fields(found))
    return render(
        request, "markets/line.html", status=refusal.status, line=found, values=values, **context
    )


def _line(context: dict[str, Any], line_id: UUID) -> LineView:
    lines: tuple[LineView, ...] = context["frame"].lines
    found = next((view for view in lines if view.id == line_id), None)
    if found is None:
        raise NotFound()
    return found
