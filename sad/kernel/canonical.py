"""Canonical JSON: one value, one sequence of bytes, so that hashes and signatures mean something.

UTF-8, sorted ASCII keys, no spaces; strings, integers, booleans, null, lists, objects. Floats are
refused.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_PLAIN = {str, int, bool, type(None)}


def canonical(value: Any) -> bytes:
    """The canonical bytes of a value.

    Raises TypeError on a float, a key that is not an ASCII string, or any other type.
    """
    _check(value)
    return _WRITER.encode(value).encode("utf-8")


def instant(moment: datetime) -> str:
    """An aware instant as `2026-11-22T10:59:59.123456Z`, always with six decimals."""
    if moment.tzinfo is None:
        raise ValueError("an instant without its zone")
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat("T", "microseconds")[:26] + "Z"


def _check(value: Any) -> None:
    """Called for each list and object only: most values are plain, and answers have hundreds."""
    if type(value) in _PLAIN:
        return
    if isinstance(value, list | tuple):
        items: Iterable[Any] = value
    elif isinstance(value, dict):
        for key in value:
            if not (isinstance(key, str) and key.isascii()):
                raise TypeError(f"key {key!r} is not an ASCII string")
        items = value.values()
    elif isinstance(value, str | int):
        return
    else:
        raise TypeError(f"{type(value).__name__} has no canonical form")
    for item in items:
        if type(item) not in _PLAIN:
            _check(item)
