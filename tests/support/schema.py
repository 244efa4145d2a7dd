"""The schema of the test databases: made by the migrations, like everywhere else."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

from sad.db.triggers import create_triggers
from sad.models import metadata

MIGRATIONS = Path(__file__).resolve().parents[2] / "sad" / "db" / "migrations"


def alembic_config(connection: Connection) -> Config:
    """An Alembic configuration bound to an open connection (`attributes["connection"]`)."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def build_schema(engine: Engine) -> None:
    """Builds the schema in an empty database with the migrations; writes no row of its own."""
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "head")


def build_from_models(engine: Engine) -> None:
    """Builds the schema from the models and their triggers: what the migrations must equal."""
    with engine.begin() as connection:
        metadata.create_all(connection)
        create_triggers(connection)
