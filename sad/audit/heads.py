"""Heads of chains: hash of an event, genesis, and the code that the database cannot forge."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from sad.kernel.rings import Key

FORMAT = b"sad-head-v1\n"


@dataclass(slots=True)
class Head:
    """The last event of a chain: its number and hash (seq 0: none yet, hash is the genesis)."""

    chain: str
    seq: int
    hash: bytes
    at: str
    parent: str | None = None
    parent_seq: int | None = None
    organisation: str | None = None


def event_hash(previous: bytes, body: str) -> bytes:
    """SHA-256(previous ‖ body)."""
    return hashlib.sha256(previous + body.encode()).digest()


def genesis(parent_hash: bytes, chain: str) -> bytes:
    """What the first event of a chain follows: SHA-256(event of the parent that opened it ‖ name).

    The root, `installation`, has no parent: its parent hash is empty.
    """
    return hashlib.sha256(parent_hash + chain.encode()).digest()


def head_mac(head: Head, key: Key) -> bytes:
    """Key id, then HMAC over every column of the head: the database alone cannot move it."""
    return key.id.encode() + hmac.digest(key.secret, _signed(head), "sha256")


def mac_holds(head: Head, mac: bytes, keys: Sequence[Key]) -> bool:
    """Whether the code was made by one of these keys for exactly this head."""
    return any(
        hmac.compare_digest(head_mac(head, key), mac) for key in keys if mac[:8] == key.id.encode()
    )


def _signed(head: Head) -> bytes:
    parts = (
        head.chain,
        str(head.seq),
        head.hash.hex(),
        head.at,
        head.parent or "",
        str(head.parent_seq or 0),
        head.organisation or "",
    )
    return FORMAT + "\n".join(parts).encode()
