"""Specific markets: what is asked, by when, with which credits, judged how, who was invited."""

from datetime import date, datetime
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
from sqlmodel import Field

from sad.db.types import Json, Tenant, Thousandths, UtcDateTime, one_of
from sad.markets.states import AwardMode, MarketState


class SpecificMarket(Tenant, table=True):
    """A marché spécifique. Open or closed is computed from `deadline_at` (states.phase_at)."""

    __tablename__ = "market"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "system_id"],
            ["purchasing_system.organisation_id", "purchasing_system.id"],
            name="fk_market_system",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "category_id"],
            ["category.organisation_id", "category.id"],
            name="fk_market_category",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "frame_id"],
            ["response_frame.organisation_id", "response_frame.id"],
            name="fk_market_frame",
        ),
        UniqueConstraint("id", name="uq_market_id"),
        UniqueConstraint("organisation_id", "number", name="uq_market_number"),
        UniqueConstraint("organisation_id", "frame_id", name="uq_market_frame"),
        one_of("ck_market_state", "state", MarketState),
        one_of("ck_market_award_mode", "award_mode", AwardMode),
        CheckConstraint("number IS NULL OR length(number) <= 16", name="ck_market_number_length"),
        CheckConstraint(
            "state IN ('draft', 'approval') = (launched_at IS NULL)", name="ck_market_launched_at"
        ),
        CheckConstraint(
            "launched_at IS NULL OR (number IS NOT NULL AND deadline_at IS NOT NULL"
            " AND opening_from IS NOT NULL AND public_key IS NOT NULL AND private_key IS NOT NULL)",
            name="ck_market_launched_complete",
        ),
        CheckConstraint("deadline_at > launched_at", name="ck_market_deadline"),
        CheckConstraint("opening_from > deadline_at", name="ck_market_opening_from"),
        CheckConstraint("opened_at >= opening_from", name="ck_market_opened_after"),
        CheckConstraint(
            "state NOT IN ('opened', 'ranked', 'proposed', 'decided', 'signed', 'transmitted',"
            " 'notified', 'performed', 'settled') OR opened_at IS NOT NULL",
            name="ck_market_opened_at",
        ),
        CheckConstraint(
            "(state IN ('unsuccessful', 'withdrawn')) = (ended_at IS NOT NULL)",
            name="ck_market_ended_at",
        ),
        CheckConstraint("ended_at IS NULL OR ended_reasons <> ''", name="ck_market_ended_reasons"),
        Index("ix_market_state", "organisation_id", "state", "deadline_at"),
        Index("ix_market_category", "organisation_id", "category_id", "state"),
    )

    system_id: UUID
    category_id: UUID
    frame_id: UUID
    number: str | None = None  # P21, at launch: « 2026S01-012-02 »
    state: str = MarketState.DRAFT
    title: str
    description: str = ""
    need_confirmed: bool = False  # the buyer says no share of this need is bought elsewhere (P4)
    deadline_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    questions_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    short_deadline_agreement: str = ""  # MS-05: the recorded agreement of every invitee
    variants_allowed: bool | None = None  # OFF-04
    partial_allowed: bool = True  # a line may be left out
    award_mode: str = AwardMode.LINES
    condition_of_performance: str = ""  # P9: environmental, blocking
    social_condition: str = ""
    delivery_place: str = ""
    delivery_from: date | None = None
    delivery_until: date | None = None
    storage: str = ""  # offered from–to (P16)
    access: str = ""  # floor and lift
    visit: str = ""  # P20
    visit_checklist: str = ""
    visit_who: str | None = None  # "all" admissible tenderers, or the "first" ones (P20)
    visit_first: int | None = None  # how many of the first
    visit_criterion: str | None = None  # code of the announced criterion it feeds
    warranty: str = ""
    advance_percent: int = 0
    validity_days: int = 30
    tie_break: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    buyer_supplies: str = ""  # material the buyer gives
    service_code: str | None = None
    launch_delegation_id: UUID | None = None
    credit_sheet: dict[str, object] | None = Field(
        default=None, sa_column=Column(Json)
    )  # P6, frozen
    frame_version: int = 1  # grows with each addendum that touches lines or criteria
    public_key: bytes | None = Field(default=None, sa_type=LargeBinary)  # under the vault ring
    private_key: bytes | None = Field(default=None, sa_type=LargeBinary)  # under the opening ring
    key_fingerprint: str | None = None
    launched_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    launched_by: UUID | None = None
    opening_from: datetime | None = Field(default=None, sa_type=UtcDateTime)
    opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    opened_by: UUID | None = None
    minutes: dict[str, object] | None = Field(default=None, sa_column=Column(Json))
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_reasons: str = ""
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # The deadline each automatic reminder was sent for: one that moves is reminded again.
    three_days_told_for: datetime | None = Field(default=None, sa_type=UtcDateTime)
    one_day_told_for: datetime | None = Field(default=None, sa_type=UtcDateTime)
    validity_told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # P16
    copied_from: UUID | None = None
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # none once changed
    approved_by: UUID | None = None
    approval_remark: str | None = None  # why it was last sent back
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: UUID | None = None
    updated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_by: UUID | None = None
    version: int = 1
    section_versions: dict[str, int] = Field(
        default_factory=dict, sa_column=Column(Json, nullable=False)
    )  # the version that last changed each section: two people may edit two sections


