"""What a verification finds: one fault for each place of the journal, the first cause named."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from sad.audit.heads import event_hash

SEALS = "seals"  # the chain named by faults of seals; their sequence is the seal's number
MOST = 1000  # faults named for one gap; a longer one is as clear


class FaultKind(StrEnum):
    """Altered, missing, inserted, swapped, or rolled back to an older state."""

    ALTERED = "altered"
    MISSING = "missing"
    INSERTED = "inserted"
    SWAPPED = "swapped"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True)
class Fault:
    """One fault: where, and the action of the event found there (None: nothing is there)."""

    kind: FaultKind
    chain: str
    sequence: int
    event: str | None


class Row(NamedTuple):
    """An event as stored."""

    chain: str
    seq: int
    body: str
    hash: bytes


@dataclass
class Findings:
    """Faults by place: what was found first is the cause, the rest its consequences."""

    found: dict[tuple[str, int], Fault] = field(default_factory=dict)
    # Faults that another one, at the place beside them, would explain.
    doubts: list[tuple[Fault, tuple[str, int]]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)  # chains without a head

    def add(self, kind: FaultKind, chain: str, sequence: int, event: str | None = None) -> None:
        """Keeps a fault unless one is already known at that place."""
        place = (chain, int(sequence))
        self.found.setdefault(place, Fault(kind, *place, event))

    def at(self, chain: str, sequence: int) -> bool:
        """Whether a fault is known there."""
        return (chain, int(sequence)) in self.found

    def gap(self, chain: str, first: int, last: int) -> None:
        """Events `first` to `last` are missing."""
        for sequence in range(int(first), min(int(last) + 1, int(first) + MOST)):
            self.add(FaultKind.MISSING, chain, sequence)

    def settle(self) -> list[Fault]:
        """Every fault, in order of chain and sequence, once the doubts are explained or not."""
        for fault, cause in self.doubts:
            if cause not in self.found and cause[0] not in self.gone:
                self.add(fault.kind, fault.chain, fault.sequence, fault.event)
        return [self.found[place] for place in sorted(self.found)]


class Reading:
    """An event read on its own, without trusting its place: what it claims, if it is whole.

    `genuine`: its hash is that of its body after the hash its body names as previous.
    """

    def __init__(self, row: Row) -> None:
        self.row = row
        self.facts = _facts(row.body)
        self.claims: tuple[Any, Any] = (self.facts.get("chain"), self.facts.get("seq"))
        self.previous = _bytes(self.facts.get("previous"))
        self.genuine = self.previous is not None and event_hash(self.previous, row.body) == row.hash

    @property
    def action(self) -> str | None:
        """What the event says happened."""
        action = self.facts.get("action")
        return action if isinstance(action, str) else None


def _facts(body: str) -> dict[str, Any]:
    try:
        facts = json.loads(body)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def _bytes(text: object) -> bytes | None:
    try:
        return bytes.fromhex(text) if isinstance(text, str) else None
    except ValueError:
        return None
