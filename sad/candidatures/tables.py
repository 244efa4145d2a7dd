"""Applicants (a supplier alone or a group) and their candidatures, one a category."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from sad.candidatures.states import CandidatureState, DecisionKind
from sad.db.types import Json, Shared, Tenant, UtcDateTime, one_of


class Applicant(Tenant, table=True):
    """Who applies, is admitted, invited and answers: a supplier, or a group by its mandataire."""

    __tablename__ = "applicant"
    __table_args__ = (
        one_of("ck_applicant_kind", "kind", ("supplier", "group")),
        Index(
            "uq_applicant_supplier",
            "organisation_id",
            "supplier_id",
            unique=True,
            sqlite_where=text("kind = 'supplier'"),
            postgresql_where=text("kind = 'supplier'"),
        ),
    )

    kind: str
    supplier_id: UUID = Field(foreign_key="supplier.id", index=True)  # itself, or the mandataire
    name: str
    form: str = ""  # conjoint, solidary (GRP-01)
    created_at: datetime = Field(sa_type=UtcDateTime)


class GroupMember(Tenant, table=True):
    """A member of a group, the mandataire included."""

    __tablename__ = "group_member"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "applicant_id"],
            ["applicant.organisation_id", "applicant.id"],
            name="fk_group_member_applicant",
        ),
        UniqueConstraint("organisation_id", "applicant_id", "siret", name="uq_group_member"),
    )

    applicant_id: UUID
    supplier_id: UUID | None = Field(default=None, foreign_key="supplier.id")
    siret: str
    name: str
    mandataire: bool = False
    email: str | None = None  # whom to invite where no account is known for the SIRET
    invited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class JoiningDraft(Shared, table=True):
    """What somebody typed on the joining screens, before it can be a candidature; sealed.

    One a person and system; it goes away once the candidature is sent.
    """

    __tablename__ = "joining_draft"
    __table_args__ = (UniqueConstraint("person_id", "system_id", name="uq_joining_draft"),)

    person_id: UUID = Field(foreign_key="person.id")
    system_id: UUID
    sealed: bytes = Field(sa_type=LargeBinary)  # screen → fields, under the vault ring
    saved_at: datetime = Field(sa_type=UtcDateTime)


class Candidature(Tenant, table=True):
    """A request to join one category, with its own decision and clock.

    `snapshot` copies the supplier's file as it was at the submission.
    """

    __tablename__ = "candidature"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "category_id"],
            ["category.organisation_id", "category.id"],
            name="fk_candidature_category",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "applicant_id"],
            ["applicant.organisation_id", "applicant.id"],
            name="fk_candidature_applicant",
        ),
        one_of("ck_candidature_state", "state", CandidatureState),
        Index(
            "uq_candidature_pending_or_admitted",
            "organisation_id",
            "applicant_id",
            "category_id",
            unique=True,
            sqlite_where=text("state IN ('submitted', 'completing', 'admitted')"),
            postgresql_where=text("state IN ('submitted', 'completing', 'admitted')"),
        ),
        Index("ix_candidature_due", "organisation_id", "state", "decide_by"),
        Index("ix_candidature_category", "organisation_id", "category_id", "state"),
        CheckConstraint(
            "(state = 'draft') = (submitted_at IS NULL)", name="ck_candidature_submitted_at"
        ),
        CheckConstraint(
            "state NOT IN ('admitted', 'refused', 'admission_withdrawn')"
            " OR (decided_at IS NOT NULL AND reasons <> '' AND delegation_id IS NOT NULL)",
            name="ck_candidature_decided",
        ),
        CheckConstraint(
            "decided_at IS NULL OR decided_at >= submitted_at", name="ck_candidature_order"
        ),
        CheckConstraint(
            "submitted_at IS NULL OR (received_on IS NOT NULL AND decide_by > received_on"
            " AND declared AND receipt IS NOT NULL)",
            name="ck_candidature_received",
        ),
        CheckConstraint(
            "state <> 'admission_withdrawn' OR hearing_at IS NOT NULL",
            name="ck_candidature_heard",
        ),
    )

    system_id: UUID
    category_id: UUID
    applicant_id: UUID
    state: str = CandidatureState.DRAFT
    capacity: str = ""  # « décrivez en deux lignes »
    declarant_name: str = ""
    declarant_function: str = ""
    declared: bool = False
    documents: dict[str, str] | None = Field(
        default=None, sa_column=Column(Json)
    )  # a demanded document → the id of the paper of the file that is it
    reserve: str = ""  # a ground that concerns the structure, explained: it is not blocked for it
    dictated_by: UUID | None = None  # typed by the officer, confirmed by link (P18)
    snapshot: dict[str, object] | None = Field(default=None, sa_column=Column(Json))
    payload: bytes | None = Field(default=None, sa_type=LargeBinary)  # as hashed in the receipt
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    received_on: date | None = None
    decide_by: date | None = None  # 10 working days, 15 with a reason (CAND-03, -04)
    extension_reason: str = ""
    announced_days: int | None = None  # longer before the first market, as announced (CAND-05)
    completion_asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    completion_due_on: date | None = None
    completion_text: str = ""
    completed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    completion_answer: str = ""
    completion_papers: list[dict[str, object]] | None = Field(default=None, sa_column=Column(Json))
    update_asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # CAND-08
    update_due_on: date | None = None
    update_text: str = ""
    updated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_snapshot: dict[str, object] | None = Field(default=None, sa_column=Column(Json))
    hearing_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime
    )  # P11: adversarial letter
    hearing_due_on: date | None = None
    hearing_text: str = ""
    hearing_answer: str = ""
    reminded_for: date | None = None  # the last day of the request its supplier was reminded of
    first_decided_on: date | None = None  # what the clock counts, whatever follows an appeal
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: UUID | None = None
    delegation_id: UUID | None = None
    reasons: str = ""
    alerted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    breached_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # breach journalled
    receipt: str | None = None  # the signed receipt file (act "candidature")
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: UUID | None = None
    version: int = 1


class CandidatureDecision(Tenant, table=True):
    """A decision as it was taken. Append-only: a later one, after an appeal, stands beside it."""

    __tablename__ = "candidature_decision"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "candidature_id"],
            ["candidature.organisation_id", "candidature.id"],
            name="fk_candidature_decision_candidature",
        ),
        one_of("ck_candidature_decision_kind", "kind", DecisionKind),
        CheckConstraint("reasons <> ''", name="ck_candidature_decision_reasons"),
        Index("ix_candidature_decision", "organisation_id", "candidature_id", "decided_at"),
    )

    candidature_id: UUID
    kind: str
    reasons: str
    appeal: str = ""  # the appeal or judgment that led to a decision against an earlier one
    delegation_id: UUID
    signatory: str  # name and quality as they were that day
    decided_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: UUID | None = None
