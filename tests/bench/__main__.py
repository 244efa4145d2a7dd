"""`make bench`: what an operation costs, and its ratio to the bare floor, on both databases.

(a) a complete submission: two requests, the whole offer of 10 lines put, then sent; (b) reading one
open market with its lines; (c) listing 100 open markets; (d) a cell saved as it is typed. Two web
processes. CPU in milliseconds an operation, the application's and the database's apart; beside, an
empty endpoint and one durable insert of the same bytes. Then the last minute before a deadline, and
measures of their own. Exits 1 when a mark is missed or could not be measured. How to read it:
docs/measures.md.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from sad.db.engine import make_engine
from sad.db.migrations.run import migrate
from tests.bench import comparison, inventory, receipts, report, scoring, sheets, upload
from tests.bench.autosave import autosaves
from tests.bench.floor import Insert, postgresql_insert, sqlite_insert
from tests.bench.load import Caller, Load, Operation, alternated
from tests.bench.processes import bare_endpoint, durable_postgresql
from tests.bench.rush import rush
from tests.bench.scene import Scene, build
from tests.bench.table import HEADER, floor_row, insert_row, row
from tests.support.missing import postgresql_present
from tests.support.server import Server, serving

MARKS = {"submission": 10.0, "read": 4.0, "list": 12.0, "autosave": 12.0}
"""Milliseconds of CPU of the application's processes an operation, set before the first line."""

MEASURES: tuple[Callable[[], list[str]], ...] = (
    upload.measure,
    receipts.measure,
    sheets.measure,
    inventory.measure,
    comparison.measure,
    report.measure,
    scoring.measure,
)
"""Measures of their own; a line that passes its mark says MISSED."""

SLOT = 2 * 16 * 1024  # bytes a submission seals: both columns of its slot
WARM = 20  # operations of each kind before the measure
READS, LISTS, EMPTY = 400 + WARM, 120 + WARM, 400 + WARM


def main() -> int:
    """Prints one table a database; 1 when a mark is missed."""
    with tempfile.TemporaryDirectory(prefix="sad-bench-") as name:
        folder = Path(name)
        with bare_endpoint(folder) as bare:
            empty = Load("an empty endpoint", bare, [_empty] * EMPTY)
            missed = _database("SQLite", folder, f"sqlite:///{folder / 'bench.db'}", None, empty)
            if postgresql_present():
                with durable_postgresql(folder) as (url, pid):
                    missed += _database("PostgreSQL", folder, url, pid, empty)
            else:
                missed.append("PostgreSQL is not on this machine: not measured")
    for measure in MEASURES:
        told = measure()
        print("\n".join(told), flush=True)
        missed += [line for line in told if "MISSED" in line]
    for line in missed:
        print(f"missed: {line}")
    return 1 if missed else 0


def _database(name: str, folder: Path, url: str, pid: int | None, empty: Load) -> list[str]:
    """Builds, serves and measures on one database; the marks missed."""
    keys = folder / f"keys-{name}"
    engine = make_engine(url)
    migrate(engine, "production", datetime.now(UTC))
    engine.dispose()
    scene = build(url, keys)
    insert = _insert(folder, url)
    print(f"\n{name}, two web processes\n{HEADER}", flush=True)
    missed = []
    with _served(folder, name, url, keys) as server:
        for mark, label, operations in _operations(scene):
            cost, floor = alternated(Load(label, server, operations, pid), empty, WARM)
            print(row(cost, floor, insert, MARKS[mark]), flush=True)
            if cost.quietest > MARKS[mark]:
                missed.append(f"{name}, {label}: {cost.quietest:.2f} ms > {MARKS[mark]:.0f} ms")
    print(f"{floor_row(floor)}\n{insert_row(insert)}", flush=True)
    return missed + rush(folder, name, url, pid)


def _insert(folder: Path, url: str) -> Insert:
    if url.startswith("sqlite"):
        return sqlite_insert(folder, SLOT)
    return postgresql_insert(url, SLOT)


@contextmanager
def _served(folder: Path, name: str, url: str, keys: Path) -> Iterator[Server]:
    settings = {
        "DATABASE_URL": url,
        "DATA_DIR": str(folder / f"data-{name}"),
        "KEYS_DIR": str(keys),
        "SMTP_URL": "smtp://127.0.0.1:9",  # no mail is sent: the worker is off
        "EMBEDDED_WORKER": "0",
    }
    with serving(folder, "--workers", "2", settings=settings) as server:
        yield server


def _empty(caller: Caller) -> object:
    return caller.call("GET", "/")


def _operations(scene: Scene) -> list[tuple[str, str, list[Operation]]]:
    buyer = {"Authorization": f"Bearer {scene.tokens['buyer']}"}
    one = f"/api/v1/markets/{scene.markets[0]}"
    listing = "/api/v1/markets?phase=open&limit=100"
    sent = [
        _submission(scene, part, market) for market in scene.markets for part in ("alder", "birch")
    ]
    return [
        ("submission", "(a) a complete submission", sent),
        ("read", "(b) one open market, its lines", [lambda c: c.call("GET", one, **buyer)] * READS),
        ("list", "(c) 100 open markets", [lambda c: c.call("GET", listing, **buyer)] * LISTS),
        ("autosave", "(d) a cell saved as typed", autosaves(scene, WARM)),
    ]


def _submission(scene: Scene, part: str, market: object) -> Operation:
    bearer = {"Authorization": f"Bearer {scene.tokens[part]}"}
    path = f"/api/v1/markets/{market}/offer"

    def send(caller: Caller) -> object:
        draft = caller.call("PUT", path, scene.answer, **bearer)
        key = {"Idempotency-Key": str(uuid4())}
        return caller.call("POST", f"{path}/submit", {"digest": draft["digest"]}, **bearer, **key)

    return send


if __name__ == "__main__":
    sys.exit(main())
