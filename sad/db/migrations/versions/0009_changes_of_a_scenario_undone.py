"""Changes of a scenario keep what they replaced, to be undone."""

import sqlalchemy as sa
from alembic import op

from sad.db.types import Json, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inventory_scenario_step",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scenario_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("said", Json, nullable=False),
        sa.Column("replaced", Json, nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=False),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "scenario_id"],
            ["inventory_scenario.organisation_id", "inventory_scenario.id"],
            name="fk_inventory_scenario_step_scenario",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint(
            "organisation_id",
            "scenario_id",
            "position",
            name="uq_inventory_scenario_step_position",
        ),
    )


def downgrade() -> None:
    op.drop_table("inventory_scenario_step")
