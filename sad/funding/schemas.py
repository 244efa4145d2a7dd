"""What is typed about money, and what pages and the API show of it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sad.kernel.french import parse_money
from sad.kernel.money import Money


def _money(value: Any) -> Any:
    return parse_money(value) if isinstance(value, str) else value


Typed = Annotated[Money, BeforeValidator(_money)]


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


class MovementView(BaseModel):
    """One movement as people read it; amounts in cents, effects on what is available."""

    id: UUID
    at: datetime
    kind: str
    line_cents: int
    envelope_cents: int
    ht_cents: int
    ttc_cents: int
    line_after: int
    envelope_after: int | None
    envelope_id: UUID | None
    envelope_label: str
    market_id: UUID | None
    market_number: str
    market_title: str
    reason: str
    reference: str
    reverses: UUID | None
    reversed_by: UUID | None


class EnvelopeView(BaseModel):
    """An envelope at a glance, in cents of its line's basis."""

    id: UUID
    label: str
    category_id: UUID
    category_name: str
    funding_line_id: UUID
    year: int | None
    overshoot: str
    alert_percent: int
    allocated: int
    reserved: int
    engaged: int
    liquidated: int
    available: int
    used_percent: int
    alert: bool
    overdrawn: bool


class LineView(BaseModel):
    """A funding line at a glance, with its envelopes."""

    id: UUID
    system_id: UUID
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
    reserved: int
    engaged: int
    liquidated: int
    available: int
    envelopes: list[EnvelopeView]
