"""The upload of the largest file: time, CPU, and how much the serving process grows meanwhile.

Its peak of resident memory is put back to what it is (`clear_refs`) once a small file has made the
process warm; then 200 megabytes come. The floor is one hash and one encryption of the same bytes,
in this process, kept nowhere.
"""

import hashlib
import http.client
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from app.security.rings import create_rings, open_rings
from app.wiring import LegalClock
from sad.attachments.filetypes import MEGABYTE
from sad.attachments.streaming import encrypt, new_file_key
from sad.db.engine import make_engine
from sad.db.migrations.run import migrate
from sad.db.work import writing
from tests.bench.processes import cpu_seconds
from tests.bench.rush import _token
from tests.offers.scene import as_supplier, make_scene
from tests.support.cast import make_cast
from tests.support.server import Server, serving

SIZE = 200 * MEGABYTE
MARK = 10.0
"""Megabytes the process may grow."""
_HEAD = b"%PDF-1.7\n"
_BLOCK = os.urandom(64 * 1024)


@dataclass(frozen=True)
class Yard:
    """A served installation where one supplier may join files."""

    server: Server
    path: str
    token: str
    store: Path

    def connect(self) -> http.client.HTTPConnection:
        """A connection of its own."""
        address = urlsplit(self.server.url)
        return http.client.HTTPConnection(address.hostname or "", address.port, timeout=120)

    @property
    def headers(self) -> dict[str, str]:
        """Who sends, and what."""
        return {"Authorization": f"Bearer {self.token}", "X-File-Name": "plans.pdf"}

    def send(self, size: int) -> int:
        """Sends a file of that many bytes; the status."""
        connection = self.connect()
        headers = self.headers | {"Content-Length": str(size)}
        connection.request("POST", self.path, blocks(size), headers)
        response = connection.getresponse()
        response.read()
        connection.close()
        return response.status

    def memory(self, name: str) -> float:
        """`VmRSS` or `VmHWM` of the serving process, in megabytes."""
        for line in Path(f"/proc/{self.server.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) / 1024
        raise RuntimeError(name)


def blocks(size: int) -> Iterator[bytes]:
    """A PDF of that many bytes, never held whole."""
    yield _HEAD
    left = size - len(_HEAD)
    while left > 0:
        yield _BLOCK[:left]
        left -= len(_BLOCK)


@contextmanager
def yard(folder: Path) -> Iterator[Yard]:
    """One web process on SQLite, files in a folder; a market open for a day."""
    url, keys, data = f"sqlite:///{folder / 'sad.db'}", folder / "keys", folder / "data"
    engine = make_engine(url)
    migrate(engine, "production", datetime.now(UTC))
    create_rings(keys)
    rings, clock = open_rings(keys, create=False), LegalClock(engine)
    with writing(engine, clock, rings) as work:
        scene = make_scene(work, make_cast(work), deadline=work.now + timedelta(days=1))
        token = _token(work, as_supplier(scene.cast, "alder"))
    engine.dispose()
    settings = {
        "DATABASE_URL": url,
        "DATA_DIR": str(data),
        "KEYS_DIR": str(keys),
        "SMTP_URL": "smtp://127.0.0.1:9",  # no mail is sent: the worker is off
        "EMBEDDED_WORKER": "0",
    }
    with serving(folder, settings=settings) as server:
        yield Yard(server, _path(scene.market_id), token, data / "files")


def _path(market_id: UUID) -> str:
    return f"/api/v1/markets/{market_id}/attachments"


@dataclass(frozen=True)
class Cost:
    """One upload: seconds of wall time and of CPU, megabytes the process grew at its highest."""

    seconds: float
    processor: float
    grown: float


def uploaded(place: Yard, size: int = SIZE) -> Cost:
    """The largest file sent to a process already warm. RuntimeError when it is not taken."""
    if place.send(3 * MEGABYTE) != 201:
        raise RuntimeError("a small file was not taken")
    Path(f"/proc/{place.server.pid}/clear_refs").write_text("5")
    resident, before = place.memory("VmRSS"), cpu_seconds(place.server.pid)
    start = time.monotonic()
    status = place.send(size)
    seconds = time.monotonic() - start
    if status != 201:
        raise RuntimeError(f"the upload answered {status}")
    processor = cpu_seconds(place.server.pid) - before
    return Cost(seconds, processor, place.memory("VmHWM") - resident)


def measure() -> list[str]:
    """One line; it says MISSED when the process grew more than MARK."""
    with tempfile.TemporaryDirectory(prefix="sad-upload-") as name, yard(Path(name)) as place:
        cost = uploaded(place)
    floor = _floor()
    said = "kept" if cost.grown < MARK else "MISSED"
    told = (
        f"an upload of {SIZE // MEGABYTE} MB: {cost.seconds:.1f} s, {cost.processor:.2f} s of CPU,"
        f" × {cost.processor / floor:.1f} one hash and one encryption ({floor:.2f} s);"
        f" the process grew by {cost.grown:.1f} MB (mark {MARK:.0f} MB: {said})"
    )
    return [told]


def _floor() -> float:
    """Seconds of CPU of the two things that cannot be done without."""
    start, hashed = time.process_time(), hashlib.sha256()

    def heard() -> Iterator[bytes]:
        for block in blocks(SIZE):
            hashed.update(block)
            yield block

    for _ in encrypt(heard(), new_file_key()):
        pass
    return time.process_time() - start
