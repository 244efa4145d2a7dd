"""The journal verified: every chain followed, every seal rebuilt, each fault named (trust.md 3).

Time grows with events and leaves, memory does not. Not found: a tail cut back together with a head
row copied since the last seal; a database and every outside copy replaced together; what the holder
of the key rings forges before the next outside copy.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from sad.audit.book import Book
from sad.audit.chains import INSTALLATION
from sad.audit.faults import Fault, FaultKind, Findings
from sad.audit.sealcheck import check_outside, check_seals
from sad.audit.seals import Seal
from sad.audit.signing import PublicKey
from sad.audit.tables import BodyText, audit_event
from sad.audit.walk import Walk
from sad.kernel.rings import Key

GENERATED = ("at", "actor", "action", "object")


@dataclass(frozen=True)
class Report:
    """What a verification says."""

    events: int
    seals: int
    faults: list[Fault]

    @property
    def intact(self) -> bool:
        """Nothing was found."""
        return not self.faults

    @property
    def json(self) -> dict[str, Any]:
        """`sad audit verify --json`."""
        return {
            "intact": self.intact,
            "events": self.events,
            "seals": self.seals,
            "faults": [{**vars(fault), "kind": fault.kind.value} for fault in self.faults],
        }


def verify(
    connection: Connection,
    *,
    keys: Sequence[Key] | None = None,
    public: Sequence[PublicKey] | None = None,
    outside: Iterable[Seal] = (),
    with_details: bool = True,
    generated: bool = True,
) -> Report:
    """Verifies the journal behind a connection, which should be in one snapshot.

    `keys`: the vault ring; with it, a chain computed again in the database is found up to its
    head, without it up to its last seal. `public`: the published keys, for signatures of seals.
    `outside`: seals obtained elsewhere. `generated`: columns derived from bodies are checked.
    """
    book, findings = Book(connection), Findings()
    seals, bad = check_seals(book, findings, public)
    check_outside(book, findings, outside)
    events = _walk_all(book, findings, keys, bad, with_details)
    _check_openings(book, findings)
    if generated:
        _check_generated(connection, findings)
    return Report(events, seals, findings.settle())


def _walk_all(
    book: Book,
    findings: Findings,
    keys: Sequence[Key] | None,
    bad: frozenset[int],
    with_details: bool,
) -> int:
    """Pass by chain: heads, events, leaves and details merged, in order of chain and number."""
    heads, rows, leaves, details = book.heads(), book.events(), book.leaves(), book.details()
    streams, count = (heads, rows, leaves, details), 0
    while tops := [stream.top[0] for stream in streams if stream.top is not None]:
        name = min(tops)
        walk = Walk(
            name,
            next(heads.take(name), None),
            book,
            findings,
            keys,
            bad,
            with_details,
            leaves.take(name),
            details.take(name),
        )
        count += walk.run(rows.take(name))
        for stream in (leaves, details):
            for _ in stream.take(name):
                pass
    return count


def _check_openings(book: Book, findings: Findings) -> None:
    """Chains that an event opened and that are not there any more; the first one has no parent."""
    gone = {chain for chain, _ in findings.found}
    for chain, seq, name in book.orphans():
        if name not in gone and not findings.at(chain, seq):
            findings.add(FaultKind.MISSING, name, 1, "chain.opened")
    root = book.event(INSTALLATION.name, 1)
    if root is None and INSTALLATION.name not in gone and not book.empty:
        findings.add(FaultKind.MISSING, INSTALLATION.name, 1, "chain.opened")


def _check_generated(connection: Connection, findings: Findings) -> None:
    """Columns shown to auditors that no longer say what the body says."""
    columns = audit_event.c
    for name in GENERATED:
        differs = columns[name].is_distinct_from(BodyText(name))
        query = select(columns.chain, columns.seq, columns.action).where(differs)
        for chain, seq, action in connection.execute(query):
            findings.add(FaultKind.ALTERED, chain, seq, action)
