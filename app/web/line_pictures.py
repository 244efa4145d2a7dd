"""The reference picture of a line: joined by the buyer, seen by agents and by all the invited."""

from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import UploadFile

from app import answer_files
from app.deps import reading, redirect, wiring_of, writing
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.downloads import kept_file
from app.web.market_documents import DocumentMissing, blocks_of
from app.web.market_lines import line_again
from sad.accounts.permissions import Permission, require
from sad.attachments.copies import LARGE, copy_of
from sad.attachments.tables import Attachment
from sad.kernel.errors import NotFound, Refusal
from sad.markets import documents, pictures, queries
from sad.offers.desk import take_desk

router = page_router()
LINE = "/marches/{market_id}/grille/lignes/{line_id}/photo"


@router.get(LINE)
def for_agents(request: Request, market_id: UUID, line_id: UUID) -> Response:
    """The picture, as the market's agents see it."""
    with reading(request) as work:
        lines = queries.one(work, market_id).frame.lines
        wanted = next((one.picture_id for one in lines if one.id == line_id), None)
        if wanted is None:
            raise NotFound()
        found = pictures.shown(work, work.organisation_id, wanted)
    return _served(request, found)


@router.get("/reponse/{market_id}/lignes/{position}/photo")
def for_suppliers(request: Request, market_id: UUID, position: int) -> Response:
    """The same, for those invited to answer the line."""
    with reading(request) as work:
        desk = take_desk(work, market_id)
        wanted = desk.grid.line(position).picture_id
        if wanted is None:
            raise NotFound()
        found = pictures.shown(work, desk.place.organisation_id, wanted)
    return _served(request, found)


@router.post(LINE)
def put(request: Request, market_id: UUID, line_id: UUID, form: FormBody) -> Response:
    """Joins a picture to a line of a draft, in place of another."""
    upload = form.get("picture")
    try:
        _put(request, market_id, line_id, upload)
    except Refusal as refusal:
        return line_again(request, market_id, line_id, refusal)
    finally:
        if isinstance(upload, UploadFile):
            upload.file.close()
    return redirect(f"/marches/{market_id}/grille/lignes/{line_id}")


@router.post(LINE + "/retirer")
def remove(request: Request, market_id: UUID, line_id: UUID) -> Response:
    """Takes it out of a draft."""
    with writing(request) as work:
        name = pictures.remove(work, market_id, line_id)
    if name is not None:
        wiring_of(request).store.delete(name)
    return redirect(f"/marches/{market_id}/grille/lignes/{line_id}")


def _put(request: Request, market_id: UUID, line_id: UUID, upload: object) -> None:
    """Who may is asked before a byte is kept; what was kept goes when its row is refused."""
    with reading(request) as work:
        require(work, Permission.PREPARE_MARKET)
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise DocumentMissing(where="picture")
    store = wiring_of(request).store
    scanner = wiring_of(request).scanner
    kept = documents.keep(store, upload.filename, upload.size, blocks_of(upload), scanner)
    try:
        with writing(request) as work:
            replaced = pictures.put(work, market_id, line_id, kept)
    except BaseException:
        store.delete(kept.object_name)
        raise
    if replaced is not None:
        store.delete(replaced)


def _served(request: Request, found: Attachment) -> Response:
    """The copy without metadata as soon as it is made, the original until then."""
    if copy_of(found.copies, LARGE) is not None:
        return answer_files.serve_copy(request, found.copies, LARGE)
    blocks = wiring_of(request).store.read(found.object_name)
    return kept_file(blocks, found.name, found.media_type)
