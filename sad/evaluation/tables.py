"""Verdicts on offers, who scores, what was scored, the frozen result, the letters issued."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from sad.db.types import Json, Tenant, Thousandths, UtcDateTime, one_of
from sad.evaluation.states import LetterKind, Verdict


class Judgement(Tenant, table=True):
    """One verdict on an offer, for one lot or (NULL) for all of it; the newest counts, all stay."""

    __tablename__ = "judgement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "offer_id"],
            ["offer.organisation_id", "offer.id"],
            name="fk_judgement_offer",
        ),
        one_of("ck_judgement_verdict", "verdict", Verdict),
        CheckConstraint("verdict = 'regular' OR reasons <> ''", name="ck_judgement_reasons"),
        UniqueConstraint("organisation_id", "offer_id", "seq", name="uq_judgement_seq"),
    )

    market_id: UUID
    offer_id: UUID
    seq: int
    lot_number: int | None = None
    verdict: str
    reasons: str = ""
    judged_at: datetime = Field(sa_type=UtcDateTime)
    judged_by: UUID | None = None


class Assignment(Tenant, table=True):
    """An evaluator named for a market; ended, never deleted."""

    __tablename__ = "assignment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_assignment_market",
        ),
        UniqueConstraint("organisation_id", "market_id", "person_id", name="uq_assignment"),
    )

    market_id: UUID
    person_id: UUID = Field(foreign_key="person.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    given_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # scores handed in
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Score(Tenant, table=True):
    """A value with its written reason: one evaluator's, or the consolidated one."""

    __tablename__ = "score"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "offer_id"],
            ["offer.organisation_id", "offer.id"],
            name="fk_score_offer",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "criterion_id"],
            ["criterion.organisation_id", "criterion.id"],
            name="fk_score_criterion",
        ),
        UniqueConstraint("organisation_id", "offer_id", "criterion_id", "scorer", name="uq_score"),
        CheckConstraint("value >= 0", name="ck_score_value"),
    )

    market_id: UUID
    offer_id: UUID
    criterion_id: UUID
    scorer: str  # the evaluator's id, or `consolidated`
    value: Decimal = Field(sa_type=Thousandths)
    reason: str = ""
    scored_at: datetime = Field(sa_type=UtcDateTime)
    version: int = 1


class Ranking(Tenant, table=True):
    """The closed evaluation of a lot, frozen: scores, formulas with their figures, ranks."""

    __tablename__ = "ranking"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_ranking_market",
        ),
    )

    market_id: UUID
    lot_number: int = 1
    result: dict[str, object] = Field(sa_column=Column(Json, nullable=False))
    result_sha256: str
    closed_at: datetime = Field(sa_type=UtcDateTime)
    closed_by: UUID | None = None
    reopened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reopened_reason: str = ""
    settled: dict[str, object] = Field(
        default_factory=dict, sa_column=Column(Json, nullable=False)
    )  # by the proposal: equals parted, lines left without award


class Letter(Tenant, table=True):
    """A letter as issued, frozen: facts and hash; shown as a page, journalled by its hash."""

    __tablename__ = "letter"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_letter_market",
        ),
        one_of("ck_letter_kind", "kind", LetterKind),
        UniqueConstraint(
            "organisation_id", "market_id", "supplier_id", "kind", "sequence", name="uq_letter"
        ),
        Index("ix_letter_supplier", "supplier_id", "issued_at"),
    )

    market_id: UUID
    supplier_id: UUID
    kind: str
    sequence: int = 1
    facts: dict[str, object] = Field(sa_column=Column(Json, nullable=False))
    sha256: str
    issued_at: datetime = Field(sa_type=UtcDateTime)
    issued_by: UUID | None = None
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ExchangeRequest(Tenant, table=True):
    """A quarter of an hour on the telephone, asked by a supplier that was not chosen (P19)."""

    __tablename__ = "exchange_request"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_exchange_request_market",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "letter_id"],
            ["letter.organisation_id", "letter.id"],
            name="fk_exchange_request_letter",
        ),
        UniqueConstraint(
            "organisation_id", "market_id", "supplier_id", name="uq_exchange_request_supplier"
        ),
    )

    market_id: UUID
    supplier_id: UUID
    letter_id: UUID
    asked_at: datetime = Field(sa_type=UtcDateTime)
    asked_by: UUID | None = None
    held_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    held_by: UUID | None = None


class VisitNote(Tenant, table=True):
    """What two agents saw of an offer's pieces, in writing (P20)."""

    __tablename__ = "visit_note"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "offer_id"],
            ["offer.organisation_id", "offer.id"],
            name="fk_visit_note_offer",
        ),
        UniqueConstraint("organisation_id", "offer_id", name="uq_visit_note_offer"),
        CheckConstraint("note <> ''", name="ck_visit_note_written"),
    )

    market_id: UUID
    offer_id: UUID
    held_on: date
    agents: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    note: str
    written_at: datetime = Field(sa_type=UtcDateTime)
    written_by: UUID | None = None
