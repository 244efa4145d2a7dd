"""clamd over its socket: the INSTREAM command, fed while a file streams in.

The protocol (clamd(8)): `zINSTREAM\\0`, then chunks, each after its length on four bytes, then a
length of zero; the answer is `stream: OK`, `stream: NAME FOUND` or an error. Past StreamMaxLength
clamd says so and closes. Nothing here is logged: a line of log would tell that a file came.
"""

import re
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from sad.attachments.scanning import Finding, Scan, Silence, Verdict

CONNECT_WITHIN = 2.0  # seconds
SEND_WITHIN = 10.0  # for one block: clamd only copies it
ANSWER_WITHIN = 60.0  # for the verdict, once all is sent
STALLED_FOR = 30.0
"""Seconds during which a clamd that let us wait in vain is not asked: uploads go on without it."""
LONGEST_ANSWER = 4096
_FOUND = re.compile(r"stream: (?P<name>.+) FOUND")


class AddressUnusable(ValueError):
    """Neither `clamd://host:port` nor `clamd+unix:///path`."""


@dataclass
class Clamd:
    """Implements `sad.attachments.scanning.Scanner`."""

    address: tuple[str, int] | str  # host and port, or the path of a local socket
    _asked_again: float = field(default=0.0, compare=False)  # on the monotonic clock

    @classmethod
    def at(cls, url: str) -> "Clamd":
        """Reads SCANNER_URL; port 3310 unless said. Raises AddressUnusable."""
        try:
            parts = urlsplit(url)
            port = parts.port or 3310
        except ValueError:
            raise AddressUnusable() from None
        path = unquote(parts.path)
        if parts.query or parts.fragment or parts.username is not None:
            raise AddressUnusable()
        if parts.scheme == "clamd" and parts.hostname and path in ("", "/"):
            return cls((parts.hostname, port))
        if parts.scheme == "clamd+unix" and not parts.netloc and PurePosixPath(path).name:
            return cls(path)
        raise AddressUnusable()

    def begin(self) -> Scan:
        """See `Scanner.begin`."""
        if time.monotonic() < self._asked_again:
            return _Instream(None, self.stalled)
        return _Instream(self._connected(), self.stalled)

    def stalled(self) -> None:
        """It accepts what is sent and says nothing: left alone for a while."""
        self._asked_again = time.monotonic() + STALLED_FOR

    def _connected(self) -> socket.socket | None:
        try:
            if isinstance(self.address, tuple):
                return socket.create_connection(self.address, timeout=CONNECT_WITHIN)
        except OSError as error:
            self._note(error)
            return None
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(CONNECT_WITHIN)
            connection.connect(self.address)
        except OSError as error:
            connection.close()
            self._note(error)
            return None
        return connection

    def _note(self, error: OSError) -> None:
        if isinstance(error, TimeoutError):
            self.stalled()


class _Instream:
    """One INSTREAM session; after a failure the bytes still to come are let pass."""

    def __init__(self, connection: socket.socket | None, stalled: Callable[[], None]) -> None:
        self._connection, self._stalled = connection, stalled
        self._said: Finding | None = None
        if connection is None:
            self._said = Finding(Verdict.UNKNOWN, Silence.AWAY)
        else:
            connection.settimeout(SEND_WITHIN)
            self._send(b"zINSTREAM\0")

    def feed(self, block: bytes) -> None:
        """See `Scan.feed`."""
        if block and self._said is None:
            self._send(struct.pack(">I", len(block)) + block)

    def finish(self) -> Finding:
        """See `Scan.finish`."""
        if self._said is None:
            self._send(struct.pack(">I", 0))
        if self._said is None:
            self._said = self._answer(ANSWER_WITHIN)
        self.abandon()
        return self._said

    def abandon(self) -> None:
        """See `Scan.abandon`."""
        if self._connection is not None:
            with suppress(OSError):
                self._connection.close()
            self._connection = None

    def _send(self, data: bytes) -> None:
        """clamd that closes before the end has said why: a file too long for it."""
        if self._connection is None:
            return
        try:
            self._connection.sendall(data)
        except TimeoutError:
            self._stalled()
            self._said = Finding(Verdict.UNKNOWN, Silence.AWAY)
        except OSError:
            self._said = self._answer(CONNECT_WITHIN)

    def _answer(self, within: float) -> Finding:
        """What clamd said; AWAY when it said nothing."""
        said = bytearray()
        try:
            if self._connection is not None:
                self._connection.settimeout(within)
                while len(said) < LONGEST_ANSWER and not said.endswith(b"\0"):
                    if not (more := self._connection.recv(LONGEST_ANSWER)):
                        break
                    said += more
        except TimeoutError:
            self._stalled()
        except OSError:
            pass  # a reset connection may still have given its answer before
        return _finding(said.rstrip(b"\0\r\n").decode("utf-8", "replace"))


def _finding(answer: str) -> Finding:
    if answer == "stream: OK":
        return Finding(Verdict.CLEAN)
    if found := _FOUND.fullmatch(answer):
        return Finding(Verdict.INFECTED, found["name"][:200])
    if "size limit exceeded" in answer:
        return Finding(Verdict.UNKNOWN, Silence.TOO_LARGE)
    return Finding(Verdict.UNKNOWN, Silence.AWAY)
