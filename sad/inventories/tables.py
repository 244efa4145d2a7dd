"""Needs inventories: what a file said, the scenarios made of it, the lines gone to a market."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from sad.db.types import Json, Tenant, Thousandths, UtcDateTime, one_of
from sad.inventories.states import InventoryState


class Inventory(Tenant, table=True):
    """A file taken in for a system. Its lines come all together or not at all."""

    __tablename__ = "inventory"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "system_id"],
            ["purchasing_system.organisation_id", "purchasing_system.id"],
            name="fk_inventory_system",
        ),
        one_of("ck_inventory_state", "state", InventoryState),
        CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="ck_inventory_refusal"),
    )

    system_id: UUID
    name: str
    source_name: str
    state: str = InventoryState.READING
    step: str = "received"  # how far the reading is, while it runs
    budget_cents: int | None = Field(default=None, sa_type=BigInteger)  # HT, as the file says it
    warnings: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(Json, nullable=False)
    )  # {code, where, facts}
    refusal: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: UUID | None = None
    kept_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class InventoryRoute(Tenant, table=True):
    """A way of buying, as the legend words it. `bought_here`: through this system's markets."""

    __tablename__ = "inventory_route"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "inventory_id"],
            ["inventory.organisation_id", "inventory.id"],
            name="fk_inventory_route_inventory",
        ),
        UniqueConstraint(
            "organisation_id", "inventory_id", "position", name="uq_inventory_route_position"
        ),
    )

    inventory_id: UUID
    position: int
    label: str
    colour: str  # RRGGBB
    bought_here: bool = False


class InventoryLine(Tenant, table=True):
    """A piece wanted in a room, as the file says it; scenarios change it beside, never here."""

    __tablename__ = "inventory_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "inventory_id"],
            ["inventory.organisation_id", "inventory.id"],
            name="fk_inventory_line_inventory",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "route_id"],
            ["inventory_route.organisation_id", "inventory_route.id"],
            name="fk_inventory_line_route",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "category_id"],
            ["category.organisation_id", "category.id"],
            name="fk_inventory_line_category",
        ),
        UniqueConstraint(
            "organisation_id", "inventory_id", "position", name="uq_inventory_line_position"
        ),
        CheckConstraint("quantity >= 0", name="ck_inventory_line_quantity"),
    )

    inventory_id: UUID
    position: int
    sheet: str
    row: int
    level: str
    room: str
    code: str
    designation: str
    quantity: Decimal | None = Field(default=None, sa_type=Thousandths)
    unit: str = ""
    dimensions: str = ""
    materials: str = ""
    requirements: str = ""
    note: str = ""
    category: str = ""  # the file's word
    category_id: UUID | None = None  # the system's category it names
    colour: str | None = None  # of the cell, even when no legend explains it
    route_id: UUID | None = None
    unit_cents: int | None = Field(default=None, sa_type=BigInteger)  # HT
    stated_cents: int | None = Field(default=None, sa_type=BigInteger)  # the line's own total


class Scenario(Tenant, table=True):
    """A named way of buying the whole inventory: what it changes is in `ScenarioChange`."""

    __tablename__ = "inventory_scenario"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "inventory_id"],
            ["inventory.organisation_id", "inventory.id"],
            name="fk_inventory_scenario_inventory",
        ),
        UniqueConstraint(
            "organisation_id", "inventory_id", "name", name="uq_inventory_scenario_name"
        ),
        CheckConstraint("name <> ''", name="ck_inventory_scenario_name"),
    )

    inventory_id: UUID
    name: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: UUID | None = None
    version: int = 1


class ScenarioChange(SQLModel, table=True):
    """What a scenario says otherwise of one line; a NULL leaves what the file says."""

    __tablename__ = "inventory_scenario_change"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "scenario_id"],
            ["inventory_scenario.organisation_id", "inventory_scenario.id"],
            name="fk_inventory_scenario_change_scenario",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "line_id"],
            ["inventory_line.organisation_id", "inventory_line.id"],
            name="fk_inventory_scenario_change_line",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "route_id"],
            ["inventory_route.organisation_id", "inventory_route.id"],
            name="fk_inventory_scenario_change_route",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "category_id"],
            ["category.organisation_id", "category.id"],
            name="fk_inventory_scenario_change_category",
        ),
        CheckConstraint("unit_cents >= 0", name="ck_inventory_scenario_change_price"),
        CheckConstraint("quantity >= 0", name="ck_inventory_scenario_change_quantity"),
    )

    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id")
    scenario_id: UUID = Field(primary_key=True)
    line_id: UUID = Field(primary_key=True)
    route_id: UUID | None = None
    category_id: UUID | None = None
    quantity: Decimal | None = Field(default=None, sa_type=Thousandths)
    unit_cents: int | None = Field(default=None, sa_type=BigInteger)  # HT


class ScenarioStep(Tenant, table=True):
    """A change in bulk and what it replaced, so that it can be undone; the last ones are kept."""

    __tablename__ = "inventory_scenario_step"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "scenario_id"],
            ["inventory_scenario.organisation_id", "inventory_scenario.id"],
            name="fk_inventory_scenario_step_scenario",
        ),
        UniqueConstraint(
            "organisation_id", "scenario_id", "position", name="uq_inventory_scenario_step_position"
        ),
    )

    scenario_id: UUID
    position: int
    lines: int
    said: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    replaced: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(Json, nullable=False)
    )  # {said: what the scenario said, None for nothing; lines: ids}
    done_at: datetime = Field(sa_type=UtcDateTime)
    done_by: UUID | None = None


class InventoryPick(SQLModel, table=True):
    """A line that went to a market: it does not go to another without saying so."""

    __tablename__ = "inventory_pick"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "line_id"],
            ["inventory_line.organisation_id", "inventory_line.id"],
            name="fk_inventory_pick_line",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_inventory_pick_market",
        ),
    )

    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id")
    line_id: UUID = Field(primary_key=True)
    market_id: UUID = Field(primary_key=True)
    inventory_id: UUID = Field(index=True)
    quantity: Decimal = Field(sa_type=Thousandths)
    picked_at: datetime = Field(sa_type=UtcDateTime)
    picked_by: UUID | None = None
