"""The floor of a write: one durable insert of the same bytes, through the bare driver."""

import os
import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

ROUNDS = 200


def sqlite_insert(folder: Path, size: int) -> tuple[float, float]:
    """(wall, CPU) in milliseconds of one durable insert of `size` bytes."""
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE floor (id INTEGER PRIMARY KEY, body BLOB)")
    body = os.urandom(size)
    return _rounds(lambda: connection.execute("INSERT INTO floor (body) VALUES (?)", (body,)))


def postgresql_insert(url: str, size: int) -> tuple[float, float]:
    """The same through psycopg, on the cluster under measure."""
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("CREATE TABLE floor (id serial PRIMARY KEY, body bytea)")
        body = os.urandom(size)
        return _rounds(lambda: connection.execute("INSERT INTO floor (body) VALUES (%s)", (body,)))


def _rounds(insert: Callable[[], object]) -> tuple[float, float]:
    walls, cpu = [], time.process_time()
    for _ in range(ROUNDS):
        start = time.perf_counter()
        insert()
        walls.append((time.perf_counter() - start) * 1000)
    return statistics.median(walls), (time.process_time() - cpu) * 1000 / ROUNDS
