"""`sad audit verify` and `sad audit export`: the journal checked, or copied to be checked."""

import argparse
import errno
import json
import os
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, inspect, text

from app.cli import print_json
from app.cli.parser import existing_file
from app.rendering.sentences import label
from app.security.rings import open_rings
from app.settings import SettingError, load
from sad.audit.export import export_journal, load_journal
from sad.audit.sealcheck import SealsUnreadable, read_seals
from sad.audit.seals import Seal
from sad.audit.signing import PublicKey, read_keys
from sad.audit.verify import Report, verify
from sad.db.engine import make_engine
from sad.kernel.errors import Refusal
from sad.kernel.rings import Key

SQLITE = b"SQLite format 3\0"
LARGEST = 64 * 1024 * 1024  # bytes of a feed of seals


class NoJournal(Refusal):
    """The database given has no journal."""

    code = "audit.no_journal"


@dataclass(frozen=True)
class Source:
    """What is verified: a connection in one snapshot, and what it carries."""

    connection: Connection
    with_details: bool = True
    generated: bool = True


def add(subparsers: Any) -> None:
    """Add the command and its two sub-commands."""
    parser = subparsers.add_parser(
        "audit",
        help="vérifie le journal",
        description="Vérifie le journal, ou l'exporte pour le vérifier ailleurs.",
    )
    acts = parser.add_subparsers(metavar="ACTE", required=True, title="actes")
    check = acts.add_parser("verify", help="vérifie chaque chaîne et chaque scellé du journal")
    check.add_argument(
        "file",
        nargs="?",
        metavar="FICHIER",
        type=existing_file,
        help="un export du journal ou une base SQLite ; sans lui, la base de DATABASE_URL",
    )
    check.add_argument("--seals", metavar="FICHIER|URL", help="scellés obtenus ailleurs")
    check.add_argument(
        "--keys", metavar="FICHIER", type=existing_file, help="clés publiées (sad-keys.json)"
    )
    check.add_argument("--json", action="store_true", help="répond en JSON")
    check.set_defaults(func=run_verify)
    copy = acts.add_parser("export", help="copie tout le journal dans un fichier")
    copy.add_argument("file", metavar="FICHIER", type=Path, help="le fichier à écrire")
    copy.add_argument("--details", action="store_true", help="avec les données personnelles")
    copy.set_defaults(func=run_export)


def run_verify(options: argparse.Namespace) -> int:
    """Verify and print: 0 intact, 1 not, 2 wrong setting or missing file."""
    try:
        with _source(options.file) as source:
            vault, published = _keys(source.connection, from_file=options.file is not None)
            public = _published(options.keys) if options.keys else published
            report = verify(
                source.connection,
                keys=vault,
                public=public,
                outside=_outside(options.seals, public) if options.seals else (),
                with_details=source.with_details,
                generated=source.generated,
            )
    except SettingError as error:
        print(error, file=sys.stderr)
        return 2
    if options.json:
        print_json(report.json)
    else:
        _print(report, with_keys=vault is not None)
    return 0 if report.intact else 1


def run_export(options: argparse.Namespace) -> int:
    """Write the export, readable by its owner alone; never over an existing file."""
    try:
        with _source(None) as source:
            lines = export_journal(source.connection, with_details=options.details)
            descriptor = os.open(options.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(lines)
    except SettingError as error:
        print(error, file=sys.stderr)
        return 2
    except FileExistsError:
        print(f"sad : le fichier existe déjà : {options.file}", file=sys.stderr)
        return 2
    print(f"Journal exporté dans {options.file}.")
    return 0


@contextmanager
def _source(file: Path | None) -> Iterator[Source]:
    if file is None:
        with _database(load().database_url) as connection:
            yield Source(connection)
    elif _is_sqlite(file):
        engine = create_engine(f"sqlite:///file:{file}?mode=ro&uri=true")
        with _reading(engine) as connection:
            yield Source(connection)
    else:
        with _loaded(file) as source:
            yield source


@contextmanager
def _database(url: str) -> Iterator[Connection]:
    path = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite") and not path.is_file():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    with _reading(make_engine(url)) as connection:
        yield connection


@contextmanager
def _reading(engine: Engine) -> Iterator[Connection]:
    """One snapshot of the journal, whatever is written meanwhile; nothing is changed."""
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            else:
                connection.execute(text("BEGIN"))
            if not inspect(connection).has_table("audit_event"):
                raise NoJournal()
            yield connection
            connection.rollback()
    finally:
        engine.dispose()


@contextmanager
def _loaded(file: Path) -> Iterator[Source]:
    with tempfile.TemporaryDirectory() as folder, file.open(encoding="utf-8") as lines:
        engine = create_engine(f"sqlite:///{folder}/journal.sqlite3")
        try:
            with engine.begin() as connection:
                with_details = load_journal(lines, connection)
            with _reading(engine) as connection:
                yield Source(connection, with_details, generated=False)
        finally:
            engine.dispose()


def _is_sqlite(file: Path) -> bool:
    with file.open("rb") as content:
        return content.read(len(SQLITE)) == SQLITE


def _keys(
    connection: Connection, *, from_file: bool
) -> tuple[tuple[Key, ...] | None, tuple[PublicKey, ...] | None]:
    """The vault ring and the published keys, if there are any here, and if they are this journal's.

    A journal read from a file may come from elsewhere: the rings of this machine judge it only if
    one of its heads names one of their keys.
    """
    try:
        rings = open_rings(load().keys_dir, create=False)
    except SettingError as error:
        if not from_file:
            print(error, file=sys.stderr)
        return None, None
    if from_file:
        codes = connection.execute(text("SELECT mac FROM audit_chain LIMIT 1000")).scalars()
        known = {key.id.encode() for key in rings.vault}
        if not any(bytes(code)[:8] in known for code in codes):
            return None, None
    return rings.vault, rings.published


def _published(file: Path) -> tuple[PublicKey, ...]:
    try:
        return tuple(read_keys(json.loads(file.read_text(encoding="utf-8"))))
    except ValueError:
        return tuple(read_keys(None))  # raises KeysUnreadable


def _outside(place: str, public: tuple[PublicKey, ...] | None) -> list[Seal]:
    if not place.startswith(("https://", "http://")):
        path = Path(place)
        if path.is_dir():  # the folder where seals are kept: the newest says enough
            path = max(path.glob("seal-*.json"), default=path / "seal-*.json")
        return read_seals(path.read_text(encoding="utf-8"), public)
    try:
        with urllib.request.urlopen(place, timeout=30) as answer:  # noqa: S310  # http(s) only
            return read_seals(answer.read(LARGEST).decode(), public)
    except (OSError, UnicodeDecodeError) as error:
        raise SealsUnreadable(where="--seals") from error


def _print(report: Report, *, with_keys: bool) -> None:
    counted = f"{report.events} événements, {report.seals} scellés"
    if report.intact:
        print(f"Journal intact : {counted}.")
    else:
        print(
            f"Journal modifié hors de l'application : {len(report.faults)} anomalies ({counted})."
        )
    for fault in report.faults:
        event = f" ({fault.event})" if fault.event else ""
        print(f"- {label(fault.kind)} : chaîne {fault.chain}, n° {fault.sequence}{event}")
    if not with_keys:
        print(
            "Vérifié sans les trousseaux de clés : une chaîne entière recalculée depuis le dernier"
            " scellé ne se verrait pas.",
            file=sys.stderr,
        )
