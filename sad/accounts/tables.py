"""Organisations, people, what they may do, and how they come in."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    UniqueConstraint,
    false,
    text,
)
from sqlmodel import Field, SQLModel

from sad.db.types import Json, Shared, Tenant, UtcDateTime, one_of
from sad.kernel.actor import Role


class Organisation(Shared, table=True):
    """A public buyer. Its name, contact and accent dress its pages and letters."""

    __tablename__ = "organisation"
    __table_args__ = (
        UniqueConstraint("siret", name="uq_organisation_siret"),
        UniqueConstraint("slug", name="uq_organisation_slug"),
    )

    name: str
    siret: str
    slug: str
    address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    accent: str = "sapin"  # one of the palette's named accents
    logo: str | None = None  # the mark of its `Logo`, part of its address
    alsace_moselle: bool = False
    approval_required: bool = Field(  # an officer approves each market before its launch
        default=False, sa_column_kwargs={"server_default": false()}
    )
    invoice_service_code: str | None = None  # « code service » of Chorus Pro (INV-01)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Logo(SQLModel, table=True):
    """What an organisation's pages show beside its name: a JPEG of ours, at most 320 pixels."""

    __tablename__ = "organisation_logo"

    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id")
    image: bytes = Field(sa_type=LargeBinary)
    put_at: datetime = Field(sa_type=UtcDateTime)


class Person(Shared, table=True):
    """A human being with one mail address, agent or supplier's, or both."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("email", name="uq_person_email"),)

    email: str  # lower case
    name: str
    phone: str = ""
    password_hash: str | None = None
    wrong_passwords: int = 0
    link_only_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Membership(Tenant, table=True):
    """A person's role in an organisation; ended, never deleted."""

    __tablename__ = "membership"
    __table_args__ = (
        one_of("ck_membership_role", "role", tuple(r for r in Role if r is not Role.SUPPLIER)),
        Index(
            "uq_membership_current",
            "organisation_id",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    person_id: UUID = Field(foreign_key="person.id", index=True)
    role: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Delegation(Tenant, table=True):
    """Power to sign (P2): which acts, up to which amount, from when to when."""

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("valid_until >= valid_from", name="ck_delegation_period"),
        CheckConstraint("executory_on <= valid_from", name="ck_delegation_executory"),
        CheckConstraint("ceiling_cents IS NULL OR ceiling_cents > 0", name="ck_delegation_ceiling"),
    )

    person_id: UUID = Field(foreign_key="person.id")
    person_name: str
    quality: str  # « Vice-président délégué à la commande publique »
    act_number: str
    executory_on: date
    scope: list[str] = Field(sa_column=Column(Json, nullable=False))  # values of Act
    ceiling_cents: int | None = Field(default=None, sa_type=BigInteger)  # excluding tax
    valid_from: date
    valid_until: date
    attachment_id: UUID | None = None
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    version: int = 1


class SignInLink(Shared, table=True):
    """A single-use way in: only the SHA-256 of its 32 bytes is kept. Real clock."""

    __tablename__ = "sign_in_link"
    __table_args__ = (
        UniqueConstraint("token_sha256", name="uq_sign_in_link_token"),
        one_of("ck_sign_in_link_purpose", "purpose", ("sign_in", "invitation", "confirmation")),
    )

    token_sha256: bytes | None = Field(
        default=None, sa_type=LargeBinary
    )  # NULL until the worker mails it
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    email_mac: str  # HMAC of the address asked, known or not
    email_sealed: bytes | None = Field(
        default=None, sa_type=LargeBinary
    )  # the address asked, under the vault ring until the worker has decided
    network_mac: str
    purpose: str = "sign_in"
    next_path: str | None = None
    asked_at: datetime = Field(sa_type=UtcDateTime, index=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    handled_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime
    )  # the worker decided whether a mail leaves
    consumed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SessionRow(Shared, table=True):
    """A browser's session: SHA-256 of its 32 bytes, real clock, revocable."""

    __tablename__ = "session"
    __table_args__ = (UniqueConstraint("token_sha256", name="uq_session_token"),)

    token_sha256: bytes = Field(sa_type=LargeBinary)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    organisation_id: UUID | None = None  # the hat worn: agent of…
    supplier_id: UUID | None = None  # …or member of
    applicant_id: UUID | None = None  # of its applicants, the one its answers are for
    browser: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class KnownBrowser(Shared, table=True):
    """A browser a person has already signed in with; a new one is told to a supplier's people."""

    __tablename__ = "known_browser"
    __table_args__ = (UniqueConstraint("person_id", "device_sha256", name="uq_known_browser"),)

    person_id: UUID = Field(foreign_key="person.id")
    device_sha256: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)


class ApiToken(Shared, table=True):
    """A Bearer token of the JSON API: shown once, hashed, scoped, a year at most."""

    __tablename__ = "api_token"
    __table_args__ = (UniqueConstraint("token_sha256", name="uq_api_token_token"),)

    token_sha256: bytes = Field(sa_type=LargeBinary)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    organisation_id: UUID | None = None
    supplier_id: UUID | None = None
    label: str
    scopes: list[str] = Field(
        sa_column=Column(Json, nullable=False)
    )  # values of Permission, or `answer`
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
