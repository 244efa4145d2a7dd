"""A production installation for the faults: its database, its suppliers, its real processes.

Every process started here leads a group of its own, and only these groups are ended.
"""

import http.client
import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

from sqlalchemy import Engine, text
from sqlmodel import select

from app.security.rings import create_rings, open_rings
from app.security.sessions import cookie_name, csrf_of, digest
from app.wiring import LegalClock
from sad.accounts.tables import ApiToken, SessionRow
from sad.audit.verify import Report, verify
from sad.db.engine import make_engine
from sad.db.migrations.run import migrate
from sad.db.work import Work, reading, writing
from sad.kernel.actor import ENGINE, Actor
from sad.kernel.rings import Rings
from sad.offers import drafts
from sad.offers.answer import Answer
from sad.offers.sealing import Place, read_slot
from tests.offers.scene import Scene, as_supplier, make_scene, typed
from tests.support.cast import make_cast
from tests.support.databases import empty_postgresql_url
from tests.support.server import ROOT, SAD, child_environment, free_port

NOWHERE = "smtp://127.0.0.1:9"  # nothing listens there
SCOPES = ["answer", "open_offers", "read_file"]
AGENTS = ("buyer", "officer")


@dataclass
class Process:
    """A program of ours and its children, in a group of their own."""

    popen: subprocess.Popen[bytes]
    log: Path
    url: str = ""

    def kill(self) -> None:
        """`kill -9` of the whole group."""
        self.signal(signal.SIGKILL)
        self.popen.wait(20)

    def signal(self, number: int) -> None:
        """A signal to every process of the group."""
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, number)

    def stop(self) -> None:
        """Asks it to end, then ends it."""
        self.signal(signal.SIGTERM)
        try:
            self.popen.wait(20)
        except subprocess.TimeoutExpired:
            self.popen.send_signal(signal.SIGCONT)
        self.kill()

    @property
    def said(self) -> str:
        """What it printed."""
        return self.log.read_text()


@dataclass
class Answered:
    """An answer over HTTP; `status` 0 when the connection was cut."""

    status: int
    body: Any
    text: str = ""


