"""What is typed about demands to come and meetings, and what pages and the API show of them."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from sad.systems.schemas import Input


class NextDemandInput(Input):
    """A demand to come. `month` is kept as its first day, whatever day was given."""

    category_id: UUID
    month: date
    quantity: str = Field(min_length=1, max_length=300)

    @field_validator("month")
    @classmethod
    def first_day(cls, value: date) -> date:
        """A month has no day."""
        return value.replace(day=1)


class NextDemandChange(NextDemandInput):
    """A demand rewritten whole. `version` is the one that was read."""

    version: int


class SourcingInput(Input):
    """A meeting held before any market (R2111-1)."""

    met_on: date
    structure: str = Field(min_length=1, max_length=200)
    subject: str = Field(min_length=1, max_length=300)
    information: str = Field(min_length=1, max_length=4000)


class SourcingChange(SourcingInput):
    """An entry corrected before its publication. `version` is the one that was read."""

    version: int


class NextDemandView(BaseModel):
    """A demand to come, as anybody may read it."""

    id: UUID
    system_id: UUID
    category_id: UUID
    category: str
    month: date
    quantity: str
    version: int


class SourcingView(BaseModel):
    """An entry of the register, for agents."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    system_id: UUID
    met_on: date
    structure: str
    subject: str
    information: str
    recorded_at: datetime
    published_at: datetime | None
    version: int


class PublishedSourcing(BaseModel):
    """What everybody reads of an entry once published: never whom the agents met."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    met_on: date
    subject: str
    information: str
    published_at: datetime
