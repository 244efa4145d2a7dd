"""The states of pieces as an organisation usually describes them, proposed to its next grids."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "usual_grade",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("picture", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint("organisation_id", "rank", name="uq_usual_grade_rank"),
    )


def downgrade() -> None:
    op.drop_table("usual_grade")
