"""A multipart form read as it streams: the fields first, then each file in blocks.

Starlette's form parser spools files to the disk in clear; the answer's routes never use it
(`trust` 1). Here nothing is kept but the fields that come before the first file: a form puts its
hidden fields first. Memory is bounded by one block of the request.

    body = multipart_of(request)            # `read_form` has read the fields, the token is checked
    while (file := await body.next_file()) is not None:
        async for block in body.blocks():   # or, for a small one: content = await body.whole(most)
            …
"""

import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from sad.kernel.errors import Invalid

MULTIPART = "multipart/form-data"
MOST_FIELDS = 5_000
MOST_FIELD_BYTES = 2 * 1024 * 1024
"""Of all the fields of a form together; files have limits of their own."""

# The parser tells each step, with what it read: never in a log.
logging.getLogger("python_multipart").setLevel(logging.CRITICAL)
logging.getLogger("python_multipart.multipart").setLevel(logging.CRITICAL)


class FormUnreadable(Invalid):
    """The body is not the form it says it is, was cut, or has too many fields."""

    code = "security.form_unreadable"


class FileTooBig(Invalid):
    """More bytes than this form takes. Fact: `most`, in mebibytes."""

    code = "security.file_too_big"
    status = 413


@dataclass(frozen=True)
class FilePart:
    """A file about to come: the field it was chosen in, its name as the browser gives it."""

    field: str
    filename: str


@dataclass(frozen=True)
class _Begin:
    name: str
    filename: str | None  # None: a field typed


class _End:
    """The part is whole."""


_Event = _Begin | _End | bytes


class MultipartBody:
    """One form; `fields` once, then `next_file` and `blocks` or `whole` for each file."""

    def __init__(self, content_type: str, blocks: AsyncIterator[bytes]) -> None:
        """`blocks`: the request's body as it comes. Raises FormUnreadable."""
        _, options = parse_options_header(content_type)
        self._blocks = blocks
        self._events: deque[_Event] = deque()
        self._header, self._value, self._headers = b"", b"", dict[bytes, bytes]()
        self._over = False
        try:
            self._parser = MultipartParser(options.get(b"boundary", b""), self._callbacks())
        except FormParserError as error:
            raise FormUnreadable() from error

    async def fields(self) -> list[tuple[str, str]]:
        """The fields typed that come before the first file, in order. Raises FormUnreadable."""
        found: list[tuple[str, str]] = []
        held = 0
        while (event := await self._peek()) is not None:
            if not isinstance(event, _Begin) or event.filename is not None:
                return found
            self._events.popleft()
            value = bytearray()
            while not isinstance(piece := await self._next(), _End):
                if isinstance(piece, bytes):
                    value += piece
                    held += len(piece)
                if held > MOST_FIELD_BYTES:
                    raise FormUnreadable()
            found.append((event.name, value.decode("utf-8", "replace")))
            if len(found) > MOST_FIELDS:
                raise FormUnreadable()
        return found

    async def next_file(self) -> FilePart | None:
        """The next file chosen, what is left of the one before skipped; None at the end."""
        while (event := await self._peek()) is not None:
            self._events.popleft()
            if isinstance(event, _Begin) and event.filename:  # none chosen: an empty name
                return FilePart(event.name, event.filename)
        return None

    async def blocks(self) -> AsyncIterator[bytes]:
        """The bytes of the current file. Raises FormUnreadable when the body is cut."""
        while not isinstance(piece := await self._next(), _End):
            if isinstance(piece, bytes):
                yield piece

    async def whole(self, most: int) -> bytes:
        """The current file, for small ones: `most` bytes. Raises FileTooBig, FormUnreadable."""
        held = bytearray()
        async for block in self.blocks():
            held += block
            if len(held) > most:
                raise FileTooBig(where="file", most=most // (1024 * 1024))
        return bytes(held)

    async def drain(self, most: int) -> None:
        """Lets the rest of a refused form pass, see `drain`."""
        await drain(self._blocks, most)

    async def _next(self) -> _Event:
        """The next event, which must come."""
        if await self._peek() is None:
            raise FormUnreadable()
        return self._events.popleft()

    async def _peek(self) -> _Event | None:
        """The next event; None once the form is over. Raises FormUnreadable when it is cut."""
        while not self._events:
            try:
                block = await anext(self._blocks)
            except StopAsyncIteration:
                if self._over:
                    return None
                raise FormUnreadable() from None
            except ClientDisconnect as error:
                raise FormUnreadable() from error
            if block and not self._over:
                self._parse(block)
        return self._events[0]

    def _parse(self, block: bytes) -> None:
        try:
            self._parser.write(block)
        except FormParserError as error:
            raise FormUnreadable() from error

    def _callbacks(self) -> Any:  # the library does not export their type
        return {
            "on_part_begin": self._headers.clear,
            "on_header_begin": self._begin_header,
            "on_header_field": self._on_header,
            "on_header_value": self._on_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._begin_part,
            "on_part_data": lambda data, start, end: self._events.append(bytes(data[start:end])),
            "on_part_end": lambda: self._events.append(_End()),
            "on_end": self._end,
        }

    def _begin_header(self) -> None:
        self._header = self._value = b""

    def _on_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._header.lower()] = self._value

    def _begin_part(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        filename = options.get(b"filename")
        self._events.append(
            _Begin(
                options.get(b"name", b"").decode("utf-8", "replace"),
                None if filename is None else filename.decode("utf-8", "replace"),
            )
        )

    def _end(self) -> None:
        self._over = True


def multipart_of(request: Request) -> MultipartBody:
    """The form whose fields `read_form` has read. Raises FormUnreadable when there is none."""
    body = getattr(request.state, "multipart", None)
    if not isinstance(body, MultipartBody):
        raise FormUnreadable()
    return body


async def drain(blocks: AsyncIterator[bytes], most: int) -> None:
    """Lets what follows a refusal pass, `most` bytes: browsers read an answer once all is sent."""
    seen = 0
    with suppress(ClientDisconnect):
        async for block in blocks:
            seen += len(block)
            if seen > most:
                return
