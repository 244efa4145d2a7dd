"""What is typed about a supplier, and what pages and the API show of it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sad.accounts.rules import read_email
from sad.kernel.digits import parse_decimal
from sad.kernel.siret import read_siret
from sad.kernel.vat import VatRegime
from sad.suppliers.states import PaperKind, SupplierKind, SupplierLabel


def _siret(value: Any) -> Any:
    return read_siret(value) if isinstance(value, str) else value


def _email(value: Any) -> Any:
    return read_email(value) if isinstance(value, str) else value


def _rate(value: Any) -> Any:
    return parse_decimal(value, 2, unit="%", where="vat_rate") if isinstance(value, str) else value


Siret = Annotated[str, BeforeValidator(_siret)]
Email = Annotated[str, BeforeValidator(_email)]
Rate = Annotated[Decimal | None, BeforeValidator(_rate)]


class Input(BaseModel):
    """An input: unknown fields are refused, spaces around texts removed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Agreement(Input):
    """A public agreement, with its number and its last day (TYP-03)."""

    type: str = Field(min_length=1, max_length=80)
    number: str = Field(default="", max_length=80)
    valid_until: date | None = None


class SupplierInput(Input):
    """A structure that joins: SIRET, contact, VAT (P18). Rates in percent."""

    siret: Siret
    name: str = Field(min_length=1, max_length=200)
    legal_form: str = Field(default="", max_length=80)
    city: str = Field(default="", max_length=120)
    address: str = Field(default="", max_length=400)
    phone: str = Field(default="", max_length=40)
    vat_regime: VatRegime
    vat_rate: Rate = Field(default=None, ge=0, le=100)
    kinds: list[SupplierKind] = Field(default_factory=list)
    labels: list[SupplierLabel] = Field(default_factory=list)


class SupplierChange(Input):
    """Fields to change; those left out stay. `version` is the one that was read."""

    version: int
    name: str | None = Field(default=None, min_length=1, max_length=200)
    legal_form: str | None = Field(default=None, max_length=80)
    city: str | None = Field(default=None, max_length=120)
    address: str | None = Field(default=None, max_length=400)
    phone: str | None = Field(default=None, max_length=40)
    vat_regime: VatRegime | None = None
    vat_rate: Rate = Field(default=None, ge=0, le=100)
    kinds: list[SupplierKind] | None = None
    labels: list[SupplierLabel] | None = None
    agreements: list[Agreement] | None = Field(default=None, max_length=20)
    capacity: str | None = Field(default=None, max_length=4000)
    area: str | None = Field(default=None, max_length=400)


class PersonInput(Input):
    """A colleague invited."""

    email: Email
    name: str = Field(min_length=1, max_length=200)
    function: str = Field(default="", max_length=120)


class PaperInput(Input):
    """A paper kept ready (P8); `title` names one outside the closed list."""

    kind: PaperKind
    title: str = Field(default="", max_length=200)
    reference: str = Field(default="", max_length=200)
    expires_on: date | None = None


class SupplierView(BaseModel):
    """A supplier's file. Rate in percent, none when no VAT is charged."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    siret: str
    name: str
    legal_form: str
    kinds: list[str]
    labels: list[str]
    agreements: list[dict[str, Any]]
    vat_regime: VatRegime
    vat_rate: Decimal | None
    address: str
    city: str
    phone: str
    capacity: str
    area: str
    paused_at: datetime | None
    version: int


class MemberView(BaseModel):
    """A person of the supplier, for its own people."""

    person_id: UUID
    name: str
    email: str
    function: str
    since: datetime
    me: bool


class PaperView(BaseModel):
    """A paper kept ready. `expired` on the legal day."""

    id: UUID
    kind: PaperKind
    name: str
    reference: str
    expires_on: date | None
    expired: bool
    ending: bool  # within thirty days
    size: int | None
    sha256: str | None
    created_at: datetime
