"""Papers a supplier keeps ready (P8): encrypted as they arrive, required of a winner only."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import require_supplier
from sad.attachments.intake import Intake, Received, take_in
from sad.attachments.scanning import Scanner
from sad.attachments.store import Store, new_object_name
from sad.attachments.streaming import decrypt, new_file_key
from sad.audit.chains import supplier_chain
from sad.audit.service import record
from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.kernel.ids import uuid7
from sad.kernel.vault import open_bytes, seal_bytes
from sad.suppliers.rules import ExpiryMissing, TitleMissing, ending, expired
from sad.suppliers.schemas import PaperInput, PaperView
from sad.suppliers.states import PaperKind
from sad.suppliers.tables import SupplierPaper

EXPIRING = {PaperKind.VIGILANCE, PaperKind.TAX, PaperKind.INSURANCE}
OF_EVERY_WINNER = (
    *(PaperKind.TAX, PaperKind.VIGILANCE, PaperKind.REGISTRATION),
    *(PaperKind.BANK, PaperKind.POWER),
)
CONTEXT = "paper"


@dataclass(frozen=True)
class KeptFile:
    """A file already stored and encrypted, waiting for its row."""

    received: Received
    object_name: str
    key: bytes


def keep_file(
    store: Store,
    filename: str,
    size: int | None,
    blocks: Iterator[bytes],
    scanner: Scanner | None = None,
) -> KeptFile:
    """Stores one file, encrypted as it streams in. Raises FileRefused, StorageUnavailable."""
    name, key = new_object_name(), new_file_key()
    with store.writer(name) as target:
        received = take_in(Intake(filename, size, target, key, scanner=scanner), blocks)
    return KeptFile(received, name, key)


def add_paper(work: Work, data: PaperInput, file: KeptFile) -> SupplierPaper:
    """Keeps a paper; another of the same kind and title replaces it, the old one being kept aside.

    Raises ExpiryMissing, TitleMissing.
    """
    supplier_id = require_supplier(work)
    if data.kind in EXPIRING and data.expires_on is None:
        raise ExpiryMissing(where="expires_on")
    if data.kind is PaperKind.OTHER and not data.title:
        raise TitleMissing(where="title")
    for old in _rows(work, supplier_id):
        if old.kind == data.kind and (data.kind is not PaperKind.OTHER or old.name == data.title):
            old.removed_at = work.now
            work.session.add(old)
    paper_id = uuid7()
    paper = work.add(
        SupplierPaper(
            id=paper_id,
            supplier_id=supplier_id,
            kind=data.kind.value,
            name=data.title if data.kind is PaperKind.OTHER else file.received.name,
            reference=data.reference,
            expires_on=data.expires_on,
            created_at=work.now,
            created_by=work.actor.person_id,
            **kept_columns(work, paper_id, file),
        )
    )
    _record(work, paper, "supplier.paper_added")
    return paper


def kept_columns(work: Work, paper_id: UUID, file: KeptFile) -> dict[str, Any]:
    """What a paper's row says of its file, the key under the vault ring."""
    return {
        "object_name": file.object_name,
        "sha256": file.received.sha256,
        "size": file.received.size,
        "media_type": file.received.type.media_type,
        "file_key": seal_bytes(work.rings, f"{CONTEXT}:{paper_id}", file.key),
    }


def remove_paper(work: Work, paper_id: UUID) -> None:
    """Takes a paper out of the file; candidatures that cite it still show it."""
    paper = _own(work, paper_id)
    paper.removed_at = work.now
    work.add(paper)
    _record(work, paper, "supplier.paper_removed")


def kept(work: Work, supplier_id: UUID) -> list[PaperView]:
    """The papers in the file, in the order of the closed list."""
    order = list(PaperKind)
    rows = sorted(_rows(work, supplier_id), key=lambda row: order.index(PaperKind(row.kind)))
    return [
        PaperView.model_validate(
            row.model_dump()
            | {
                "expired": expired(row.expires_on, work.today),
                "ending": ending(row.expires_on, work.today),
            }
        )
        for row in rows
    ]


def not_ready(kept: list[PaperView]) -> list[PaperKind]:
    """What every winner is asked and the file does not hold yet; those asked of some are not."""
    serving = {paper.kind for paper in kept if not paper.expired}
    return [kind for kind in OF_EVERY_WINNER if kind not in serving]


def own_paper(work: Work, paper_id: UUID) -> SupplierPaper:
    """A paper of the actor's own supplier, to download; NotFound otherwise."""
    return _own(work, paper_id)


def content(work: Work, paper: SupplierPaper, store: Store) -> Iterator[bytes]:
    """The clear bytes of a paper the caller was allowed to read."""
    if paper.object_name is None or paper.file_key is None:
        raise NotFound()
    key = open_bytes(work.rings, f"{CONTEXT}:{paper.id}", paper.file_key)
    return decrypt(store.read(paper.object_name), key)


def _own(work: Work, paper_id: UUID) -> SupplierPaper:
    supplier_id = require_supplier(work)
    paper = next((row for row in _rows(work, supplier_id) if row.id == paper_id), None)
    if paper is None:
        raise NotFound()
    return paper


def _rows(work: Work, supplier_id: UUID) -> list[SupplierPaper]:
    query = (
        select(SupplierPaper)
        .where(
            col(SupplierPaper.supplier_id) == supplier_id,
            col(SupplierPaper.removed_at).is_(None),
        )
        .order_by(col(SupplierPaper.created_at))
    )
    return list(work.session.exec(query))


def _record(work: Work, paper: SupplierPaper, action: str) -> None:
    after = {"kind": paper.kind, "sha256": paper.sha256 or ""}
    record(work, supplier_chain(paper.supplier_id), action, paper.id, after=after)
