"""Files the product knows. A file of a sealed offer has no row before the opening."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary, text
from sqlmodel import Field

from sad.db.types import Json, Tenant, UtcDateTime, one_of

UNCOPIED = text("copies IS NULL AND media_type LIKE 'image/%'")
UNSCANNED = text("scanned_at IS NULL AND owner_kind = 'offer'")


class Attachment(Tenant, table=True):
    """One stored file: where it lies, what it is, whom it belongs to.

    `file_key` is set for a file encrypted as it streamed in (an offer's), and then the application
    decrypts as it serves. `scan`: the last verdict; `scanned_at`: that of the opening, whose
    `scan_detail` names what was found, or why nothing could be said (OFF-07). `copies`: the smaller
    copies of a photograph (`sad.attachments.copies`), encrypted; null until made, empty when the
    image cannot be read.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("size >= 0", name="ck_attachment_size"),
        one_of("ck_attachment_scan", "scan", ("none", "clean", "infected", "unknown")),
        Index("ix_attachment_owner", "organisation_id", "owner_kind", "owner_id"),
        Index(
            "ix_attachment_uncopied",
            "organisation_id",
            "id",
            sqlite_where=UNCOPIED,
            postgresql_where=UNCOPIED,
        ),
        Index(
            "ix_attachment_unscanned",
            "organisation_id",
            "id",
            sqlite_where=UNSCANNED,
            postgresql_where=UNSCANNED,
        ),
    )

    owner_kind: str  # system, market, frame_line, candidature, offer, delegation, award…
    owner_id: UUID
    purpose: str = "document"
    name: str  # sanitised
    media_type: str
    size: int = Field(sa_type=BigInteger)
    sha256: str  # of the clear bytes
    object_name: str
    file_key: bytes | None = Field(default=None, sa_type=LargeBinary)
    scan: str = "none"
    scan_detail: str | None = None
    scanned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    copies: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(Json))
    public: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: UUID | None = None
