"""The grid designer: a table one types in, filled by hand, by paste or from a spreadsheet."""

import base64
import binascii
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData, UploadFile

from app.deps import reading, redirect, wiring_of, writing
from app.guard.client import parse_grid
from app.guard.refusals import Unreadable
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import grid_typing as typing
from app.web.forms import answerable, text, typed, whole
from app.web.grid_pages import Fields, grid_context
from app.web.htmx import is_fragment
from app.web.pages import errors_of, render
from sad.accounts.permissions import Permission, require
from sad.db.work import Work
from sad.frames.frame import Frame
from sad.frames.importing import import_problems
from sad.frames.sheet import read_frame
from sad.kernel.errors import Invalid, Refusal
from sad.kernel.ids import uuid7
from sad.markets import grid, pictures
from sad.markets.tables import SpecificMarket

router = page_router("/marches/{market_id}/grille")
PASTED = "collage.csv"
PAGE = 100  # lines shown at once
BLANK = 3  # lines to type in, below the others
MOST_TICKED = 30  # told from one page to the next


class FileMissing(Invalid):
    """No file was chosen."""

    code = "markets.file_missing"


@router.get("")
def designer(request: Request, market_id: UUID) -> Response:
    """The lines in a table one types in, and every way to change them."""
    with reading(request) as work:
        context = _table(work, market_id, _page_of(request.query_params.get("page", "")))
    context["ticked"] = set(request.query_params.getlist("coche"))
    return render(request, "markets/grid.html", **context)


