"""Every kind of forgery of the journal is found and named, with and without the key rings."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from tests.audit.tamper import A, B, Hand, check, fill, tamper

a, b = A.name, B.name
LAST = 8  # events of chain A; 5 of them under a seal, the three others under the head's code


def _swap(hand: Hand, one: tuple[str, int], two: tuple[str, int], *, hashes: bool = True) -> None:
    first, second = hand.row(*one), hand.row(*two)
    hand.put(*one, second.body, second.hash if hashes else first.hash)
    hand.put(*two, first.body, first.hash if hashes else second.hash)


def _insert(hand: Hand, chain: str, seq: int, source: tuple[str, int]) -> None:
    row = hand.row(*source)
    if seq <= (LAST if chain == a else 3):
        hand.renumber(chain, seq, 1)
    hand.put(chain, seq, row.body, row.hash)


def _delete_and_close_up(hand: Hand, seq: int) -> None:
    hand.remove(a, seq)
    hand.renumber(a, seq + 1, -1)


def _cut(hand: Hand, last: int) -> None:
    """The tail removed, the head moved back on what is left; its code cannot be made."""
    for seq in range(last + 1, LAST + 1):
        hand.remove(a, seq)
    head = hand.row(a, last).hash
    hand.do("UPDATE audit_chain SET seq = :s, head = :h WHERE chain = :c", s=last, h=head, c=a)


def _forge_tail(hand: Hand) -> None:
    hand.edit(b, 3, after={"n": 999})
    hand.recompute(b, 3, 3)


CASES: dict[str, tuple[Callable[[Hand], None], list[tuple[str, str, int]]]] = {
    "a body changed": (lambda h: h.edit(a, 4, action="x"), [("altered", "A", 4)]),
    "the first body changed": (lambda h: h.edit(a, 1, action="x"), [("altered", "A", 1)]),
    "the last body changed": (lambda h: h.edit(a, LAST, action="x"), [("altered", "A", LAST)]),
    "a body and its hash changed": (
        lambda h: h.edit(a, 4, rehash=True, action="x"),
        [("altered", "A", 4)],
    ),
    "the first and its hash": (
        lambda h: h.edit(a, 1, rehash=True, action="x"),
        [("altered", "A", 1)],
    ),
    "the last and its hash": (
        lambda h: h.edit(a, LAST, rehash=True, action="x"),
        [("altered", "A", LAST)],
    ),
    "the opening and its hash": (
        lambda h: h.edit("installation", 1, rehash=True, request="x"),
        [("altered", "installation", 1)],
    ),
    "a hash changed": (
        lambda h: h.put(a, 4, h.row(a, 4).body, bytes(32)),
        [("altered", "A", 4)],
    ),
    "two bodies changed": (
        lambda h: (h.edit(a, 2, action="x"), h.edit(a, 3, action="x")),
        [("altered", "A", 2), ("altered", "A", 3)],
    ),
    "an actor changed": (lambda h: h.edit(b, 2, actor="x"), [("altered", "B", 2)]),
    "a sealed chain computed again": (
        lambda h: (h.edit(a, 2, after={"n": 9}), h.recompute(a, 2, LAST)),
        [("altered", "A", 3)],  # the first seal that tells
    ),
    "a row removed": (lambda h: h.remove(a, 4), [("missing", "A", 4)]),
    "the first row removed": (lambda h: h.remove(a, 1), [("missing", "A", 1)]),
    "the last row removed": (lambda h: h.remove(a, LAST), [("missing", "A", LAST)]),
    "two rows removed": (
        lambda h: (h.remove(a, 4), h.remove(a, 5)),
        [("missing", "A", 4), ("missing", "A", 5)],
    ),
    "every row of a chain removed": (
        lambda h: h.do("DELETE FROM audit_event WHERE chain = :c", c=b),
        [("missing", "B", 1), ("missing", "B", 2), ("missing", "B", 3)],
    ),
    "a row removed, the rest renumbered": (
        lambda h: _delete_and_close_up(h, 4),
        [("missing", "A", 4)],
    ),
    "a chain removed with its head": (
        lambda h: (
            h.do("DELETE FROM audit_event WHERE chain = :c", c=b),
            h.do("DELETE FROM audit_chain WHERE chain = :c", c=b),
        ),
        [("missing", "B", 1)],
    ),
    "a head removed": (
        lambda h: h.do("DELETE FROM audit_chain WHERE chain = :c", c=b),
        [("missing", "B", 3)],
    ),
    "the whole root removed": (
        lambda h: (
            h.do("DELETE FROM audit_event WHERE chain = 'installation'"),
            h.do("DELETE FROM audit_chain WHERE chain = 'installation'"),
        ),
        [("missing", "installation", 1)],
    ),
    "a copy after the end": (lambda h: _insert(h, a, 9, (a, 8)), [("inserted", "A", 9)]),
    "a copy far after the end": (
        lambda h: _insert(h, a, 10**9, (a, 3)),
        [("inserted", "A", 10**9)],
    ),
    "a copy before the beginning": (
        lambda h: h.put(a, 0, *h.row(a, 3)[2:]),
        [("inserted", "A", 0)],
    ),
    "a copy from another chain": (lambda h: _insert(h, a, 9, (b, 1)), [("inserted", "A", 9)]),
    "a copy in the middle": (lambda h: _insert(h, a, 4, (a, 7)), [("inserted", "A", 4)]),
    "a copy in the middle from another chain": (
        lambda h: _insert(h, a, 4, (b, 2)),
        [("inserted", "A", 4)],
    ),
    "a row made up in the middle": (
        lambda h: (h.renumber(a, 4, 1), h.put(a, 4, h.row(a, 5).body, bytes(32))),
        [("inserted", "A", 4)],
    ),
    "a row that follows well, after the end": (
        lambda h: (
            h.put(b, 4, h.row(b, 3).body, b""),
            h.edit(b, 4, rehash=True, seq=4, previous=h.row(b, 3).hash.hex()),
        ),
        [("inserted", "B", 4)],
    ),
    "a chain made up": (
        lambda h: h.put("person:x", 1, *h.row(a, 3)[2:]),
        [("inserted", "person:x", 1)],
    ),
    "two rows swapped": (
        lambda h: _swap(h, (a, 2), (a, 6)),
        [("swapped", "A", 2), ("swapped", "A", 6)],
    ),
    "two neighbours swapped": (
        lambda h: _swap(h, (a, 4), (a, 5)),
        [("swapped", "A", 4), ("swapped", "A", 5)],
    ),
    "first and last swapped": (
        lambda h: _swap(h, (a, 1), (a, LAST)),
        [("swapped", "A", 1), ("swapped", "A", LAST)],
    ),
    "two bodies swapped, not their hashes": (
        lambda h: _swap(h, (a, 2), (a, 3), hashes=False),
        [("swapped", "A", 2), ("swapped", "A", 3)],
    ),
    "rows of two chains swapped": (
        lambda h: _swap(h, (a, 3), (b, 2)),
        [("swapped", "A", 3), ("swapped", "B", 2)],
    ),
    "a row written over by another": (
        lambda h: h.put(a, 4, *h.row(a, 2)[2:]),
        [("altered", "A", 4)],
    ),
    "a tail cut below a seal": (lambda h: _cut(h, 4), [("rolled_back", "A", 5)]),
    "personal details changed": (
        lambda h: h.do("UPDATE audit_detail SET json = '{}'"),
        [("altered", "A", 2)],
    ),
    "personal details removed": (lambda h: h.do("DELETE FROM audit_detail"), [("missing", "A", 2)]),
    "personal details made up": (
        lambda h: h.do(
            "INSERT INTO audit_detail (chain, seq, salt, json)"
            " SELECT chain, 3, salt, json FROM audit_detail"
        ),
        [("inserted", "A", 3)],
    ),
    "a seal changed": (
        lambda h: h.do("UPDATE audit_seal SET body = replace(body, :a, :b) WHERE no = 2",
                       a='"root":"', b='"root":"0'),
        [("altered", "seals", 2)],
    ),
    "a seal removed with its leaves": (
        lambda h: (
            h.do("DELETE FROM audit_seal WHERE no = 1"),
            h.do("DELETE FROM audit_leaf WHERE seal = 1"),
        ),
        [("missing", "seals", 1)],
    ),
    "a seal removed": (lambda h: h.do("DELETE FROM audit_seal WHERE no = 1"),
                       [("missing", "seals", 1)]),
    "a leaf changed": (
        lambda h: h.do("UPDATE audit_leaf SET head = :h WHERE seal = 2", h=bytes(32)),
        [("altered", "seals", 2)],
    ),
}  # fmt: skip

# Without the rings, what is not yet sealed can be computed again unseen: only these differ.
ONLY_WITH_RINGS: dict[str, tuple[Callable[[Hand], None], list[tuple[str, str, int]]]] = {
    "an unsealed chain computed again": (_forge_tail, [("altered", "B", 3)]),
    "a tail cut after the last seal": (lambda h: _cut(h, 6), [("rolled_back", "A", 6)]),
    "a head moved back alone": (
        lambda h: h.do(
            "UPDATE audit_chain SET seq = 7, head = :h WHERE chain = :c", h=h.row(a, 7).hash, c=a
        ),
        [("rolled_back", "A", 7)],
    ),
    "a head's organisation changed": (
        lambda h: h.do("UPDATE audit_chain SET organisation = 'x' WHERE chain = :c", c=b),
        [("altered", "B", 3)],
    ),
}


def test_an_honest_journal_is_intact(database: Engine, work, clock) -> None:
    fill(work, clock)
    assert check(database) == []
    assert check(database, rings=False) == []


@pytest.mark.parametrize("case", CASES)
def test_each_forgery_is_named_with_and_without_the_rings(
    sqlite_database: Engine, sqlite_work, clock, case: str
) -> None:
    act, faults = CASES[case]
    fill(sqlite_work, clock)
    tamper(sqlite_database, act)
    assert check(sqlite_database) == faults
    assert check(sqlite_database, rings=False) == faults


@pytest.mark.parametrize("case", ONLY_WITH_RINGS)
def test_what_only_the_head_s_code_tells(
    sqlite_database: Engine, sqlite_work, clock, case: str
) -> None:
    act, faults = ONLY_WITH_RINGS[case]
    fill(sqlite_work, clock)
    tamper(sqlite_database, act)
    assert check(sqlite_database) == faults


@pytest.mark.parametrize(
    "case",
    ["a body changed", "a row removed", "a copy in the middle", "two rows swapped"],
)
def test_the_same_names_on_postgresql(postgresql_database: Engine, rings, clock, case: str) -> None:
    from sad.db.work import writing

    act, faults = CASES[case]
    fill(lambda: writing(postgresql_database, clock, rings), clock)
    tamper(postgresql_database, act)
    assert check(postgresql_database) == faults
    assert check(postgresql_database, rings=False) == faults
