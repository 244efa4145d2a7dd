"""The schema of the test databases: made by the migrations, like everywhere else."""

import importlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine
from sqlmodel import SQLModel

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = ROOT / "sad" / "db" / "migrations"


def import_tables() -> None:
    """Imports every `tables.py` of the engine, so that the metadata knows them all."""
    for path in sorted((ROOT / "sad").glob("*/tables.py")):
        importlib.import_module(f"sad.{path.parent.name}.tables")


def migrations_exist() -> bool:
    """Whether a first migration has been written."""
    return any((MIGRATIONS / "versions").glob("[!_]*.py"))


def alembic_config(connection: Connection) -> Config:
    """An Alembic configuration bound to an open connection (`attributes["connection"]`)."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def build_schema(engine: Engine) -> None:
    """Builds the schema in an empty database: migrations, or the models before the first one."""
    import_tables()
    if migrations_exist():
        with engine.begin() as connection:
            command.upgrade(alembic_config(connection), "head")
    else:
        build_from_models(engine)


def build_from_models(engine: Engine) -> None:
    """Builds the schema from the models and their hand-written triggers, without migrations."""
    import_tables()
    with engine.begin() as connection:
        SQLModel.metadata.create_all(connection)
        if (ROOT / "sad" / "db" / "triggers.py").exists():
            triggers = importlib.import_module("sad.db.triggers")
            triggers.create_triggers(connection)
