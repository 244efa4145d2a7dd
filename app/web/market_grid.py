"""The grid designer: from a spreadsheet, by copy and paste, or line by line."""

import base64
import binascii
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import UploadFile

from app.deps import reading, redirect, wiring_of, writing
from app.guard.client import parse_grid
from app.guard.refusals import Unreadable
from app.market_defaults import extra_columns
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import market_forms as forms
from app.web.forms import answerable, text, typed
from app.web.markets import context_of
from app.web.pages import errors_of, render
from sad.accounts.permissions import Permission, require
from sad.db.work import Work
from sad.frames.columns import ColumnType
from sad.frames.frame import Frame
from sad.frames.queries import ColumnView, FrameView, LineView
from sad.frames.schemas import ColumnInput
from sad.frames.service import import_problems
from sad.frames.sheet import read_frame
from sad.kernel.errors import Conflict, Invalid, NotFound, Refusal
from sad.markets import grid, pictures
from sad.markets.checks import findings
from sad.markets.states import Section
from sad.markets.tables import SpecificMarket

router = page_router("/marches/{market_id}/grille")
USUAL = 6  # supplier's columns by default (P17)
PASTED = "collage.csv"


class FileMissing(Invalid):
    """No file was chosen."""

    code = "markets.file_missing"


@router.get("")
def designer(request: Request, market_id: UUID) -> Response:
    """The lines and columns as suppliers will see them, and every way to change them."""
    with reading(request) as work:
        context = _context(work, market_id)
    return render(request, "markets/grid.html", **context)


