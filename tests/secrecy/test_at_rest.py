"""What suppliers type is nowhere in clear: database, its journal, storage, mails, logs."""

import base64
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from sad.notifications.outbox import kept_letters
from tests.secrecy.installations import Scene, installation, play, rest
from tests.support.once import run_folder

# A note, a file's name, its content, where a photograph was taken.
WORDS = ("lampadaires", "devis secret", "remise de 17", "atelier de Kerichen")


def forms(word: str) -> Iterator[bytes]:
    """A word as it could be found: itself, in two bytes a letter, in hexadecimal, in base64."""
    clear = word.encode()
    yield from (clear, word.encode("utf-16-le"), clear.hex().encode(), clear.hex().upper().encode())
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + clear)
        yield whole[4 if shift else 0 : -4]


def found(content: bytes) -> list[str]:
    """The words that can be read in these bytes."""
    return [word for word in WORDS if any(form in content for form in forms(word))]


@pytest.fixture(params=["sqlite", "postgresql"])
def played(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Scene, Path]]:
    """Three suppliers typed, joined files, sent, replaced, withdrew."""
    folder = tmp_path / "installation"
    with installation(folder, request.param) as scene:
        scene.answering = scene.answering[:3]
        play(scene)
        rest(scene)
        yield scene, folder


def test_nothing_typed_is_in_clear_on_any_disk(
    played: tuple[Scene, Path], caplog: pytest.LogCaptureFixture
) -> None:
    scene, folder = played
    engine = scene.site.wiring.engine
    if engine.dialect.name == "sqlite":
        wal = folder / "sad.sqlite3-wal"
        assert wal.stat().st_size  # what is not yet in the database file is looked at too
        assert found(wal.read_bytes()) == []
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database = (folder / "sad.sqlite3").read_bytes()
    else:
        database = b"".join(path.read_bytes() for path in cluster_files(engine))
    assert b"brume.example" in database  # the bytes that were looked at are the right ones
    assert found(database) == []
    stored = [path for path in (folder / "files").rglob("*") if path.is_file()]
    # In each market three documents, and one photograph with its two copies.
    assert len([path for path in stored if path.parent.name == "objects"]) == 2 * (3 + 3)
    for path in stored:
        assert found(path.read_bytes()) == [] and found(path.name.encode()) == []
    assert found(caplog.text.encode()) == []


def test_mails_say_nothing_of_what_was_typed(played: tuple[Scene, Path]) -> None:
    scene, _ = played
    with scene.site.work() as work:
        letters = kept_letters(work, 1000)
    told = {letter.kind for letter in letters}
    assert "offer.acknowledged" in told
    for letter in letters:
        assert found(f"{letter.facts} {letter.link}".encode()) == []
    # The same words whatever was done: sent, replaced and withdrawn cannot be told apart.
    acts = [one for one in letters if one.kind == "offer.acknowledged"]
    assert len({(one.to, str(one.facts), one.link) for one in acts}) == 3 * 2
    assert logging.getLogger("sad").level == logging.NOTSET


def cluster_files(engine: Engine) -> list[Path]:
    """The files of this PostgreSQL database, the journal of the cluster, and what it logged."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        oid = connection.exec_driver_sql(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).scalar_one()
    cluster = run_folder() / "postgresql"
    files = [*(cluster / "data" / "base" / str(oid)).iterdir()]
    files += [*(cluster / "data" / "pg_wal").iterdir(), cluster / "log"]
    return [path for path in files if path.is_file()]
