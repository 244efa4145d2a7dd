"""What the choices of a grid's column mean, and the last act on its lines, to undo."""

import sqlalchemy as sa
from alembic import op

from sad.db.types import Json

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("frame_column", sa.Column("meanings", Json, nullable=True))
    op.add_column("response_frame", sa.Column("undo", Json, nullable=True))


def downgrade() -> None:
    op.drop_column("response_frame", "undo")
    op.drop_column("frame_column", "meanings")
