"""Awards: one a winner (and lot), each step with its date, signatory and papers (P1, P2, P6)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    text,
)
from sqlmodel import Field

from sad.awards.states import AwardState
from sad.db.types import Json, Tenant, UtcDateTime, one_of


class Award(Tenant, table=True):
    """What one applicant is given of a lot; its steps are `states.MOVES`."""

    __tablename__ = "award"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_award_market",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "offer_id"],
            ["offer.organisation_id", "offer.id"],
            name="fk_award_offer",
        ),
        one_of("ck_award_state", "state", AwardState),
        Index(
            "uq_award_offer_lot",
            "organisation_id",
            "offer_id",
            "lot_number",
            unique=True,
            sqlite_where=text("state <> 'cancelled'"),
            postgresql_where=text("state <> 'cancelled'"),
        ),
        CheckConstraint("decided_at >= proposed_at", name="ck_award_decided_after"),
        CheckConstraint("signed_at >= decided_at", name="ck_award_signed_after"),
        CheckConstraint("notified_at >= signed_at", name="ck_award_notified_after"),
        CheckConstraint(
            "state NOT IN ('decided', 'signed', 'transmitted', 'notified', 'performed', 'settled')"
            " OR (decided_at IS NOT NULL AND decision_delegation_id IS NOT NULL)",
            name="ck_award_decided",
        ),
        CheckConstraint(
            "state NOT IN ('signed', 'transmitted', 'notified', 'performed', 'settled')"
            " OR (signed_at IS NOT NULL AND contract_delegation_id IS NOT NULL"
            " AND engagement_number <> '')",
            name="ck_award_signed",
        ),
        CheckConstraint(
            "state NOT IN ('notified', 'performed', 'settled') OR notified_at IS NOT NULL",
            name="ck_award_notified",
        ),
    )

    market_id: UUID
    lot_number: int = 1
    offer_id: UUID
    applicant_id: UUID
    supplier_id: UUID
    state: str = AwardState.PROPOSED
    rank: int = 1
    slices: dict[str, int] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    ht_cents: int = Field(sa_type=BigInteger)
    payable_cents: int = Field(sa_type=BigInteger)
    reasons: str = ""
    papers: dict[str, object] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    papers_due_on: date | None = None
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decision_delegation_id: UUID | None = None
    signed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    supplier_signed_on: date | None = None
    contract_delegation_id: UUID | None = None
    contract_attachment_id: UUID | None = None
    engagement_number: str = ""
    transmitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    prefecture_receipt_on: date | None = None
    notified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    performance: dict[str, object] = Field(
        default_factory=dict, sa_column=Column(Json, nullable=False)
    )  # P15: order, slot, admissions, invoice, payment
    agreed_on: date | None = None  # written agreement after the last binding day (P16)
    essential: dict[str, object] = Field(
        default_factory=dict, sa_column=Column(Json, nullable=False)
    )  # essential data captured by notification (P21)
    cancelled_reason: str = ""
    set_aside: bool = False  # cancelled because its papers were missing: the next is asked
    version: int = 1
