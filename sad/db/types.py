"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, DateTime, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import Integer, TypeDecorator
from sqlmodel import Field, SQLModel

from sad.kernel.canonical import instant
from sad.kernel.ids import uuid7


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, in UTC, to the microsecond. SQLite keeps sortable text `…T…Z`."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(27))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without its zone")
        return instant(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value.astimezone(UTC)  # type: ignore[no-any-return]


class Thousandths(TypeDecorator[Decimal]):
    """A Decimal with three places, kept as whole thousandths: exact on both databases."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        scaled = Decimal(value) * 1000
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than three decimals")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else (Decimal(value) / 1000).normalize() + 0


def one_of(name: str, column: str, values: type[StrEnum] | tuple[str, ...]) -> CheckConstraint:
    """A named CHECK: the column holds one of the values (or NULL where the column allows it)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name)


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Shared(SQLModel):
    """A row that belongs to no organisation: person, supplier, session, outbox…"""

    id: UUID = Field(default_factory=uuid7, primary_key=True)


class Tenant(SQLModel):
    """A row of one organisation: key `(organisation_id, id)`, so that shards stay possible."""

    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id")
    id: UUID = Field(default_factory=uuid7, primary_key=True)
