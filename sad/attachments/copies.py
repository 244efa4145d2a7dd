"""Smaller copies of photographs: what is kept of them, and those of files that have a row.

A copy is an object of its own, encrypted under a key of its own whatever its original; what is kept
of it is `{"side", "width", "height", "object", "key"}`. A list left empty says that the image
cannot be read: it is not tried again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sad.attachments.scanning import Verdict
from sad.attachments.tables import UNCOPIED, Attachment
from sad.db.work import Work

THUMBNAIL, LARGE = 320, 1280
"""Longest sides of the copies, in pixels."""
COPIED = ("offer", "frame_line", "frame_column")
"""Owners whose photographs are shown; the keys of the others' files are under the vault ring."""

Kept = dict[str, Any]

_attachment: Any = Attachment.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it


@dataclass(frozen=True)
class Waiting:
    """An image with a row and no copy yet; `key` None when it is stored in clear."""

    organisation_id: UUID
    id: UUID
    object_name: str
    key: bytes | None


def waiting(work: Work, most: int) -> list[Waiting]:
    """Images whose copies are to be made, `most` of them."""
    columns = ("organisation_id", "id", "object_name", "file_key")
    rows = work.connection.execute(
        select(*(_attachment.c[name] for name in columns))
        .where(
            UNCOPIED,
            _attachment.c.owner_kind.in_(COPIED),
            _attachment.c.scan != Verdict.INFECTED.value,
        )
        .limit(most)
    )
    return [Waiting(*row) for row in rows]


def keep(work: Work, image: Waiting, copies: list[Kept]) -> bool:
    """Keeps the copies made; False, and they are rubbish, when the image went or has some."""
    row = work.session.get(
        Attachment, (image.organisation_id, image.id), with_for_update=True, populate_existing=True
    )
    if row is None or row.copies is not None:
        return False
    row.copies = copies
    work.add(row)
    return True


def copy_of(copies: Sequence[Kept] | None, side: int) -> Kept | None:
    """The copy of that side, if it is made."""
    return next((copy for copy in copies or () if copy["side"] == side), None)


def objects_of(copies: Sequence[Kept] | None) -> list[str]:
    """Names of the copies' objects."""
    return [copy["object"] for copy in copies or ()]