@router.post("")
def keep(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Keeps what was typed, then does what was pressed to the ticked lines: both or neither."""
    sent = typing.typed_on(form)
    page = _page_of(text(form, "page"))
    objects: list[str] = []
    try:
        with writing(request) as work:
            context = grid_context(work, market_id)
            columns = typing.fields(context["frame"], context["view"].lots)
            typing.save(work, market_id, context["frame"], sent)
            act = ACTS.get(text(form, "do"))
            if act is not None:
                everything = text(form, "all") == "oui"
                ticked = [line.id for line in context["frame"].lines] if everything else sent.ticked
                objects = act(work, market_id, ticked, typing.same_of(form, columns))
    except Refusal as refusal:
        return _typed_again(request, market_id, page, refusal, form)
    delete_objects(request, objects)
    return redirect(_address(market_id, page, sent, text(form, "do")))


@router.post("/cellules")
def keep_cells(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Keeps one line as it is typed; its state comes back alone."""
    if not is_fragment(request):
        return keep(request, market_id, form)
    sent = typing.typed_on(form)
    errors: dict[str, str] = {}
    status = 200
    try:
        with writing(request) as work:
            typing.save(work, market_id, grid_context(work, market_id)["frame"], sent)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        errors, status = errors_of(refusal), refusal.status
    with reading(request) as work:
        context = grid_context(work, market_id)
    columns = typing.fields(context["frame"], context["view"].lots)
    rows = [_row_said(context, columns, line_id, errors) for line_id in sent.lines]
    context |= {"said": rows, "swapped": True}
    return render(request, "markets/grid.html", block="kept", status=status, **context)


@router.post("/annuler")
def undo(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Undoes the last act on several lines."""
    try:
        with writing(request) as work:
            grid.undo(work, market_id)
    except Refusal as refusal:
        return table_again(request, market_id, refusal, {})
    return redirect(f"/marches/{market_id}/grille")


@router.post("/fichier")
def upload(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Reads a spreadsheet in the guard, and shows what would be taken."""
    _check_may_prepare(request, market_id)
    try:
        name, data = _file(form)
        return _preview(request, market_id, name, data)
    except Refusal as refusal:
        return table_again(request, market_id, refusal, typed(form))


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
        return table_again(request, market_id, refusal, typed(form))


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
            before = [line.id for line in grid_context(work, market_id)["frame"].lines]
            grid.import_grid(work, market_id, read, name, whole(form, "version"))
            objects = pictures.sweep(work, market_id)
            objects += pictures.carried(work, market_id, before)
    except Refusal as refusal:
        return table_again(request, market_id, refusal, {})
    delete_objects(request, objects)
    return redirect(f"/marches/{market_id}/grille")


def remove_lines(work: Work, market_id: UUID, ids: list[UUID], _: object = None) -> list[str]:
    """Takes lines out with their pictures; the objects to delete once committed."""
    objects = pictures.remove_all(work, market_id, set(ids))
    grid.remove_lines(work, market_id, ids)
    return objects


def _arranging(do: Callable[..., int], *more: Any) -> Callable[..., list[str]]:
    def act(work: Work, market_id: UUID, ids: list[UUID], _: object) -> list[str]:
        do(work, market_id, ids, *more)
        return []

    return act


def _give(work: Work, market_id: UUID, ids: list[UUID], same: Any) -> list[str]:
    grid.give_lines(work, market_id, ids, same)
    return []


ACTS: dict[str, Callable[..., list[str]]] = {
    "duplicate": _arranging(grid.duplicate_lines),
    "up": _arranging(grid.move_lines, -1),
    "down": _arranging(grid.move_lines, 1),
    "remove": remove_lines,
    "give": _give,
}


def _table(work: Work, market_id: UUID, page: int) -> dict[str, Any]:
    """The designer's table: one page of lines, blank ones below, what was shown."""
    context = grid_context(work, market_id)
    frame = context["frame"]
    pages = max(1, -(-len(frame.lines) // PAGE))
    page = min(page, pages)
    lines = frame.lines[(page - 1) * PAGE : page * PAGE]
    columns = typing.fields(frame, context["view"].lots)
    last = page == pages and context["editable"]
    fresh = [uuid7() for _ in range(BLANK if frame.lines else 2 * BLANK)] if last else []
    return context | {
        "lines": lines,
        "columns": columns,
        "fresh": fresh,
        "cells": {str(each.id): typing.cells_of(each, columns) for each in lines}
        | {str(each): typing.blank(columns) for each in fresh},
        "read": typing.shown(lines, columns, fresh),
        "page": page,
        "pages": pages,
        "ticked": set(),
        "listed": typing.listed,
        "undoable": _last_act(work, frame.id) if context["editable"] else "",
    }


DONE = {
    "removed": "retirée",
    "duplicated": "dupliquée",
    "given": "changée",
}


def _last_act(work: Work, frame_id: UUID) -> str:
    """What « Annuler » would undo, in words; nothing when there is nothing to undo."""
    found = grid.last_act(work, frame_id)
    if found is None:
        return ""
    act, count = found
    word = DONE[act]
    return f"{count} lignes {word}s." if count > 1 else f"Une ligne {word}."


def _typed_again(
    request: Request, market_id: UUID, page: int, refusal: Refusal, form: FormData
) -> Response:
    """The table as it was typed, with what is wrong beside each cell."""
    if not answerable(refusal):
        raise refusal
    sent = typing.typed_on(form)
    with reading(request) as work:
        context = _table(work, market_id, page)
    for line_id, cells in sent.lines.items():
        name = str(line_id)
        if name not in context["cells"] and line_id in sent.fresh:
            context["fresh"] = [*context["fresh"][1:], line_id]
        context["cells"].setdefault(name, {}).update(cells)
    context["fresh"].sort()
    context["ticked"] = {str(each) for each in sent.ticked}
    context |= {"errors": errors_of(refusal), "values": Fields(typed(form))}
    return render(request, "markets/grid.html", status=refusal.status, **context)


def _row_said(
    context: dict[str, Any], columns: list[typing.Field], line_id: UUID, errors: dict[str, str]
) -> dict[str, Any]:
    """What is said of a line just kept: what is wrong with its cells, what they hold now."""
    mine = {key: words for key, words in errors.items() if key.startswith(f"{line_id}.")}
    line = next((each for each in context["frame"].lines if each.id == line_id), None)
    cells = {} if line is None else typing.cells_of(line, columns)
    return {"id": str(line_id), "line": line, "errors": mine, "cells": cells}


def _address(market_id: UUID, page: int, sent: typing.Typed, act: str) -> str:
    """The same page, its ticks kept while lines are moved, at the first of them."""
    kept = [str(each) for each in sent.ticked[:MOST_TICKED]] if act in {"up", "down"} else []
    said = [("coche", each) for each in kept] + ([("page", str(page))] if page > 1 else [])
    asked = f"?{urlencode(said)}" if said else ""
    return f"/marches/{market_id}/grille{asked}" + (f"#ligne-{kept[0]}" if kept else "#lignes")


def _page_of(raw: str) -> int:
    return max(1, int(raw)) if raw.isdecimal() and len(raw) < 5 else 1


def _check_may_prepare(request: Request, market_id: UUID) -> None:
    """Before a file is read: nobody makes the guard work on a market that is not theirs."""
    with reading(request) as work:
        require(work, Permission.PREPARE_MARKET)
        work.get(SpecificMarket, market_id)


def _preview(request: Request, market_id: UUID, name: str, data: bytes) -> Response:
    with reading(request) as work:
        require(work, Permission.PREPARE_MARKET)
        context = grid_context(work, market_id)
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


def table_again(
    request: Request, market_id: UUID, refusal: Refusal, values: dict[str, Any]
) -> Response:
    if not answerable(refusal):
        raise refusal
    with reading(request) as work:
        context = _table(work, market_id, 1)
    context |= {"errors": errors_of(refusal), "values": Fields(values)}
    return render(request, "markets/grid.html", status=refusal.status, **context)


def delete_objects(request: Request, objects: list[str]) -> None:
    """What the store no longer needs, once the database says so."""
    for name in objects:
        wiring_of(request).store.delete(name)