class Lot(Tenant, table=True):
    """A lot of a market: its estimate and its credits are two fields (P6). One lot at least."""

    __tablename__ = "lot"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_lot_market",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "funding_line_id"],
            ["funding_line.organisation_id", "funding_line.id"],
            name="fk_lot_funding_line",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "envelope_id"],
            ["envelope.organisation_id", "envelope.id"],
            name="fk_lot_envelope",
        ),
        UniqueConstraint("organisation_id", "market_id", "number", name="uq_lot_number"),
        CheckConstraint(
            "credits_cents IS NULL OR estimate_cents IS NULL OR credits_cents >= estimate_cents",
            name="ck_lot_credits",
        ),
    )

    market_id: UUID
    number: int = 1
    title: str = ""
    estimate_cents: int | None = Field(default=None, sa_type=BigInteger)  # HT
    credits_cents: int | None = Field(
        default=None, sa_type=BigInteger
    )  # in the funding line's basis
    credits_ht_cents: int | None = Field(default=None, sa_type=BigInteger)
    increase_cents: int = Field(
        default=0, sa_type=BigInteger
    )  # recorded before any elimination (P6)
    increased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    funding_line_id: UUID | None = None
    envelope_id: UUID | None = None


class Criterion(Tenant, table=True):
    """An award criterion made precise inside the notice's range (MS-07)."""

    __tablename__ = "criterion"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_criterion_market",
        ),
        UniqueConstraint("organisation_id", "market_id", "code", name="uq_criterion_code"),
        one_of("ck_criterion_method", "method", ("proportional", "linear", "min_max", "judged")),
        one_of("ck_criterion_direction", "direction", ("lower", "higher")),
        one_of("ck_criterion_fallback", "fallback", ("proportional",)),
        CheckConstraint("weight > 0 AND weight <= 100000", name="ck_criterion_weight"),
    )

    market_id: UUID
    position: int = 0
    code: str
    family: str
    label: str
    weight: Decimal = Field(sa_type=Thousandths)
    method: str = "judged"
    n: Decimal | None = Field(default=None, sa_type=Thousandths)
    maximum: Decimal | None = Field(default=None, sa_type=Thousandths)  # judged: top of the scale
    minimum: Decimal | None = Field(default=None, sa_type=Thousandths)  # eliminatory
    direction: str = "lower"  # which end of a computed column is the best one
    fallback: str | None = None  # min_max below three offers (SC-05)
    anchors: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    guidance: str = ""
    evidence: list[str] = Field(  # keys of the columns and questions it is judged on
        default_factory=list, sa_column=Column(Json, nullable=False)
    )


class MarketTemplate(Tenant, table=True):
    """A market kept as a template to copy: a mark beside it, for its own row may be frozen."""

    __tablename__ = "market_template"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_market_template_market",
        ),
        UniqueConstraint("organisation_id", "market_id", name="uq_market_template_market"),
    )

    market_id: UUID
    kept_at: datetime = Field(sa_type=UtcDateTime)
    kept_by: UUID | None = None


class CheckReason(Tenant, table=True):
    """Why a warning of the checks was passed over, in the words of who prepared the market."""

    __tablename__ = "check_reason"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_check_reason_market",
        ),
        UniqueConstraint("organisation_id", "market_id", "check_id", name="uq_check_reason_check"),
        CheckConstraint("reason <> ''", name="ck_check_reason_written"),
    )

    market_id: UUID
    check_id: str
    reason: str
    given_at: datetime = Field(sa_type=UtcDateTime)
    given_by: UUID | None = None


class Invitation(Tenant, table=True):
    """One invited applicant: all the admitted of the category, at one instant (MS-01, MS-02)."""

    __tablename__ = "invitation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_invitation_market",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "applicant_id"],
            ["applicant.organisation_id", "applicant.id"],
            name="fk_invitation_applicant",
        ),
        UniqueConstraint("organisation_id", "market_id", "applicant_id", name="uq_invitation"),
        Index("ix_invitation_supplier", "supplier_id", "sent_at"),
    )

    market_id: UUID
    applicant_id: UUID
    supplier_id: UUID  # who answers for the applicant
    sent_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the page was opened


class Question(Tenant, table=True):
    """A question; nothing in the row tells who asked, but a MAC the asker's own page recomputes."""

    __tablename__ = "question"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_question_market",
        ),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="ck_question_answered"),
        one_of("ck_question_kind", "kind", ("question", "postponement")),
    )

    market_id: UUID
    kind: str = "question"
    line_position: int | None = None
    asker_mac: str
    text: str
    public_text: str = ""  # as answered to all: the agent takes out what would name the asker
    asked_at: datetime = Field(sa_type=UtcDateTime)
    answer: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_by: UUID | None = None
    line_label: str | None = None  # of the line it is about, as all read it
    wished_on: date | None = None  # the last day hoped for, where more time is asked
    granted_until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # told to all


class Addendum(Tenant, table=True):
    """A change after launch, told to all, versioned; it may move the deadline, only later."""

    __tablename__ = "addendum"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_addendum_market",
        ),
        UniqueConstraint("organisation_id", "market_id", "number", name="uq_addendum_number"),
        CheckConstraint("new_deadline_at > old_deadline_at", name="ck_addendum_later"),
    )

    market_id: UUID
    number: int
    text: str
    significant: bool = False
    changes: dict[str, object] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    old_deadline_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    new_deadline_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: UUID | None = None
