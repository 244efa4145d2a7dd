"""A supplier is reminded once of what was asked of its candidature."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("candidature", sa.Column("reminded_for", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("candidature", "reminded_for")
