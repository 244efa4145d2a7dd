"""The last minute before a deadline: 300 suppliers, offers of 40 lines, one photograph each.

Everybody presses in the last 60 seconds, more and more of them. What counts is that each press gets
its receipt, in time; then how long it waited, and what it cost.
"""

import json
import os
import secrets
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import create_engine, text

from app.security.rings import create_rings, open_rings
from app.security.sessions import digest
from app.wiring import LegalClock
from sad.accounts.tables import ApiToken
from sad.attachments.intake import Intake
from sad.attachments.store import Store, new_object_name
from sad.attachments.streaming import new_file_key
from sad.db.engine import make_engine
from sad.db.migrations.run import migrate
from sad.db.work import Work, writing
from sad.kernel.actor import Actor
from sad.offers import drafts, files
from storage import open_store
from tests.bench.load import Caller
from tests.bench.processes import cpu_seconds
from tests.offers.scene import Scene, as_supplier, make_scene, typed
from tests.support.cast import make_cast
from tests.support.server import serving

SUPPLIERS, LINES = 300, 40
PHOTOGRAPH = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + os.urandom(300_000) + b"\xff\xd9"
MINUTE = 60.0
CALLERS = 48
PREPARED_BEFORE = timedelta(seconds=75)  # before the deadline: the drafts are ready, servers up


@dataclass(frozen=True)
class Press:
    """Who presses, what, and how many seconds after the minute began."""

    token: str
    digest: str
    at: float


@dataclass(frozen=True)
class Given:
    """What a press got: its receipt's id, or None; seconds waited from the planned instant."""

    press: Press
    receipt: str | None
    waited: float


def rush(folder: Path, name: str, installation: str, database: int | None) -> list[str]:
    """On a database of its own beside `installation`, whose process is `database`: prepares, waits
    for the last minute, presses; prints one line; what was missed."""
    url = _another(installation)
    keys, data = folder / f"keys-rush-{name}", folder / f"data-rush-{name}"
    create_rings(keys)
    deadline = datetime.now(UTC) + timedelta(seconds=SUPPLIERS * 0.15) + PREPARED_BEFORE
    store_url = f"file://{data / 'objects'}"
    market, presses = _prepare(url, keys, open_store(store_url), deadline)
    settings = {
        "DATABASE_URL": url,
        "DATA_DIR": str(data),
        "KEYS_DIR": str(keys),
        "STORAGE_URL": store_url,
        "SMTP_URL": "smtp://127.0.0.1:9",  # no mail is sent: the worker is off
        "EMBEDDED_WORKER": "0",
    }
    with serving(folder, "--workers", "2", settings=settings) as server:
        begins = (deadline - timedelta(seconds=MINUTE) - datetime.now(UTC)).total_seconds()
        if begins < 0:
            return [f"{name}, the rush: this machine prepared it {-begins:.0f} s too late"]
        time.sleep(begins)
        with _spent([server.pid, database]) as spent:
            given = _press_all(server.url, market, presses)
        received = sum(_in_time(server.url, market, one, deadline) for one in given)
    print(_row(name, given, received, spent), flush=True)
    if received == SUPPLIERS:
        return []
    return [f"{name}, the rush: {received} receipts in time of {SUPPLIERS}"]


def _another(url: str) -> str:
    """A database of its own beside that one, migrated."""
    if url.startswith("sqlite"):
        beside = url.removesuffix(".db") + "-rush.db"
    else:
        beside = url.replace("/postgres?", "/rush?")
        with create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("CREATE DATABASE rush"))
    engine = make_engine(beside)
    migrate(engine, "production", datetime.now(UTC))
    engine.dispose()
    return beside


