"""Plays the demonstration into a database of its own, whole or not at all.

Everything is made aside, in a folder of the data's own disk, then moved: the files first, the
database last. A play that was cut leaves that folder, which the next one clears.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import Engine, event

import storage
from app.demo.clock import Days, StoryClock, tell
from app.demo.founding import founding
from app.demo.inventory import inventory
from app.demo.joining import joinings, listing
from app.demo.markets import market_threads
from app.demo.sourcing import sourcing
from app.demo.stage import Stage
from app.security.rings import open_rings
from app.settings import LOOPBACK, SettingError, Settings
from app.wiring import LegalClock, installation_kind
from sad.db.engine import make_engine
from sad.db.migrations.run import OtherKind, migrate
from sad.kernel.errors import Refusal

KIND = "demonstration"
ASIDE, LOCK = ".demonstration", ".demonstration.lock"
FIRST_DAY = 170  # days before the play


class DataExist(Refusal):
    """The folder already holds an installation or files; fact `folder`, as text."""

    code = "demonstration.data_exist"


class OwnDatabase(Refusal):
    """The demonstration is played in an SQLite file only (trust.md 6)."""

    code = "demonstration.own_database"


def play_if_empty(settings: Settings) -> None:
    """Plays the demonstration where there is none; brings one already there to the newest schema.

    Raises OtherKind on a production database, OwnDatabase, SettingError.
    """
    database = _database(settings)
    with _alone(settings):
        _clear_what_was_cut(settings, database)
        if not database.exists():
            _check_empty(settings, database)
            _play(settings, database, None)
            return
    engine = make_engine(settings.database_url)
    try:
        migrate(engine, KIND, LegalClock(engine).real())
    finally:
        engine.dispose()


def play(settings: Settings, played_at: datetime | None = None) -> None:
    """Plays the demonstration in an empty folder; the story ends just before `played_at`, now.

    Raises DataExist, OtherKind on a production database, OwnDatabase, SettingError.
    """
    database = _database(settings)
    with _alone(settings):
        _clear_what_was_cut(settings, database)
        _check_empty(settings, database)
        _play(settings, database, played_at)


def _play(settings: Settings, database: Path, played_at: datetime | None) -> None:
    aside, files = database.parent / ASIDE, _files(settings)
    aside.mkdir(mode=0o700, parents=True)
    made = aside / database.name
    engine = make_engine(f"sqlite:///{made}")
    event.listen(engine, "connect", _hurry)
    try:
        _tell(settings, engine, aside if files else None, played_at)
        with engine.connect() as connection:
            # One file and nothing beside it: moving it moves everything.
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    except BaseException:
        engine.dispose()
        shutil.rmtree(aside)
        raise
    engine.dispose()
    with made.open("rb") as file:
        os.fsync(file.fileno())
    if files is not None:
        (aside / "files").rename(files)
    made.rename(database)
    shutil.rmtree(aside)


def _hurry(connection: Any, record: Any) -> None:
    """A play that is cut is thrown away: only the whole of it has to reach the disk."""
    connection.execute("PRAGMA synchronous=OFF")


def _tell(
    settings: Settings, engine: Engine, aside: Path | None, played_at: datetime | None
) -> None:
    """The whole story, from the first day to this morning."""
    days = Days(played_at or LegalClock(engine).real())
    clock = StoryClock(days.at(FIRST_DAY, 8))
    migrate(engine, KIND, clock.now())
    place = settings.storage_url if aside is None else (aside / "files").as_uri()
    rings = open_rings(settings.keys_dir, create=True)
    stage = Stage(engine, clock, rings, storage.open_store(place), days)
    threads = [founding(stage), sourcing(stage), listing(stage), *joinings(stage)]
    tell(clock, [*threads, inventory(stage), *market_threads(stage)])
    stage.seal()


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One play at a time in a folder; a second one waits, then finds the first one's data."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _database(settings: Settings) -> Path:
    """The file of the database. Raises OwnDatabase, SettingError away from this machine."""
    if not settings.database_url.startswith("sqlite:///"):
        raise OwnDatabase(where="DATABASE_URL")
    if not settings.loopback:
        read = f"{settings.host}, {settings.public_url}"
        raise SettingError("HOST / PUBLIC_URL", read, "cette machine seulement : 127.0.0.1")
    relay = urlsplit(settings.smtp_url or "").hostname
    if relay is not None and relay not in LOOPBACK:
        raise SettingError("SMTP_URL", relay, "aucun relais, ou un relais de cette machine")
    return Path(settings.database_url.removeprefix("sqlite:///"))


def _files(settings: Settings) -> Path | None:
    """The folder of the files when it is made with the data; None when it is elsewhere."""
    place = urlsplit(settings.storage_url)
    folder = Path(unquote(place.path))
    inside = place.scheme == "file" and folder.is_relative_to(settings.data_dir)
    return folder if inside else None


def _check_empty(settings: Settings, database: Path) -> None:
    """No installation here, and no file of another one."""
    if database.exists():
        engine = make_engine(settings.database_url)
        kind = installation_kind(engine)
        engine.dispose()
        if kind not in (None, KIND):
            raise OtherKind(kind=kind)
        raise DataExist(folder=str(settings.data_dir))
    files = _files(settings)
    if files is not None and files.exists():
        raise DataExist(folder=str(files))


def _clear_what_was_cut(settings: Settings, database: Path) -> None:
    """A play cut before its database was moved left only what it had made itself."""
    aside, files = database.parent / ASIDE, _files(settings)
    if not aside.exists():
        return
    if not database.exists() and files is not None and files.exists():
        shutil.rmtree(files)
    shutil.rmtree(aside)
