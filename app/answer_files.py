"""Files of an answer on their way in and out: encrypted while they come, decrypted while served.

The body of the request is the file itself, read as it streams: a form parser would spool it to the
disk in clear (`trust` 1).
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from typing import Any, TypeVar
from urllib.parse import unquote
from uuid import UUID

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from app.deps import reading, wiring_of, writing
from app.multipart import FormUnreadable, drain, multipart_of
from sad.accounts.permissions import require_supplier
from sad.attachments.copies import Kept, copy_of
from sad.attachments.filetypes import MEGABYTE, OFFER_BYTES
from sad.attachments.intake import Intake, Received
from sad.attachments.names import disposition
from sad.attachments.refusals import Infected, UploadCut
from sad.attachments.store import new_object_name
from sad.attachments.streaming import decrypt, new_file_key
from sad.kernel.errors import Invalid, NotFound, Refusal
from sad.offers import files
from sad.offers.answer import AnswerFile

T = TypeVar("T")

NAME = "x-file-name"
SANDBOX = "sandbox; default-src 'none'"
UPLOADS = 4
"""Threads of a web process that uploads may take, beside those of the other requests."""
GATHERED = 256 * 1024
"""Bytes given at once to the thread that recognises, hashes, scans and encrypts."""
DRAINED = 32 * MEGABYTE
"""Bytes of a refused file let pass before the connection is closed: any photograph."""


class NameMissing(Invalid):
    """A file came without its name."""

    code = "offers.file_name_missing"


async def receive(request: Request, market_id: UUID, position: int | None) -> AnswerFile:
    """The request's body, kept as a file of the draft; a refusal or a cut leaves nothing."""
    await run_in_threadpool(_check_may_answer, request)
    blocks = request.stream()
    try:
        filename = unquote(request.headers.get(NAME) or request.query_params.get("nom") or "")
        return await _take(request, market_id, position, filename, _announced(request), blocks)
    except ClientDisconnect as error:
        raise UploadCut from error
    except Refusal:
        await drain(blocks, DRAINED)
        raise


async def receive_form(request: Request, market_id: UUID, position: int | None) -> list[AnswerFile]:
    """The files of a plain form, each kept as it streams in; stops at the first one refused."""
    await run_in_threadpool(_check_may_answer, request)
    form, kept = multipart_of(request), list[AnswerFile]()
    try:
        while (file := await form.next_file()) is not None:
            blocks = form.blocks()
            kept.append(await _take(request, market_id, position, file.filename, None, blocks))
    except FormUnreadable:
        raise
    except Refusal:
        await form.drain(DRAINED)
        raise
    return kept


async def _take(
    request: Request,
    market_id: UUID,
    position: int | None,
    filename: str,
    announced: int | None,
    blocks: AsyncIterator[bytes],
) -> AnswerFile:
    """One file, from its bytes as they come to its place in the draft."""
    if not filename.strip():
        raise NameMissing(where="file")
    room = await run_in_threadpool(_room, request, market_id, position)
    key, name = new_file_key(), new_object_name()
    store = wiring_of(request).store
    try:
        received = await _store(request, name, filename, announced, key, room, blocks)
    except Infected as refusal:
        await run_in_threadpool(_trace, request, market_id, position, refusal)
        raise
    try:
        return await run_in_threadpool(_attach, request, market_id, position, received, name, key)
    except BaseException:
        await run_in_threadpool(store.delete, name)
        raise


def _check_may_answer(request: Request) -> None:
    with reading(request) as work:
        require_supplier(work)


async def _store(
    request: Request,
    name: str,
    filename: str,
    announced: int | None,
    key: bytes,
    room: int,
    blocks: AsyncIterator[bytes],
) -> Received:
    """Encrypts block by block; the object appears only when all of it came."""
    wiring = wiring_of(request)
    stack = ExitStack()
    target = await _aside(request, stack.enter_context, wiring.store.writer(name))
    try:
        intake = await _aside(
            request,
            partial(
                Intake,
                filename,
                announced,
                target,
                key,
                room=room,
                most=OFFER_BYTES // MEGABYTE,
                scanner=wiring.scanner,
            ),
        )
        stack.callback(intake.abandon)
        async for block in _gathered(blocks):
            await _aside(request, intake.write, block)
        received = await _aside(request, intake.finish)
    except BaseException as error:
        await _leave(request, stack, error)
        raise
    await _aside(request, stack.close)
    return received


async def _aside(request: Request, do: Callable[..., T], *given: Any) -> T:
    """In a thread kept for uploads: a slow disk or scanner takes none from those who press."""
    state = request.app.state
    if not hasattr(state, "uploads"):
        state.uploads = CapacityLimiter(UPLOADS)
    return await to_thread.run_sync(do, *given, limiter=state.uploads)


async def _gathered(blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in larger blocks: each one costs a change of thread."""
    held = bytearray()
    async for block in blocks:
        held += block
        if len(held) >= GATHERED:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


async def _leave(request: Request, stack: ExitStack, error: BaseException) -> None:
    """Leaves the store by the error: nothing is kept."""
    leave: Callable[..., Any] = stack.__exit__
    await _aside(request, leave, type(error), error, error.__traceback__)


def _announced(request: Request) -> int | None:
    length = request.headers.get("content-length", "")
    return int(length) if length.isdigit() else None


def _room(request: Request, market_id: UUID, position: int | None) -> int:
    with reading(request) as work:
        return files.room(work, market_id, position)


def _attach(
    request: Request,
    market_id: UUID,
    position: int | None,
    received: Received,
    name: str,
    key: bytes,
) -> AnswerFile:
    with writing(request) as work:
        return files.attach(work, market_id, position, received, name, key)


def _trace(request: Request, market_id: UUID, position: int | None, refusal: Infected) -> None:
    """In the slot, for the supplier alone; one that ended meanwhile keeps no trace."""
    with suppress(Refusal), writing(request) as work:
        files.trace_infected(work, market_id, position, refusal.facts)


def remove(request: Request, market_id: UUID, file_id: UUID) -> None:
    """Takes a file out of the draft, and its bytes out of the store unless they were sent."""
    with writing(request) as work:
        orphans = files.detach(work, market_id, file_id)
    for name in orphans:
        wiring_of(request).store.delete(name)


def serve_copy(request: Request, copies: Sequence[Kept] | None, side: int) -> StreamingResponse:
    """A smaller copy of a photograph, shown in the page: a JPEG we encoded ourselves.

    Raises NotFound until it is made.
    """
    copy = copy_of(copies, side)
    if copy is None:
        raise NotFound()
    blocks = wiring_of(request).store.read(copy["object"])
    return StreamingResponse(
        decrypt(blocks, bytes.fromhex(copy["key"])),
        media_type="image/jpeg",
        headers={"content-disposition": "inline", "content-security-policy": SANDBOX},
    )


def serve(
    request: Request, name: str, media_type: str, object_name: str, key: bytes | None
) -> StreamingResponse:
    """A file as a download, never displayed: decrypted as it goes when it has a key."""
    blocks: Iterator[bytes] = wiring_of(request).store.read(object_name)
    return StreamingResponse(
        blocks if key is None else decrypt(blocks, key),
        media_type=media_type,
        headers={
            "content-disposition": disposition(name),
            "content-security-policy": SANDBOX,
        },
    )
