"""Engines for the two databases, with what each needs to keep its promises."""

import time
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError

POOL = 8  # threads of a worker are capped to it
RESTED = 1.0  # seconds after which a connection is asked whether it still lives


def make_engine(url: str, pool: int = POOL) -> Engine:
    """An engine for `sqlite:///…` or `postgresql+psycopg://…`.

    SQLite: WAL, every commit on disk, foreign keys, deleted bytes overwritten, triggers fired by
    REPLACE too; transactions are begun by `writing` and `reading`, not by the driver.
    """
    if url.startswith("sqlite"):
        engine = create_engine(
            url,
            pool_size=pool,
            max_overflow=0,
            hide_parameters=True,  # no error may carry what somebody typed
            pool_use_lifo=True,  # the last one used has its pages and statements at hand
            connect_args={"timeout": 30, "check_same_thread": False},
        )
        event.listen(engine, "connect", _sqlite_connection)
        return engine
    engine = create_engine(
        url,
        pool_size=pool,
        max_overflow=0,
        hide_parameters=True,  # same
        pool_use_lifo=True,  # same
        isolation_level="READ COMMITTED",
        connect_args={"options": "-c timezone=UTC", "prepare_threshold": 2},
    )
    _ask_the_rested(engine)
    return engine


def _ask_the_rested(engine: Engine) -> None:
    """A connection that rested may have been cut: it is asked first, and all are made again.

    Asking each time would cost every request a round trip.
    """

    @event.listens_for(engine, "checkin")
    def rests(connection: Any, record: Any) -> None:
        record.info["resting_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def wakes(connection: Any, record: Any, proxy: Any) -> None:
        since = record.info.get("resting_since")
        if since is None or time.monotonic() - since < RESTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.OperationalError as error:
            raise InvalidatePoolError() from error


def _sqlite_connection(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "recursive_triggers=ON",
        "busy_timeout=30000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
