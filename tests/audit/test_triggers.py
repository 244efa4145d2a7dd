"""The database itself refuses to rewrite the journal."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from sad.audit.chains import INSTALLATION, person_chain
from sad.audit.service import record
from sad.kernel.ids import uuid7


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET body = '{}' WHERE seq = 1",
        "DELETE FROM audit_event WHERE seq = 1",
        "UPDATE audit_chain SET seq = 0",
        "UPDATE audit_chain SET parent = 'other'",
        "DELETE FROM audit_chain",
        "UPDATE audit_detail SET json = '{}'",
        "DELETE FROM audit_detail",
    ],
)
def test_a_past_fact_cannot_be_rewritten(database: Engine, work, statement: str) -> None:
    with work() as w:
        record(w, person_chain(uuid7()), "person.named", "x", details={"name": "Zoé"})
    with database.connect() as connection, pytest.raises(DBAPIError, match="audit_"):
        connection.exec_driver_sql(statement)


def test_insert_or_replace_does_not_pass_on_sqlite(sqlite_database: Engine, sqlite_work) -> None:
    with sqlite_work() as w:
        record(w, INSTALLATION, "installation.named", "x")
    copy = "SELECT chain, seq, body, hash FROM audit_event"
    replace = f"INSERT OR REPLACE INTO audit_event (chain, seq, body, hash) {copy}"
    with sqlite_database.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.exec_driver_sql(replace)


@pytest.mark.parametrize("table", ["audit_event", "audit_chain", "audit_detail", "audit_seal"])
def test_truncate_is_refused_on_postgresql(postgresql_database: Engine, table: str) -> None:
    with postgresql_database.connect() as connection, pytest.raises(DBAPIError, match=table):
        connection.exec_driver_sql(f"TRUNCATE {table}")
