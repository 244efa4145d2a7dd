"""The dynamic purchasing system itself."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field

from sad.db.types import Tenant, UtcDateTime, one_of


class PurchasingSystem(Tenant, table=True):
    """A SAD: object, need, period, notice, gates. Open or closed is computed from its dates."""

    __tablename__ = "purchasing_system"
    __table_args__ = (
        UniqueConstraint("id", name="uq_purchasing_system_id"),
        UniqueConstraint("organisation_id", "number", name="uq_purchasing_system_number"),
        one_of("ck_purchasing_system_deposit_mode", "deposit_mode", ("own", "external")),
        one_of(
            "ck_purchasing_system_reservation",
            "reservation",
            ("none", "handicap", "insertion", "both"),
        ),
        CheckConstraint("maximum_cents > 0", name="ck_purchasing_system_maximum"),
        CheckConstraint("outside_cents >= 0", name="ck_purchasing_system_outside"),
        CheckConstraint(
            "published_at IS NULL OR (opening_at IS NOT NULL AND closing_at IS NOT NULL"
            " AND notice_sent_on IS NOT NULL AND first_candidatures_on IS NOT NULL)",
            name="ck_purchasing_system_published_complete",
        ),
        CheckConstraint("closing_at > opening_at", name="ck_purchasing_system_period"),
        CheckConstraint(
            "first_candidatures_on > notice_sent_on", name="ck_purchasing_system_first_candidatures"
        ),
        CheckConstraint(
            "first_market_at IS NULL OR published_at IS NOT NULL",
            name="ck_purchasing_system_first_market",
        ),
    )

    number: str  # per organisation, « 2026S01 »
    title: str
    object: str = ""
    maximum_cents: int = Field(sa_type=BigInteger)  # announced maximum of all markets, HT (SAD-14)
    outside_cents: int = Field(default=0, sa_type=BigInteger)  # same family bought outside, HT (P4)
    opening_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closing_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    notice_support: str = ""  # BOAMP, JAL, profile… (P12)
    notice_sent_on: date | None = None
    notice_reference: str = ""
    first_candidatures_on: date | None = None  # CAND-01: at least 30 days from the sending
    evaluation_extension_days: int | None = (
        None  # announced extension before the first market (CAND-05)
    )
    reservation: str = "none"
    deposit_mode: str = "own"
    variants_allowed: bool | None = None  # no silent default (OFF-04)
    legal_control: bool | None = None  # « contrôle de légalité : soumis / non soumis » (P2)
    deliberation_number: str = ""
    deliberation_on: date | None = None
    prefecture_receipt_on: date | None = None
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    description: str = ""
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    first_market_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_market_number: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: UUID | None = None
    version: int = 1


class PeriodChange(Tenant, table=True):
    """A change of the closing date: the old one stays, with its reason (SAD-09)."""

    __tablename__ = "period_change"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "system_id"],
            ["purchasing_system.organisation_id", "purchasing_system.id"],
            name="fk_period_change_system",
        ),
        CheckConstraint("old_closing_at <> new_closing_at", name="ck_period_change_differs"),
    )

    system_id: UUID
    old_closing_at: datetime = Field(sa_type=UtcDateTime)
    new_closing_at: datetime = Field(sa_type=UtcDateTime)
    reason: str
    changed_at: datetime = Field(sa_type=UtcDateTime)
    changed_by: UUID | None = None
