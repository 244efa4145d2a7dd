"""Categories of a system, and the criteria families its notice announces."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field

from sad.db.types import Json, Tenant, Thousandths, one_of


class Category(Tenant, table=True):
    """A category of a system: made from the catalogue, then the system's own."""

    __tablename__ = "category"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "system_id"],
            ["purchasing_system.organisation_id", "purchasing_system.id"],
            name="fk_category_system",
        ),
        UniqueConstraint("id", name="uq_category_id"),
        UniqueConstraint("organisation_id", "system_id", "code", name="uq_category_code"),
        one_of("ck_category_reservation", "reservation", ("none", "handicap", "insertion", "both")),
    )

    system_id: UUID
    code: str  # the catalogue's code
    position: int = 0
    name: str
    description: str = ""
    nature: str = ""  # frozen once published
    cpv: list[str] = Field(sa_column=Column(Json, nullable=False))
    agec_family: str | None = None
    ordinary_use: str = ""  # why it is an « achat d'usage courant » (P4, SAD-01)
    selection_criteria: str = ""  # SAD-06
    required_documents: list[str] = Field(
        default_factory=list, sa_column=Column(Json, nullable=False)
    )
    group_exclusive: bool = False  # a member may not be in several groups (GRP-02)
    reservation: str = "none"
    next_request: str = ""  # « Prochaines demandes » (P22), free words shown to the public
    version: int = 1


class CategoryCriterion(Tenant, table=True):
    """A criteria family announced by the notice, with its range (P9, MS-07)."""

    __tablename__ = "category_criterion"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "category_id"],
            ["category.organisation_id", "category.id"],
            name="fk_category_criterion_category",
        ),
        UniqueConstraint(
            "organisation_id", "category_id", "family", name="uq_category_criterion_family"
        ),
        CheckConstraint(
            "0 <= weight_minimum AND weight_minimum <= weight_default"
            " AND weight_default <= weight_maximum AND weight_maximum <= 100000",
            name="ck_category_criterion_range",
        ),
    )

    category_id: UUID
    position: int = 0
    family: str  # price, quality, environment, delay, insertion…
    label: str
    weight_default: Decimal = Field(sa_type=Thousandths)
    weight_minimum: Decimal = Field(sa_type=Thousandths)
    weight_maximum: Decimal = Field(sa_type=Thousandths)
    method: str = "judged"
    parameters: dict[str, object] = Field(
        default_factory=dict, sa_column=Column(Json, nullable=False)
    )
