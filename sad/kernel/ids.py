"""Identifiers: version 7 for most rows (sorted by birth), 4 where the instant must not show."""

import os
import time
from uuid import UUID, uuid4

__all__ = ["random_id", "uuid7"]


def uuid7() -> UUID:
    """A version 7 UUID (RFC 9562): milliseconds, their fraction on 12 bits (6.2, method 3), random.

    The fraction keeps the order of birth of what one act writes within a millisecond.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)  # noqa: TID251 - only an order of birth
    fraction = (rest << 12) // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | fraction << 64
    return UUID(int=value | 0x2 << 62 | int.from_bytes(os.urandom(8)) >> 2)


def random_id() -> UUID:
    """A version 4 UUID, for files, receipts and acts: it tells neither an instant nor a count."""
    return uuid4()
