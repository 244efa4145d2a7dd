"""Suppliers: one account a structure, several people; its file is never asked twice."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, LargeBinary, UniqueConstraint
from sqlmodel import Field

from sad.db.types import Json, Shared, Thousandths, UtcDateTime, one_of
from sad.kernel.vat import VatRegime
from sad.suppliers.states import PaperKind


class Supplier(Shared, table=True):
    """A structure: association, workshop, company. VAT is asked once, here (P17)."""

    __tablename__ = "supplier"
    __table_args__ = (
        UniqueConstraint("siret", name="uq_supplier_siret"),
        one_of("ck_supplier_vat_regime", "vat_regime", VatRegime),
        CheckConstraint(
            "(vat_regime = 'liable') = (vat_rate IS NOT NULL)", name="ck_supplier_vat_rate"
        ),
    )

    siret: str
    name: str
    legal_form: str = ""
    kinds: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))  # TYP-01
    labels: list[str] = Field(
        default_factory=list, sa_column=Column(Json, nullable=False)
    )  # TYP-03
    agreements: list[dict[str, str]] = Field(
        default_factory=list, sa_column=Column(Json, nullable=False)
    )
    vat_regime: str = VatRegime.LIABLE
    # No default in the column: SQLAlchemy would write it over a None given on purpose.
    vat_rate: Decimal | None = Field(
        default=Decimal(20), sa_type=Thousandths, sa_column_kwargs={"default": None}
    )
    address: str = ""
    city: str = ""
    phone: str = ""
    capacity: str = ""
    area: str = ""
    paused_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime
    )  # P11: no mails, still invited
    created_at: datetime = Field(sa_type=UtcDateTime)
    version: int = 1


class SupplierPerson(Shared, table=True):
    """A person of a supplier; ended, never deleted."""

    __tablename__ = "supplier_person"
    __table_args__ = (UniqueConstraint("supplier_id", "person_id", name="uq_supplier_person"),)

    supplier_id: UUID = Field(foreign_key="supplier.id")
    person_id: UUID = Field(foreign_key="person.id", index=True)
    function: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SupplierPaper(Shared, table=True):
    """A paper kept ready or asked of a winner (P8), with its expiry."""

    __tablename__ = "supplier_paper"
    __table_args__ = (one_of("ck_supplier_paper_kind", "kind", PaperKind),)

    supplier_id: UUID = Field(foreign_key="supplier.id", index=True)
    kind: str
    name: str
    object_name: str | None = None
    sha256: str | None = None
    size: int | None = None
    media_type: str | None = None
    reference: str = ""
    expires_on: date | None = None
    expiry_told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    file_key: bytes | None = Field(default=None, sa_type=LargeBinary)  # under the vault ring
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: UUID | None = None
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # candidatures cite it
