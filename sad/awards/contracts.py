"""The signed acte d'engagement as a file: encrypted as it arrives, read by the agents (P1)."""

from collections.abc import Iterator
from uuid import UUID

from sad.accounts.permissions import Permission, require
from sad.attachments.store import Store
from sad.attachments.streaming import decrypt
from sad.attachments.tables import Attachment
from sad.awards.tables import Award
from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.kernel.ids import random_id
from sad.kernel.vault import open_bytes, seal_bytes
from sad.suppliers.papers import KeptFile

OWNER = "award"


def attach(work: Work, award_id: UUID, file: KeptFile) -> Attachment:
    """The row of a file already stored; the signature that follows names it, and journals it."""
    require(work, Permission.SIGN_AWARD)
    award = work.get(Award, award_id)
    id_ = random_id()
    return work.add(
        Attachment(
            organisation_id=award.organisation_id,
            id=id_,
            owner_kind=OWNER,
            owner_id=award.id,
            purpose="contract",
            name=file.received.name,
            media_type=file.received.type.media_type,
            size=file.received.size,
            sha256=file.received.sha256,
            object_name=file.object_name,
            scan=file.received.scan.verdict,
            file_key=seal_bytes(work.rings, f"{OWNER}:{id_}", file.key),
            created_at=work.now,
            created_by=work.actor.person_id,
        )
    )


def signed(work: Work, award_id: UUID) -> Attachment:
    """The file of a signed contract; NotFound where the original is on paper."""
    require(work, Permission.READ_FILE)
    award = work.get(Award, award_id)
    if award.contract_attachment_id is None:
        raise NotFound()
    return belonging(work, award, award.contract_attachment_id)


def belonging(work: Work, award: Award, attachment_id: UUID) -> Attachment:
    """A file of this award, and of no other; else NotFound."""
    row = work.get(Attachment, attachment_id)
    if (row.owner_kind, row.owner_id) != (OWNER, award.id):
        raise NotFound(kind="attachment")
    return row


def content(work: Work, row: Attachment, store: Store) -> Iterator[bytes]:
    """The clear bytes of a contract the caller was allowed to read."""
    if row.file_key is None:
        raise NotFound(kind="attachment")
    key = open_bytes(work.rings, f"{OWNER}:{row.id}", row.file_key)
    return decrypt(store.read(row.object_name), key)
