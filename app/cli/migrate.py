"""`sad migrate`: creates the database, or brings it to the newest schema."""

import argparse
from datetime import UTC, datetime

from app.settings import Settings, load
from sad.db.engine import make_engine
from sad.db.migrations.run import migrate


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `migrate`."""
    parser = subparsers.add_parser(
        "migrate",
        help="crée la base de données ou la met à jour",
        description="Crée la base de données de DATABASE_URL, ou la met à jour.",
    )
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Migrates the database of the settings, as a production installation."""
    prepare(load(), kind="production")
    print("La base de données est à jour.")
    return 0


def prepare(settings: Settings, kind: str) -> None:
    """Creates the data folder if need be, then migrates."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.database_url)
    try:
        migrate(engine, kind, datetime.now(UTC))  # noqa: TID251 - no clock before the database
    finally:
        engine.dispose()
