"""Bringing a database to the newest schema, and saying once what kind of installation it is."""

from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlmodel import Session

from sad.db.tables import Installation
from sad.kernel.errors import Refusal

HERE = Path(__file__).resolve().parent
LOCK = 7_236_001  # one migration at a time on PostgreSQL


class OtherKind(Refusal):
    """The database already says it is the other kind of installation."""

    code = "installation.other_kind"


def migrate(engine: Engine, kind: str, created_at: datetime) -> None:
    """Runs the missing migrations; the first time, writes the installation's kind for ever.

    Raises OtherKind if the database was made as the other kind (trust.md 6).
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        command.upgrade(_config(connection), "head")
        with Session(connection) as session:
            installed = session.get(Installation, 1)
            if installed is None:
                session.add(Installation(kind=kind, created_at=created_at))
                session.flush()
            elif installed.kind != kind:
                raise OtherKind(kind=installed.kind)


def head_revision() -> str:
    """The newest migration's name: what a database must say before it is served."""
    return ScriptDirectory(str(HERE)).get_current_head() or ""


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config
