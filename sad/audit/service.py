"""Writing the journal: events are buffered in the Work and appended just before its commit.

Chains are the last locks a transaction takes, in the order of their names. A chain that does not
exist is born by an event of its parent, under the parent's lock: two simultaneous births make one.
"""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from sad.audit.chains import Chain
from sad.audit.heads import Head, event_hash, genesis, head_mac
from sad.db.work import Work
from sad.kernel.actor import Actor
from sad.kernel.canonical import canonical, instant

NOTE = "audit"
COLUMNS = "chain, seq, head, at, parent, parent_seq, organisation"
READ = f"SELECT {COLUMNS} FROM audit_chain WHERE chain "  # noqa: S608  # a constant
LOCK = {
    "sqlite": READ + "IN (SELECT value FROM json_each(?)) ORDER BY chain",  # noqa: S608  # constants
    "postgresql": READ + "= ANY(%s) ORDER BY chain FOR UPDATE",
}
BIRTH = (
    f"INSERT INTO audit_chain ({COLUMNS}, mac, sealed)"  # noqa: S608  # a constant
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT (chain) DO NOTHING"
)
MOVE = "UPDATE audit_chain SET seq = ?, head = ?, at = ?, mac = ? WHERE chain = ?"
EVENT = "INSERT INTO audit_event (chain, seq, body, hash) VALUES (?, ?, ?, ?)"
DETAIL = "INSERT INTO audit_detail (chain, seq, salt, json) VALUES (?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Position:
    """Where an event stands in its chain: its number, the hash it follows, its own hash."""

    seq: int
    previous: bytes
    hash: bytes


@dataclass(slots=True)
class _Event:
    chain: Chain
    action: str
    object: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    details: dict[str, Any] | None
    actor: Actor  # who acted then, whoever the work acts for at its end


