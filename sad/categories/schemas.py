"""What is typed about a category, and what pages and the API show of it."""

from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from sad.systems.schemas import Input, Reservation

Method = Literal["proportional", "linear", "min_max", "judged"]


class RangeInput(Input):
    """A criteria family the notice announces, with its range in percent (P9)."""

    family: str = Field(min_length=1, max_length=40)
    label: str = Field(min_length=1, max_length=200)
    weight_default: Decimal = Field(ge=0, le=100, decimal_places=2)
    weight_minimum: Decimal = Field(ge=0, le=100, decimal_places=2)
    weight_maximum: Decimal = Field(ge=0, le=100, decimal_places=2)
    method: Method = "judged"
    parameters: dict[str, Any] = Field(
        default_factory=dict
    )  # the criteria it becomes in a new market: see sad.markets.announced


class CategoryInput(Input):
    """A category to add, usually from an entry of the catalogue."""

    code: str = Field(min_length=1, max_length=60)
    name: str = Field(min_length=1, max_length=200)
    description: str = Field(default="", max_length=4000)
    nature: str = Field(default="", max_length=200)
    cpv: list[str] = Field(default_factory=list)
    agec_family: str | None = None
    ordinary_use: str = Field(default="", max_length=2000)
    selection_criteria: str = Field(default="", max_length=2000)
    required_documents: list[str] = Field(default_factory=list)
    group_exclusive: bool = False
    reservation: Reservation = "none"
    ranges: list[RangeInput] = Field(default_factory=list)


class CategoryChange(Input):
    """Fields to change; those left out stay."""

    version: int
    name: str | None = Field(default=None, min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=4000)
    selection_criteria: str | None = Field(default=None, max_length=2000)
    ordinary_use: str | None = Field(default=None, max_length=2000)
    required_documents: list[str] | None = None
    group_exclusive: bool | None = None
    reservation: Reservation | None = None
    next_request: str | None = Field(default=None, max_length=500)


class RangeView(BaseModel):
    """A criteria family and its range."""

    model_config = ConfigDict(from_attributes=True)

    family: str
    label: str
    weight_default: Decimal
    weight_minimum: Decimal
    weight_maximum: Decimal
    method: str
    parameters: dict[str, Any]


class CategoryView(BaseModel):
    """A category with its ranges."""

    id: UUID
    system_id: UUID
    code: str
    name: str
    description: str
    nature: str
    cpv: list[str]
    agec_family: str | None
    ordinary_use: str
    selection_criteria: str
    required_documents: list[str]
    group_exclusive: bool
    reservation: str
    next_request: str
    version: int
    ranges: list[RangeView]
