"""The journal's tables, in SQLAlchemy Core: written on the hot path, never updated as objects.

Texts and bytes only, so that the same hand-made SQL serves both drivers. No foreign key: the chain
of hashes is what binds the rows, and what is left of a forgery must stay, to be found and named.
"""

from typing import Any

from sqlalchemy import BigInteger, Column, Computed, Index, LargeBinary, String, Table, Text, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement
from sqlmodel import SQLModel

# Sorted by bytes on both databases, as Python sorts: streams are merged by (chain, seq).
Name = String(120).with_variant(String(120, collation="C"), "postgresql")
Hash = LargeBinary(32)


class BodyText(ColumnElement[str]):
    """A top-level text of the canonical body, as each database spells it (immutable on both)."""

    inherit_cache = True
    type = Text()

    def __init__(self, key: str) -> None:
        self.key = key


@compiles(BodyText, "sqlite")
def _sqlite(element: BodyText, compiler: Any, **_: Any) -> str:
    return f"json_extract(body, '$.{element.key}')"


@compiles(BodyText, "postgresql")
@compiles(BodyText)
def _postgresql(element: BodyText, compiler: Any, **_: Any) -> str:
    return f"(body)::json ->> '{element.key}'::text"


def _generated(name: str) -> Column[str]:
    return Column(name, Text, Computed(BodyText(name), persisted=True))


audit_chain = Table(
    "audit_chain",
    SQLModel.metadata,
    Column("chain", Name, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("head", Hash, nullable=False),  # hash of event `seq`; the genesis when seq is 0
    Column("at", String(27), nullable=False),  # instant of the last event: never decreases
    Column("parent", Name),
    Column("parent_seq", BigInteger),  # the event of the parent that opened this chain
    Column("organisation", String(36)),
    Column("mac", LargeBinary(40), nullable=False),  # key id, then HMAC of all the columns above
    Column("sealed", BigInteger, nullable=False, server_default=text("0")),  # seq of the last leaf
    Index(
        "ix_audit_chain_advanced",
        "chain",
        sqlite_where=text("seq > sealed"),
        postgresql_where=text("seq > sealed"),
    ),
    Index("ix_audit_chain_organisation", "organisation", "chain"),
)

audit_event = Table(
    "audit_event",
    SQLModel.metadata,
    Column("chain", Name, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),  # canonical JSON, exactly as hashed
    Column("hash", Hash, nullable=False),  # SHA-256(hash of the event before, then body)
    _generated("at"),
    _generated("actor"),
    _generated("action"),
    _generated("object"),
    Index("ix_audit_event_at", "at", "chain", "seq"),
    Index("ix_audit_event_actor", "actor", "at"),
    Index("ix_audit_event_action", "action", "at"),
    Index("ix_audit_event_object", "object", "at"),
)

audit_detail = Table(
    "audit_detail",
    SQLModel.metadata,
    Column("chain", Name, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("salt", LargeBinary(16), nullable=False),
    Column("json", Text, nullable=False),  # body.details = SHA-256(salt, then json)
)

audit_seal = Table(
    "audit_seal",
    SQLModel.metadata,
    Column("no", BigInteger, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("signature", String(88), nullable=False),  # base64
)

audit_leaf = Table(
    "audit_leaf",
    SQLModel.metadata,
    Column("seal", BigInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("nonce", LargeBinary(16), nullable=False),
    Column("chain", Name, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("head", Hash, nullable=False),
    Index("ix_audit_leaf_chain", "chain", "seq"),
)
