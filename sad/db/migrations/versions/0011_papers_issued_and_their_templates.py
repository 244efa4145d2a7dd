"""Papers of a procedure as issued, the files drawn of them, the organisation's templates."""

import sqlalchemy as sa
from alembic import op

from sad.db.types import Json, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('notice_text', 'rules', 'terms', 'declaration', 'admission', 'refusal', 'invitation',"
    " 'deposits_register', 'opening_minutes', 'analysis_report', 'papers_request', 'decision',"
    " 'rejection', 'contract', 'notification', 'elected_note')"
)
LIVE = sa.text("withdrawn_at IS NULL")
# What sad/db/triggers.py said when this migration was written.
TRIGGERS = {
    "sqlite": (
        "CREATE TRIGGER paper_no_update BEFORE UPDATE ON paper BEGIN SELECT RAISE(ABORT, 'paper: append-only'); END",
        "CREATE TRIGGER paper_no_delete BEFORE DELETE ON paper BEGIN SELECT RAISE(ABORT, 'paper: append-only'); END",
        "CREATE TRIGGER paper_file_no_update BEFORE UPDATE ON paper_file BEGIN SELECT RAISE(ABORT, 'paper_file: append-only'); END",
        "CREATE TRIGGER paper_file_no_delete BEFORE DELETE ON paper_file BEGIN SELECT RAISE(ABORT, 'paper_file: append-only'); END",
        "CREATE TRIGGER paper_template_frozen BEFORE UPDATE ON paper_template WHEN NEW.kind IS NOT OLD.kind OR NEW.name IS NOT OLD.name OR NEW.sha256 IS NOT OLD.sha256 OR NEW.object_name IS NOT OLD.object_name OR NEW.put_at IS NOT OLD.put_at BEGIN SELECT RAISE(ABORT, 'paper_template: kind, name, sha256, object_name, put_at frozen'); END",
    ),
    "postgresql": (
        "CREATE TRIGGER paper_append_only BEFORE UPDATE OR DELETE ON paper FOR EACH ROW EXECUTE FUNCTION refuse_change('append-only')",
        "CREATE TRIGGER paper_no_truncate BEFORE TRUNCATE ON paper FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append-only')",
        "CREATE TRIGGER paper_file_append_only BEFORE UPDATE OR DELETE ON paper_file FOR EACH ROW EXECUTE FUNCTION refuse_change('append-only')",
        "CREATE TRIGGER paper_file_no_truncate BEFORE TRUNCATE ON paper_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append-only')",
        "CREATE TRIGGER paper_template_frozen BEFORE UPDATE ON paper_template FOR EACH ROW WHEN (NEW.kind IS DISTINCT FROM OLD.kind OR NEW.name IS DISTINCT FROM OLD.name OR NEW.sha256 IS DISTINCT FROM OLD.sha256 OR NEW.object_name IS DISTINCT FROM OLD.object_name OR NEW.put_at IS DISTINCT FROM OLD.put_at) EXECUTE FUNCTION refuse_change('kind, name, sha256, object_name, put_at frozen')",
    ),
}


def upgrade() -> None:
    op.create_table(
        "paper_template",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("object_name", sa.String(), nullable=False),
        sa.Column("file_key", sa.LargeBinary(), nullable=False),
        sa.Column("missing", Json, nullable=False),
        sa.Column("put_at", UtcDateTime(), nullable=False),
        sa.Column("put_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(KINDS, name="ck_paper_template_kind"),
        sa.CheckConstraint("size > 0", name="ck_paper_template_size"),
        sa.CheckConstraint("withdrawn_at >= put_at", name="ck_paper_template_withdrawn"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "uq_paper_template_live",
        "paper_template",
        ["organisation_id", "kind"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_table(
        "paper",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=True),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("facts_sha256", sa.String(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=True),
        sa.Column("template_sha256", sa.String(), nullable=True),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(KINDS, name="ck_paper_kind"),
        sa.CheckConstraint("version >= 1", name="ck_paper_version"),
        sa.CheckConstraint("version = 1 OR reason <> ''", name="ck_paper_reason"),
        sa.CheckConstraint(
            "(template_id IS NULL) = (template_sha256 IS NULL)", name="ck_paper_template"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "system_id"],
            ["purchasing_system.organisation_id", "purchasing_system.id"],
            name="fk_paper_system",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_paper_market",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "template_id"],
            ["paper_template.organisation_id", "paper_template.id"],
            name="fk_paper_template",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint(
            "organisation_id", "kind", "about_id", "version", name="uq_paper_version"
        ),
    )
    op.create_index("ix_paper_market", "paper", ["organisation_id", "market_id"])
    op.create_index("ix_paper_system", "paper", ["organisation_id", "system_id"])
    op.create_index("ix_paper_supplier", "paper", ["supplier_id", "issued_at"])
    op.create_table(
        "paper_file",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("object_name", sa.String(), nullable=False),
        sa.Column("file_key", sa.LargeBinary(), nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("format IN ('docx', 'pdf')", name="ck_paper_file_format"),
        sa.CheckConstraint("size > 0", name="ck_paper_file_size"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "paper_id"],
            ["paper.organisation_id", "paper.id"],
            name="fk_paper_file_paper",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint(
            "organisation_id", "paper_id", "format", name="uq_paper_file_format"
        ),
    )
    for statement in TRIGGERS[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("paper_file")
    op.drop_table("paper")
    op.drop_table("paper_template")
