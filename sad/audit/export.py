"""The whole journal as a file of JSON lines, and such a file read back to be verified elsewhere.

It holds what a reader of the raw database sees, chains of unopened offers included: hashes only,
but their number. Not to be handed out while a market is open. Personal details only if asked.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, text

from sad.audit.book import DETAILS, EVENTS, SEALS, Book
from sad.kernel.canonical import canonical
from sad.kernel.errors import Refusal

FORMAT = "sad-journal-v1"
BATCH = 1000

# Kind of line: the source, and the names of its columns; bytes are written in hexadecimal.
TREE = ("audit_leaf", "i:seal i:position b:nonce t:chain i:seq b:head", "seal, position")
CHAINS = (
    "audit_chain",
    "t:chain i:seq b:head t:at t:parent i:parent_seq t:organisation b:mac i:sealed",
    "chain",
)
SOURCES = {
    "head": CHAINS,
    "event": EVENTS,
    "detail": DETAILS,
    "seal": SEALS,
    "leaf": TREE,
}
# Read back without keys nor generated columns: a forged file must be loaded as it is.
TABLES = (
    """CREATE TABLE audit_chain
    (chain, seq, head, at, parent, parent_seq, organisation, mac, sealed)""",
    "CREATE TABLE audit_event (chain, seq, body, hash, action, object)",
    "CREATE TABLE audit_detail (chain, seq, salt, json)",
    "CREATE TABLE audit_seal (no, body, signature)",
    "CREATE TABLE audit_leaf (seal, position, nonce, chain, seq, head)",
)
INDEXES = (
    "CREATE INDEX i1 ON audit_chain (chain)",
    "CREATE INDEX i2 ON audit_event (chain, seq)",
    "CREATE INDEX i3 ON audit_event (action, object)",
    "CREATE INDEX i4 ON audit_detail (chain, seq)",
    "CREATE INDEX i5 ON audit_leaf (chain, seq)",
)


class FileUnreadable(Refusal):
    """Not an export of the journal, or cut before its end; facts: line."""

    code = "audit.file_unreadable"
    status = 422


def export_journal(connection: Connection, *, with_details: bool = False) -> Iterator[bytes]:
    """The lines of the export, in one pass; `connection` should be in one snapshot."""
    yield _line({"format": FORMAT, "details": with_details})
    book, count = Book(connection), 0
    for kind, source in SOURCES.items():
        if kind == "detail" and not with_details:
            continue
        names = _names(source)
        for row in book.stream(source):
            count += 1
            yield _line({kind: dict(zip(names, map(_plain, row), strict=True))})
    yield _line({"end": count})


def load_journal(lines: Iterable[str], connection: Connection) -> bool:
    """Loads an export into an empty SQLite database; whether it carries the personal details.

    Raises FileUnreadable.
    """
    for statement in TABLES:
        connection.execute(text(statement))
    rows = iter(lines)
    header = _parse(next(rows, ""), 1)
    if header.get("format") != FORMAT:
        raise FileUnreadable(line=1)
    for batch in _batches(rows):
        for kind, values in batch.items():
            connection.execute(text(_insert(kind)), values)
    for statement in INDEXES:
        connection.execute(text(statement))
    return bool(header.get("details"))


def _batches(rows: Iterator[str]) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """Values by kind, some lines at a time; the last line must be the end, with the right count."""
    batch: dict[str, list[dict[str, Any]]] = {}
    number = 1
    for number, line in enumerate(rows, start=2):
        value = _parse(line, number)
        if "end" in value:
            if value["end"] != number - 2 or next(rows, None) is not None:
                raise FileUnreadable(line=number)
            yield batch
            return
        kind, row = _read(value, number)
        batch.setdefault(kind, []).append(row)
        if number % BATCH == 0:
            yield batch
            batch = {}
    raise FileUnreadable(line=number)  # cut


def _parse(line: str, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise FileUnreadable(line=number) from error
    if not isinstance(value, dict):
        raise FileUnreadable(line=number)
    return value


def _read(value: dict[str, Any], number: int) -> tuple[str, dict[str, Any]]:
    try:
        ((kind, fields),) = value.items()
        typed = [column.split(":") for column in SOURCES[kind][1].split()]
        row = {n: bytes.fromhex(fields[n]) if t == "b" else fields[n] for t, n in typed}
    except (KeyError, TypeError, ValueError) as error:
        raise FileUnreadable(line=number) from error
    if kind == "event":
        facts = _facts(str(row["body"]))
        row |= {"action": facts.get("action"), "object": facts.get("object")}
    return kind, row


def _facts(body: str) -> dict[str, Any]:
    try:
        facts = json.loads(body)
    except ValueError:
        return {}  # an altered body: verification names it
    found = facts if isinstance(facts, dict) else {}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _insert(kind: str) -> str:
    names = _names(SOURCES[kind]) + (["action", "object"] if kind == "event" else [])
    marks = ", ".join(f":{name}" for name in names)
    table = SOURCES[kind][0]
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608  # constants


def _names(source: tuple[str, str, str]) -> list[str]:
    return [column.split(":")[1] for column in source[1].split()]


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value


def _line(value: dict[str, Any]) -> bytes:
    return canonical(value) + b"\n"
