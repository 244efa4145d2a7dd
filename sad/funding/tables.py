"""Credits: funding lines (which block), envelopes (the plan), movements (append-only)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from sad.db.types import Tenant, UtcDateTime, one_of
from sad.funding.states import MovementKind


class FundingLine(Tenant, table=True):
    """Credits voted by imputation (P5). This level blocks. A line belongs to one system."""

    __tablename__ = "funding_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "system_id"],
            ["purchasing_system.organisation_id", "purchasing_system.id"],
            name="fk_funding_line_system",
        ),
        one_of("ck_funding_line_basis", "basis", ("ttc", "ht")),
        one_of("ck_funding_line_vat_recovery", "vat_recovery", ("none", "full")),
        one_of("ck_funding_line_section", "section", ("functioning", "investment")),
    )

    system_id: UUID
    label: str
    budget: str
    year: int
    section: str = "investment"
    chapter: str = ""
    nature: str = ""
    programme_number: str = ""  # AP/AE
    basis: str = "ttc"
    vat_recovery: str = "none"  # P10
    created_at: datetime = Field(sa_type=UtcDateTime)
    version: int = 1


class Envelope(Tenant, table=True):
    """The buyer's plan for a category, for a year or (NULL) the whole period, on one line."""

    __tablename__ = "envelope"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "category_id"],
            ["category.organisation_id", "category.id"],
            name="fk_envelope_category",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "funding_line_id"],
            ["funding_line.organisation_id", "funding_line.id"],
            name="fk_envelope_funding_line",
        ),
        one_of("ck_envelope_overshoot", "overshoot", ("warn", "block")),
        CheckConstraint("alert_percent BETWEEN 1 AND 100", name="ck_envelope_alert"),
        UniqueConstraint(
            "organisation_id", "category_id", "funding_line_id", "year", name="uq_envelope_year"
        ),
        Index(  # NULL years are all different for a UNIQUE
            "uq_envelope_period",
            "organisation_id",
            "category_id",
            "funding_line_id",
            unique=True,
            sqlite_where=text("year IS NULL"),
            postgresql_where=text("year IS NULL"),
        ),
        UniqueConstraint("organisation_id", "funding_line_id", "id", name="uq_envelope_line"),
    )

    category_id: UUID
    funding_line_id: UUID
    year: int | None = None
    label: str
    overshoot: str = "warn"
    alert_percent: int = 80
    created_at: datetime = Field(sa_type=UtcDateTime)
    version: int = 1


class Movement(Tenant, table=True):
    """One signed fact of money. Never changed, never deleted, its balances checked (triggers).

    `line_cents` and `envelope_cents` are its effects on what is available, in the line's basis;
    `ht_cents` and `ttc_cents` the amounts of the act itself. `*_after` are running balances.
    """

    __tablename__ = "movement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "funding_line_id"],
            ["funding_line.organisation_id", "funding_line.id"],
            name="fk_movement_funding_line",
        ),
        ForeignKeyConstraint(  # an envelope only moves with its own line
            ["organisation_id", "funding_line_id", "envelope_id"],
            ["envelope.organisation_id", "envelope.funding_line_id", "envelope.id"],
            name="fk_movement_envelope",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "reverses"],
            ["movement.organisation_id", "movement.id"],
            name="fk_movement_reverses",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "engagement_id"],
            ["movement.organisation_id", "movement.id"],
            name="fk_movement_engagement",
        ),
        UniqueConstraint("organisation_id", "funding_line_id", "seq", name="uq_movement_seq"),
        UniqueConstraint("organisation_id", "funding_line_id", "cause", name="uq_movement_cause"),
        Index(
            "uq_movement_reverses",
            "organisation_id",
            "reverses",
            unique=True,
            sqlite_where=text("reverses IS NOT NULL"),
            postgresql_where=text("reverses IS NOT NULL"),
        ),
        Index("ix_movement_envelope", "organisation_id", "envelope_id", "seq"),
        Index("ix_movement_line_at", "organisation_id", "funding_line_id", "at", "seq"),
        Index("ix_movement_envelope_at", "organisation_id", "envelope_id", "at", "seq"),
        Index("ix_movement_market", "organisation_id", "market_id"),
        Index("ix_movement_engagement", "organisation_id", "engagement_id"),
        one_of("ck_movement_kind", "kind", MovementKind),
        CheckConstraint("line_after >= 0", name="ck_movement_line_never_overdrawn"),
        CheckConstraint(
            "kind NOT IN ('transfer', 'reversal') OR reason <> ''", name="ck_movement_reason"
        ),
        CheckConstraint(
            "kind <> 'engagement' OR reference <> ''", name="ck_movement_engagement_number"
        ),
        CheckConstraint(
            "(kind IN ('release', 'reversal')) = (reverses IS NOT NULL)",
            name="ck_movement_reverses",
        ),
        CheckConstraint(
            "(kind IN ('liquidation', 'solde')) = (engagement_id IS NOT NULL)",
            name="ck_movement_of_engagement",
        ),
        CheckConstraint(
            "envelope_id IS NOT NULL OR (envelope_cents = 0 AND envelope_after IS NULL)",
            name="ck_movement_envelope",
        ),
    )

    funding_line_id: UUID
    envelope_id: UUID | None = None
    seq: int
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    ht_cents: int = Field(sa_type=BigInteger)
    ttc_cents: int = Field(sa_type=BigInteger)
    line_cents: int = Field(sa_type=BigInteger)
    envelope_cents: int = Field(sa_type=BigInteger)
    line_after: int = Field(sa_type=BigInteger)
    envelope_after: int | None = Field(default=None, sa_type=BigInteger)
    market_id: UUID | None = None
    award_id: UUID | None = None
    engagement_id: UUID | None = None  # the engagement a liquidation or a solde consumes
    reverses: UUID | None = None
    cause: str  # what made it: unique on its line, so that a retry adds nothing
    reason: str = ""
    reference: str = ""  # engagement number, budget act, invoice
    actor_id: UUID | None = None
