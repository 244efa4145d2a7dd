"""`make bench`: what an operation costs, and its ratio to the bare floor, on both databases.

(a) a complete submission: two requests, the whole offer of 10 lines put, then sent; (b) reading one
open market with its lines; (c) listing 100 open markets. Two web processes. CPU in milliseconds an
operation, the application's and the database's apart; beside, an empty endpoint and one durable
insert of the same bytes. The marks are those the project set itself first.
"""

import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from sad.db.engine import make_engine
from sad.db.migrations.run import migrate
from tests.bench.floor import postgresql_insert, sqlite_insert
from tests.bench.load import Caller, Cost, measured
from tests.bench.processes import bare_endpoint, durable_postgresql
from tests.bench.scene import Scene, build
from tests.support.server import serving

MARKS = {"submission": 10.0, "read": 4.0, "list": 12.0}
SLOT = 2 * 16 * 1024  # bytes a submission seals: both columns of its slot
READS, LISTS = 400, 100
HEADER = (
    f"{'operation':<34}{'count':>6}{'p50 ms':>9}{'p95 ms':>9}"
    f"{'CPU app':>10}{'CPU db':>9}{'× empty':>9}"
)

Operation = Callable[[Caller], object]


def main() -> int:
    """Prints one table a database; 1 when a mark is missed."""
    missed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="sad-bench-") as name:
        folder = Path(name)
        empty = _empty(folder)
        print(f"{HEADER}\n{empty.line(None)}")
        url = f"sqlite:///{folder / 'bench.db'}"
        missed += _database("SQLite", folder, url, None, empty)
        wall, cpu = sqlite_insert(folder, SLOT)
        print(f"{'one durable insert (sqlite3)':<34}{200:>6}{wall:>9.2f}{'':>9}{cpu:>10.2f}")
        with durable_postgresql(folder) as (url, pid):
            missed += _database("PostgreSQL", folder, url, pid, empty)
            wall, cpu = postgresql_insert(url, SLOT)
        print(f"{'one durable insert (psycopg)':<34}{200:>6}{wall:>9.2f}{'':>9}{cpu:>10.2f}")
    for line in missed:
        print(f"missed: {line}")
    return 1 if missed else 0


def _empty(folder: Path) -> Cost:
    with bare_endpoint(folder) as server:
        calls: Sequence[Operation] = [lambda caller: caller.call("GET", "/")] * READS
        measured("warm-up", calls[:40], server.url, server.pid, None)
        return measured("an empty endpoint", calls, server.url, server.pid, None)


def _database(name: str, folder: Path, url: str, pid: int | None, empty: Cost) -> list[str]:
    """Builds, serves and measures on one database; the marks missed."""
    keys = folder / f"keys-{name}"
    engine = make_engine(url)
    migrate(engine, "production", datetime.now(UTC))
    engine.dispose()
    scene = build(url, keys)
    settings = {
        "DATABASE_URL": url,
        "DATA_DIR": str(folder / f"data-{name}"),
        "KEYS_DIR": str(keys),
        "SMTP_URL": "smtp://127.0.0.1:9",  # no mail is sent: the worker is off
        "EMBEDDED_WORKER": "0",
    }
    print(f"\n{name}, two web processes")
    missed = []
    with serving(folder, "--workers", "2", settings=settings) as server:
        for mark, label, operations in _operations(scene):
            measured("warm-up", operations[:20], server.url, server.pid, pid)
            cost = measured(label, operations[20:], server.url, server.pid, pid)
            print(cost.line(empty))
            if cost.application > MARKS[mark]:
                missed.append(f"{name}, {label}: {cost.application:.2f} ms > {MARKS[mark]:.0f} ms")
    return missed


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
