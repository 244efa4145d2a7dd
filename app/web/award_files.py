"""Files of the award: winners' papers and signed contracts, sent and taken away by the agents."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData, UploadFile

from app.deps import reading, wiring_of
from app.routing import page_router
from app.web.downloads import kept_file
from app.web.market_documents import blocks_of
from sad.accounts.permissions import Permission, require
from sad.awards import contracts, papers, queries
from sad.kernel.errors import NotFound
from sad.suppliers import papers as kept_papers
from sad.suppliers.papers import KeptFile, keep_file

router = page_router("/marches/{market_id}/attribution/{award_id}")


@router.get("/pieces/{paper_id}")
def paper(request: Request, market_id: UUID, award_id: UUID, paper_id: UUID) -> Response:
    """A paper that the award asks, from its winner's file."""
    with reading(request) as work:
        if queries.market_of(work, award_id) != market_id:
            raise NotFound()
        row = papers.asked_file(work, award_id, paper_id)
        blocks = kept_papers.content(work, row, wiring_of(request).store)
    return kept_file(blocks, row.name, row.media_type)


@router.get("/contrat")
def contract(request: Request, market_id: UUID, award_id: UUID) -> Response:
    """The signed acte d'engagement."""
    with reading(request) as work:
        if queries.market_of(work, award_id) != market_id:
            raise NotFound()
        row = contracts.signed(work, award_id)
        blocks = contracts.content(work, row, wiring_of(request).store)
    return kept_file(blocks, row.name, row.media_type)


@dataclass
class Upload:
    """A file that came with a form, stored and encrypted; `taken` once its row is written."""

    file: KeptFile | None
    taken: bool = False

    def take(self) -> KeptFile | None:
        """The file, for the row that will name it."""
        self.taken = True
        return self.file


@contextmanager
def uploaded(request: Request, form: FormData, permission: Permission) -> Iterator[Upload]:
    """The file of a form, if any: kept when its row is committed, taken away otherwise.

    Who may is asked before a byte is kept. Raises FileRefused, StorageUnavailable.
    """
    sent = form.get("file")
    upload = Upload(None)
    store = wiring_of(request).store
    if isinstance(sent, UploadFile):
        try:
            with reading(request) as work:
                require(work, permission)
            if sent.filename:
                scanner = wiring_of(request).scanner
                upload.file = keep_file(store, sent.filename, sent.size, blocks_of(sent), scanner)
        finally:
            sent.file.close()
    done = False
    try:
        yield upload
        done = True
    finally:
        if upload.file is not None and not (done and upload.taken):
            store.delete(upload.file.object_name)
