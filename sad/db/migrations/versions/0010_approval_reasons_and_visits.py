"""Approval before the launch, reasons written to the checks, visits announced as data."""

import sqlalchemy as sa
from alembic import op

from sad.db.types import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MARKET = (
    ("approved_at", UtcDateTime()),
    ("approved_by", sa.Uuid()),
    ("approval_remark", sa.String()),
    ("visit_who", sa.String()),
    ("visit_first", sa.Integer()),
    ("visit_criterion", sa.String()),
)


def upgrade() -> None:
    op.add_column(
        "organisation",
        sa.Column("approval_required", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    for name, kind in MARKET:
        op.add_column("market", sa.Column(name, kind, nullable=True))
    op.create_table(
        "check_reason",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("reason <> ''", name="ck_check_reason_written"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_check_reason_market",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint(
            "organisation_id", "market_id", "check_id", name="uq_check_reason_check"
        ),
    )


def downgrade() -> None:
    op.drop_table("check_reason")
    for name, _ in reversed(MARKET):
        op.drop_column("market", name)
    op.drop_column("organisation", "approval_required")