@dataclass
class Yard:
    """The installation. `tokens` by part of the cast; `scene` once a market is launched."""

    kind: str
    folder: Path
    url: str
    engine: Engine
    rings: Rings
    tokens: dict[str, str] = field(default_factory=dict)
    callers: list["Caller"] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def clock(self) -> LegalClock:
        """The same as the processes'."""
        return LegalClock(self.engine)

    @contextmanager
    def work(self, actor: Actor = ENGINE) -> Iterator[Work]:
        """A writing Work, beside the processes."""
        with writing(self.engine, self.clock, self.rings, actor, "fault") as work:
            yield work

    @contextmanager
    def read(self, actor: Actor = ENGINE) -> Iterator[Work]:
        """A reading Work."""
        with reading(self.engine, self.clock, self.rings, actor, "fault") as work:
            yield work

    def caller(self, process: Process, part: str = "") -> "Caller":
        """A client of the API, for a part of the cast; closed with the yard."""
        caller = Caller(process.url, self.tokens.get(part, ""))
        self.callers.append(caller)
        return caller

    def session(self, part: str) -> str:
        """The secret of a browser's session, for a supplier of the market."""
        secret = secrets.token_hex(32)
        with self.read() as work:
            row = work.session.exec(
                select(ApiToken).where(ApiToken.token_sha256 == digest(self.tokens[part]))
            ).one()
        with self.work() as work:
            work.add(
                SessionRow(
                    token_sha256=digest(secret),
                    person_id=row.person_id,
                    organisation_id=row.organisation_id,
                    supplier_id=row.supplier_id,
                    created_at=work.real,
                    seen_at=work.real,
                    expires_at=work.real + timedelta(hours=1),
                )
            )
        return secret

    def browser(self, process: Process, secret: str) -> "Browser":
        """A browser signed in with that secret; closed with the yard."""
        browser = Browser(process.url, secret)
        self.callers.append(browser)
        return browser

    def market(
        self, deadline: datetime | timedelta = timedelta(days=1), suppliers: int = 2
    ) -> Scene:
        """A market launched now, its suppliers invited, a token for each; one a yard."""
        if isinstance(deadline, timedelta):
            deadline = datetime.now(UTC) + deadline
        with self.work() as work:
            scene = make_scene(work, make_cast(work), deadline=deadline, extra=suppliers - 2)
            for part in (*scene.applicants, *AGENTS):
                actor = scene.cast.actor(part) if part in AGENTS else as_supplier(scene.cast, part)
                self.tokens[part] = _token(work, actor)
        return scene

    def draft(self, scene: Scene, part: str, price: str = "12,50") -> str:
        """A whole answer typed, by the service; its digest."""
        with self.work(as_supplier(scene.cast, part)) as work:
            return drafts.put(work, scene.market_id, typed(price=price)).draft.digest

    def serve(self, workers: int = 1, **settings: str) -> Process:
        """`sad serve`, once it is ready."""
        port = free_port()
        arguments = ["serve", "--workers", str(workers)]
        process = self._start(arguments, {"PORT": str(port), **settings}, port)
        healthy = self.caller(process)
        wait(lambda: healthy.status("/healthz") == 200, 60, process)
        return process

    def worker(self, **settings: str) -> Process:
        """`sad worker`, once it says that it works."""
        process = self._start(["worker"], settings)
        wait(lambda: "Tâches de fond" in process.said, 60, process)
        return process

    def _start(
        self, arguments: list[str], settings: Mapping[str, str], port: int | None = None
    ) -> Process:
        url = f"http://127.0.0.1:{port}" if port else ""
        log = self.folder / f"process-{len(self.processes)}.log"
        public = {"PUBLIC_URL": url} if url else {}
        with log.open("wb") as output:
            popen = subprocess.Popen(
                [str(SAD), *arguments],
                env=child_environment(self.settings | public | settings),
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process = Process(popen, log, url)
        self.processes.append(process)
        return process

    def verified(self) -> Report:
        """The journal, with the key rings."""
        with self.read() as work:
            return verify(work.session.connection(), keys=self.rings.vault)

    def kept(self, scene: Scene) -> "Kept":
        """What the database holds of the answers, each side apart."""
        with self.read() as work:
            connection = work.session.connection()
            rows = connection.execute(text("SELECT id FROM deposit")).scalars().all()
            events = connection.execute(
                text("SELECT object FROM audit_event WHERE chain LIKE 'offer:%'")
            ).scalars()
            slots = connection.execute(
                text("SELECT applicant_id, mine FROM offer_slot WHERE market_id = :market"),
                {"market": _id(scene.market_id, connection.dialect.name)},
            ).all()
            sent: dict[str, str] = {}
            for slot in slots:
                place = Place(
                    scene.cast.organisation_id, scene.market_id, UUID(str(slot.applicant_id))
                )
                answer = Answer.from_dict(read_slot(self.rings, place, bytes(slot.mine)))
                sent |= {one.id: one.kind for one in answer.sent}
            return Kept({str(UUID(str(row))) for row in rows}, set(events), set(sent))


@dataclass(frozen=True)
class Kept:
    """Ids of the acts, by where each is written: nothing is half when the three are the same."""

    rows: set[str]
    events: set[str]
    slots: set[str]

    @property
    def whole(self) -> bool:
        """Row, event and slot agree on every act."""
        return self.rows == self.events == self.slots


class Caller:
    """One client of the API on one kept connection; it never tries anything twice."""

    def __init__(self, url: str, token: str = "") -> None:
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=90)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def call(
        self, method: str, path: str, body: Any = None, raw: bytes | None = None, **headers: str
    ) -> Answered:
        """One request; a cut connection is an answer too."""
        data = raw if body is None else json.dumps(body).encode()
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            self.connection.request(method, path, data, self.headers | headers)
            answer = self.connection.getresponse()
            said = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return Answered(0, None)
        try:
            return Answered(answer.status, json.loads(said), said)
        except ValueError:
            return Answered(answer.status, None, said)

    def status(self, path: str) -> int:
        """The status of a page."""
        return self.call("GET", path).status

    def put(self, market: UUID, price: str = "12,50") -> str:
        """A whole answer of three lines put; its digest, or nothing."""
        lines = [{"position": at, "values": v} for at, v in typed(price=price).items()]
        answer = self.call("PUT", f"/api/v1/markets/{market}/offer", {"lines": lines})
        return str(answer.body["digest"]) if answer.status == 200 else ""

    def submit(self, market: UUID, digest: str, key: UUID | None = None) -> Answered:
        """The answer sent."""
        path = f"/api/v1/markets/{market}/offer/submit"
        headers = {"Idempotency-Key": str(key or uuid4())}
        return self.call("POST", path, {"digest": digest}, **headers)

    def receipt(self, market: UUID, deposit: str) -> dict[str, Any]:
        """The file of a receipt: its exact bytes and its signature."""
        path = f"/api/v1/markets/{market}/offer/receipts/{deposit}"
        answer = self.call("GET", path)
        return answer.body if answer.status == 200 else {}

    def open(self, market: UUID) -> Answered:
        """The opening asked."""
        path = f"/api/v1/markets/{market}/opening"
        return self.call("POST", path, **{"Idempotency-Key": str(uuid4())})


