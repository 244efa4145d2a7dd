"""The application's role in PostgreSQL cannot rewrite the past, even with SQL of its own."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import URL, make_url

from sad.db.engine import make_engine
from tests.support.databases import empty_postgresql_url
from tests.support.missing import require_program
from tests.support.once import once
from tests.support.schema import build_schema

ROLES = Path(__file__).resolve().parents[2] / "docker" / "postgres" / "roles.sh"


@contextmanager
def installed(url: URL, secrets: Path) -> Iterator[None]:
    """Runs the script of compose on an empty database; its roles are the cluster's, so they go."""
    environ = {
        "SECRETS": str(secrets),
        "POSTGRES_DB": f"{url.database}",
        "PATH": os.environ["PATH"],
    }
    environ["PGHOST"] = f"{url.query['host']}"
    try:
        subprocess.run([ROLES], env=environ, check=True)
        yield
    finally:
        with connected(url, "postgres") as connection:
            for role in ("sad_app", "sad_owner"):
                connection.execute(f"REASSIGN OWNED BY {role} TO postgres")
                connection.execute(f"DROP OWNED BY {role}")
                connection.execute(f"DROP ROLE {role}")


def connected(url: URL, user: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=f"{url.query['host']}", dbname=url.database, user=user, autocommit=True
    )


@pytest.fixture
def application(tmp_path: Path) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A migrated database of a compose installation, seen by the application's role."""
    require_program("psql", "postgresql-client")
    (tmp_path / "database_owner_password").write_text("the owner's")
    (tmp_path / "database_password").write_text("the application's")
    with empty_postgresql_url() as address, once("roles"):
        url = make_url(address)
        with installed(url, tmp_path):
            owner = make_engine(url.set(username="sad_owner").render_as_string(False))
            build_schema(owner)
            owner.dispose()
            with connected(url, "sad_app") as connection:
                yield connection


def test_the_application_works_but_owns_nothing(
    application: psycopg.Connection[tuple[object, ...]],
) -> None:
    application.execute("SELECT count(*) FROM audit_event")
    application.execute("UPDATE person SET id = id")
    owned = application.execute(
        "SELECT tablename FROM pg_tables WHERE tableowner = 'sad_app'"
    ).fetchall()
    assert owned == []
    for forbidden in (
        "TRUNCATE audit_event",
        "TRUNCATE session",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "DROP TABLE audit_event",
        "CREATE TABLE mine (n integer)",
        "SET session_replication_role = replica",
    ):
        with pytest.raises(InsufficientPrivilege):
            application.execute(forbidden)
