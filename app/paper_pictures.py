"""The pictures a paper shows: its buyer's logo, the guard's copy of a photograph, in memory."""

from uuid import UUID

from app.rendering.papers import Picture, Pictures
from sad.accounts.logos import logo
from sad.attachments.copies import LARGE, copy_of
from sad.attachments.scanning import Verdict
from sad.attachments.store import Store
from sad.attachments.streaming import decrypt
from sad.attachments.tables import Attachment
from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.papers.schemas import PaperFacts
from sad.papers.schemas_award import ElectedNoteFacts


def pictures_of(work: Work, store: Store, organisation_id: UUID, facts: PaperFacts) -> Pictures:
    """The logo a paper was issued under, while it still is its buyer's, and the picture of a note.

    Raises NotFound outside of the organisation, StorageUnavailable.
    """
    return Pictures(
        logo=_logo(work, organisation_id, facts.buyer.logo),
        shown=_photograph(work, store, organisation_id, facts),
    )


def _logo(work: Work, organisation_id: UUID, mark: str) -> bytes | None:
    if not mark:
        return None
    try:
        return logo(work, organisation_id, mark)
    except NotFound:  # another took its place between the issue and the drawing
        return None


def _photograph(
    work: Work, store: Store, organisation_id: UUID, facts: PaperFacts
) -> list[Picture]:
    """None while its copy is not made, nor if it is infected."""
    if not isinstance(facts, ElectedNoteFacts) or facts.picture_id is None:
        return []
    row = work.get_in(Attachment, organisation_id, facts.picture_id)
    copy = copy_of(row.copies, LARGE)
    if copy is None or row.scan == Verdict.INFECTED:
        return []
    blocks = decrypt(store.read(copy["object"]), bytes.fromhex(copy["key"]))
    return [Picture(b"".join(blocks), copy["width"], copy["height"])]
