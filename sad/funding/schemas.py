"""What is typed about money, and what pages and the API show of it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Input(BaseModel):
    """An input: unknown fields are refused, spaces around texts removed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class LineInput(Input):
    """A funding line and the credits voted on it, in its basis."""

    system_id: UUID
    label: str = Field(min_length=1, max_length=200)
    budget: str = Field(min_length=1, max_length=100)
    year: int = Field(ge=2000, le=2100)
    section: Literal["functioning", "investment"] = "investment"
    chapter: str = Field(default="", max_length=40)
    nature: str = Field(default="", max_length=40)
    programme_number: str = Field(default="", max_length=40)
    basis: Literal["ttc", "ht"] = "ttc"
    vat_recovery: Literal["none", "full"] = "none"


class EnvelopeInput(Input):
    """The buyer's plan for a category on a funding line."""

    category_id: UUID
    funding_line_id: UUID
    label: str = Field(min_length=1, max_length=200)
    year: int | None = Field(default=None, ge=2000, le=2100)
    overshoot: Literal["warn", "block"] = "warn"
    alert_percent: int = Field(default=80, ge=1, le=100)


class EnvelopeChange(Input):
    """What may change of an envelope; `version` is the one that was read."""

    version: int
    label: str = Field(min_length=1, max_length=200)
    overshoot: Literal["warn", "block"]
    alert_percent: int = Field(ge=1, le=100)


class MovementView(BaseModel):
    """One movement as people read it; amounts in cents, effects on what is available.

    `amount_cents` is the act's own amount in the line's basis, always positive. `undone_by` is the
    reversal or the release that names it; `reversible`: an officer may undo it by hand.
    """

    id: UUID
    seq: int
    at: datetime
    kind: str
    funding_line_id: UUID
    envelope_id: UUID | None
    envelope_label: str
    amount_cents: int
    ht_cents: int
    ttc_cents: int
    line_cents: int
    envelope_cents: int
    line_after: int
    envelope_after: int | None
    market_id: UUID | None
    market_number: str
    market_title: str
    award_id: UUID | None
    engagement_id: UUID | None
    reason: str
    reference: str
    actor_id: UUID | None
    actor_name: str
    reverses: UUID | None
    reversed_kind: str  # what a reversal or a release undoes
    undone_by: UUID | None
    reversible: bool


class MovementPage(BaseModel):
    """Movements, newest first; `following` is the `before` of the next page, None on the last."""

    movements: list[MovementView]
    following: int | None


class EnvelopeView(BaseModel):
    """An envelope at a glance, in cents of its line's basis.

    `engaged` is net of soldes and includes `liquidated`;
    allocated = reserved + engaged + available.
    """

    id: UUID
    label: str
    category_id: UUID
    category_name: str
    funding_line_id: UUID
    year: int | None
    overshoot: str
    alert_percent: int
    version: int
    allocated: int
    reserved: int
    engaged: int
    liquidated: int
    available: int
    used_percent: int
    alert: bool
    overdrawn: bool


class LineView(BaseModel):
    """A funding line at a glance, with its envelopes: voted = reserved + engaged + available.

    `allocated` is what its envelopes plan together.
    """

    id: UUID
    system_id: UUID
    system_title: str
    label: str
    budget: str
    year: int
    section: str
    chapter: str
    nature: str
    programme_number: str
    basis: str
    vat_recovery: str
    voted: int
    allocated: int
    reserved: int
    engaged: int
    liquidated: int
    available: int
    envelopes: list[EnvelopeView]


class Balance(BaseModel):
    """What was available at the end of an instant, in cents of the line's basis."""

    at: datetime
    available: int
    seq: int | None  # the last movement before it; None: nothing had moved yet


class Remaining(BaseModel):
    """An open engagement or reservation at the end of a year."""

    movement: MovementView
    line_label: str
    section: str
    basis: str
    engaged: int
    liquidated: int
    left: int


class YearEnd(BaseModel):
    """What a year leaves open: engagements to be paid, reservations to be made again (P5)."""

    year: int
    engagements: list[Remaining]
    reservations: list[Remaining]


class VotedLineInput(LineInput):
    """A line with what was voted on it, in cents of its basis."""

    voted_cents: int = Field(gt=0, lt=10**13)


class AmountInput(Input):
    """An amount in cents of the line's basis, with the budget act where there is one."""

    amount_cents: int = Field(gt=0, lt=10**13)
    reference: str = Field(default="", max_length=200)


class TransferInput(Input):
    """Planned credits moved to another envelope of the same line."""

    target_id: UUID
    amount_cents: int = Field(gt=0, lt=10**13)
    reason: str = Field(min_length=1, max_length=2000)


class ReversalInput(Input):
    """Why a movement is undone."""

    reason: str = Field(min_length=1, max_length=2000)
