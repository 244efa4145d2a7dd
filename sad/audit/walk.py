"""One chain followed from its birth to its head, and what is wrong in it named.

The fast path hashes each event after the one before. Anything else is judged with what the event
says of itself (chain, number and previous hash are in its body), with its neighbours, and with the
leaves of seals; so that one act of a forger gives the fault it is, and not a cascade.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from sad.audit.book import Book, DetailRow, HeadRow, LeafRow
from sad.audit.chains import INSTALLATION
from sad.audit.faults import Fault, FaultKind, Findings, Reading, Row
from sad.audit.heads import genesis, mac_holds
from sad.kernel.rings import Key

DETAILS = '"details":'  # after it in a canonical body come only values without keys of their own
ERASED = '{"action":"detail.erased"'


@dataclass
class Walk:
    """The state of the walk along one chain."""

    name: str
    head: HeadRow | None
    book: Book
    findings: Findings
    keys: Sequence[Key] | None  # of the vault ring; None: heads are believed as far as they fit
    bad_seals: frozenset[int]
    with_details: bool
    leaves: Iterator[LeafRow]
    details: Iterator[DetailRow]
    expected: int = 1  # the number the next event should claim
    shift: int = 0  # how much further than they claim the rows stand, after an insertion
    previous: bytes | None = None  # hash the next event must follow; None: cannot be known
    last: Row | None = None
    limit: float = inf  # the last number the head vouches for
    head_holds: bool = True
    count: int = 0
    anchor: int = 0  # the last number whose hash a seal confirms
    covered: int = 0  # the last number that a leaf names, sound or not
    resealed: bool = False  # a leaf already told that the chain was computed again
    holes: dict[int, Row] = field(default_factory=dict)

    def run(self, rows: Iterator[Row]) -> int:
        """Follows the chain; how many rows it has."""
        self.leaf = next(self.leaves, None)
        self.detail = next(self.details, None)
        self._begin()
        row = next(rows, None)
        while row is not None:
            after = next(rows, None)
            self.count += 1
            if (
                row.seq == self.expected + self.shift
                and self.expected <= self.limit
                and self.previous is not None
                and hashlib.sha256(self.previous + row.body.encode()).digest() == row.hash
            ):
                self._accept(row)
            else:
                self._judge(Reading(row), after)
            row = after
        self._finish()
        return self.count

    # Birth

    def _begin(self) -> None:
        head = self.head
        if head is None:
            opening = self.book.opening(self.name)
            self.previous = genesis(opening[2], self.name) if opening else None
            self.limit = inf if opening or self.name == INSTALLATION.name else 0
            return
        self.limit = head.seq
        if self.keys is not None and not mac_holds(head.value, head.mac, self.keys):
            self.head_holds, self.limit = False, inf
        self.previous = self._genesis(head)

    def _genesis(self, head: HeadRow) -> bytes | None:
        """What the first event follows; None when nothing says it."""
        if head.parent is None and self.name == INSTALLATION.name:
            return genesis(b"", self.name)
        opened = (head.opened_action, head.opened_object) == ("chain.opened", self.name)
        if opened and head.opened_hash is not None:
            return genesis(head.opened_hash, self.name)
        opening = self.book.opening(self.name)
        # Its opening was moved, or removed: a fault of the parent. If it is none, the head lies.
        kind = FaultKind.ALTERED if opening else FaultKind.INSERTED
        fault = Fault(kind, self.name, head.seq if opening else 1, None)
        self.findings.doubts.append((fault, (head.parent or "", head.parent_seq or 0)))
        return genesis(opening[2], self.name) if opening else None

    # One event that does not simply follow

    def _judge(self, read: Reading, after: Row | None) -> None:
        place = read.row.seq - self.shift
        if self._continues(read):
            self.shift = read.row.seq - self.expected
            self._accept(read.row)
        elif self._exchanged(read):
            self._fault(FaultKind.SWAPPED, read, place)
            self.previous = None
        elif self._beyond(place) or place < self.expected or self._stepped_over(after):
            self.findings.add(FaultKind.INSERTED, self.name, read.row.seq, read.action)
        elif not read.genuine:
            self._fault(FaultKind.ALTERED, read, place)
        elif read.claims == (self.name, place):
            self._in_place(read, place, after)
        else:
            self._displaced(read, place)

    def _continues(self, read: Reading) -> bool:
        """The right event, standing elsewhere only because of an insertion or a removal before."""
        return (
            read.genuine
            and read.claims == (self.name, self.expected)
            and read.previous == self.previous
            and self.expected <= self.limit
        )

    def _exchanged(self, read: Reading) -> bool:
        """The place this event claims holds the event that should be here."""
        here = (self.name, read.row.seq)
        if read.claims == here:
            return False
        other = self.book.event(*read.claims)
        return other is not None and Reading(other).claims == here

    def _beyond(self, place: int) -> bool:
        """After the head, unless a seal says that the head itself was put back."""
        if place <= self.limit:
            return False
        head = self.head
        if head and self.keys is None and self.book.last_leaf(self.name) > head.seq:
            self.head_holds, self.limit = False, inf
        return place > self.limit

    def _stepped_over(self, after: Row | None) -> bool:
        """The next event follows the one before this one."""
        if after is None or self.previous is None:
            return False
        following = Reading(after)
        return (
            following.genuine
            and following.previous == self.previous
            and following.claims == (self.name, self.expected)
        )

    def _in_place(self, read: Reading, place: int, after: Row | None) -> None:
        """Whole and where it says, but after a gap, or after another event than it says."""
        if place > self.expected:
            self.findings.gap(self.name, self.expected, place - 1)
        elif self.previous is not None:
            self._broken_link(read, place, after)
        self.expected = place
        self._accept(read.row)

    def _broken_link(self, read: Reading, place: int, after: Row | None) -> None:
        """Which of two events, each whole, was written again: the one before, or this one."""
        if self.last is None:
            opened = (self.head.parent, self.head.parent_seq) if self.head else (None, None)
            fault = Fault(FaultKind.ALTERED, self.name, place, read.action)
            self.findings.doubts.append((fault, (opened[0] or "", opened[1] or 0)))
        elif self.findings.at(self.name, place - 1):
            pass  # already named: this event only shows it
        elif self.anchor == place - 1 or self._breaks_after(read.row, place, after):
            self.findings.add(FaultKind.ALTERED, self.name, place, read.action)
        else:
            action = Reading(self.last).action
            self.findings.add(FaultKind.ALTERED, self.name, place - 1, action)

    def _breaks_after(self, row: Row, place: int, after: Row | None) -> bool:
        if after is None:
            return self.head is not None and self.head.seq == place and self.head.head != row.hash
        following = Reading(after)
        return following.genuine and following.previous != row.hash

    def _displaced(self, read: Reading, place: int) -> None:
        """A whole event that claims another place, which does not hold the one missing here."""
        chain, claimed = read.claims
        other = self.book.event(chain, claimed)
        elsewhere = other is not None and Reading(other).claims == read.claims
        later = chain == self.name and isinstance(claimed, int) and claimed > self.expected
        if later and not elsewhere:
            self.findings.gap(self.name, self.expected, claimed - 1)  # removed, the rest renumbered
            self.expected, self.shift = claimed, read.row.seq - claimed
            self._accept(read.row)
        else:
            self._fault(FaultKind.ALTERED, read, place)  # written over by another event
            self.previous = None

    def _fault(self, kind: FaultKind, read: Reading, place: int) -> None:
        """Names the event at this place, and goes on after it."""
        if place > self.expected:
            self.findings.gap(self.name, self.expected, place - 1)
        self.findings.add(kind, self.name, read.row.seq, read.action)
        self.expected, self.previous, self.last = place + 1, read.row.hash, read.row

    # What goes with a good event

    def _accept(self, row: Row) -> None:
        number = self.expected
        self.expected, self.previous, self.last = number + 1, row.hash, row
        while self.leaf is not None and self.leaf.seq <= number:
            self._check_leaf(self.leaf, number, row)
            self.covered = self.leaf.seq
            self.leaf = next(self.leaves, None)
        if self.with_details:
            self._check_detail(number, row)

    def _check_leaf(self, leaf: LeafRow, number: int, row: Row) -> None:
        if leaf.seq < number or leaf.seal in self.bad_seals:
            return
        if leaf.head == row.hash:
            self.anchor = number
        elif not self.resealed:
            self.resealed = True  # the leaves that follow only say it again
            self.findings.add(FaultKind.ALTERED, self.name, row.seq, Reading(row).action)

    def _check_detail(self, number: int, row: Row) -> None:
        start = row.body.rfind(DETAILS) + len(DETAILS)
        digest = None if row.body[start : start + 1] == "n" else row.body[start + 1 : start + 65]
        self._details_before(number)
        detail = self.detail
        if detail is not None and detail.seq == number:
            self.detail = next(self.details, None)
            if digest is None:
                self.findings.add(FaultKind.INSERTED, self.name, number, Reading(row).action)
            elif hashlib.sha256(detail.salt + detail.json.encode()).hexdigest() != digest:
                self.findings.add(FaultKind.ALTERED, self.name, number, Reading(row).action)
        elif digest is not None:
            self.holes[number] = row
        if self.holes and row.body.startswith(ERASED):
            for erased in erased_events(Reading(row).facts):
                self.holes.pop(erased, None)

    def _details_before(self, number: float) -> None:
        """Details of no event, unless the event itself is already known to be at fault."""
        while self.detail is not None and self.detail.seq < number:
            self.findings.add(FaultKind.INSERTED, self.name, self.detail.seq)
            self.detail = next(self.details, None)

    # End

    def _finish(self) -> None:
        self._finish_head()
        if self.with_details:
            self._details_before(inf)
            for number, row in self.holes.items():
                self.findings.add(FaultKind.MISSING, self.name, number, Reading(row).action)

    def _finish_head(self) -> None:
        end, sealed = self.expected - 1, self._sealed()
        action = Reading(self.last).action if self.last else None
        if self.head is None:
            self.findings.gone.add(self.name)
            if self.limit > 0 or sealed:  # rows that nothing opened are already named
                self.findings.add(FaultKind.MISSING, self.name, max(end, sealed), action)
            return
        stored = self.head.seq
        if not self.head_holds:
            cut = max(end, sealed) > stored or (end == stored and self._later_than_last())
            kind = FaultKind.ROLLED_BACK if cut else FaultKind.ALTERED
            if not self.resealed:
                self.findings.add(kind, self.name, max(stored, sealed), action)
            self.findings.gap(self.name, self.expected, stored)
        elif sealed > max(stored, end):
            self.findings.add(FaultKind.ROLLED_BACK, self.name, sealed)
        elif end < stored:
            self.findings.gap(self.name, self.expected, stored)
        elif self.previous is not None and self.previous != self.head.head and not self.resealed:
            self._wrong_head(stored, action)
        elif self.covered != self.head.sealed and not self.bad_seals:
            self.findings.add(FaultKind.ALTERED, self.name, stored, action)  # hidden from seals

    def _wrong_head(self, stored: int, action: str | None) -> None:
        """The head names another hash: the last event was written again, or there is none yet."""
        if self.last is None and self.head is not None:
            fault = Fault(FaultKind.ALTERED, self.name, 0, None)
            cause = (self.head.parent or "", self.head.parent_seq or 0)
            self.findings.doubts.append((fault, cause))
        elif self.last is not None and not self.findings.at(self.name, stored):
            self.findings.add(FaultKind.ALTERED, self.name, stored, action)

    def _sealed(self) -> int:
        """The highest number of this chain that a sound seal covers beyond the events found."""
        highest = 0
        while self.leaf is not None:
            if self.leaf.seal not in self.bad_seals:
                highest = self.leaf.seq
            self.covered = self.leaf.seq
            self.leaf = next(self.leaves, None)
        return highest

    def _later_than_last(self) -> bool:
        """The head's instant is that of an event which is no longer there."""
        if self.head is None or self.last is None:
            return False
        return self.head.at != Reading(self.last).facts.get("at")


def erased_events(facts: dict[str, Any]) -> list[int]:
    """The events whose details an event `detail.erased` says were erased."""
    after = facts.get("after")
    events = after.get("events") if isinstance(after, dict) else None
    return [number for number in events if isinstance(number, int)] if events else []
