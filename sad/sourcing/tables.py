"""What suppliers are told before any market: demands to come, and what was said when meeting some.

Both belong to a system; neither commits the buyer (P22).
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field

from sad.db.types import Tenant, UtcDateTime


class NextDemand(Tenant, table=True):
    """A demand to come: which category, which month, about how much, in words."""

    __tablename__ = "next_demand"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "system_id"],
            ["purchasing_system.organisation_id", "purchasing_system.id"],
            name="fk_next_demand_system",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "category_id"],
            ["category.organisation_id", "category.id"],
            name="fk_next_demand_category",
        ),
        CheckConstraint("quantity <> ''", name="ck_next_demand_quantity"),
        Index("ix_next_demand_system", "organisation_id", "system_id", "month"),
    )

    system_id: UUID
    category_id: UUID
    month: date  # its first day
    quantity: str  # order of quantity, in words: « une vingtaine de petits meubles »
    announced_at: datetime = Field(sa_type=UtcDateTime)
    announced_by: UUID | None = None
    version: int = 1


class SourcingEntry(Tenant, table=True):
    """A meeting before any market: what was said to one structure may be told to all."""

    __tablename__ = "sourcing_entry"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "system_id"],
            ["purchasing_system.organisation_id", "purchasing_system.id"],
            name="fk_sourcing_entry_system",
        ),
        CheckConstraint(
            "structure <> '' AND subject <> '' AND information <> ''",
            name="ck_sourcing_entry_complete",
        ),
        Index("ix_sourcing_entry_system", "organisation_id", "system_id", "met_on"),
    )

    system_id: UUID
    met_on: date
    structure: str  # whom the agents met; never published
    subject: str
    information: str  # what they were told of the purchase to come
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    recorded_by: UUID | None = None
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    published_by: UUID | None = None
    version: int = 1
