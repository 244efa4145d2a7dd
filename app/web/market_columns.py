"""The columns of a grid, drawn one by one; what each choice means, in words and in a picture."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import UploadFile

from app import answer_files
from app.deps import reading, redirect, wiring_of, writing
from app.market_defaults import extra_columns, proposal
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import market_forms as forms
from app.web.downloads import kept_file
from app.web.forms import answerable, text, typed
from app.web.grid_pages import Fields, grid_context
from app.web.market_documents import DocumentMissing, blocks_of
from app.web.markets import context_of
from app.web.pages import errors_of, render
from sad.accounts.permissions import Permission, require
from sad.attachments.copies import LARGE, copy_of
from sad.attachments.tables import Attachment
from sad.db.work import Work
from sad.frames.columns import DRAWINGS
from sad.frames.queries import ColumnView, FrameView
from sad.frames.schemas import ColumnInput
from sad.frames.usual import USUAL
from sad.kernel.errors import NotFound, Refusal
from sad.markets import documents, grid, pictures, queries
from sad.offers.desk import take_desk

router = page_router()
COLUMNS = "/marches/{market_id}/grille/colonnes"
CHOICE = COLUMNS + "/{column_id}/choix/{rank}/image"


@router.get(COLUMNS + "/nouvelle")
def new_column(request: Request, market_id: UUID) -> Response:
    """A column to describe; the usual ones and the family's are proposed."""
    with reading(request) as work:
        context = grid_context(work, market_id)
    side = request.query_params.get("cote", "supplier")
    values = Fields({"side": side, "type": "text"})
    return render(request, "markets/column.html", column=None, values=values, **context)


@router.post(COLUMNS + "/nouvelle")
def add_column(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Adds it: typed, one of the family's, or some that buyers usually have."""
    try:
        with writing(request) as work:
            for given in _asked(work, market_id, form):
                grid.add_column(work, market_id, given)
    except Refusal as refusal:
        return _again(request, market_id, None, refusal, typed(form))
    return redirect(f"/marches/{market_id}/grille")


@router.post(COLUMNS + "/habituelles")
def usual(request: Request, market_id: UUID) -> Response:
    """The family's columns for the supplier, in place of those of a file."""
    with writing(request) as work:
        columns, hints, _ = proposal(context_of(work, market_id)["view"].category_code)
        grid.usual_columns(work, market_id, columns, hints)
        objects = pictures.sweep(work, market_id)
    _delete(request, objects)
    return redirect(f"/marches/{market_id}/grille#colonnes")


@router.get(COLUMNS + "/{column_id}")
def column(request: Request, market_id: UUID, column_id: UUID) -> Response:
    """A column to change."""
    with reading(request) as work:
        context = grid_context(work, market_id)
    found = _column(context["frame"], column_id)
    values = Fields(forms.column_fields(found))
    context["kept"] = request.query_params.get("gardes") == "1"
    return render(request, "markets/column.html", column=found, values=values, **context)


@router.post(COLUMNS + "/{column_id}")
def edit_column(request: Request, market_id: UUID, column_id: UUID, form: FormBody) -> Response:
    """Changes what it asks, and what its choices mean."""
    try:
        with writing(request) as work:
            given, places = forms.column(form)
            grid.edit_column(work, market_id, column_id, given, places)
            objects = pictures.sweep(work, market_id)
    except Refusal as refusal:
        return _again(request, market_id, column_id, refusal, typed(form))
    _delete(request, objects)
    return redirect(f"/marches/{market_id}/grille#colonnes")


@router.post(COLUMNS + "/{column_id}/retirer")
def remove_column(request: Request, market_id: UUID, column_id: UUID) -> Response:
    """Takes it out."""
    try:
        with writing(request) as work:
            grid.remove_column(work, market_id, column_id)
            objects = pictures.sweep(work, market_id)
    except Refusal as refusal:
        return _again(request, market_id, column_id, refusal, None)
    _delete(request, objects)
    return redirect(f"/marches/{market_id}/grille#colonnes")


@router.post(COLUMNS + "/{column_id}/deplacer")
def move_column(request: Request, market_id: UUID, column_id: UUID, form: FormBody) -> Response:
    """One place before or after."""
    with writing(request) as work:
        grid.move_column(work, market_id, column_id, -1 if text(form, "to") == "before" else 1)
    return redirect(f"/marches/{market_id}/grille/colonnes/{column_id}")


@router.post(COLUMNS + "/{column_id}/etats")
def keep_states(request: Request, market_id: UUID, column_id: UUID) -> Response:
    """These states are proposed to the organisation's next grids."""
    try:
        with writing(request) as work:
            objects = pictures.keep_states(work, market_id, column_id)
    except Refusal as refusal:
        return _again(request, market_id, column_id, refusal, None)
    _delete(request, objects)
    return redirect(f"/marches/{market_id}/grille/colonnes/{column_id}?gardes=1#images")


@router.get(CHOICE)
def for_agents(request: Request, market_id: UUID, column_id: UUID, rank: int) -> Response:
    """The picture of a choice, as the market's agents see it."""
    with reading(request) as work:
        frame = queries.one(work, market_id).frame
        found = _picture(work, work.organisation_id, _column(frame, column_id), rank)
    return _served(request, found)


@router.get("/reponse/{market_id}/choix/{key}/{rank}/image")
def for_suppliers(request: Request, market_id: UUID, key: str, rank: int) -> Response:
    """The same, for those invited to choose."""
    with reading(request) as work:
        desk = take_desk(work, market_id)
        view = next((one for one in desk.grid.asked if one.key == key), None)
        found = _picture(work, desk.place.organisation_id, view, rank)
    return _served(request, found)


@router.post(CHOICE)
def put(request: Request, market_id: UUID, column_id: UUID, rank: int, form: FormBody) -> Response:
    """Joins a picture to a choice, in place of another."""
    upload = form.get("picture")
    try:
        _put(request, market_id, column_id, rank, upload)
    except Refusal as refusal:
        return _again(request, market_id, column_id, refusal, None)
    finally:
        if isinstance(upload, UploadFile):
            upload.file.close()
    return redirect(f"/marches/{market_id}/grille/colonnes/{column_id}#choix")


@router.post(CHOICE + "/retirer")
def remove(request: Request, market_id: UUID, column_id: UUID, rank: int) -> Response:
    """Takes it out: our drawing comes back, if there is one."""
    with writing(request) as work:
        pictures.clear_choice(work, market_id, column_id, rank)
        objects = pictures.sweep(work, market_id)
    _delete(request, objects)
    return redirect(f"/marches/{market_id}/grille/colonnes/{column_id}#choix")


def _put(request: Request, market_id: UUID, column_id: UUID, rank: int, upload: object) -> None:
    """Who may is asked before a byte is kept; what was kept goes when its row is refused."""
    with reading(request) as work:
        require(work, Permission.PREPARE_MARKET)
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise DocumentMissing(where="picture")
    store, scanner = wiring_of(request).store, wiring_of(request).scanner
    kept = documents.keep(store, upload.filename, upload.size, blocks_of(upload), scanner)
    try:
        with writing(request) as work:
            pictures.put_choice(work, market_id, column_id, rank, kept)
            objects = pictures.sweep(work, market_id)
    except BaseException:
        store.delete(kept.object_name)
        raise
    _delete(request, objects)


def _asked(work: Work, market_id: UUID, form: FormBody) -> list[ColumnInput]:
    extra, usual = text(form, "extra"), text(form, "usual")
    if extra:
        return [_extra(work, market_id, extra)]
    if not usual:
        return [forms.column(form)[0]]
    chosen = next((one for one in USUAL if one.key == usual), None)
    if chosen is None:
        raise NotFound()
    return [given for _, given in chosen.columns]


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
                meanings=[words for words, _ in proposed.meanings],
                hint=hint[:1000],
            )
    raise NotFound()


