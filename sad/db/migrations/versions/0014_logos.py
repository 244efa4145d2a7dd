"""The logo of an organisation."""

import sqlalchemy as sa
from alembic import op

from sad.db.types import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisation", sa.Column("logo", sa.String(), nullable=True))
    op.create_table(
        "organisation_logo",
        sa.Column("organisation_id", sa.Uuid(), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.Column("put_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id"),
    )


def downgrade() -> None:
    op.drop_table("organisation_logo")
    op.drop_column("organisation", "logo")
