"""Markets an organisation keeps as templates to copy."""

import sqlalchemy as sa
from alembic import op

from sad.db.types import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "market_template",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("kept_at", UtcDateTime(), nullable=False),
        sa.Column("kept_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_market_template_market",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint("organisation_id", "market_id", name="uq_market_template_market"),
    )


def downgrade() -> None:
    op.drop_table("market_template")
