"""Needs inventories: what a file said, the scenarios made of it, the lines gone to a market."""

import sqlalchemy as sa
from alembic import op

from sad.db.types import Json, Thousandths, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inventory",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("budget_cents", sa.BigInteger(), nullable=True),
        sa.Column("warnings", Json, nullable=False),
        sa.Column("refusal", Json, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("kept_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(state = 'refused') = (refusal IS NOT NULL)", name="ck_inventory_refusal"
        ),
        sa.CheckConstraint(
            "state IN ('reading', 'read', 'refused', 'kept', 'discarded')",
            name="ck_inventory_state",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "system_id"],
            ["purchasing_system.organisation_id", "purchasing_system.id"],
            name="fk_inventory_system",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_table(
        "inventory_route",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inventory_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("bought_here", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "inventory_id"],
            ["inventory.organisation_id", "inventory.id"],
            name="fk_inventory_route_inventory",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint(
            "organisation_id", "inventory_id", "position", name="uq_inventory_route_position"
        ),
    )
    op.create_table(
        "inventory_scenario",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inventory_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name="ck_inventory_scenario_name"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "inventory_id"],
            ["inventory.organisation_id", "inventory.id"],
            name="fk_inventory_scenario_inventory",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint(
            "organisation_id", "inventory_id", "name", name="uq_inventory_scenario_name"
        ),
    )
    op.create_table(
        "inventory_line",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inventory_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("designation", sa.String(), nullable=False),
        sa.Column("quantity", Thousandths(), nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("dimensions", sa.String(), nullable=False),
        sa.Column("materials", sa.String(), nullable=False),
        sa.Column("requirements", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("colour", sa.String(), nullable=True),
        sa.Column("route_id", sa.Uuid(), nullable=True),
        sa.Column("unit_cents", sa.BigInteger(), nullable=True),
        sa.Column("stated_cents", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("quantity >= 0", name="ck_inventory_line_quantity"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "category_id"],
            ["category.organisation_id", "category.id"],
            name="fk_inventory_line_category",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "inventory_id"],
            ["inventory.organisation_id", "inventory.id"],
            name="fk_inventory_line_inventory",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "route_id"],
            ["inventory_route.organisation_id", "inventory_route.id"],
            name="fk_inventory_line_route",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint(
            "organisation_id", "inventory_id", "position", name="uq_inventory_line_position"
        ),
    )
    op.create_table(
        "inventory_pick",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("inventory_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", Thousandths(), nullable=False),
        sa.Column("picked_at", UtcDateTime(), nullable=False),
        sa.Column("picked_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "line_id"],
            ["inventory_line.organisation_id", "inventory_line.id"],
            name="fk_inventory_pick_line",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_inventory_pick_market",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id", "line_id", "market_id"),
    )
    op.create_index("ix_inventory_pick_inventory_id", "inventory_pick", ["inventory_id"])
    op.create_table(
        "inventory_scenario_change",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("scenario_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("route_id", sa.Uuid(), nullable=True),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("quantity", Thousandths(), nullable=True),
        sa.Column("unit_cents", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("quantity >= 0", name="ck_inventory_scenario_change_quantity"),
        sa.CheckConstraint("unit_cents >= 0", name="ck_inventory_scenario_change_price"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "category_id"],
            ["category.organisation_id", "category.id"],
            name="fk_inventory_scenario_change_category",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "line_id"],
            ["inventory_line.organisation_id", "inventory_line.id"],
            name="fk_inventory_scenario_change_line",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "route_id"],
            ["inventory_route.organisation_id", "inventory_route.id"],
            name="fk_inventory_scenario_change_route",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "scenario_id"],
            ["inventory_scenario.organisation_id", "inventory_scenario.id"],
            name="fk_inventory_scenario_change_scenario",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id", "scenario_id", "line_id"),
    )


def downgrade() -> None:
    op.drop_table("inventory_scenario_change")
    op.drop_table("inventory_pick")
    op.drop_table("inventory_line")
    op.drop_table("inventory_scenario")
    op.drop_table("inventory_route")
    op.drop_table("inventory")
