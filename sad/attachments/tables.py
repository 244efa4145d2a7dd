"""Files the product knows. A file of a sealed offer has no row before the opening."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary
from sqlmodel import Field

from sad.db.types import Tenant, UtcDateTime, one_of


class Attachment(Tenant, table=True):
    """One stored file: where it lies, what it is, whom it belongs to.

    `file_key` is set for a file encrypted as it streamed in (an offer's), and then the application
    decrypts as it serves.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("size >= 0", name="ck_attachment_size"),
        one_of("ck_attachment_scan", "scan", ("none", "clean", "infected", "unknown")),
        Index("ix_attachment_owner", "organisation_id", "owner_kind", "owner_id"),
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
    public: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: UUID | None = None
