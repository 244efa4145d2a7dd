"""The journal as a verification reads it: ordered streams, and look-ups where it is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from sad.audit.faults import Row
from sad.audit.heads import Head

PAGE = 2000  # rows held in memory for each stream

# What each stream reads: table, columns (i: whole number, b: bytes, t: text), order.
HEADS = (
    "audit_chain c LEFT JOIN audit_event p ON p.chain = c.parent AND p.seq = c.parent_seq",
    """t:c.chain i:c.seq b:c.head t:c.at t:c.parent i:c.parent_seq t:c.organisation b:c.mac
    i:c.sealed b:p.hash t:p.action t:p.object""",
    "c.chain",
)
EVENTS = ("audit_event", "t:chain i:seq t:body b:hash", "chain, seq")
LEAVES = ("audit_leaf", "t:chain i:seq b:head i:seal", "chain, seq, seal")
DETAILS = ("audit_detail", "t:chain i:seq b:salt t:json", "chain, seq")
SEALS = ("audit_seal", "i:no t:body t:signature", "no")
TREES = ("audit_leaf", "i:seal b:nonce t:chain i:seq b:head", "seal, position")
CASTS = {"i": "INTEGER", "b": "BLOB", "t": "TEXT"}

ORPHANS = """SELECT chain, seq, object FROM audit_event e WHERE action = 'chain.opened'
    AND NOT EXISTS (SELECT 1 FROM audit_chain c WHERE c.chain = e.object) ORDER BY chain, seq"""
OPENED = """SELECT chain, seq, hash FROM audit_event
    WHERE action = 'chain.opened' AND object = :chain"""
EVENT = "SELECT chain, seq, body, hash FROM audit_event WHERE chain = :chain AND seq = :seq"
LAST_LEAF = "SELECT max(seq) FROM audit_leaf WHERE chain = :chain"


class HeadRow(NamedTuple):
    """A head as stored, with the event of the parent that it says opened the chain."""

    chain: str
    seq: int
    head: bytes
    at: str
    parent: str | None
    parent_seq: int | None
    organisation: str | None
    mac: bytes
    sealed: int
    opened_hash: bytes | None
    opened_action: str | None
    opened_object: str | None

    @property
    def value(self) -> Head:
        """What its code covers."""
        return Head(
            self.chain,
            self.seq,
            self.head,
            self.at,
            self.parent,
            self.parent_seq,
            self.organisation,
        )


class LeafRow(NamedTuple):
    """A leaf: what the head of a chain was when sealed."""

    chain: str
    seq: int
    head: bytes
    seal: int


class DetailRow(NamedTuple):
    """Personal details kept apart from an event."""

    chain: str
    seq: int
    salt: bytes
    json: str


class Stream:
    """Rows sorted by chain, taken one chain at a time; one page in memory."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self._rows = rows
        self.top: Any = next(rows, None)

    def take(self, chain: str) -> Iterator[Any]:
        """The rows of this chain, which must be the first one left."""
        while self.top is not None and self.top[0] == chain:
            row, self.top = self.top, next(self._rows, None)
            yield row


@dataclass
class Book:
    """The journal behind a connection, in one snapshot."""

    connection: Connection

    def stream(self, source: tuple[str, str, str]) -> Iterator[Any]:
        """Rows of one of the sources above, page by page, from a cursor on the server.

        A column of SQLite holds any type: a forged one must be named, not stop the reading.
        """
        table, columns, order = source
        typed = [column.split(":") for column in columns.split()]
        cast = self.connection.dialect.name == "sqlite"
        listed = ", ".join(f"CAST({n} AS {CASTS[t]})" if cast else n for t, n in typed)
        statement = f"SELECT {listed} FROM {table} ORDER BY {order}"  # noqa: S608  # constants
        options = {"stream_results": True, "yield_per": PAGE}
        with self.connection.execute(text(statement), execution_options=options) as result:
            for page in result.partitions(PAGE):
                yield from page

    def orphans(self) -> list[tuple[str, int, str]]:
        """Openings of chains that have no head: chain and number of the event, chain opened."""
        rows = self.connection.execute(text(ORPHANS))
        return [(row[0], row[1], row[2]) for row in rows]

    @property
    def empty(self) -> bool:
        """No chain was ever opened."""
        return self.connection.execute(text("SELECT 1 FROM audit_chain LIMIT 1")).first() is None

    def heads(self) -> Stream:
        """Heads by chain."""
        return Stream(HeadRow(*row) for row in self.stream(HEADS))

    def events(self) -> Stream:
        """Events by chain and number."""
        return Stream(map(Row._make, self.stream(EVENTS)))

    def leaves(self) -> Stream:
        """Leaves by chain and number."""
        return Stream(map(LeafRow._make, self.stream(LEAVES)))

    def details(self) -> Stream:
        """Details by chain and number."""
        return Stream(map(DetailRow._make, self.stream(DETAILS)))

    def event(self, chain: object, seq: object) -> Row | None:
        """The event stored at a place."""
        if not isinstance(chain, str) or not isinstance(seq, int):
            return None
        row = self.connection.execute(text(EVENT), {"chain": chain, "seq": seq}).first()
        return Row(*row) if row else None

    def opening(self, chain: str) -> tuple[str, int, bytes] | None:
        """The event that opened a chain: its own chain, number and hash."""
        row = self.connection.execute(text(OPENED), {"chain": chain}).first()
        return (row[0], row[1], row[2]) if row else None

    def last_leaf(self, chain: str) -> int:
        """The highest number of a chain that a seal covers; 0 if none."""
        return self.connection.execute(text(LAST_LEAF), {"chain": chain}).scalar() or 0
