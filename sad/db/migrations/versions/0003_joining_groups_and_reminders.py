"""Joining drafts, members of groups invited, the announced extension, automatic reminders."""

import sqlalchemy as sa
from alembic import op

from sad.db.types import Json, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "joining_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "system_id", name="uq_joining_draft"),
    )
    for table, column in (
        ("group_member", sa.Column("email", sa.String(), nullable=True)),
        ("group_member", sa.Column("invited_at", UtcDateTime(), nullable=True)),
        ("candidature", sa.Column("announced_days", sa.Integer(), nullable=True)),
        ("candidature", sa.Column("documents", Json, nullable=True)),
        ("supplier_paper", sa.Column("expiry_told_at", UtcDateTime(), nullable=True)),
        ("market", sa.Column("three_days_told_for", UtcDateTime(), nullable=True)),
        ("market", sa.Column("one_day_told_for", UtcDateTime(), nullable=True)),
        ("session", sa.Column("applicant_id", sa.Uuid(), nullable=True)),
    ):
        op.add_column(table, column)


def downgrade() -> None:
    for table, column in (
        ("session", "applicant_id"),
        ("market", "one_day_told_for"),
        ("market", "three_days_told_for"),
        ("supplier_paper", "expiry_told_at"),
        ("candidature", "documents"),
        ("candidature", "announced_days"),
        ("group_member", "invited_at"),
        ("group_member", "email"),
    ):
        op.drop_column(table, column)
    op.drop_table("joining_draft")