def _again(
    request: Request, market_id: UUID, column_id: UUID | None, refusal: Refusal, values: Any
) -> Response:
    """The column's page with what is wrong; its fields as they are kept when nothing was typed."""
    if not answerable(refusal):
        raise refusal
    with reading(request) as work:
        context = grid_context(work, market_id)
    context["errors"] = errors_of(refusal)
    found = None if column_id is None else _column(context["frame"], column_id)
    if values is None and found is not None:
        values = forms.column_fields(found)
    return render(
        request,
        "markets/column.html",
        status=refusal.status,
        column=found,
        values=Fields(values),
        **context,
    )


def _column(frame: FrameView, column_id: UUID) -> ColumnView:
    columns = (*frame.buyer, *frame.supplier, *frame.questions)
    found = next((view for view in columns if view.id == column_id), None)
    if found is None:
        raise NotFound()
    return found


def _picture(work: Work, organisation_id: UUID, view: ColumnView | None, rank: int) -> Attachment:
    """The picture a buyer joined to a choice; our drawings are files of the application."""
    said = view.column.meanings if view is not None else ()
    named = said[rank].picture if 0 <= rank < len(said) else ""
    if not named or named in DRAWINGS:
        raise NotFound()
    return pictures.shown(work, organisation_id, UUID(named))


def _served(request: Request, found: Attachment) -> Response:
    """The copy without metadata as soon as it is made, the original until then."""
    if copy_of(found.copies, LARGE) is not None:
        return answer_files.serve_copy(request, found.copies, LARGE)
    blocks = wiring_of(request).store.read(found.object_name)
    return kept_file(blocks, found.name, found.media_type)


def _delete(request: Request, objects: list[str]) -> None:
    for name in objects:
        wiring_of(request).store.delete(name)
