"""A site under test: the real application on SQLite, clients signed in as the cast."""

import re
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi.testclient import TestClient
from sqlalchemy import Engine

import storage
from app.main import create_app
from app.security.sessions import cookie_name, csrf_of, digest
from app.settings import load
from app.wiring import Wiring
from sad.accounts.tables import ApiToken, SessionRow
from sad.db.tables import Installation
from sad.db.work import Work, reading, writing
from sad.kernel.actor import ENGINE, Actor
from tests.support.cast import Cast, make_cast
from tests.support.clock import FixedClock
from tests.support.rings import FixedRings

DOMAIN = "testserver.local"  # where the test client files the cookies it receives


@dataclass
class Site:
    """The application, its cast and its clock."""

    wiring: Wiring
    cast: Cast
    clock: FixedClock
    app: Any
    clients: list[TestClient] = field(default_factory=list)
    domain: str = DOMAIN

    def work(self, part: str | None = None) -> AbstractContextManager[Work]:
        """A writing Work as a member of the cast, or as the engine."""
        w = self.wiring
        return writing(w.engine, w.clock, w.rings, self._actor(part), "test")

    def read(self, part: str | None = None) -> AbstractContextManager[Work]:
        """A reading Work as a member of the cast, or as the engine."""
        w = self.wiring
        return reading(w.engine, w.clock, w.rings, self._actor(part), "test")

    def _actor(self, part: str | None) -> Actor:
        return ENGINE if part is None else self.cast.actor(part)

    def anonymous(self) -> "Client":
        """Somebody who is not signed in."""
        return Client(self._client())

    def as_(self, part: str) -> "Client":
        """Somebody of the cast, signed in."""
        token = secrets.token_hex(32)
        actor = self.cast.actor(part)
        with self.work() as work:
            work.add(
                SessionRow(
                    token_sha256=digest(token),
                    person_id=actor.person_id,
                    organisation_id=actor.organisation_id,
                    supplier_id=actor.supplier_id,
                    created_at=work.real,
                    seen_at=work.real,
                    expires_at=work.real + timedelta(hours=12),
                )
            )
        client = self._client()
        client.cookies.set(cookie_name(False), token, domain=self.domain)
        return Client(client)

    def api(self, part: str, scopes: list[str]) -> TestClient:
        """A client of the JSON API with a Bearer token of these scopes."""
        token = secrets.token_hex(32)
        actor = self.cast.actor(part)
        with self.work() as work:
            work.add(
                ApiToken(
                    token_sha256=digest(token),
                    person_id=actor.person_id,
                    organisation_id=actor.organisation_id,
                    supplier_id=actor.supplier_id,
                    label="essai",
                    scopes=scopes,
                    created_at=work.real,
                    expires_at=work.real + timedelta(days=30),
                )
            )
        client = self._client()
        client.headers["Authorization"] = f"Bearer {token}"
        return client

    def _client(self) -> TestClient:
        client = TestClient(self.app, raise_server_exceptions=True, follow_redirects=False)
        self.clients.append(client)
        return client


@dataclass
class Client:
    """A browser: posts carry the session's CSRF token and a fresh act key."""

    http: TestClient

    @property
    def token(self) -> str | None:
        """The secret of its session, as the server last gave it."""
        return self.http.cookies.get(cookie_name(False))

    def get(self, path: str, **options: Any) -> Any:
        """A page."""
        return self.http.get(path, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
        """A form sent; `files=` makes it multipart."""
        typed = {"act_key": str(uuid4())} | (data or {})
        if self.token:
            typed["csrf_token"] = csrf_of(self.token)
        return self.http.post(path, data=typed, **options)

    def follow(self, response: Any) -> Any:
        """The page a 303 leads to."""
        assert response.status_code == 303, text_of(response)
        return self.get(response.headers["location"])


def text_of(response: Any) -> str:
    """The words of a page, spaces folded: what a person reads."""
    html = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", response.text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


@contextmanager
def open_site(engine: Engine, clock: FixedClock, rings: FixedRings, folder: Path) -> Iterator[Site]:
    """The site of one test, with the cast already in its database."""
    settings = load({"DATA_DIR": str(folder)})
    with writing(engine, clock, rings, ENGINE, "test") as work:
        if work.session.get(Installation, 1) is None:
            work.add(Installation(kind="demonstration", created_at=work.now))
        cast = make_cast(work)
    wiring = Wiring(
        settings=settings,
        engine=engine,
        clock=clock,
        rings=rings,
        store=storage.open_store((folder / "files").as_uri()),
        kind="demonstration",
    )
    site = Site(wiring, cast, clock, create_app(wiring))
    yield site
    for client in site.clients:
        client.close()
