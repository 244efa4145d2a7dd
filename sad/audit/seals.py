"""Seals: signed roots over the heads of chains that advanced, kept and published outside.

Whoever holds an old seal can tell that the journal was later cut, rewritten or replaced. Public:
the seal (root and size of the whole installation). A leaf is told to those whose chain it is.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, insert, select, update

from sad.audit.merkle import Tree, leaf_hash, path, root_from_path
from sad.audit.signing import PublicKey, sign, signature_holds
from sad.audit.tables import audit_chain, audit_event, audit_leaf, audit_seal
from sad.db.work import Work
from sad.kernel.canonical import canonical, instant

FORMAT = "sad-seal-v1"
KEPT = timedelta(days=3653)  # ten years: longer than the file of a contract must be kept


class SealStore(Protocol):
    """Where seals are kept outside the database, unchangeable: `storage`'s back ends."""

    def put_locked(self, name: str, content: bytes, until: datetime) -> None:
        """Writes once, refuses to change before `until`."""
        ...

    def locked_names(self) -> list[str]:
        """Names of all the seals kept, sorted."""
        ...


@dataclass(frozen=True)
class Seal:
    """A seal as signed: its bytes are kept, never rebuilt."""

    body: str
    signature: str

    @property
    def facts(self) -> dict[str, Any]:
        """format, no, at, size, root, previous, key."""
        facts: dict[str, Any] = json.loads(self.body)
        return facts

    @property
    def digest(self) -> str:
        """SHA-256 of the body: what the next seal calls `previous`."""
        return hashlib.sha256(self.body.encode()).hexdigest()

    def signed_by(self, keys: Sequence[PublicKey]) -> PublicKey | None:
        """The published key that signed it, or None."""
        key_id = self.facts.get("key")
        for key in keys:
            data = self.body.encode()
            if key.id == key_id and signature_holds(key.public, FORMAT, data, self.signature):
                return key
        return None

    @property
    def file(self) -> dict[str, str]:
        """How it is written in files and feeds."""
        return {"body": self.body, "signature": self.signature}


def make_seal(work: Work, *, even_empty: bool = False) -> Seal | None:
    """Seals the chains that advanced since their last leaf; None if nothing did.

    Two leaders at once make one: the second waits for the heads, then finds them sealed.
    `even_empty` is for the daily seal of a day without events.
    """
    session = work.session.connection()
    advanced = session.execute(
        select(audit_chain.c.chain, audit_chain.c.seq, audit_chain.c.head)
        .where(audit_chain.c.seq > audit_chain.c.sealed)
        .order_by(audit_chain.c.chain)
        .with_for_update()
    ).all()
    if not advanced and not even_empty:
        return None
    leaves = sorted((os.urandom(16), *row) for row in advanced)  # positions tell nothing either
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf_hash(*leaf))
    last = last_seal(session)
    number = last.facts["no"] + 1 if last else 1
    seal = _sign(work, number, tree, last)
    _write(session, number, seal, leaves)
    return seal


def _sign(work: Work, number: int, tree: Tree, last: Seal | None) -> Seal:
    key = work.rings.signing[0]
    body = canonical(
        {
            "format": FORMAT,
            "no": number,
            "at": instant(work.now),
            "size": tree.size,
            "root": tree.root.hex(),
            "previous": last.digest if last else None,
            "key": key.id,
        }
    )
    return Seal(body.decode(), sign(key, FORMAT, body))


def _write(session: Connection, number: int, seal: Seal, leaves: list[tuple[Any, ...]]) -> None:
    session.execute(
        insert(audit_seal), {"no": number, "body": seal.body, "signature": seal.signature}
    )
    names = ("nonce", "chain", "seq", "head")
    rows = [
        {"seal": number, "position": position, **dict(zip(names, leaf, strict=True))}
        for position, leaf in enumerate(leaves)
    ]
    if not rows:
        return
    session.execute(insert(audit_leaf), rows)
    sealed = select(audit_leaf.c.chain).where(audit_leaf.c.seal == number)
    session.execute(  # the heads are held since they were read: `seq` is what the leaf says
        update(audit_chain)
        .where(audit_chain.c.chain.in_(sealed))
        .values(sealed=audit_chain.c.seq)
        .execution_options(synchronize_session=False)
    )