def _prepare(url: str, keys: Path, store: Store, deadline: datetime) -> tuple[UUID, list[Press]]:
    """The market, and each supplier's whole draft with its photograph already sealed."""
    engine = make_engine(url)
    rings, clock = open_rings(keys, create=False), LegalClock(engine)
    with writing(engine, clock, rings) as work:
        scene = make_scene(
            work, make_cast(work), lines=LINES, deadline=deadline, extra=SUPPLIERS - 2
        )
    presses = []
    for rank, part in enumerate(scene.applicants, start=1):
        actor = as_supplier(scene.cast, part)
        with writing(engine, clock, rings, actor) as work:
            written = _draft(work, scene, store)
            token = _token(work, actor)
        # More and more of them as the deadline comes: the last second sees five.
        at = (MINUTE - 1) * (rank / SUPPLIERS) ** 0.5
        presses.append(Press(token, written, at))
    engine.dispose()
    return scene.market_id, presses


def _draft(work: Work, scene: Scene, store: Store) -> str:
    """Forty lines and one photograph; the digest of what would be sent."""
    key, name = new_file_key(), new_object_name()
    with store.writer(name) as target:
        intake = Intake("chaise.jpg", len(PHOTOGRAPH), target, key)
        intake.write(PHOTOGRAPH)
        received = intake.finish()
    files.attach(work, scene.market_id, 1, received, name, key)
    return drafts.put(work, scene.market_id, typed(lines=LINES)).draft.digest


def _token(work: Work, actor: Actor) -> str:
    token = secrets.token_hex(32)
    work.add(
        ApiToken(
            token_sha256=digest(token),
            person_id=actor.person_id,
            supplier_id=actor.supplier_id,
            label="mesure",
            scopes=["answer"],
            created_at=work.real,
            expires_at=work.real + timedelta(days=1),
        )
    )
    return token


def _press_all(url: str, market: UUID, presses: list[Press]) -> list[Given]:
    """Each at its time, each on a connection of its own, as people do."""
    start = time.monotonic()
    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(lambda one: _press(url, market, one, start), presses))


def _press(url: str, market: UUID, press: Press, start: float) -> Given:
    time.sleep(max(0.0, start + press.at - time.monotonic()))
    headers = {"Authorization": f"Bearer {press.token}", "Idempotency-Key": str(uuid4())}
    path, body = f"/api/v1/markets/{market}/offer/submit", {"digest": press.digest}
    try:
        receipt = Caller(url).call("POST", path, body, **headers)["id"]
    except (RuntimeError, OSError):
        receipt = None
    return Given(press, receipt, time.monotonic() - start - press.at)


def _in_time(url: str, market: UUID, given: Given, deadline: datetime) -> bool:
    """Whether the receipt is there, and attests an instant before the deadline."""
    if given.receipt is None:
        return False
    path = f"/api/v1/markets/{market}/offer/receipts/{given.receipt}"
    file = Caller(url).call("GET", path, Authorization=f"Bearer {given.press.token}")
    receipt: dict[str, Any] = json.loads(file["receipt"])
    return bool(receipt["in_time"]) and datetime.fromisoformat(receipt["received_at"]) <= deadline


@contextmanager
def _spent(pids: list[int | None]) -> Iterator[list[float]]:
    """Seconds of CPU of each process and its children, filled in at the end."""
    before = [cpu_seconds(pid) if pid else 0.0 for pid in pids]
    spent: list[float] = []
    yield spent
    after = [cpu_seconds(pid) if pid else 0.0 for pid in pids]
    spent.extend(b - a for a, b in zip(before, after, strict=True))


def _row(name: str, given: list[Given], received: int, spent: list[float]) -> str:
    times = sorted(one.waited * 1000 for one in given)
    cuts = statistics.quantiles(times, n=100)
    application, database = (seconds * 1000 / len(given) for seconds in spent)
    return (
        f"{name}, the last minute: {received} receipts in time of {len(given)} suppliers, "
        f"p50 {cuts[49]:.0f} ms, p95 {cuts[94]:.0f} ms, p99 {cuts[98]:.0f} ms; "
        f"CPU of a press: application {application:.1f} ms, database {database:.1f} ms"
    )
