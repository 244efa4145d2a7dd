"""The inbox people read, and the outbox the worker empties. Mails are a copy of the inbox."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field

from sad.db.types import Shared, UtcDateTime


class Message(Shared, table=True):
    """One message for a supplier (all its people) or for one agent; its facts are sealed."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_supplier", "supplier_id", "created_at"),
        Index("ix_message_person", "person_id", "created_at"),
    )

    organisation_id: UUID | None = None  # who writes
    supplier_id: UUID | None = None
    person_id: UUID | None = None
    sealed: bytes = Field(
        sa_type=LargeBinary
    )  # kind, facts, link: canonical JSON under the vault ring
    created_at: datetime = Field(sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Outbox(Shared, table=True):
    """A mail to send: recipient and content are sealed; deleted a day after sending."""

    __tablename__ = "outbox"

    sealed: bytes = Field(sa_type=LargeBinary)
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    claimed_by: str | None = None
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
