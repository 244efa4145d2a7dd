"""What is typed about organisations, people, delegations and tokens."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sad.accounts.permissions import Permission
from sad.accounts.rules import Act, read_email
from sad.kernel.actor import Role
from sad.kernel.french import parse_money
from sad.kernel.money import Money


class Accent(StrEnum):
    """The colours an organisation may choose; each is in the style sheet, light and dark."""

    SAPIN = "sapin"
    OCEAN = "ocean"
    BRIQUE = "brique"
    PRUNE = "prune"
    ARDOISE = "ardoise"


AGENT_ROLES = tuple(role for role in Role if role is not Role.SUPPLIER)


def _email(value: Any) -> Any:
    return read_email(value) if isinstance(value, str) else value


def _contact_email(value: Any) -> Any:
    return read_email(value, "contact_email") if isinstance(value, str) and value else value


def _ceiling(value: Any) -> Any:
    return parse_money(value, "ceiling") if isinstance(value, str) else value


class Input(BaseModel):
    """An input: unknown fields are refused, spaces around texts removed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class OrganisationInput(Input):
    """The organisation's settings: what dresses its pages and letters."""

    name: str = Field(min_length=1, max_length=200)
    address: str = Field(default="", max_length=400)
    contact_name: str = Field(default="", max_length=200)
    contact_phone: str = Field(default="", max_length=40)
    contact_email: Annotated[str, BeforeValidator(_contact_email)] = Field(default="")
    accent: Accent = Accent.SAPIN
    alsace_moselle: bool = False
    approval_required: bool = False  # an officer approves each market before its launch
    invoice_service_code: str | None = Field(default=None, max_length=100)


class InvitationInput(Input):
    """A person invited as an agent, with one role at least."""

    email: Annotated[str, BeforeValidator(_email)]
    name: str = Field(min_length=1, max_length=200)
    roles: list[Role] = Field(min_length=1)


class DelegationInput(Input):
    """Power to sign as its act says it (P2); the ceiling excludes tax, none: without ceiling."""

    person_name: str = Field(min_length=1, max_length=200)
    quality: str = Field(min_length=1, max_length=200)
    act_number: str = Field(min_length=1, max_length=100)
    executory_on: date
    scope: list[Act] = Field(min_length=1)
    ceiling: Annotated[Money | None, BeforeValidator(_ceiling)] = None
    valid_from: date
    valid_until: date
    email: Annotated[str, BeforeValidator(_email)]


class TokenInput(Input):
    """A token of the JSON API: what it may do, for how many days (a year at most)."""

    label: str = Field(min_length=1, max_length=100)
    scopes: list[Permission] = Field(min_length=1)
    days: int = Field(default=90, ge=1, le=365)