@router.post("/fichier")
def upload(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Reads a spreadsheet in the guard, and shows what would be taken."""
    _check_may_prepare(request, market_id)
    try:
        name, data = _file(form)
        return _preview(request, market_id, name, data)
    except Refusal as refusal:
        return _again(request, market_id, refusal, typed(form))


@router.post("/coller")
def paste(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Reads cells copied from a spreadsheet, header included."""
    _check_may_prepare(request, market_id)
    try:
        pasted = text(form, "pasted")
        if not pasted:
            raise FileMissing(where="pasted")
        return _preview(request, market_id, PASTED, pasted.encode())
    except Refusal as refusal:
        return _again(request, market_id, refusal, typed(form))


@router.post("/appliquer")
def apply(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Takes the file just shown in place of the grid: all of it or nothing."""
    _check_may_prepare(request, market_id)
    try:
        data = base64.b64decode(text(form, "file"), validate=True)
    except binascii.Error as error:
        raise Unreadable(where="file") from error
    name = text(form, "name")[:200]
    read = read_frame(parse_grid(data, name))
    try:
        with writing(request) as work:
            objects = pictures.remove_all(work, market_id)
            grid.import_grid(work, market_id, read, name, int(text(form, "version") or 0))
    except Refusal as refusal:
        return _again(request, market_id, refusal, {})
    _delete(request, objects)
    return redirect(f"/marches/{market_id}/grille")


def _check_may_prepare(request: Request, market_id: UUID) -> None:
    """Before a file is read: nobody makes the guard work on a market that is not theirs."""
    with reading(request) as work:
        require(work, Permission.PREPARE_MARKET)
        work.get(SpecificMarket, market_id)


@router.get("/lignes/nouvelle")
def new_line(request: Request, market_id: UUID) -> Response:
    """A line to type."""
    with reading(request) as work:
        context = _context(work, market_id)
    return render(request, "markets/line.html", line=None, values=_Fields(), **context)


@router.post("/lignes/nouvelle")
def add_line(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Adds it, then the next one or the grid."""
    try:
        with writing(request) as work:
            grid.add_line(work, market_id, forms.line(form))
    except Refusal as refusal:
        return _line_again(request, market_id, None, refusal, typed(form))
    following = "/lignes/nouvelle" if text(form, "another") else ""
    return redirect(f"/marches/{market_id}/grille{following}")


@router.get("/lignes/{line_id}")
def line(request: Request, market_id: UUID, line_id: UUID) -> Response:
    """A line to change."""
    with reading(request) as work:
        context = _context(work, market_id)
    found = _line(context, line_id)
    values = _Fields(forms.line_fields(found))
    return render(request, "markets/line.html", line=found, values=values, **context)


@router.post("/lignes/{line_id}")
def edit_line(request: Request, market_id: UUID, line_id: UUID, form: FormBody) -> Response:
    """Changes it; a colleague's change meanwhile is shown beside."""
    try:
        with writing(request) as work:
            version = int(text(form, "version") or 0)
            grid.edit_line(work, market_id, line_id, forms.line(form), version)
    except Refusal as refusal:
        return _line_again(request, market_id, line_id, refusal, typed(form))
    return redirect(f"/marches/{market_id}/grille")


@router.post("/lignes/{line_id}/retirer")
def remove_line(request: Request, market_id: UUID, line_id: UUID) -> Response:
    """Takes it out."""
    with writing(request) as work:
        picture = pictures.remove(work, market_id, line_id)
        grid.remove_line(work, market_id, line_id)
    _delete(request, [picture] if picture else [])
    return redirect(f"/marches/{market_id}/grille")


@router.get("/colonnes/nouvelle")
def new_column(request: Request, market_id: UUID) -> Response:
    """A column to describe; the family's extra ones are proposed."""
    with reading(request) as work:
        context = _context(work, market_id)
    side = request.query_params.get("cote", "supplier")
    values = _Fields({"side": side, "type": "text"})
    return render(request, "markets/column.html", column=None, values=values, **context)


@router.post("/colonnes/nouvelle")
def add_column(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Adds it: typed, or one of the family's."""
    try:
        with writing(request) as work:
            chosen = text(form, "extra")
            given = _extra(work, market_id, chosen) if chosen else forms.column(form)
            grid.add_column(work, market_id, given)
    except Refusal as refusal:
        return _column_again(request, market_id, None, refusal, typed(form))
    return redirect(f"/marches/{market_id}/grille")


@router.get("/colonnes/{column_id}")
def column(request: Request, market_id: UUID, column_id: UUID) -> Response:
    """A column to change."""
    with reading(request) as work:
        context = _context(work, market_id)
    found = _column(context, column_id)
    values = _Fields(forms.column_fields(found))
    return render(request, "markets/column.html", column=found, values=values, **context)


@router.post("/colonnes/{column_id}")
def edit_column(request: Request, market_id: UUID, column_id: UUID, form: FormBody) -> Response:
    """Changes what it asks."""
    try:
        with writing(request) as work:
            grid.edit_column(work, market_id, column_id, forms.column(form))
    except Refusal as refusal:
        return _column_again(request, market_id, column_id, refusal, typed(form))
    return redirect(f"/marches/{market_id}/grille")


@router.post("/colonnes/{column_id}/retirer")
def remove_column(request: Request, market_id: UUID, column_id: UUID) -> Response:
    """Takes it out."""
    try:
        with writing(request) as work:
            grid.remove_column(work, market_id, column_id)
    except Refusal as refusal:
        return _again(request, market_id, refusal, {})
    return redirect(f"/marches/{market_id}/grille")


class _Fields(dict[str, Any]):
    """Values of fields; one that was not typed is empty."""

    def __missing__(self, name: str) -> str:
        return ""


def _context(work: Work, market_id: UUID) -> dict[str, Any]:
    require(work, Permission.READ_FILE)
    context = context_of(work, market_id)
    frame = context["view"].frame
    found = findings(work, market_id) if context["phase"] == "draft" else []
    return context | {
        "frame": frame,
        "editable": "prepare" in context["actions"],
        "problems": [f for f in found if f.section is Section.LINES],
        "extras": _extras(context),
        "many": len(frame.supplier) - USUAL,
        "types": list(ColumnType),
        "conflict": None,
    }


def _extras(context: dict[str, Any]) -> list[tuple[str, str]]:
    """The family's extra columns not yet in the grid: (name, hint)."""
    taken = {view.label for view in context["view"].frame.supplier}
    code = context["view"].category_code
    return [(col.name, hint) for col, hint in extra_columns(code) if col.name not in taken]


def _extra(work: Work, market_id: UUID, name: str) -> ColumnInput:
    """The family's extra column of this name, as if it were typed."""
    code = context_of(work, market_id)["view"].category_code
    for proposed, hint in extra_columns(code):
        if proposed.name == name:
            return ColumnInput(
                label=proposed.name,
                side=proposed.side,
                type=proposed.type,
                required=proposed.required,
                minimum=proposed.minimum,
                maximum=proposed.maximum,
                choices=list(proposed.choices),
                hint=hint[:1000],
            )
    raise NotFound()


def _preview(request: Request, market_id: UUID, name: str, data: bytes) -> Response:
    with reading(request) as work:
        require(work, Permission.PREPARE_MARKET)
        context = _context(work, market_id)
    read: Frame = read_frame(parse_grid(data, name))
    return render(
        request,
        "markets/grid_preview.html",
        read=read,
        name=name,
        file=base64.b64encode(data).decode(),
        refused=import_problems(read),
        **context,
    )


def _file(form: Any) -> tuple[str, bytes]:
    sent = form.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise FileMissing(where="file")
    with sent.file as opened:  # closed here: what spools to disk must not stay there
        return sent.filename, opened.read()


def _again(request: Request, market_id: UUID, refusal: Refusal, values: dict[str, Any]) -> Response:
    if not answerable(refusal):
        raise refusal
    with reading(request) as work:
        context = _context(work, market_id)
    context |= {"errors": errors_of(refusal), "values": _Fields(values)}
    return render(request, "markets/grid.html", status=refusal.status, **context)


def _line_again(
    request: Request, market_id: UUID, line_id: UUID | None, refusal: Refusal, values: Any
) -> Response:
    if not answerable(refusal):
        raise refusal
    with reading(request) as work:
        context = _context(work, market_id)
    if isinstance(refusal, Conflict):
        context["conflict"] = refusal.facts
    context["errors"] = {} if isinstance(refusal, Conflict) else errors_of(refusal)
    found = None if line_id is None else _line(context, line_id)
    return render(
        request,
        "markets/line.html",
        status=refusal.status,
        line=found,
        values=_Fields(values),
        **context,
    )


def _column_again(
    request: Request, market_id: UUID, column_id: UUID | None, refusal: Refusal, values: Any
) -> Response:
    if not answerable(refusal):
        raise refusal
    with reading(request) as work:
        context = _context(work, market_id)
    context["errors"] = errors_of(refusal)
    found = None if column_id is None else _column(context, column_id)
    return render(
        request,
        "markets/column.html",
        status=refusal.status,
        column=found,
        values=_Fields(values),
        **context,
    )


def line_again(request: Request, market_id: UUID, line_id: UUID, refusal: Refusal) -> Response:
    """A line's page with what was refused beside it, its fields as they are kept."""
    if not answerable(refusal):
        raise refusal
    with reading(request) as work:
        context = _context(work, market_id)
    found = _line(context, line_id)
    context["errors"] = errors_of(refusal)
    values = _Fields(forms.line_fields(found))
    return render(
        request, "markets/line.html", status=refusal.status, line=found, values=values, **context
    )


def _delete(request: Request, objects: list[str]) -> None:
    for name in objects:
        wiring_of(request).store.delete(name)


def _line(context: dict[str, Any], line_id: UUID) -> LineView:
    lines: tuple[LineView, ...] = context["frame"].lines
    found = next((view for view in lines if view.id == line_id), None)
    if found is None:
        raise NotFound()
    return found


def _column(context: dict[str, Any], column_id: UUID) -> ColumnView:
    frame: FrameView = context["frame"]
    columns = (*frame.buyer, *frame.supplier, *frame.questions)
    found = next((view for view in columns if view.id == column_id), None)
    if found is None:
        raise NotFound()
    return found
