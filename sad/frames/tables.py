"""The grid a market is answered through: its columns and lines."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field

from sad.db.types import Json, Tenant, Thousandths, one_of


class ResponseFrame(Tenant, table=True):
    """A grid; one a market. `content_sha256` is its frozen shape at launch (GRID-02)."""

    __tablename__ = "response_frame"

    source_name: str = ""  # the spreadsheet it came from
    content_sha256: str | None = None
    version: int = 1
    undo: dict[str, object] | None = Field(default=None, sa_column=Column(Json))  # the last act's


class FrameColumn(Tenant, table=True):
    """A column: the buyer's (shown), the supplier's (typed by line) or the offer's (typed once)."""

    __tablename__ = "frame_column"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "frame_id"],
            ["response_frame.organisation_id", "response_frame.id"],
            name="fk_frame_column_frame",
        ),
        UniqueConstraint("organisation_id", "frame_id", "key", name="uq_frame_column_key"),
        one_of("ck_frame_column_side", "side", ("buyer", "supplier", "offer")),
    )

    frame_id: UUID
    position: int
    key: str
    label: str
    side: str
    type: str
    role: str = (
        ""  # what the engine reads it as: quantity, unit_price, proposed, slices, vat_rate, delay…
    )
    required: bool = False
    minimum: str | None = None  # decimal text
    maximum: str | None = None
    choices: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    hint: str = ""
    meanings: list[list[str]] | None = Field(  # of each choice: its words, its picture
        default=None, sa_column=Column(Json)
    )


class FrameLine(Tenant, table=True):
    """A line asked: what the buyer wants. `values` holds the buyer's other columns by key."""

    __tablename__ = "frame_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "frame_id"],
            ["response_frame.organisation_id", "response_frame.id"],
            name="fk_frame_line_frame",
        ),
        UniqueConstraint("organisation_id", "frame_id", "position", name="uq_frame_line_position"),
        CheckConstraint("quantity > 0", name="ck_frame_line_quantity"),
        CheckConstraint(
            "slice_size IS NULL OR (slice_size > 0 AND slice_size <= quantity)",
            name="ck_frame_line_slice",
        ),
    )

    frame_id: UUID
    lot_number: int = 1
    position: int
    number: str  # as the buyer numbers it
    code: str = ""
    designation: str
    quantity: Decimal = Field(sa_type=Thousandths)
    unit: str = ""
    mandatory: bool = False
    slice_size: Decimal | None = Field(default=None, sa_type=Thousandths)  # P3
    maximum_unit_cents: int | None = None
    values: dict[str, object] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    picture_id: UUID | None = None


class UsualGrade(Tenant, table=True):
    """A state of pieces as the organisation usually says it (P17), from the best.

    `picture`: as in a column's `meanings`; one that was joined is the organisation's own row.
    """

    __tablename__ = "usual_grade"
    __table_args__ = (UniqueConstraint("organisation_id", "rank", name="uq_usual_grade_rank"),)

    rank: int
    label: str
    words: str = ""
    picture: str = ""