class Browser(Caller):
    """A browser: a session's cookie, and the token of its forms."""

    def __init__(self, url: str, secret: str) -> None:
        super().__init__(url)
        self.headers = {"Cookie": f"{cookie_name(False)}={secret}"}
        self.csrf = csrf_of(secret)

    def post(self, path: str, fields: dict[str, str]) -> Answered:
        """A form sent."""
        form = urlencode(fields | {"csrf_token": self.csrf}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.call("POST", path, raw=form, **kind)


@contextmanager
def open_yard(kind: str, folder: Path, data: Path | None = None) -> Iterator[Yard]:
    """A fresh installation; every process it started is ended with it."""
    data = data or folder / "data"
    data.mkdir(exist_ok=True)
    with _database(kind, data) as url:
        engine = make_engine(url)
        migrate(engine, "production", datetime.now(UTC))
        create_rings(folder / "keys")
        yard = Yard(kind, folder, url, engine, open_rings(folder / "keys", create=False))
        yard.settings = {
            "DATABASE_URL": url,
            "DATA_DIR": str(data),
            "KEYS_DIR": str(folder / "keys"),
            "SMTP_URL": NOWHERE,
            "EMBEDDED_WORKER": "0",
        }
        try:
            yield yard
        finally:
            for caller in yard.callers:
                caller.connection.close()
            for process in yard.processes:
                process.stop()
            engine.dispose()


@contextmanager
def _database(kind: str, data: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{data / 'sad.db'}"
    else:
        with empty_postgresql_url() as url:
            yield url


def wait(ready: Callable[[], bool], seconds: float = 30, process: Process | None = None) -> None:
    """Until it is so; says what the process printed when it never is."""
    limit = time.monotonic() + seconds
    while not ready():
        if process is not None and process.popen.poll() is not None:
            raise RuntimeError(f"the process ended:\n{process.said}")
        if time.monotonic() > limit:
            raise AssertionError(f"not in {seconds:.0f} s\n{process.said if process else ''}")
        time.sleep(0.1)


def _token(work: Work, actor: Actor) -> str:
    token = secrets.token_hex(32)
    work.add(
        ApiToken(
            token_sha256=digest(token),
            person_id=actor.person_id,
            organisation_id=actor.organisation_id,
            supplier_id=actor.supplier_id,
            label="essai",
            scopes=SCOPES,
            created_at=work.real,
            expires_at=work.real + timedelta(days=1),
        )
    )
    return token


def _id(id: UUID, dialect: str) -> str:
    return id.hex if dialect == "sqlite" else str(id)
