"""Receipts still to be mailed, what a question is about, exchanges asked after a rejection."""

import sqlalchemy as sa
from alembic import op

from sad.db.types import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "receipt_due",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "deposit_id"],
            ["deposit.organisation_id", "deposit.id"],
            name="fk_receipt_due_deposit",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id", "deposit_id"),
    )
    op.create_table(
        "exchange_request",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("held_at", UtcDateTime(), nullable=True),
        sa.Column("held_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "letter_id"],
            ["letter.organisation_id", "letter.id"],
            name="fk_exchange_request_letter",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_exchange_request_market",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint(
            "organisation_id", "market_id", "supplier_id", name="uq_exchange_request_supplier"
        ),
    )
    for column in (
        sa.Column("line_label", sa.String(), nullable=True),
        sa.Column("wished_on", sa.Date(), nullable=True),
        sa.Column("granted_until", UtcDateTime(), nullable=True),
    ):
        op.add_column("question", column)


def downgrade() -> None:
    for column in ("granted_until", "wished_on", "line_label"):
        op.drop_column("question", column)
    op.drop_table("exchange_request")
    op.drop_table("receipt_due")
