"""Sealed slots and deposits before the opening; offers in clear after it."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from sad.db.types import Json, Tenant, Thousandths, UtcDateTime, one_of


class OfferSlot(SQLModel, table=True):
    """One row an invited applicant, made at launch: `mine` for the supplier, `pli` for the opening.

    Both columns are rewritten at each write, padded to a power of two (trust.md 1).
    """

    __tablename__ = "offer_slot"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_offer_slot_market",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "applicant_id"],
            ["applicant.organisation_id", "applicant.id"],
            name="fk_offer_slot_applicant",
        ),
    )

    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id")
    market_id: UUID = Field(primary_key=True)
    applicant_id: UUID = Field(primary_key=True)
    mine: bytes = Field(sa_type=LargeBinary)
    pli: bytes = Field(sa_type=LargeBinary)


class Deposit(Tenant, table=True):
    """An acknowledged act on an offer: hashes, and its receipt under the vault ring. Append-only.

    `id` is random: it tells neither an instant nor a count.
    """

    __tablename__ = "deposit"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "market_id", "applicant_id"],
            ["offer_slot.organisation_id", "offer_slot.market_id", "offer_slot.applicant_id"],
            name="fk_deposit_slot",
        ),
        one_of("ck_deposit_kind", "kind", ("offer", "replacement", "withdrawal", "late")),
        Index("ix_deposit_slot", "organisation_id", "market_id", "applicant_id", "received_at"),
    )

    market_id: UUID
    applicant_id: UUID
    kind: str
    received_at: datetime = Field(sa_type=UtcDateTime)
    receipt: bytes = Field(sa_type=LargeBinary)  # canonical receipt under the vault ring
    receipt_sha256: str
    signature: str


class LateDeposit(Tenant, table=True):
    """A late answer: stamped, sealed to the market's key, set aside. No code opens it (OFF-01)."""

    __tablename__ = "late_deposit"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "market_id", "applicant_id"],
            ["offer_slot.organisation_id", "offer_slot.market_id", "offer_slot.applicant_id"],
            name="fk_late_deposit_slot",
        ),
    )

    market_id: UUID
    applicant_id: UUID
    deposit_id: UUID
    sealed: bytes = Field(sa_type=LargeBinary)
    received_at: datetime = Field(sa_type=UtcDateTime)


class ReceiptDue(SQLModel, table=True):
    """A receipt whose PDF is still to be mailed, once the deadline has passed; then it leaves."""

    __tablename__ = "receipt_due"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "deposit_id"],
            ["deposit.organisation_id", "deposit.id"],
            name="fk_receipt_due_deposit",
        ),
    )

    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id")
    deposit_id: UUID = Field(primary_key=True)


class Offer(Tenant, table=True):
    """An offer as opened: the last deposit in force of an applicant (OFF-02)."""

    __tablename__ = "offer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "market_id", "applicant_id"],
            ["offer_slot.organisation_id", "offer_slot.market_id", "offer_slot.applicant_id"],
            name="fk_offer_slot",
        ),
        UniqueConstraint("organisation_id", "market_id", "applicant_id", name="uq_offer_applicant"),
        one_of("ck_offer_state", "state", ("opened", "unreadable")),
        one_of(
            "ck_offer_verdict",
            "verdict",
            ("pending", "regular", "irregular", "unacceptable", "inappropriate", "abnormally_low"),
        ),
        CheckConstraint(
            "verdict IN ('pending', 'regular') OR verdict_reasons <> ''",
            name="ck_offer_verdict_reasons",
        ),
    )

    market_id: UUID
    applicant_id: UUID
    supplier_id: UUID
    supplier_name: str
    deposit_id: UUID
    received_at: datetime = Field(sa_type=UtcDateTime)
    state: str = "opened"
    frame_version: int = 1
    vat_regime: str
    vat_rate: Decimal | None = Field(default=None, sa_type=Thousandths)
    ht_cents: int | None = Field(default=None, sa_type=BigInteger)
    payable_cents: int | None = Field(default=None, sa_type=BigInteger)
    payload: dict[str, object] | None = Field(default=None, sa_column=Column(Json))
    answers: dict[str, object] = Field(  # to the questions of the whole offer, by key
        default_factory=dict, sa_column=Column(Json, nullable=False)
    )
    payload_bytes: bytes | None = Field(
        default=None, sa_type=LargeBinary
    )  # as hashed in the receipt
    fault: str = ""  # why it is unreadable
    verdict: str = "pending"
    verdict_reasons: str = ""
    verdict_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    verdict_by: UUID | None = None
    completion_asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # EX-10
    completion_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    completion_text: str = ""
    completed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    low_price_asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # EX-06
    low_price_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    low_price_answer: str = ""
    low_price_decision: str = ""
    version: int = 1


class OfferLine(Tenant, table=True):
    """One line answered, as typed by the supplier; `values` holds the supplier's columns by key."""

    __tablename__ = "offer_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "offer_id"],
            ["offer.organisation_id", "offer.id"],
            name="fk_offer_line_offer",
        ),
        UniqueConstraint("organisation_id", "offer_id", "line_id", name="uq_offer_line"),
    )

    offer_id: UUID
    line_id: UUID
    quantity: Decimal = Field(sa_type=Thousandths)
    slices: int | None = None
    unit_cents: int | None = Field(default=None, sa_type=BigInteger)  # excluding tax
    ht_cents: int | None = Field(default=None, sa_type=BigInteger)
    values: dict[str, object] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
