"""Engines for the two databases, with what each needs to keep its promises."""

from typing import Any

from sqlalchemy import Engine, create_engine, event

POOL = 8  # threads of a worker are capped to it


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
            connect_args={"timeout": 30, "check_same_thread": False},
        )
        event.listen(engine, "connect", _sqlite_connection)
        return engine
    return create_engine(
        url,
        pool_size=pool,
        max_overflow=0,
        hide_parameters=True,  # same
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        connect_args={"options": "-c timezone=UTC", "prepare_threshold": 2},
    )


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
