"""The whole schema of the first version."""

import sqlalchemy as sa
from alembic import op

from sad.audit.tables import BodyText
from sad.db.types import Json, Thousandths, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NAME = sa.String(120).with_variant(sa.String(120, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "act",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("body_sha256", sa.String(), nullable=False),
        sa.Column("outcome", Json, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key"),
    )
    op.create_index("ix_act_created_at", "act", ["created_at"], unique=False)

    op.create_table(
        "audit_chain",
        sa.Column("chain", NAME, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("parent", NAME, nullable=True),
        sa.Column("parent_seq", sa.BigInteger(), nullable=True),
        sa.Column("organisation", sa.String(length=36), nullable=True),
        sa.Column("mac", sa.LargeBinary(length=40), nullable=False),
        sa.Column("sealed", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("chain"),
    )
    op.create_index(
        "ix_audit_chain_advanced",
        "audit_chain",
        ["chain"],
        unique=False,
        sqlite_where=sa.text("seq > sealed"),
        postgresql_where=sa.text("seq > sealed"),
    )
    op.create_index(
        "ix_audit_chain_organisation", "audit_chain", ["organisation", "chain"], unique=False
    )

    op.create_table(
        "audit_detail",
        sa.Column("chain", NAME, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "seq"),
    )
    op.create_table(
        "audit_event",
        sa.Column("chain", NAME, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", sa.Text(), sa.Computed(BodyText("at"), persisted=True), nullable=True),
        sa.Column(
            "actor", sa.Text(), sa.Computed(BodyText("actor"), persisted=True), nullable=True
        ),
        sa.Column(
            "action", sa.Text(), sa.Computed(BodyText("action"), persisted=True), nullable=True
        ),
        sa.Column(
            "object", sa.Text(), sa.Computed(BodyText("object"), persisted=True), nullable=True
        ),
        sa.PrimaryKeyConstraint("chain", "seq"),
    )
    op.create_index("ix_audit_event_action", "audit_event", ["action", "at"], unique=False)
    op.create_index("ix_audit_event_actor", "audit_event", ["actor", "at"], unique=False)
    op.create_index("ix_audit_event_at", "audit_event", ["at", "chain", "seq"], unique=False)
    op.create_index("ix_audit_event_object", "audit_event", ["object", "at"], unique=False)

    op.create_table(
        "audit_leaf",
        sa.Column("seal", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("nonce", sa.LargeBinary(length=16), nullable=False),
        sa.Column("chain", NAME, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seal", "position"),
    )
    op.create_index("ix_audit_leaf_chain", "audit_leaf", ["chain", "seq"], unique=False)

    op.create_table(
        "audit_seal",
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=88), nullable=False),
        sa.PrimaryKeyConstraint("no"),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("clock_offset_us", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "clock_offset_us = 0 OR kind = 'demonstration'",
            name="ck_installation_clock_demonstration",
        ),
        sa.CheckConstraint("kind IN ('production', 'demonstration')", name="ck_installation_kind"),
        sa.CheckConstraint("clock_offset_us >= 0", name="ck_installation_clock_forward"),
        sa.CheckConstraint("id = 1", name="ck_installation_single"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "lease",
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("task"),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_message_person", "message", ["person_id", "created_at"], unique=False)
    op.create_index("ix_message_supplier", "message", ["supplier_id", "created_at"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("siret", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("contact_phone", sa.String(), nullable=False),
        sa.Column("contact_email", sa.String(), nullable=False),
        sa.Column("accent", sa.String(), nullable=False),
        sa.Column("alsace_moselle", sa.Boolean(), nullable=False),
        sa.Column("invoice_service_code", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("siret", name="uq_organisation_siret"),
        sa.UniqueConstraint("slug", name="uq_organisation_slug"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("claimed_until", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("failed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_outbox_due_at", "outbox", ["due_at"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("wrong_passwords", sa.Integer(), nullable=False),
        sa.Column("link_only_until", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email", name="uq_person_email"),
    )
    op.create_table(
        "supplier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("siret", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("legal_form", sa.String(), nullable=False),
        sa.Column("kinds", Json, nullable=False),
        sa.Column("labels", Json, nullable=False),
        sa.Column("agreements", Json, nullable=False),
        sa.Column("vat_regime", sa.String(), nullable=False),
        sa.Column("vat_rate", Thousandths(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("paused_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(vat_regime = 'liable') = (vat_rate IS NOT NULL)", name="ck_supplier_vat_rate"
        ),
        sa.CheckConstraint(
            "vat_regime IN ('liable', 'franchise', 'exempt', 'margin')",
            name="ck_supplier_vat_regime",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("siret", name="uq_supplier_siret"),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("scopes", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_sha256", name="uq_api_token_token"),
    )
    op.create_index("ix_api_token_person_id", "api_token", ["person_id"], unique=False)

    op.create_table(
        "applicant",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('supplier', 'group')", name="ck_applicant_kind"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"],
            ["supplier.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("ix_applicant_supplier_id", "applicant", ["supplier_id"], unique=False)
    op.create_index(
        "uq_applicant_supplier",
        "applicant",
        ["organisation_id", "supplier_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'supplier'"),
        postgresql_where=sa.text("kind = 'supplier'"),
    )

    op.create_table(
        "attachment",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_kind", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("object_name", sa.String(), nullable=False),
        sa.Column("file_key", sa.LargeBinary(), nullable=True),
        sa.Column("scan", sa.String(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "scan IN ('none', 'clean', 'infected', 'unknown')", name="ck_attachment_scan"
        ),
        sa.CheckConstraint("size >= 0", name="ck_attachment_size"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "ix_attachment_owner",
        "attachment",
        ["organisation_id", "owner_kind", "owner_id"],
        unique=False,
    )

    op.create_table(
        "delegation",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("person_name", sa.String(), nullable=False),
        sa.Column("quality", sa.String(), nullable=False),
        sa.Column("act_number", sa.String(), nullable=False),
        sa.Column("executory_on", sa.Date(), nullable=False),
        sa.Column("scope", Json, nullable=False),
        sa.Column("ceiling_cents", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("attachment_id", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ceiling_cents IS NULL OR ceiling_cents > 0", name="ck_delegation_ceiling"
        ),
        sa.CheckConstraint("executory_on <= valid_from", name="ck_delegation_executory"),
        sa.CheckConstraint("valid_until >= valid_from", name="ck_delegation_period"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_table(
        "known_browser",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("device_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "device_sha256", name="uq_known_browser"),
    )
    op.create_table(
        "membership",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "role IN ('officer', 'buyer', 'evaluator', 'auditor', 'administrator', 'signatory')",
            name="ck_membership_role",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("ix_membership_person_id", "membership", ["person_id"], unique=False)
    op.create_index(
        "uq_membership_current",
        "membership",
        ["organisation_id", "person_id", "role"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "purchasing_system",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("maximum_cents", sa.BigInteger(), nullable=False),
        sa.Column("outside_cents", sa.BigInteger(), nullable=False),
        sa.Column("opening_at", UtcDateTime(), nullable=True),
        sa.Column("closing_at", UtcDateTime(), nullable=True),
        sa.Column("notice_support", sa.String(), nullable=False),
        sa.Column("notice_sent_on", sa.Date(), nullable=True),
        sa.Column("notice_reference", sa.String(), nullable=False),
        sa.Column("first_candidatures_on", sa.Date(), nullable=True),
        sa.Column("evaluation_extension_days", sa.Integer(), nullable=True),
        sa.Column("reservation", sa.String(), nullable=False),
        sa.Column("deposit_mode", sa.String(), nullable=False),
        sa.Column("variants_allowed", sa.Boolean(), nullable=True),
        sa.Column("legal_control", sa.Boolean(), nullable=True),
        sa.Column("deliberation_number", sa.String(), nullable=False),
        sa.Column("deliberation_on", sa.Date(), nullable=True),
        sa.Column("prefecture_receipt_on", sa.Date(), nullable=True),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("contact_phone", sa.String(), nullable=False),
        sa.Column("contact_email", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("first_market_at", UtcDateTime(), nullable=True),
        sa.Column("last_market_number", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "deposit_mode IN ('own', 'external')", name="ck_purchasing_system_deposit_mode"
        ),
        sa.CheckConstraint(
            "reservation IN ('none', 'handicap', 'insertion', 'both')",
            name="ck_purchasing_system_reservation",
        ),
        sa.CheckConstraint("closing_at > opening_at", name="ck_purchasing_system_period"),
        sa.CheckConstraint(
            "first_candidatures_on > notice_sent_on", name="ck_purchasing_system_first_candidatures"
        ),
        sa.CheckConstraint(
            "first_market_at IS NULL OR published_at IS NOT NULL",
            name="ck_purchasing_system_first_market",
        ),
        sa.CheckConstraint("maximum_cents > 0", name="ck_purchasing_system_maximum"),
        sa.CheckConstraint("outside_cents >= 0", name="ck_purchasing_system_outside"),
        sa.CheckConstraint(
            "published_at IS NULL OR (opening_at IS NOT NULL AND closing_at IS NOT NULL AND notice_sent_on IS NOT NULL AND first_candidatures_on IS NOT NULL)",
            name="ck_purchasing_system_published_complete",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint("id", name="uq_purchasing_system_id"),
        sa.UniqueConstraint("organisation_id", "number", name="uq_purchasing_system_number"),
    )
    op.create_table(
        "response_frame",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_sha256", name="uq_session_token"),
    )
    op.create_index("ix_session_person_id", "session", ["person_id"], unique=False)

    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("email_mac", sa.String(), nullable=False),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("network_mac", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("next_path", sa.String(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("handled_at", UtcDateTime(), nullable=True),
        sa.Column("consumed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('sign_in', 'invitation', 'confirmation')", name="ck_sign_in_link_purpose"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_sha256", name="uq_sign_in_link_token"),
    )
    op.create_index("ix_sign_in_link_asked_at", "sign_in_link", ["asked_at"], unique=False)
    op.create_index("ix_sign_in_link_person_id", "sign_in_link", ["person_id"], unique=False)

    op.create_table(
        "supplier_paper",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("object_name", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("file_key", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('tax', 'vigilance', 'registration', 'bank', 'power', 'insurance', 'foreign_workers', 'other')",
            name="ck_supplier_paper_kind",
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"],
            ["supplier.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_supplier_paper_supplier_id", "supplier_paper", ["supplier_id"], unique=False
    )

    op.create_table(
        "supplier_person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"],
            ["supplier.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("supplier_id", "person_id", name="uq_supplier_person"),
    )
    op.create_index("ix_supplier_person_person_id", "supplier_person", ["person_id"], unique=False)

    op.create_table(
        "category",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("cpv", Json, nullable=False),
        sa.Column("agec_family", sa.String(), nullable=True),
        sa.Column("ordinary_use", sa.String(), nullable=False),
        sa.Column("selection_criteria", sa.String(), nullable=False),
        sa.Column("required_documents", Json, nullable=False),
        sa.Column("group_exclusive", sa.Boolean(), nullable=False),
        sa.Column("reservation", sa.String(), nullable=False),
        sa.Column("next_request", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "reservation IN ('none', 'handicap', 'insertion', 'both')",
            name="ck_category_reservation",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "system_id"],
            ["purchasing_system.organisation_id", "purchasing_system.id"],
            name="fk_category_system",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint("id", name="uq_category_id"),
        sa.UniqueConstraint("organisation_id", "system_id", "code", name="uq_category_code"),
    )
    op.create_table(
        "frame_column",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("frame_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("minimum", sa.String(), nullable=True),
        sa.Column("maximum", sa.String(), nullable=True),
        sa.Column("choices", Json, nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.CheckConstraint("side IN ('buyer', 'supplier', 'offer')", name="ck_frame_column_side"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "frame_id"],
            ["response_frame.organisation_id", "response_frame.id"],
            name="fk_frame_column_frame",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint("organisation_id", "frame_id", "key", name="uq_frame_column_key"),
    )
    op.create_table(
        "frame_line",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("frame_id", sa.Uuid(), nullable=False),
        sa.Column("lot_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("designation", sa.String(), nullable=False),
        sa.Column("quantity", Thousandths(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("slice_size", Thousandths(), nullable=True),
        sa.Column("maximum_unit_cents", sa.Integer(), nullable=True),
        sa.Column("values", Json, nullable=False),
        sa.Column("picture_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("quantity > 0", name="ck_frame_line_quantity"),
        sa.CheckConstraint(
            "slice_size IS NULL OR (slice_size > 0 AND slice_size <= quantity)",
            name="ck_frame_line_slice",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "frame_id"],
            ["response_frame.organisation_id", "response_frame.id"],
            name="fk_frame_line_frame",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint(
            "organisation_id", "frame_id", "position", name="uq_frame_line_position"
        ),
    )
    op.create_table(
        "funding_line",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("budget", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("chapter", sa.String(), nullable=False),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("programme_number", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("vat_recovery", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("basis IN ('ttc', 'ht')", name="ck_funding_line_basis"),
        sa.CheckConstraint(
            "section IN ('functioning', 'investment')", name="ck_funding_line_section"
        ),
        sa.CheckConstraint("vat_recovery IN ('none', 'full')", name="ck_funding_line_vat_recovery"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "system_id"],
            ["purchasing_system.organisation_id", "purchasing_system.id"],
            name="fk_funding_line_system",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_table(
        "group_member",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("siret", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mandataire", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "applicant_id"],
            ["applicant.organisation_id", "applicant.id"],
            name="fk_group_member_applicant",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"],
            ["supplier.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint("organisation_id", "applicant_id", "siret", name="uq_group_member"),
    )
    op.create_table(
        "period_change",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("old_closing_at", UtcDateTime(), nullable=False),
        sa.Column("new_closing_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("old_closing_at <> new_closing_at", name="ck_period_change_differs"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "system_id"],
            ["purchasing_system.organisation_id", "purchasing_system.id"],
            name="fk_period_change_system",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_table(
        "candidature",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("declarant_name", sa.String(), nullable=False),
        sa.Column("declarant_function", sa.String(), nullable=False),
        sa.Column("declared", sa.Boolean(), nullable=False),
        sa.Column("reserve", sa.String(), nullable=False),
        sa.Column("dictated_by", sa.Uuid(), nullable=True),
        sa.Column("snapshot", Json, nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("decide_by", sa.Date(), nullable=True),
        sa.Column("extension_reason", sa.String(), nullable=False),
        sa.Column("completion_asked_at", UtcDateTime(), nullable=True),
        sa.Column("completion_due_on", sa.Date(), nullable=True),
        sa.Column("completion_text", sa.String(), nullable=False),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.Column("completion_answer", sa.String(), nullable=False),
        sa.Column("completion_papers", Json, nullable=True),
        sa.Column("update_asked_at", UtcDateTime(), nullable=True),
        sa.Column("update_due_on", sa.Date(), nullable=True),
        sa.Column("update_text", sa.String(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("updated_snapshot", Json, nullable=True),
        sa.Column("hearing_at", UtcDateTime(), nullable=True),
        sa.Column("hearing_due_on", sa.Date(), nullable=True),
        sa.Column("hearing_text", sa.String(), nullable=False),
        sa.Column("hearing_answer", sa.String(), nullable=False),
        sa.Column("first_decided_on", sa.Date(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("delegation_id", sa.Uuid(), nullable=True),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("alerted_at", UtcDateTime(), nullable=True),
        sa.Column("breached_at", UtcDateTime(), nullable=True),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (submitted_at IS NULL)", name="ck_candidature_submitted_at"
        ),
        sa.CheckConstraint(
            "state <> 'admission_withdrawn' OR hearing_at IS NOT NULL", name="ck_candidature_heard"
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'completing', 'admitted', 'refused', 'withdrawn', 'admission_withdrawn')",
            name="ck_candidature_state",
        ),
        sa.CheckConstraint(
            "state NOT IN ('admitted', 'refused', 'admission_withdrawn') OR (decided_at IS NOT NULL AND reasons <> '' AND delegation_id IS NOT NULL)",
            name="ck_candidature_decided",
        ),
        sa.CheckConstraint(
            "decided_at IS NULL OR decided_at >= submitted_at", name="ck_candidature_order"
        ),
        sa.CheckConstraint(
            "submitted_at IS NULL OR (received_on IS NOT NULL AND decide_by > received_on AND declared AND receipt IS NOT NULL)",
            name="ck_candidature_received",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "applicant_id"],
            ["applicant.organisation_id", "applicant.id"],
            name="fk_candidature_applicant",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "category_id"],
            ["category.organisation_id", "category.id"],
            name="fk_candidature_category",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "ix_candidature_category",
        "candidature",
        ["organisation_id", "category_id", "state"],
        unique=False,
    )
    op.create_index(
        "ix_candidature_due", "candidature", ["organisation_id", "state", "decide_by"], unique=False
    )
    op.create_index(
        "uq_candidature_pending_or_admitted",
        "candidature",
        ["organisation_id", "applicant_id", "category_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('submitted', 'completing', 'admitted')"),
        postgresql_where=sa.text("state IN ('submitted', 'completing', 'admitted')"),
    )

    op.create_table(
        "category_criterion",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("weight_default", Thousandths(), nullable=False),
        sa.Column("weight_minimum", Thousandths(), nullable=False),
        sa.Column("weight_maximum", Thousandths(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("parameters", Json, nullable=False),
        sa.CheckConstraint(
            "0 <= weight_minimum AND weight_minimum <= weight_default AND weight_default <= weight_maximum AND weight_maximum <= 100000",
            name="ck_category_criterion_range",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "category_id"],
            ["category.organisation_id", "category.id"],
            name="fk_category_criterion_category",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint(
            "organisation_id", "category_id", "family", name="uq_category_criterion_family"
        ),
    )
    op.create_table(
        "envelope",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("funding_line_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("overshoot", sa.String(), nullable=False),
        sa.Column("alert_percent", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("overshoot IN ('warn', 'block')", name="ck_envelope_overshoot"),
        sa.CheckConstraint("alert_percent BETWEEN 1 AND 100", name="ck_envelope_alert"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "category_id"],
            ["category.organisation_id", "category.id"],
            name="fk_envelope_category",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "funding_line_id"],
            ["funding_line.organisation_id", "funding_line.id"],
            name="fk_envelope_funding_line",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint(
            "organisation_id", "category_id", "funding_line_id", "year", name="uq_envelope_year"
        ),
        sa.UniqueConstraint("organisation_id", "funding_line_id", "id", name="uq_envelope_line"),
    )
    op.create_index(
        "uq_envelope_period",
        "envelope",
        ["organisation_id", "category_id", "funding_line_id"],
        unique=True,
        sqlite_where=sa.text("year IS NULL"),
        postgresql_where=sa.text("year IS NULL"),
    )

    op.create_table(
        "market",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("frame_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("need_confirmed", sa.Boolean(), nullable=False),
        sa.Column("deadline_at", UtcDateTime(), nullable=True),
        sa.Column("questions_until", UtcDateTime(), nullable=True),
        sa.Column("short_deadline_agreement", sa.String(), nullable=False),
        sa.Column("variants_allowed", sa.Boolean(), nullable=True),
        sa.Column("partial_allowed", sa.Boolean(), nullable=False),
        sa.Column("award_mode", sa.String(), nullable=False),
        sa.Column("condition_of_performance", sa.String(), nullable=False),
        sa.Column("social_condition", sa.String(), nullable=False),
        sa.Column("delivery_place", sa.String(), nullable=False),
        sa.Column("delivery_from", sa.Date(), nullable=True),
        sa.Column("delivery_until", sa.Date(), nullable=True),
        sa.Column("storage", sa.String(), nullable=False),
        sa.Column("access", sa.String(), nullable=False),
        sa.Column("visit", sa.String(), nullable=False),
        sa.Column("visit_checklist", sa.String(), nullable=False),
        sa.Column("warranty", sa.String(), nullable=False),
        sa.Column("advance_percent", sa.Integer(), nullable=False),
        sa.Column("validity_days", sa.Integer(), nullable=False),
        sa.Column("tie_break", Json, nullable=False),
        sa.Column("buyer_supplies", sa.String(), nullable=False),
        sa.Column("service_code", sa.String(), nullable=True),
        sa.Column("launch_delegation_id", sa.Uuid(), nullable=True),
        sa.Column("credit_sheet", Json, nullable=True),
        sa.Column("frame_version", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("private_key", sa.LargeBinary(), nullable=True),
        sa.Column("key_fingerprint", sa.String(), nullable=True),
        sa.Column("launched_at", UtcDateTime(), nullable=True),
        sa.Column("launched_by", sa.Uuid(), nullable=True),
        sa.Column("opening_from", UtcDateTime(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("minutes", Json, nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_reasons", sa.String(), nullable=False),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.Column("validity_told_at", UtcDateTime(), nullable=True),
        sa.Column("copied_from", sa.Uuid(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("section_versions", Json, nullable=False),
        sa.CheckConstraint(
            "(state IN ('unsuccessful', 'withdrawn')) = (ended_at IS NOT NULL)",
            name="ck_market_ended_at",
        ),
        sa.CheckConstraint(
            "award_mode IN ('single', 'lots', 'lines')", name="ck_market_award_mode"
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_reasons <> ''", name="ck_market_ended_reasons"
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'approval') = (launched_at IS NULL)", name="ck_market_launched_at"
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'approval', 'launched', 'opened', 'ranked', 'proposed', 'decided', 'signed', 'transmitted', 'notified', 'performed', 'settled', 'unsuccessful', 'withdrawn')",
            name="ck_market_state",
        ),
        sa.CheckConstraint(
            "state NOT IN ('opened', 'ranked', 'proposed', 'decided', 'signed', 'transmitted', 'notified', 'performed', 'settled') OR opened_at IS NOT NULL",
            name="ck_market_opened_at",
        ),
        sa.CheckConstraint("deadline_at > launched_at", name="ck_market_deadline"),
        sa.CheckConstraint(
            "launched_at IS NULL OR (number IS NOT NULL AND deadline_at IS NOT NULL AND opening_from IS NOT NULL AND public_key IS NOT NULL AND private_key IS NOT NULL)",
            name="ck_market_launched_complete",
        ),
        sa.CheckConstraint(
            "number IS NULL OR length(number) <= 16", name="ck_market_number_length"
        ),
        sa.CheckConstraint("opened_at >= opening_from", name="ck_market_opened_after"),
        sa.CheckConstraint("opening_from > deadline_at", name="ck_market_opening_from"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "category_id"],
            ["category.organisation_id", "category.id"],
            name="fk_market_category",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "frame_id"],
            ["response_frame.organisation_id", "response_frame.id"],
            name="fk_market_frame",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "system_id"],
            ["purchasing_system.organisation_id", "purchasing_system.id"],
            name="fk_market_system",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint("id", name="uq_market_id"),
        sa.UniqueConstraint("organisation_id", "frame_id", name="uq_market_frame"),
        sa.UniqueConstraint("organisation_id", "number", name="uq_market_number"),
    )
    op.create_index(
        "ix_market_category", "market", ["organisation_id", "category_id", "state"], unique=False
    )
    op.create_index(
        "ix_market_state", "market", ["organisation_id", "state", "deadline_at"], unique=False
    )

    op.create_table(
        "addendum",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("significant", sa.Boolean(), nullable=False),
        sa.Column("changes", Json, nullable=False),
        sa.Column("old_deadline_at", UtcDateTime(), nullable=True),
        sa.Column("new_deadline_at", UtcDateTime(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("new_deadline_at > old_deadline_at", name="ck_addendum_later"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_addendum_market",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint("organisation_id", "market_id", "number", name="uq_addendum_number"),
    )
    op.create_table(
        "assignment",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_assignment_market",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint("organisation_id", "market_id", "person_id", name="uq_assignment"),
    )
    op.create_table(
        "candidature_decision",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("candidature_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("appeal", sa.String(), nullable=False),
        sa.Column("delegation_id", sa.Uuid(), nullable=False),
        sa.Column("signatory", sa.String(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('admission', 'refusal', 'admission_withdrawal')",
            name="ck_candidature_decision_kind",
        ),
        sa.CheckConstraint("reasons <> ''", name="ck_candidature_decision_reasons"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "candidature_id"],
            ["candidature.organisation_id", "candidature.id"],
            name="fk_candidature_decision_candidature",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "ix_candidature_decision",
        "candidature_decision",
        ["organisation_id", "candidature_id", "decided_at"],
        unique=False,
    )

    op.create_table(
        "criterion",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("weight", Thousandths(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("n", Thousandths(), nullable=True),
        sa.Column("maximum", Thousandths(), nullable=True),
        sa.Column("minimum", Thousandths(), nullable=True),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("fallback", sa.String(), nullable=True),
        sa.Column("anchors", Json, nullable=False),
        sa.Column("guidance", sa.String(), nullable=False),
        sa.Column("evidence", Json, nullable=False),
        sa.CheckConstraint("direction IN ('lower', 'higher')", name="ck_criterion_direction"),
        sa.CheckConstraint("fallback IN ('proportional')", name="ck_criterion_fallback"),
        sa.CheckConstraint(
            "method IN ('proportional', 'linear', 'min_max', 'judged')", name="ck_criterion_method"
        ),
        sa.CheckConstraint("weight > 0 AND weight <= 100000", name="ck_criterion_weight"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_criterion_market",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint("organisation_id", "market_id", "code", name="uq_criterion_code"),
    )
    op.create_table(
        "invitation",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "applicant_id"],
            ["applicant.organisation_id", "applicant.id"],
            name="fk_invitation_applicant",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_invitation_market",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint("organisation_id", "market_id", "applicant_id", name="uq_invitation"),
    )
    op.create_index(
        "ix_invitation_supplier", "invitation", ["supplier_id", "sent_at"], unique=False
    )

    op.create_table(
        "letter",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('completion_request', 'low_price_question', 'papers_request', 'decision', 'rejection', 'notification', 'without_award')",
            name="ck_letter_kind",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_letter_market",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint(
            "organisation_id", "market_id", "supplier_id", "kind", "sequence", name="uq_letter"
        ),
    )
    op.create_index("ix_letter_supplier", "letter", ["supplier_id", "issued_at"], unique=False)

    op.create_table(
        "lot",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("estimate_cents", sa.BigInteger(), nullable=True),
        sa.Column("credits_cents", sa.BigInteger(), nullable=True),
        sa.Column("credits_ht_cents", sa.BigInteger(), nullable=True),
        sa.Column("increase_cents", sa.BigInteger(), nullable=False),
        sa.Column("increased_at", UtcDateTime(), nullable=True),
        sa.Column("funding_line_id", sa.Uuid(), nullable=True),
        sa.Column("envelope_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "credits_cents IS NULL OR estimate_cents IS NULL OR credits_cents >= estimate_cents",
            name="ck_lot_credits",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "envelope_id"],
            ["envelope.organisation_id", "envelope.id"],
            name="fk_lot_envelope",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "funding_line_id"],
            ["funding_line.organisation_id", "funding_line.id"],
            name="fk_lot_funding_line",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_lot_market",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint("organisation_id", "market_id", "number", name="uq_lot_number"),
    )
    op.create_table(
        "movement",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("funding_line_id", sa.Uuid(), nullable=False),
        sa.Column("envelope_id", sa.Uuid(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ht_cents", sa.BigInteger(), nullable=False),
        sa.Column("ttc_cents", sa.BigInteger(), nullable=False),
        sa.Column("line_cents", sa.BigInteger(), nullable=False),
        sa.Column("envelope_cents", sa.BigInteger(), nullable=False),
        sa.Column("line_after", sa.BigInteger(), nullable=False),
        sa.Column("envelope_after", sa.BigInteger(), nullable=True),
        sa.Column("market_id", sa.Uuid(), nullable=True),
        sa.Column("award_id", sa.Uuid(), nullable=True),
        sa.Column("engagement_id", sa.Uuid(), nullable=True),
        sa.Column("reverses", sa.Uuid(), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(kind IN ('liquidation', 'solde')) = (engagement_id IS NOT NULL)",
            name="ck_movement_of_engagement",
        ),
        sa.CheckConstraint(
            "(kind IN ('release', 'reversal')) = (reverses IS NOT NULL)",
            name="ck_movement_reverses",
        ),
        sa.CheckConstraint(
            "kind <> 'engagement' OR reference <> ''", name="ck_movement_engagement_number"
        ),
        sa.CheckConstraint(
            "kind IN ('vote', 'allocation', 'transfer', 'reservation', 'release', 'engagement', 'liquidation', 'solde', 'reversal')",
            name="ck_movement_kind",
        ),
        sa.CheckConstraint(
            "kind NOT IN ('transfer', 'reversal') OR reason <> ''", name="ck_movement_reason"
        ),
        sa.CheckConstraint(
            "envelope_id IS NOT NULL OR (envelope_cents = 0 AND envelope_after IS NULL)",
            name="ck_movement_envelope",
        ),
        sa.CheckConstraint("line_after >= 0", name="ck_movement_line_never_overdrawn"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "engagement_id"],
            ["movement.organisation_id", "movement.id"],
            name="fk_movement_engagement",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "funding_line_id", "envelope_id"],
            ["envelope.organisation_id", "envelope.funding_line_id", "envelope.id"],
            name="fk_movement_envelope",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "funding_line_id"],
            ["funding_line.organisation_id", "funding_line.id"],
            name="fk_movement_funding_line",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "reverses"],
            ["movement.organisation_id", "movement.id"],
            name="fk_movement_reverses",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint(
            "organisation_id", "funding_line_id", "cause", name="uq_movement_cause"
        ),
        sa.UniqueConstraint("organisation_id", "funding_line_id", "seq", name="uq_movement_seq"),
    )
    op.create_index(
        "ix_movement_engagement", "movement", ["organisation_id", "engagement_id"], unique=False
    )
    op.create_index(
        "ix_movement_envelope", "movement", ["organisation_id", "envelope_id", "seq"], unique=False
    )
    op.create_index(
        "ix_movement_envelope_at",
        "movement",
        ["organisation_id", "envelope_id", "at", "seq"],
        unique=False,
    )
    op.create_index(
        "ix_movement_line_at",
        "movement",
        ["organisation_id", "funding_line_id", "at", "seq"],
        unique=False,
    )
    op.create_index(
        "ix_movement_market", "movement", ["organisation_id", "market_id"], unique=False
    )
    op.create_index(
        "uq_movement_reverses",
        "movement",
        ["organisation_id", "reverses"],
        unique=True,
        sqlite_where=sa.text("reverses IS NOT NULL"),
        postgresql_where=sa.text("reverses IS NOT NULL"),
    )

    op.create_table(
        "offer_slot",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("mine", sa.LargeBinary(), nullable=False),
        sa.Column("pli", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "applicant_id"],
            ["applicant.organisation_id", "applicant.id"],
            name="fk_offer_slot_applicant",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_offer_slot_market",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "market_id", "applicant_id"),
    )
    op.create_table(
        "question",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("line_position", sa.Integer(), nullable=True),
        sa.Column("asker_mac", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("public_text", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name="ck_question_answered"),
        sa.CheckConstraint("kind IN ('question', 'postponement')", name="ck_question_kind"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_question_market",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_table(
        "ranking",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("lot_number", sa.Integer(), nullable=False),
        sa.Column("result", Json, nullable=False),
        sa.Column("result_sha256", sa.String(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("reopened_at", UtcDateTime(), nullable=True),
        sa.Column("reopened_reason", sa.String(), nullable=False),
        sa.Column("settled", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_ranking_market",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_table(
        "deposit",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.Column("receipt_sha256", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('offer', 'replacement', 'withdrawal', 'late')", name="ck_deposit_kind"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "market_id", "applicant_id"],
            ["offer_slot.organisation_id", "offer_slot.market_id", "offer_slot.applicant_id"],
            name="fk_deposit_slot",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "ix_deposit_slot",
        "deposit",
        ["organisation_id", "market_id", "applicant_id", "received_at"],
        unique=False,
    )

    op.create_table(
        "late_deposit",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "market_id", "applicant_id"],
            ["offer_slot.organisation_id", "offer_slot.market_id", "offer_slot.applicant_id"],
            name="fk_late_deposit_slot",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_table(
        "offer",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_name", sa.String(), nullable=False),
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("frame_version", sa.Integer(), nullable=False),
        sa.Column("vat_regime", sa.String(), nullable=False),
        sa.Column("vat_rate", Thousandths(), nullable=True),
        sa.Column("ht_cents", sa.BigInteger(), nullable=True),
        sa.Column("payable_cents", sa.BigInteger(), nullable=True),
        sa.Column("payload", Json, nullable=True),
        sa.Column("answers", Json, nullable=False),
        sa.Column("payload_bytes", sa.LargeBinary(), nullable=True),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("verdict_reasons", sa.String(), nullable=False),
        sa.Column("verdict_at", UtcDateTime(), nullable=True),
        sa.Column("verdict_by", sa.Uuid(), nullable=True),
        sa.Column("completion_asked_at", UtcDateTime(), nullable=True),
        sa.Column("completion_due_at", UtcDateTime(), nullable=True),
        sa.Column("completion_text", sa.String(), nullable=False),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.Column("low_price_asked_at", UtcDateTime(), nullable=True),
        sa.Column("low_price_due_at", UtcDateTime(), nullable=True),
        sa.Column("low_price_answer", sa.String(), nullable=False),
        sa.Column("low_price_decision", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('opened', 'unreadable')", name="ck_offer_state"),
        sa.CheckConstraint(
            "verdict IN ('pending', 'regular') OR verdict_reasons <> ''",
            name="ck_offer_verdict_reasons",
        ),
        sa.CheckConstraint(
            "verdict IN ('pending', 'regular', 'irregular', 'unacceptable', 'inappropriate', 'abnormally_low')",
            name="ck_offer_verdict",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "market_id", "applicant_id"],
            ["offer_slot.organisation_id", "offer_slot.market_id", "offer_slot.applicant_id"],
            name="fk_offer_slot",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint(
            "organisation_id", "market_id", "applicant_id", name="uq_offer_applicant"
        ),
    )
    op.create_table(
        "award",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("lot_number", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("slices", Json, nullable=False),
        sa.Column("ht_cents", sa.BigInteger(), nullable=False),
        sa.Column("payable_cents", sa.BigInteger(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("papers", Json, nullable=False),
        sa.Column("papers_due_on", sa.Date(), nullable=True),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decision_delegation_id", sa.Uuid(), nullable=True),
        sa.Column("signed_at", UtcDateTime(), nullable=True),
        sa.Column("supplier_signed_on", sa.Date(), nullable=True),
        sa.Column("contract_delegation_id", sa.Uuid(), nullable=True),
        sa.Column("contract_attachment_id", sa.Uuid(), nullable=True),
        sa.Column("engagement_number", sa.String(), nullable=False),
        sa.Column("transmitted_at", UtcDateTime(), nullable=True),
        sa.Column("prefecture_receipt_on", sa.Date(), nullable=True),
        sa.Column("notified_at", UtcDateTime(), nullable=True),
        sa.Column("performance", Json, nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("essential", Json, nullable=False),
        sa.Column("cancelled_reason", sa.String(), nullable=False),
        sa.Column("set_aside", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'decided', 'signed', 'transmitted', 'notified', 'performed', 'settled', 'cancelled')",
            name="ck_award_state",
        ),
        sa.CheckConstraint(
            "state NOT IN ('decided', 'signed', 'transmitted', 'notified', 'performed', 'settled') OR (decided_at IS NOT NULL AND decision_delegation_id IS NOT NULL)",
            name="ck_award_decided",
        ),
        sa.CheckConstraint(
            "state NOT IN ('notified', 'performed', 'settled') OR notified_at IS NOT NULL",
            name="ck_award_notified",
        ),
        sa.CheckConstraint(
            "state NOT IN ('signed', 'transmitted', 'notified', 'performed', 'settled') OR (signed_at IS NOT NULL AND contract_delegation_id IS NOT NULL AND engagement_number <> '')",
            name="ck_award_signed",
        ),
        sa.CheckConstraint("decided_at >= proposed_at", name="ck_award_decided_after"),
        sa.CheckConstraint("notified_at >= signed_at", name="ck_award_notified_after"),
        sa.CheckConstraint("signed_at >= decided_at", name="ck_award_signed_after"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "market_id"],
            ["market.organisation_id", "market.id"],
            name="fk_award_market",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "offer_id"],
            ["offer.organisation_id", "offer.id"],
            name="fk_award_offer",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "uq_award_offer_lot",
        "award",
        ["organisation_id", "offer_id", "lot_number"],
        unique=True,
        sqlite_where=sa.text("state <> 'cancelled'"),
        postgresql_where=sa.text("state <> 'cancelled'"),
    )

    op.create_table(
        "judgement",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("lot_number", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("judged_at", UtcDateTime(), nullable=False),
        sa.Column("judged_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("verdict = 'regular' OR reasons <> ''", name="ck_judgement_reasons"),
        sa.CheckConstraint(
            "verdict IN ('pending', 'regular', 'irregular', 'unacceptable', 'inappropriate', 'abnormally_low')",
            name="ck_judgement_verdict",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "offer_id"],
            ["offer.organisation_id", "offer.id"],
            name="fk_judgement_offer",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint("organisation_id", "offer_id", "seq", name="uq_judgement_seq"),
    )
    op.create_table(
        "offer_line",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", Thousandths(), nullable=False),
        sa.Column("slices", sa.Integer(), nullable=True),
        sa.Column("unit_cents", sa.BigInteger(), nullable=True),
        sa.Column("ht_cents", sa.BigInteger(), nullable=True),
        sa.Column("values", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "offer_id"],
            ["offer.organisation_id", "offer.id"],
            name="fk_offer_line_offer",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint("organisation_id", "offer_id", "line_id", name="uq_offer_line"),
    )
    op.create_table(
        "score",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("criterion_id", sa.Uuid(), nullable=False),
        sa.Column("scorer", sa.String(), nullable=False),
        sa.Column("value", Thousandths(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("scored_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("value >= 0", name="ck_score_value"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "criterion_id"],
            ["criterion.organisation_id", "criterion.id"],
            name="fk_score_criterion",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "offer_id"],
            ["offer.organisation_id", "offer.id"],
            name="fk_score_offer",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
        sa.UniqueConstraint(
            "organisation_id", "offer_id", "criterion_id", "scorer", name="uq_score"
        ),
    )
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """There is nothing before."""
    raise NotImplementedError("the first version has nothing before it")


# What sad/db/triggers.py said when this migration was written.
TRIGGERS = {
    "sqlite": (
        """CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event BEGIN SELECT RAISE(ABORT, 'audit_event: append-only'); END""",
        """CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event BEGIN SELECT RAISE(ABORT, 'audit_event: append-only'); END""",
        """CREATE TRIGGER audit_seal_no_update BEFORE UPDATE ON audit_seal BEGIN SELECT RAISE(ABORT, 'audit_seal: append-only'); END""",
        """CREATE TRIGGER audit_seal_no_delete BEFORE DELETE ON audit_seal BEGIN SELECT RAISE(ABORT, 'audit_seal: append-only'); END""",
        """CREATE TRIGGER audit_leaf_no_update BEFORE UPDATE ON audit_leaf BEGIN SELECT RAISE(ABORT, 'audit_leaf: append-only'); END""",
        """CREATE TRIGGER audit_leaf_no_delete BEFORE DELETE ON audit_leaf BEGIN SELECT RAISE(ABORT, 'audit_leaf: append-only'); END""",
        """CREATE TRIGGER movement_no_update BEFORE UPDATE ON movement BEGIN SELECT RAISE(ABORT, 'movement: append-only'); END""",
        """CREATE TRIGGER movement_no_delete BEFORE DELETE ON movement BEGIN SELECT RAISE(ABORT, 'movement: append-only'); END""",
        """CREATE TRIGGER deposit_no_update BEFORE UPDATE ON deposit BEGIN SELECT RAISE(ABORT, 'deposit: append-only'); END""",
        """CREATE TRIGGER deposit_no_delete BEFORE DELETE ON deposit BEGIN SELECT RAISE(ABORT, 'deposit: append-only'); END""",
        """CREATE TRIGGER late_deposit_no_update BEFORE UPDATE ON late_deposit BEGIN SELECT RAISE(ABORT, 'late_deposit: append-only'); END""",
        """CREATE TRIGGER late_deposit_no_delete BEFORE DELETE ON late_deposit BEGIN SELECT RAISE(ABORT, 'late_deposit: append-only'); END""",
        """CREATE TRIGGER candidature_decision_no_update BEFORE UPDATE ON candidature_decision BEGIN SELECT RAISE(ABORT, 'candidature_decision: append-only'); END""",
        """CREATE TRIGGER candidature_decision_no_delete BEFORE DELETE ON candidature_decision BEGIN SELECT RAISE(ABORT, 'candidature_decision: append-only'); END""",
        """CREATE TRIGGER installation_frozen BEFORE UPDATE ON installation WHEN NEW.kind IS NOT OLD.kind BEGIN SELECT RAISE(ABORT, 'installation: kind frozen'); END""",
        """CREATE TRIGGER audit_chain_frozen BEFORE UPDATE ON audit_chain WHEN NEW.chain IS NOT OLD.chain OR NEW.parent IS NOT OLD.parent OR NEW.parent_seq IS NOT OLD.parent_seq OR NEW.organisation IS NOT OLD.organisation BEGIN SELECT RAISE(ABORT, 'audit_chain: chain, parent, parent_seq, organisation frozen'); END""",
        """CREATE TRIGGER movement_balance BEFORE INSERT ON movement
        WHEN NEW.seq <> 1 + COALESCE((SELECT max(seq) FROM movement m
        WHERE m.organisation_id = NEW.organisation_id
        AND m.funding_line_id = NEW.funding_line_id), 0)
    OR NEW.at < (SELECT at FROM movement m WHERE m.organisation_id = NEW.organisation_id
        AND m.funding_line_id = NEW.funding_line_id ORDER BY seq DESC LIMIT 1)
    OR NEW.line_after <> NEW.line_cents + COALESCE((SELECT line_after FROM movement m
        WHERE m.organisation_id = NEW.organisation_id
        AND m.funding_line_id = NEW.funding_line_id ORDER BY seq DESC LIMIT 1), 0)
    OR (NEW.envelope_id IS NOT NULL AND (NEW.envelope_after IS NULL
        OR NEW.envelope_after <> NEW.envelope_cents + COALESCE((SELECT envelope_after
        FROM movement m WHERE m.organisation_id = NEW.organisation_id
        AND m.envelope_id = NEW.envelope_id ORDER BY seq DESC LIMIT 1), 0)))
        BEGIN SELECT RAISE(ABORT, 'movement: a balance is the one before, plus the movement'); END""",
        """CREATE TRIGGER audit_chain_forward BEFORE UPDATE ON audit_chain
        WHEN NEW.seq < OLD.seq OR NEW.sealed < OLD.sealed
        BEGIN SELECT RAISE(ABORT, 'audit_chain only goes forward'); END""",
        """CREATE TRIGGER audit_chain_no_delete BEFORE DELETE ON audit_chain
        BEGIN SELECT RAISE(ABORT, 'audit_chain only goes forward'); END""",
        """CREATE TRIGGER audit_detail_no_update BEFORE UPDATE ON audit_detail
        BEGIN SELECT RAISE(ABORT, 'audit_detail is append-only'); END""",
        """CREATE TRIGGER audit_detail_erased BEFORE DELETE ON audit_detail
        WHEN NOT EXISTS (SELECT 1 FROM audit_event e, json_each(e.body, '$.after.events') j
            WHERE e.chain = OLD.chain AND e.action = 'detail.erased' AND j.value = OLD.seq)
        BEGIN SELECT RAISE(ABORT, 'audit_detail: no event of the chain erases this detail'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ': ' || TG_ARGV[0]; END $$""",
        """CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse_change('append-only')""",
        """CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append-only')""",
        """CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE ON audit_seal FOR EACH ROW EXECUTE FUNCTION refuse_change('append-only')""",
        """CREATE TRIGGER audit_seal_no_truncate BEFORE TRUNCATE ON audit_seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append-only')""",
        """CREATE TRIGGER audit_leaf_append_only BEFORE UPDATE OR DELETE ON audit_leaf FOR EACH ROW EXECUTE FUNCTION refuse_change('append-only')""",
        """CREATE TRIGGER audit_leaf_no_truncate BEFORE TRUNCATE ON audit_leaf FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append-only')""",
        """CREATE TRIGGER movement_append_only BEFORE UPDATE OR DELETE ON movement FOR EACH ROW EXECUTE FUNCTION refuse_change('append-only')""",
        """CREATE TRIGGER movement_no_truncate BEFORE TRUNCATE ON movement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append-only')""",
        """CREATE TRIGGER deposit_append_only BEFORE UPDATE OR DELETE ON deposit FOR EACH ROW EXECUTE FUNCTION refuse_change('append-only')""",
        """CREATE TRIGGER deposit_no_truncate BEFORE TRUNCATE ON deposit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append-only')""",
        """CREATE TRIGGER late_deposit_append_only BEFORE UPDATE OR DELETE ON late_deposit FOR EACH ROW EXECUTE FUNCTION refuse_change('append-only')""",
        """CREATE TRIGGER late_deposit_no_truncate BEFORE TRUNCATE ON late_deposit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append-only')""",
        """CREATE TRIGGER candidature_decision_append_only BEFORE UPDATE OR DELETE ON candidature_decision FOR EACH ROW EXECUTE FUNCTION refuse_change('append-only')""",
        """CREATE TRIGGER candidature_decision_no_truncate BEFORE TRUNCATE ON candidature_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append-only')""",
        """CREATE TRIGGER installation_frozen BEFORE UPDATE ON installation FOR EACH ROW WHEN (NEW.kind IS DISTINCT FROM OLD.kind) EXECUTE FUNCTION refuse_change('kind frozen')""",
        """CREATE TRIGGER audit_chain_frozen BEFORE UPDATE ON audit_chain FOR EACH ROW WHEN (NEW.chain IS DISTINCT FROM OLD.chain OR NEW.parent IS DISTINCT FROM OLD.parent OR NEW.parent_seq IS DISTINCT FROM OLD.parent_seq OR NEW.organisation IS DISTINCT FROM OLD.organisation) EXECUTE FUNCTION refuse_change('chain, parent, parent_seq, organisation frozen')""",
        """CREATE FUNCTION movement_balance() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.seq <> 1 + COALESCE((SELECT max(seq) FROM movement m
        WHERE m.organisation_id = NEW.organisation_id
        AND m.funding_line_id = NEW.funding_line_id), 0)
    OR NEW.at < (SELECT at FROM movement m WHERE m.organisation_id = NEW.organisation_id
        AND m.funding_line_id = NEW.funding_line_id ORDER BY seq DESC LIMIT 1)
    OR NEW.line_after <> NEW.line_cents + COALESCE((SELECT line_after FROM movement m
        WHERE m.organisation_id = NEW.organisation_id
        AND m.funding_line_id = NEW.funding_line_id ORDER BY seq DESC LIMIT 1), 0)
    OR (NEW.envelope_id IS NOT NULL AND (NEW.envelope_after IS NULL
        OR NEW.envelope_after <> NEW.envelope_cents + COALESCE((SELECT envelope_after
        FROM movement m WHERE m.organisation_id = NEW.organisation_id
        AND m.envelope_id = NEW.envelope_id ORDER BY seq DESC LIMIT 1), 0)))
            THEN RAISE EXCEPTION 'movement: a balance is the one before, plus the movement'; END IF;
            RETURN NEW;
        END $$""",
        """CREATE TRIGGER movement_balance BEFORE INSERT ON movement
        FOR EACH ROW EXECUTE FUNCTION movement_balance()""",
        """CREATE FUNCTION audit_chain_forward() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF NEW.seq >= OLD.seq AND NEW.sealed >= OLD.sealed THEN RETURN NEW; END IF;
            END IF;
            RAISE EXCEPTION 'audit_chain only goes forward';
        END $$""",
        """CREATE TRIGGER audit_chain_forward BEFORE UPDATE OR DELETE ON audit_chain
        FOR EACH ROW EXECUTE FUNCTION audit_chain_forward()""",
        """CREATE TRIGGER audit_chain_no_truncate BEFORE TRUNCATE ON audit_chain
        FOR EACH STATEMENT EXECUTE FUNCTION audit_chain_forward()""",
        """CREATE FUNCTION audit_detail_erased() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                IF EXISTS (SELECT 1 FROM audit_event e
                    WHERE e.chain = OLD.chain AND e.action = 'detail.erased'
                    AND e.body::jsonb -> 'after' -> 'events' @> to_jsonb(OLD.seq))
                THEN RETURN OLD; END IF;
            END IF;
            RAISE EXCEPTION 'audit_detail: no event of the chain erases this detail';
        END $$""",
        """CREATE TRIGGER audit_detail_erased BEFORE UPDATE OR DELETE ON audit_detail
        FOR EACH ROW EXECUTE FUNCTION audit_detail_erased()""",
        """CREATE TRIGGER audit_detail_no_truncate BEFORE TRUNCATE ON audit_detail
        FOR EACH STATEMENT EXECUTE FUNCTION audit_detail_erased()""",
    ),
}
