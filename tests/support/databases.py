"""A fresh database for each test: a copied file on SQLite, a cloned template on PostgreSQL."""

import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import Engine

from sad.db.engine import make_engine
from tests.support.missing import postgresql_present, require_component
from tests.support.once import once, run_folder, run_owner
from tests.support.schema import build_schema

PG_UP = Path(__file__).resolve().parents[1] / "services" / "pg_up.sh"
TEMPLATE = "sad_template"
_numbers = itertools.count(1)


def sqlite_url(folder: Path) -> str:
    """The address of a fresh migrated SQLite database, copied into `folder`."""
    template = run_folder() / "template.sqlite3"
    with once("sqlite-template") as first:
        if first:
            _build_sqlite(template)
    copy = folder / "sad.sqlite3"
    shutil.copyfile(template, copy)
    return f"sqlite:///{copy}"


def _build_sqlite(template: Path) -> None:
    template.unlink(missing_ok=True)
    engine = make_engine(f"sqlite:///{template}")
    build_schema(engine)
    with engine.connect() as connection:
        # One file and nothing beside it, so that copying it is enough.
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


@contextmanager
def postgresql_url() -> Iterator[str]:
    """The address of a fresh migrated PostgreSQL database, dropped afterwards."""
    sockets = _cluster()
    with once("postgresql-template") as first:
        if first:
            _build_postgresql(sockets)
    name = f"t_{os.getpid()}_{next(_numbers)}"
    clone = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    _administer(sockets, clone.format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
    try:
        yield _url(sockets, name)
    finally:
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
        _administer(sockets, drop.format(sql.Identifier(name)))


@contextmanager
def empty_postgresql_url() -> Iterator[str]:
    """The address of an empty PostgreSQL database, without any table, dropped afterwards."""
    sockets = _cluster()
    name = f"e_{os.getpid()}_{next(_numbers)}"
    _administer(sockets, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield _url(sockets, name)
    finally:
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
        _administer(sockets, drop.format(sql.Identifier(name)))


@contextmanager
def fresh_engine(kind: str, folder: Path) -> Iterator[Engine]:
    """An engine on a fresh database of the kind asked for: `sqlite` or `postgresql`."""
    if kind == "sqlite":
        with _disposed(make_engine(sqlite_url(folder))) as engine:
            yield engine
    else:
        with postgresql_url() as url, _disposed(make_engine(url)) as engine:
            yield engine


@contextmanager
def _disposed(engine: Engine) -> Iterator[Engine]:
    try:
        yield engine
    finally:
        engine.dispose()


def _cluster() -> Path:
    """The socket folder of the run's cluster, started by the first who asks."""
    require_component("PostgreSQL (Debian: postgresql)", postgresql_present())
    folder = run_folder() / "postgresql"
    with once("postgresql") as first:
        if first:
            subprocess.run([PG_UP, str(folder), str(run_owner())], check=True)
    return folder / "sock"


def _build_postgresql(sockets: Path) -> None:
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(TEMPLATE))
    _administer(sockets, drop)
    _administer(sockets, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    with _disposed(make_engine(_url(sockets, TEMPLATE))) as engine:
        build_schema(engine)


def _administer(sockets: Path, statement: sql.Composed) -> None:
    with psycopg.connect(f"host={sockets} user=postgres", autocommit=True) as connection:
        connection.execute(statement)


def _url(sockets: Path, name: str) -> str:
    return f"postgresql+psycopg://postgres@/{name}?host={sockets}"


def stop_cluster(folder: Path) -> None:
    """Stops the cluster of a run's folder, if one was started; nothing in it is worth keeping."""
    pid_file = folder / "postgresql" / "data" / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text().splitlines()[0])
    os.kill(pid, 3)  # SIGQUIT: immediate shutdown
