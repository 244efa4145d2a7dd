"""The floor of a write: one durable insert of the same bytes, through the bare driver."""

import os
import sqlite3
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

ROUNDS = 200


@dataclass(frozen=True)
class Insert:
    """One durable insert, in milliseconds: median time, and CPU of the process that asks."""

    driver: str
    count: int
    wall: float
    cpu: float


def sqlite_insert(folder: Path, size: int) -> Insert:
    """One durable insert of `size` bytes, through the bare driver."""
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE floor (id INTEGER PRIMARY KEY, body BLOB)")
    body = os.urandom(size)
    insert = "INSERT INTO floor (body) VALUES (?)"
    return _rounds("sqlite3", lambda: connection.execute(insert, (body,)))


def postgresql_insert(url: str, size: int) -> Insert:
    """The same through psycopg, on the cluster under measure."""
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("CREATE TABLE floor (id serial PRIMARY KEY, body bytea)")
        body = os.urandom(size)
        insert = "INSERT INTO floor (body) VALUES (%s)"
        return _rounds("psycopg", lambda: connection.execute(insert, (body,)))


def _rounds(driver: str, insert: Callable[[], object]) -> Insert:
    walls, cpu = [], time.process_time()
    for _ in range(ROUNDS):
        start = time.perf_counter()
        insert()
        walls.append((time.perf_counter() - start) * 1000)
    spent = (time.process_time() - cpu) * 1000 / ROUNDS
    return Insert(driver, ROUNDS, statistics.median(walls), spent)
