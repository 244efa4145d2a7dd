"""The seals checked: roots rebuilt from leaves, the chain of seals, and seals from outside."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from sad.audit.book import SEALS as ROWS
from sad.audit.book import TREES, Book
from sad.audit.faults import SEALS, FaultKind, Findings
from sad.audit.merkle import Tree, leaf_hash
from sad.audit.seals import Seal
from sad.audit.signing import PublicKey
from sad.kernel.errors import Refusal

EVENT = "seal"


class SealsUnreadable(Refusal):
    """The file or address given holds no seal, or one that these keys did not sign."""

    code = "audit.seals_unreadable"
    status = 422


def check_seals(
    book: Book, findings: Findings, public: Sequence[PublicKey] | None
) -> tuple[int, frozenset[int]]:
    """How many seals there are, and the numbers of those that do not hold.

    Signatures are checked when the published keys are given.
    """
    trees = _Trees(book)
    bad: set[int] = set()
    count, expected, previous = 0, 1, None
    for number, body, signature in book.stream(ROWS):
        count += 1
        seal = Seal(body, signature)
        for missing in range(expected, number):
            bad.add(missing)
            findings.add(FaultKind.MISSING, SEALS, missing, EVENT)
        kind = _fault(seal, number, trees.root(number), public)
        if kind is None and number == expected and seal.facts["previous"] != previous:
            # The older one was signed again, or this one: the older shows it if it is not sound.
            kind = FaultKind.ALTERED if number - 1 not in bad else None
        if kind is not None:
            bad.add(number)
            findings.add(kind, SEALS, number, EVENT)
        expected, previous = number + 1, seal.digest
    for stray in trees.strays():
        bad.add(stray)
        findings.add(FaultKind.MISSING, SEALS, stray, EVENT)
    return count, frozenset(bad)


def check_outside(book: Book, findings: Findings, outside: Iterable[Seal]) -> None:
    """Compares seals obtained elsewhere with those of the database: an older database is named."""
    wanted = {seal.facts["no"]: seal.body for seal in outside}
    newest = 0
    for number, body, _ in book.stream(ROWS):
        newest = number
        if number in wanted and wanted.pop(number) != body:
            findings.add(FaultKind.ALTERED, SEALS, number, EVENT)
    for number in sorted(wanted):
        kind = FaultKind.ROLLED_BACK if number > newest else FaultKind.MISSING
        findings.add(kind, SEALS, number, EVENT)


def read_seals(text: str, public: Sequence[PublicKey] | None = None) -> list[Seal]:
    """Seals of a file: one, a list, `{"seals": […]}`, or one a line. Raises SealsUnreadable."""
    try:
        values = _values(text)
        seals = [Seal(value["body"], value["signature"]) for value in values]
        valid = all(isinstance(seal.facts["no"], int) for seal in seals)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise SealsUnreadable() from error
    if not seals or not valid:
        raise SealsUnreadable()
    if public and any(seal.signed_by(public) is None for seal in seals):
        raise SealsUnreadable()
    return seals


def _values(text: str) -> list[Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    if isinstance(value, dict):
        value = value.get("seals", [value])
    return list(value)


def _fault(
    seal: Seal, number: int, tree: Tree, public: Sequence[PublicKey] | None
) -> FaultKind | None:
    try:
        facts = seal.facts
        size, root = facts["size"], facts["root"]
        signed = public is None or seal.signed_by(public) is not None
        if facts["no"] != number or not signed or "previous" not in facts:
            return FaultKind.ALTERED
    except (AttributeError, KeyError, TypeError, ValueError):
        return FaultKind.ALTERED
    if tree.size != size:
        return FaultKind.MISSING if tree.size < size else FaultKind.INSERTED
    return None if tree.root.hex() == root else FaultKind.ALTERED


class _Trees:
    """Roots of the leaves, seal after seal, from one ordered stream."""

    def __init__(self, book: Book) -> None:
        self._groups = groupby(book.stream(TREES), key=lambda row: row[0])
        self._next: tuple[int, Iterator[Any]] | None = next(self._groups, None)
        self._strays: list[int] = []

    def root(self, number: int) -> Tree:
        """The tree of a seal; leaves of older numbers that no seal claimed are strays."""
        tree = Tree()
        while self._next is not None and self._next[0] <= number:
            if self._next[0] < number:
                self._strays.append(self._next[0])
            else:
                for _, nonce, chain, seq, head in self._next[1]:
                    tree.add(leaf_hash(nonce, chain, seq, head))
            self._next = next(self._groups, None)
        return tree

    def strays(self) -> list[int]:
        """Numbers of seals that leaves name and that do not exist."""
        while self._next is not None:
            self._strays.append(self._next[0])
            self._next = next(self._groups, None)
        return self._strays
