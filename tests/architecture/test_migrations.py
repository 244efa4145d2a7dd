"""The migrations build what the models say, CHECKs, partial indexes and triggers included."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from sad.db.engine import make_engine
from sad.models import metadata
from tests.support.databases import empty_postgresql_url
from tests.support.described import described
from tests.support.schema import build_from_models


@pytest.fixture
def from_models(database: Engine, tmp_path: Path) -> Iterator[Engine]:
    """A database of the same kind as `database`, built from the models without migrations."""
    with ExitStack() as stack:
        url = (
            f"sqlite:///{tmp_path / 'models.sqlite3'}"
            if database.dialect.name == "sqlite"
            else stack.enter_context(empty_postgresql_url())
        )
        engine = make_engine(url)
        stack.callback(engine.dispose)
        build_from_models(engine)
        yield engine


def test_migrations_build_what_the_models_say(database: Engine, from_models: Engine) -> None:
    with database.connect() as migrated, from_models.connect() as modelled:
        built, said = described(migrated), described(modelled)
    assert said
    assert not sorted(said - built), "the migrations lack this"
    assert not sorted(built - said), "the models lack this"


def test_alembic_sees_nothing_left_to_migrate(database: Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_every_guard_is_compared(from_models: Engine) -> None:
    with from_models.begin() as connection:
        before = described(connection)
        connection.execute(text("CREATE TABLE extra (n INTEGER, CONSTRAINT small CHECK (n < 9))"))
        connection.execute(text("CREATE UNIQUE INDEX part ON extra (n) WHERE n > 3"))
        found = "\n".join(described(connection) - before).lower()
    assert "small" in found
    assert "part" in found
    assert "where" in found
