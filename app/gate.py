"""The ASGI gate every request passes: its instant, its id, its size, its answer's headers.

The instant of a deposit is the last byte of the request: it is stamped here, before any queue,
thread or lock.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from sad.kernel.clock import Clock
from sad.kernel.ids import random_id

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MIB = 1 << 20
DEFAULT_LIMIT = 2 * MIB
LARGER = (
    # A form wraps its files: a little more than the largest one.
    (re.compile(r"^/reponse/[^/]+/(fichiers|joindre)"), 201 * MIB),
    (re.compile(r"^/(api/v1/)?markets/[^/]+/attachments"), 200 * MIB),
    (re.compile(r"^/(reponse/[^/]+/offre|api/v1/markets/[^/]+/offer)/gri(lle|d)"), 11 * MIB),
    (re.compile(r"^/marches/[^/]+/(grille|documents|attribution)"), 21 * MIB),
    (re.compile(r"^/(parametres|mon-dossier|systemes)/"), 21 * MIB),
    (re.compile(r"^/(inventaires|api/v1/inventories)$"), 11 * MIB),
    (re.compile(r"^/essai"), 21 * MIB),
)
CONTENT_SECURITY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self';"
    " object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"geolocation=(), microphone=()"),
]


TOO_LARGE = "L'envoi est trop volumineux. Allégez-le ou envoyez vos fichiers un par un."


class TooLarge(Exception):
    """The body is over the limit announced for its address."""


class Gate:
    """Stamps `received_at` and `request_id` in the request's state; bounds the body."""

    def __init__(self, app: Any, clock: Clock) -> None:
        self.app = app
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["request_id"] = str(random_id())
        answer = _Answer(send, scope["path"])
        limit = _limit(scope["path"])
        if _declared(scope) > limit:
            await answer.refuse()
            return
        try:
            await self.app(scope, self._stamped(state, limit, receive), answer.send)
        except TooLarge:
            await answer.refuse()

    def _stamped(self, state: dict[str, Any], limit: int, receive: Receive) -> Receive:
        """Counts the body's bytes, and stamps the instant of the last one."""
        seen = 0

        async def stamped() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > limit:
                    raise TooLarge()
                if not message.get("more_body", False):
                    state.setdefault("received_at", self.clock.now())
            return message

        return stamped


class _Answer:
    """The answer on its way out: dressed with its headers, or replaced while it has not started."""

    def __init__(self, send: Send, path: str) -> None:
        self._send = send
        self._path = path
        self._started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._started = True
            _dress(message, self._path)
        await self._send(message)

    async def refuse(self) -> None:
        if self._started:
            return
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
        await self.send({"type": "http.response.start", "status": 413, "headers": headers})
        await self.send({"type": "http.response.body", "body": TOO_LARGE.encode()})


def _limit(path: str) -> int:
    for pattern, limit in LARGER:
        if pattern.match(path):
            return limit
    return DEFAULT_LIMIT


def _declared(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 1 << 62
    return 0


def _dress(message: Message, path: str) -> None:
    headers = message.setdefault("headers", [])
    present = {name for name, _ in headers}
    headers.extend(HEADERS)
    if b"content-security-policy" not in present:
        headers.append((b"content-security-policy", CONTENT_SECURITY.encode()))
    if b"cache-control" not in present and not path.startswith("/static/"):
        headers.append((b"cache-control", b"no-store"))
