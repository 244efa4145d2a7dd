"""The documents of a market: joined while it is prepared, read by all the invited."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import UploadFile

from app.deps import reading, redirect, wiring_of, writing
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.downloads import kept_file
from app.web.forms import answerable
from app.web.markets import context_of
from app.web.pages import errors_of, render
from sad.accounts.permissions import Permission, require
from sad.db.work import Work
from sad.kernel.errors import Invalid, NotFound, Refusal
from sad.markets import documents
from sad.markets.suppliers import documents as documents_of

router = page_router("/marches/{market_id}/documents")
BLOCK = 64 * 1024


class DocumentMissing(Invalid):
    """No file was chosen."""

    code = "markets.file_missing"


@router.get("")
def listed(request: Request, market_id: UUID) -> Response:
    """What the invited will find beside the grid."""
    with reading(request) as work:
        context = _context(work, market_id)
    return render(request, "markets/documents.html", **context)


@router.post("")
def add(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Joins a document to a draft; a refused one leaves nothing behind."""
    upload = form.get("file")
    try:
        _add(request, market_id, upload)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = _context(work, market_id)
        context["errors"] = errors_of(refusal)
        return render(request, "markets/documents.html", status=refusal.status, **context)
    finally:
        if isinstance(upload, UploadFile):
            upload.file.close()
    return redirect(f"/marches/{market_id}/documents")


@router.get("/{document_id}")
def download(request: Request, market_id: UUID, document_id: UUID) -> Response:
    """One document, as a file."""
    with reading(request) as work:
        rows = _context(work, market_id)["documents"]
    found = next((row for row in rows if row.id == document_id), None)
    if found is None:
        raise NotFound()
    blocks = wiring_of(request).store.read(found.object_name)
    return kept_file(blocks, found.name, found.media_type)


@router.post("/{document_id}/retirer")
def remove(request: Request, market_id: UUID, document_id: UUID) -> Response:
    """Takes it out of a draft."""
    with writing(request) as work:
        name = documents.remove(work, market_id, document_id)
    wiring_of(request).store.delete(name)
    return redirect(f"/marches/{market_id}/documents")


def _context(work: Work, market_id: UUID) -> dict[str, Any]:
    context = context_of(work, market_id)
    return context | {
        "documents": documents_of(work, work.organisation_id, market_id),
        "editable": "prepare" in context["actions"],
        "errors": {},
    }


def _add(request: Request, market_id: UUID, upload: Any) -> None:
    """Who may is asked before a byte is kept; what was kept goes when its row is refused."""
    with reading(request) as work:
        require(work, Permission.PREPARE_MARKET)
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise DocumentMissing(where="file")
    store = wiring_of(request).store
    scanner = wiring_of(request).scanner
    kept = documents.keep(store, upload.filename, upload.size, blocks_of(upload), scanner)
    try:
        with writing(request) as work:
            documents.add(work, market_id, kept)
    except BaseException:
        store.delete(kept.object_name)
        raise


def blocks_of(upload: UploadFile) -> Iterator[bytes]:
    """The bytes of an uploaded file, as they come."""
    while block := upload.file.read(BLOCK):
        yield block
