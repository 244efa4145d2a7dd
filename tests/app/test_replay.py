"""An endpoint runs again when the database asks for it, three times at most (decision 0010)."""

import sqlite3

import psycopg.errors
import pytest
from sqlalchemy.exc import OperationalError

from app.routing import REPLAYS, replayed


def _failure(orig: Exception) -> OperationalError:
    return OperationalError("SELECT 1", {}, orig)


@pytest.mark.parametrize(
    "orig",
    [
        psycopg.errors.SerializationFailure("40001"),
        psycopg.errors.DeadlockDetected("40P01"),
        sqlite3.OperationalError("database is locked"),
    ],
)
def test_a_passing_conflict_is_tried_again(orig: Exception) -> None:
    calls: list[int] = []

    def endpoint() -> str:
        calls.append(1)
        if len(calls) < REPLAYS:
            raise _failure(orig)
        return "done"

    assert replayed(endpoint)() == "done"
    assert len(calls) == REPLAYS


def test_a_lasting_conflict_ends() -> None:
    calls: list[int] = []

    def endpoint() -> None:
        calls.append(1)
        raise _failure(sqlite3.OperationalError("database is locked"))

    with pytest.raises(OperationalError):
        replayed(endpoint)()
    assert len(calls) == REPLAYS


def test_another_failure_is_not_tried_again() -> None:
    calls: list[int] = []

    def endpoint() -> None:
        calls.append(1)
        raise _failure(sqlite3.OperationalError("disk I/O error"))

    with pytest.raises(OperationalError):
        replayed(endpoint)()
    assert len(calls) == 1
