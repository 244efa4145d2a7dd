"""An evaluator hands its scores in: the others' are read once everybody has."""

import sqlalchemy as sa
from alembic import op

from sad.db.types import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assignment", sa.Column("given_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("assignment", "given_at")
