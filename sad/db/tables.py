"""Rows about the installation itself, and acts done once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Text
from sqlmodel import Field, SQLModel

from sad.db.types import Json, UtcDateTime, one_of


class Installation(SQLModel, table=True):
    """One row: what this database is, for ever; only a demonstration moves its clock."""

    __tablename__ = "installation"
    __table_args__ = (
        CheckConstraint("id = 1", name="ck_installation_single"),
        one_of("ck_installation_kind", "kind", ("production", "demonstration")),
        CheckConstraint(
            "clock_offset_us = 0 OR kind = 'demonstration'",
            name="ck_installation_clock_demonstration",
        ),
        CheckConstraint("clock_offset_us >= 0", name="ck_installation_clock_forward"),
    )

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    clock_offset_us: int = Field(default=0, sa_type=BigInteger)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Act(SQLModel, table=True):
    """An act done once: a confirmation page's key or an `Idempotency-Key`. Kept 7 days."""

    __tablename__ = "act"

    scope: str = Field(primary_key=True)  # organisation's or supplier's id, or `shared`
    key: UUID = Field(primary_key=True)
    actor: str
    route: str
    body_sha256: str
    outcome: dict[str, object] | None = Field(default=None, sa_column=Column(Json))
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Lease(SQLModel, table=True):
    """Who leads the worker's tasks, and until when (host time). One row a task."""

    __tablename__ = "lease"

    task: str = Field(primary_key=True)
    holder: str = Field(sa_type=Text)
    until: datetime = Field(sa_type=UtcDateTime)
