"""Canonical JSON: one value, one sequence of bytes, so that hashes and signatures mean something.

UTF-8, sorted ASCII keys, no spaces; strings, integers, booleans, null, lists, objects. Floats are
refused.
"""

import json
from datetime import UTC, datetime
from typing import Any


def canonical(value: Any) -> bytes:
    """The canonical bytes of a value.

    Raises TypeError on a float, a key that is not an ASCII string, or any other type.
    """
    _check(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def instant(moment: datetime) -> str:
    """An aware instant as `2026-11-22T10:59:59.123456Z`, always with six decimals."""
    if moment.tzinfo is None:
        raise ValueError("an instant without its zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _check(value: Any) -> None:
    if value is None or isinstance(value, str | bool | int):
        return
    if isinstance(value, list | tuple):
        for item in value:
            _check(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise TypeError(f"key {key!r} is not an ASCII string")
            _check(item)
    else:
        raise TypeError(f"{type(value).__name__} has no canonical form")
