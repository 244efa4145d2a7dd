"""Files of an answer on their way in and out: encrypted while they come, decrypted while served.

The body of the request is the file itself, read as it streams: a form parser would spool it to the
disk in clear (`trust` 1).
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from app.deps import reading, wiring_of, writing
from sad.accounts.permissions import require_supplier
from sad.attachments.filetypes import MEGABYTE, OFFER_BYTES
from sad.attachments.intake import Intake, Received
from sad.attachments.names import disposition
from sad.attachments.refusals import UploadCut
from sad.attachments.store import Store, new_object_name
from sad.attachments.streaming import decrypt, new_file_key
from sad.kernel.errors import Invalid
from sad.offers import files
from sad.offers.answer import AnswerFile

NAME = "x-file-name"
SANDBOX = "sandbox; default-src 'none'"


class NameMissing(Invalid):
    """A file came without its name."""

    code = "offers.file_name_missing"


async def receive(request: Request, market_id: UUID, position: int | None) -> AnswerFile:
    """The request's body, kept as a file of the draft; a refusal or a cut leaves nothing."""
    await run_in_threadpool(_check_may_answer, request)
    filename = unquote(request.headers.get(NAME) or request.query_params.get("nom") or "")
    if not filename.strip():
        raise NameMissing(where="file")
    room = await run_in_threadpool(_room, request, market_id, position)
    key, name = new_file_key(), new_object_name()
    store = wiring_of(request).store
    received = await _store(request, store, name, filename, key, room)
    try:
        return await run_in_threadpool(_attach, request, market_id, position, received, name, key)
    except BaseException:
        await run_in_threadpool(store.delete, name)
        raise


def _check_may_answer(request: Request) -> None:
    with reading(request) as work:
        require_supplier(work)


async def _store(
    request: Request, store: Store, name: str, filename: str, key: bytes, room: int
) -> Received:
    """Encrypts block by block; the object appears only when all of it came."""
    stack = ExitStack()
    target = await run_in_threadpool(stack.enter_context, store.writer(name))
    try:
        intake = Intake(
            filename,
            _announced(request),
            target,
            key,
            room=room,
            most=OFFER_BYTES // MEGABYTE,
        )
        async for block in request.stream():
            if block:
                await run_in_threadpool(intake.write, block)
        received = await run_in_threadpool(intake.finish)
    except ClientDisconnect as error:
        await _leave(stack, error)
        raise UploadCut from error
    except BaseException as error:
        await _leave(stack, error)
        raise
    await run_in_threadpool(stack.close)
    return received


async def _leave(stack: ExitStack, error: BaseException) -> None:
    """Leaves the store by the error: nothing is kept."""
    leave: Callable[..., Any] = stack.__exit__
    await run_in_threadpool(leave, type(error), error, error.__traceback__)


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


def remove(request: Request, market_id: UUID, file_id: UUID) -> None:
    """Takes a file out of the draft, and its bytes out of the store unless they were sent."""
    with writing(request) as work:
        orphan = files.detach(work, market_id, file_id)
    if orphan is not None:
        wiring_of(request).store.delete(orphan)


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