@dataclass
class _Ledger:
    """The journal as one Work sees it: what waits, the heads it holds locked, the rows to write."""

    work: Work
    waiting: list[_Event] = field(default_factory=list)
    heads: dict[str, Head] = field(default_factory=dict)
    born: dict[str, Head] = field(default_factory=dict)
    moved: dict[str, Head] = field(default_factory=dict)
    events: list[tuple[Any, ...]] = field(default_factory=list)
    details: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def connection(self) -> Connection:
        return self.work.connection

    def flush(self) -> None:
        """Appends what waits; steps behind any other callback, since chains are the last locks."""
        if self.work.before_commit:
            self.work.before_commit.append(self.flush)
            return
        waiting, self.waiting = self.waiting, []
        self.hold({event.chain.name: event.chain for event in waiting})
        for event in waiting:
            self.append(event)
        self.write()

    def hold(self, chains: dict[str, Chain]) -> None:
        """Locks these chains, in order; gives birth to those that do not exist yet."""
        missing = self._lock(chains)
        if not missing:
            return
        parents = {chain.parent.name: chain.parent for chain in missing if chain.parent is not None}
        self.hold(parents)
        # Somebody may have given birth while we waited for the parent's lock.
        for chain in self._lock({chain.name: chain for chain in missing}):
            self._birth(chain)

    def _lock(self, chains: dict[str, Chain]) -> list[Chain]:
        wanted = sorted(name for name in chains if name not in self.heads)
        if not wanted:
            return []
        dialect = self.connection.dialect.name
        names = canonical(wanted).decode() if dialect == "sqlite" else wanted
        for row in self.connection.exec_driver_sql(LOCK[dialect], (names,)):
            self.heads[row[0]] = Head(*row)
        return [chains[name] for name in wanted if name not in self.heads]

    def _birth(self, chain: Chain) -> None:
        if chain.parent is None:
            root = Head(chain.name, 0, genesis(b"", chain.name), instant(self.work.now))
            self._execute(BIRTH, [self._born(root)])
            self._lock({chain.name: chain})  # ours, or that of whoever came first
            return
        parent = self.heads[chain.parent.name]
        opened = self.append(
            _Event(chain.parent, "chain.opened", chain.name, None, None, None, self.work.actor)
        )
        head = Head(
            chain.name,
            0,
            genesis(opened.hash, chain.name),
            parent.at,
            parent.chain,
            opened.seq,
            chain.organisation,
        )
        self.heads[chain.name] = self.born[chain.name] = head

    def append(self, event: _Event) -> Position:
        """Adds one event after its chain's head, which must be held."""
        head = self.heads[event.chain.name]
        previous, actor = head.hash, event.actor
        head.seq += 1
        head.at = max(instant(self.work.now), head.at)
        body = canonical(
            {
                "chain": head.chain,
                "seq": head.seq,
                "at": head.at,
                "actor": actor.label,
                "role": actor.main_role,
                "action": event.action,
                "object": event.object,
                "before": event.before,
                "after": event.after,
                "request": self.work.request,
                "details": self._detail(head, event.details),
                "previous": previous.hex(),
            }
        ).decode()
        head.hash = event_hash(previous, body)
        self.moved[head.chain] = head
        self.events.append((head.chain, head.seq, body, head.hash))
        return Position(head.seq, previous, head.hash)

    def _detail(self, head: Head, details: dict[str, Any] | None) -> str | None:
        if details is None:
            return None
        salt, json = os.urandom(16), canonical(details)
        self.details.append((head.chain, head.seq, salt, json.decode()))
        return hashlib.sha256(salt + json).hexdigest()

    def write(self) -> None:
        """Sends the rows: births, events, details, then the heads with their codes."""
        for name in self.born:
            self.moved.pop(name, None)  # inserted where it stands now
        key = self.work.rings.vault[0]
        self._execute(BIRTH, [self._born(head) for head in self.born.values()])
        self._execute(EVENT, self.events)
        self._execute(DETAIL, self.details)
        moves = [
            (head.seq, head.hash, head.at, head_mac(head, key), head.chain)
            for head in self.moved.values()
        ]
        self._execute(MOVE, moves)
        self.born, self.moved, self.events, self.details = {}, {}, [], []

    def _born(self, head: Head) -> tuple[Any, ...]:
        values = (head.chain, head.seq, head.hash, head.at)
        parents = (head.parent, head.parent_seq, head.organisation)
        return *values, *parents, head_mac(head, self.work.rings.vault[0])

    def _execute(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        if not rows:
            return
        connection = self.connection
        if connection.dialect.name == "postgresql":
            statement = statement.replace("?", "%s")
        connection.exec_driver_sql(statement, rows if len(rows) > 1 else rows[0])


def record(
    work: Work,
    chain: Chain,
    action: str,
    object: str | UUID,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Adds an event to the journal, in this transaction, just before its commit.

    `before` and `after`: canonical JSON without personal data, which goes in `details`, kept salted
    apart so that it can be erased later without breaking the chain.
    """
    ledger = _ledger(work)
    if not ledger.waiting:
        work.before_commit.append(ledger.flush)
    ledger.waiting.append(_Event(chain, action, str(object), before, after, details, work.actor))


def append_now(
    work: Work,
    chain: Chain,
    action: str,
    object: str | UUID,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    details: dict[str, Any] | None = None,
) -> Position:
    """Appends at once and says where: for a deposit. The chain stays locked until the commit.

    What this Work has `record`ed on the same chain and not yet flushed comes after it.
    """
    ledger = _ledger(work)
    ledger.hold({chain.name: chain})
    position = ledger.append(_Event(chain, action, str(object), before, after, details, work.actor))
    ledger.write()
    return position


def head(work: Work, chain: Chain, lock: bool = True) -> Head:
    """The head of a chain. `lock` holds it (and opens it if need be) until the commit.

    A deposit reads it to write `seq + 1` and `previous` in the receipt that its event will name.
    Without `lock`, a chain that does not exist yet has seq 0 and an empty hash.
    """
    ledger = _ledger(work)
    if lock:
        ledger.hold({chain.name: chain})
        ledger.write()
    held = ledger.heads.get(chain.name)
    if held is not None:
        return Head(**{name: getattr(held, name) for name in Head.__slots__})
    mark = "?" if ledger.connection.dialect.name == "sqlite" else "%s"
    found = ledger.connection.exec_driver_sql(f"{READ} = {mark}", (chain.name,))
    row = found.one_or_none()
    return Head(*row) if row is not None else Head(chain.name, 0, b"", "")


def open_chains(work: Work, chains: Iterable[Chain]) -> None:
    """Gives birth to chains that must exist before their first event, such as those of offers."""
    ledger = _ledger(work)
    ledger.hold({chain.name: chain for chain in chains})
    ledger.write()


def _ledger(work: Work) -> _Ledger:
    ledger: _Ledger | None = work.notes.get(NOTE)
    if ledger is None:
        ledger = work.notes[NOTE] = _Ledger(work)
    return ledger
