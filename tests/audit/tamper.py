"""A small journal, and hands that change it behind the application's back."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, text

from sad.audit.chains import person_chain
from sad.audit.seals import make_seal
from sad.audit.service import record
from sad.audit.signing import publish
from sad.audit.verify import verify
from sad.kernel.ids import uuid7
from tests.support.clock import FixedClock
from tests.support.rings import FixedRings

A, B = sorted((person_chain(uuid7()) for _ in range(2)), key=lambda chain: chain.name)
RINGS = FixedRings()
EVENTS, SEALED = 7, 5  # of chain A


def fill(work: Callable[..., Any], clock: FixedClock) -> None:
    """Seven events in A, three in B; a seal after the fifth and one at the end of B."""
    for number in range(1, EVENTS + 1):
        clock.advance(minutes=1)
        with work() as w:
            details = {"name": "Zoé"} if number == 2 else None
            record(w, A, f"person.act_{number}", A.id, after={"n": number}, details=details)
        if number in (3, SEALED):
            with work() as w:
                make_seal(w)
    for number in range(1, 4):
        with work() as w:
            record(w, B, f"person.act_{number}", B.id, after={"n": number})
    clock.advance(minutes=1)
    with work() as w:
        record(w, A, "person.last", A.id)


def check(engine: Engine, *, rings: bool = True, **more: Any) -> list[tuple[Any, ...]]:
    """The faults found: kind, chain (A, B or its name), sequence."""
    with engine.connect() as connection:
        report = verify(
            connection,
            keys=RINGS.vault if rings else None,
            public=publish(RINGS.signing) if rings else None,
            **more,
        )
        connection.rollback()
    short = {A.name: "A", B.name: "B"}
    return [(f.kind.value, short.get(f.chain, f.chain), f.sequence) for f in report.faults]


@dataclass
class Hand:
    """Somebody who writes in the database, without the key rings, triggers out of the way."""

    connection: Connection

    def do(self, statement: str, **values: Any) -> None:
        self.connection.execute(text(statement), values)

    def row(self, chain: str, seq: int) -> Any:
        query = "SELECT chain, seq, body, hash FROM audit_event WHERE chain = :c AND seq = :s"
        return self.connection.execute(text(query), {"c": chain, "s": seq}).one()

    def put(self, chain: str, seq: int, body: str, digest: bytes) -> None:
        self.remove(chain, seq)
        insert = "INSERT INTO audit_event (chain, seq, body, hash) VALUES (:c, :s, :b, :h)"
        self.do(insert, c=chain, s=seq, b=body, h=digest)

    def remove(self, chain: str, seq: int) -> None:
        self.do("DELETE FROM audit_event WHERE chain = :c AND seq = :s", c=chain, s=seq)

    def renumber(self, chain: str, first: int, by: int) -> None:
        """Moves every row from `first` on, one by one, so that keys never collide."""
        query = "SELECT seq FROM audit_event WHERE chain = :c AND seq >= :s ORDER BY seq"
        found = self.connection.execute(text(query), {"c": chain, "s": first}).scalars()
        for seq in sorted(found, reverse=by > 0):
            move = "UPDATE audit_event SET seq = :n WHERE chain = :c AND seq = :s"
            self.do(move, c=chain, s=seq, n=seq + by)

    def edit(self, chain: str, seq: int, /, *, rehash: bool = False, **facts: Any) -> None:
        """Changes what an event says; `rehash`: with the hash that goes with it."""
        row = self.row(chain, seq)
        value = {**json.loads(row.body), **facts}
        body = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        previous = bytes.fromhex(value["previous"])
        digest = hashlib.sha256(previous + body.encode()).digest() if rehash else row.hash
        self.put(chain, seq, body, digest)

    def recompute(self, chain: str, first: int, last: int) -> None:
        """Hashes a chain again from an event to the end, and its head; the code cannot be made."""
        for seq in range(first, last + 1):
            previous = self.row(chain, seq - 1).hash.hex()
            self.edit(chain, seq, rehash=True, previous=previous)
        self.do(
            "UPDATE audit_chain SET head = :h WHERE chain = :c",
            c=chain,
            h=self.row(chain, last).hash,
        )


def tamper(engine: Engine, act: Callable[[Hand], None]) -> None:
    """Runs an act on the database, its triggers disabled."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            names = connection.execute(text("SELECT name FROM sqlite_master WHERE type='trigger'"))
            for (name,) in names.all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        act(Hand(connection))
