"""The picture a paper shows: the copy of a photograph that the guard made, decrypted in memory."""

from uuid import UUID

from app.rendering.papers import Picture
from sad.attachments.copies import LARGE, copy_of
from sad.attachments.scanning import Verdict
from sad.attachments.store import Store
from sad.attachments.streaming import decrypt
from sad.attachments.tables import Attachment
from sad.db.work import Work
from sad.papers.schemas import PaperFacts
from sad.papers.schemas_award import ElectedNoteFacts


def pictures_of(
    work: Work, store: Store, organisation_id: UUID, facts: PaperFacts
) -> list[Picture]:
    """The picture named by a note's facts; none while its copy is not made, nor if it is infected.

    Raises NotFound outside of the organisation, StorageUnavailable.
    """
    if not isinstance(facts, ElectedNoteFacts) or facts.picture_id is None:
        return []
    row = work.get_in(Attachment, organisation_id, facts.picture_id)
    copy = copy_of(row.copies, LARGE)
    if copy is None or row.scan == Verdict.INFECTED:
        return []
    blocks = decrypt(store.read(copy["object"]), bytes.fromhex(copy["key"]))
    return [Picture(b"".join(blocks), copy["width"], copy["height"])]
