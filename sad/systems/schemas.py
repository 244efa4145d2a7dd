"""What is typed about a system, and what pages and the API show of it."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Reservation = Literal["none", "handicap", "insertion", "both"]


class Input(BaseModel):
    """An input: unknown fields are refused, spaces around texts removed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class SystemInput(Input):
    """A new system: the rest is typed section by section. Amounts in cents, HT."""

    title: str = Field(min_length=1, max_length=200)
    object: str = Field(default="", max_length=1000)
    maximum_cents: int = Field(gt=0, le=10**13)


class SystemChange(Input):
    """Fields to change; those left out stay. `version` is the one that was read."""

    version: int
    title: str | None = Field(default=None, min_length=1, max_length=200)
    object: str | None = Field(default=None, max_length=1000)
    maximum_cents: int | None = Field(default=None, gt=0, le=10**13)
    outside_cents: int | None = Field(default=None, ge=0, le=10**13)
    opening_at: datetime | None = None
    closing_at: datetime | None = None
    notice_support: str | None = Field(default=None, max_length=200)
    notice_sent_on: date | None = None
    notice_reference: str | None = Field(default=None, max_length=200)
    first_candidatures_on: date | None = None
    evaluation_extension_days: int | None = Field(default=None, ge=0, le=365)
    reservation: Reservation | None = None
    deposit_mode: Literal["own", "external"] | None = None
    variants_allowed: bool | None = None
    legal_control: bool | None = None
    deliberation_number: str | None = Field(default=None, max_length=100)
    deliberation_on: date | None = None
    prefecture_receipt_on: date | None = None
    contact_name: str | None = Field(default=None, max_length=200)
    contact_phone: str | None = Field(default=None, max_length=40)
    contact_email: str | None = Field(default=None, max_length=200)
    description: str | None = Field(default=None, max_length=10000)


class SystemView(BaseModel):
    """A system as its page shows it. Amounts in cents, HT."""

    model_config = ConfigDict(from_attributes=True)

    organisation_id: UUID
    id: UUID
    number: str
    title: str
    object: str
    state: str
    regime: str
    maximum_cents: int
    outside_cents: int
    opening_at: datetime | None
    closing_at: datetime | None
    notice_support: str
    notice_sent_on: date | None
    notice_reference: str
    first_candidatures_on: date | None
    evaluation_extension_days: int | None
    reservation: str
    deposit_mode: str
    variants_allowed: bool | None
    legal_control: bool | None
    deliberation_number: str
    deliberation_on: date | None
    prefecture_receipt_on: date | None
    contact_name: str
    contact_phone: str
    contact_email: str
    description: str
    published_at: datetime | None
    first_market_at: datetime | None
    version: int