def last_seal(session: Connection) -> Seal | None:
    """The newest seal, or None before the first."""
    row = session.execute(
        select(audit_seal.c.body, audit_seal.c.signature).order_by(audit_seal.c.no.desc()).limit(1)
    ).first()
    return Seal(*row) if row else None


def seals_after(session: Connection, number: int = 0, limit: int = 1000) -> list[Seal]:
    """Seals for the public feed, in order, after a number."""
    rows = session.execute(
        select(audit_seal.c.body, audit_seal.c.signature)
        .where(audit_seal.c.no > number)
        .order_by(audit_seal.c.no)
        .limit(limit)
    )
    return [Seal(*row) for row in rows]


def keep_seals(work: Work, store: SealStore) -> int:
    """Writes to the store the seals it lacks, oldest first; how many. Run after each seal's commit.

    Not in the transaction that makes a seal: a copy outside of a seal that was rolled back would
    accuse the journal.
    """
    kept = [name for name in store.locked_names() if name.startswith("seal-")]
    number = int(kept[-1][5:13]) if kept else 0
    count = 0
    for seal in _following(work.session.connection(), number):
        content = canonical(seal.file)
        store.put_locked(seal_name(seal.facts["no"]), content, work.real + KEPT)
        count += 1
    return count


def seal_name(number: int) -> str:
    """The name of a seal in the store, sorted as its number."""
    return f"seal-{number:08d}.json"


def _following(session: Connection, number: int) -> Iterator[Seal]:
    while page := seals_after(session, number):
        yield from page
        number = page[-1].facts["no"]


def make_proof(session: Connection, chain: str, seq: int) -> dict[str, Any] | None:
    """What ties event `seq` of a chain to a seal; None while no seal covers it.

    `events` are the bodies from `seq` up to the sealed head. Give it only to those who may read
    that chain.
    """
    leaf = session.execute(
        select(audit_leaf)
        .where(audit_leaf.c.chain == chain, audit_leaf.c.seq >= seq)
        .order_by(audit_leaf.c.seq)
        .limit(1)
    ).first()
    if leaf is None:
        return None
    bodies = session.scalars(
        select(audit_event.c.body)
        .where(audit_event.c.chain == chain, audit_event.c.seq.between(seq, leaf.seq))
        .order_by(audit_event.c.seq)
    ).all()
    row = session.execute(
        select(audit_seal.c.body, audit_seal.c.signature).where(audit_seal.c.no == leaf.seal)
    ).one()
    return {
        "events": list(bodies),
        "nonce": leaf.nonce.hex(),
        "position": leaf.position,
        "path": [node.hex() for node in path(_leaves(session, leaf.seal), leaf.position)],
        "seal": Seal(*row).file,
    }


def _leaves(session: Connection, number: int) -> list[bytes]:
    columns = audit_leaf.c
    rows = session.execute(
        select(columns.nonce, columns.chain, columns.seq, columns.head)
        .where(columns.seal == number)
        .order_by(columns.position)
    )
    return [leaf_hash(*row) for row in rows]


def proof_seal(proof: dict[str, Any], chain: str, seq: int, previous: bytes) -> Seal | None:
    """The seal that a proof leads to from the head before event `seq`; None if it does not hold.

    The caller checks the seal's signature. Raises KeyError, TypeError or ValueError on a proof that
    is not one.
    """
    head, last = previous, seq - 1
    for body in proof["events"]:
        last += 1
        facts = json.loads(body)
        if (facts["chain"], facts["seq"]) != (chain, last):
            return None
        head = hashlib.sha256(head + body.encode()).digest()
    seal = Seal(proof["seal"]["body"], proof["seal"]["signature"])
    leaf = leaf_hash(bytes.fromhex(proof["nonce"]), chain, last, head)
    hashes = [bytes.fromhex(node) for node in proof["path"]]
    root = root_from_path(leaf, proof["position"], seal.facts["size"], hashes)
    return seal if root is not None and root.hex() == seal.facts["root"] else None
