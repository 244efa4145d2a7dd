"""Documents joined to a market while it is prepared: plans, pictures, specifications.

They are read by all the invited, so they are kept in clear; after the launch they do not change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sad.attachments.intake import Intake, Received, take_in
from sad.attachments.scanning import Scanner
from sad.attachments.store import Store, new_object_name
from sad.attachments.tables import Attachment
from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.kernel.ids import random_id
from sad.markets.rows import record_prepared
from sad.markets.sections import claim
from sad.markets.suppliers import OWNER


@dataclass(frozen=True)
class KeptDocument:
    """A document already stored, waiting for its row."""

    received: Received
    object_name: str


def keep(
    store: Store,
    filename: str,
    size: int | None,
    blocks: Iterator[bytes],
    scanner: Scanner | None = None,
) -> KeptDocument:
    """Stores one document in clear. Raises FileRefused, StorageUnavailable."""
    name = new_object_name()
    with store.writer(name) as target:
        received = take_in(Intake(filename, size, target, None, scanner=scanner), blocks)
    return KeptDocument(received, name)


def add(work: Work, market_id: UUID, kept: KeptDocument) -> Attachment:
    """Joins a document to a draft."""
    market = claim(work, market_id)
    received = kept.received
    row = work.add(
        Attachment(
            organisation_id=market.organisation_id,
            id=random_id(),
            owner_kind=OWNER,
            owner_id=market.id,
            name=received.name,
            media_type=received.type.media_type,
            size=received.size,
            sha256=received.sha256,
            object_name=kept.object_name,
            scan=received.scan.verdict,
            created_at=work.now,
            created_by=work.actor.person_id,
        )
    )
    record_prepared(work, market, "market.document_added", row.id, row.sha256)
    return row


def remove(work: Work, market_id: UUID, document_id: UUID) -> str:
    """Takes a document out of a draft; gives the name of its object, to delete once committed."""
    market = claim(work, market_id)
    row = work.get(Attachment, document_id)
    if (row.owner_kind, row.owner_id) != (OWNER, market.id):
        raise NotFound(kind="attachment")
    record_prepared(work, market, "market.document_removed", row.id, row.sha256)
    name = row.object_name
    work.session.delete(row)
    work.session.flush()
    return name
