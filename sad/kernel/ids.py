"""Identifiers: version 7 for most rows (sorted by birth), 4 where the instant must not show."""

import os
import time
from uuid import UUID, uuid4

__all__ = ["random_id", "uuid7"]


def uuid7() -> UUID:
    """A version 7 UUID (RFC 9562): 48 bits of milliseconds, then random bits."""
    value = int.from_bytes(os.urandom(16))
    milliseconds = time.time_ns() // 1_000_000  # noqa: TID251 - only an order of birth
    value = (milliseconds & (1 << 48) - 1) << 80 | value & (1 << 80) - 1
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def random_id() -> UUID:
    """A version 4 UUID, for files, receipts and acts: it tells neither an instant nor a count."""
    return uuid4()
