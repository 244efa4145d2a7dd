"""Files: the scan of the opening, and the smaller copies of photographs."""

import sqlalchemy as sa
from alembic import op

from sad.db.types import Json, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UNCOPIED = sa.text("copies IS NULL AND media_type LIKE 'image/%'")
UNSCANNED = sa.text("scanned_at IS NULL AND owner_kind = 'offer'")


def upgrade() -> None:
    op.add_column("attachment", sa.Column("scan_detail", sa.String(), nullable=True))
    op.add_column("attachment", sa.Column("scanned_at", UtcDateTime(), nullable=True))
    op.add_column("attachment", sa.Column("copies", Json, nullable=True))
    for name, condition in (
        ("ix_attachment_uncopied", UNCOPIED),
        ("ix_attachment_unscanned", UNSCANNED),
    ):
        op.create_index(
            name,
            "attachment",
            ["organisation_id", "id"],
            sqlite_where=condition,
            postgresql_where=condition,
        )


def downgrade() -> None:
    for name in ("ix_attachment_uncopied", "ix_attachment_unscanned"):
        op.drop_index(name, "attachment")
    for column in ("copies", "scanned_at", "scan_detail"):
        op.drop_column("attachment", column)
