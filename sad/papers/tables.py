"""Papers as issued and the files drawn of them; the organisation's templates (P14)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from sad.db.types import Json, Tenant, UtcDateTime, one_of
from sad.papers.states import PaperFormat, PaperKind

LIVE = text("withdrawn_at IS NULL")


class PaperTemplate(Tenant, table=True):
    """A word-processor template of the organisation; one serves a kind, the others are kept."""

    __tablename__ = "paper_template"
    __table_args__ = (
        one_of("ck_paper_template_kind", "kind", PaperKind),
        CheckConstraint("size > 0", name="ck_paper_template_size"),
        CheckConstraint("withdrawn_at >= put_at", name="ck_paper_template_withdrawn"),
        Index(
            "uq_paper_template_live",
            "organisation_id",
            "kind",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
    )

    kind: str
    name: str  # sanitised
    size: int = Field(sa_type=BigInteger)
    sha256: str  # of the clear bytes
    object_name: str
    file_key: bytes = Field(sa_type=LargeBinary)  # under the vault ring
    missing: list[str] = Field(  # important fields it leaves out, as told when it was put
        default_factory=list, sa_column=Column(Json, nullable=False)
    )
    put_at: datetime = Field(sa_type=UtcDateTime)
    put_by: UUID | None = None
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_by: UUID | None = None


class Paper(Tenant, table=True):
    """A paper as issued: its facts, and which template dresses them. Append-only.

    `about_id`: the system, candidature, market or award it speaks of (`states.ABOUT`).
    """

    __tablename__ = "paper"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "system_id"],
            ["purchasing_system.organisation_id", "purchasing_system.id"],
            name="fk_paper_system",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_paper_market",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "template_id"],
            ["paper_template.organisation_id", "paper_template.id"],
            name="fk_paper_template",
        ),
        one_of("ck_paper_kind", "kind", PaperKind),
        CheckConstraint("version >= 1", name="ck_paper_version"),
        CheckConstraint("version = 1 OR reason <> ''", name="ck_paper_reason"),
        CheckConstraint(
            "(template_id IS NULL) = (template_sha256 IS NULL)", name="ck_paper_template"
        ),
        UniqueConstraint("organisation_id", "kind", "about_id", "version", name="uq_paper_version"),
        Index("ix_paper_market", "organisation_id", "market_id"),
        Index("ix_paper_system", "organisation_id", "system_id"),
        Index("ix_paper_supplier", "supplier_id", "issued_at"),
    )

    kind: str
    about_id: UUID
    system_id: UUID
    market_id: UUID | None = None
    supplier_id: UUID | None = None  # whom it is addressed to
    version: int = 1
    reason: str = ""  # why it was issued again
    number: str = ""  # of the market or the system, as it was, for the names of the files
    facts: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    facts_sha256: str  # of their canonical JSON
    template_id: UUID | None = None  # null: ours
    template_sha256: str | None = None
    issued_at: datetime = Field(sa_type=UtcDateTime)
    issued_by: UUID | None = None


class PaperFile(Tenant, table=True):
    """A file drawn of a paper, once; served as kept ever after. Append-only."""

    __tablename__ = "paper_file"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "paper_id"],
            ["paper.organisation_id", "paper.id"],
            name="fk_paper_file_paper",
        ),
        one_of("ck_paper_file_format", "format", PaperFormat),
        CheckConstraint("size > 0", name="ck_paper_file_size"),
        UniqueConstraint("organisation_id", "paper_id", "format", name="uq_paper_file_format"),
    )

    paper_id: UUID
    format: str
    size: int = Field(sa_type=BigInteger)
    sha256: str
    object_name: str
    file_key: bytes = Field(sa_type=LargeBinary)
    drawn_at: datetime = Field(sa_type=UtcDateTime)
