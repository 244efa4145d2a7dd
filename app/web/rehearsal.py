"""Before the first time (ELEC-07): test one's equipment, rehearse a deposit. Nothing is kept.

Files are hashed as they stream in, then forgotten; the rehearsal's answer travels in its form.
"""

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from app import rehearsal
from app.deps import reading, wiring_of
from app.multipart import MULTIPART, drain, multipart_of
from app.rehearsal import LINES, Photo
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.forms import answerable, typed
from app.web.pages import errors_of, render
from sad.attachments.filetypes import MEGABYTE, TYPES, Recogniser
from sad.attachments.names import clean_name
from sad.attachments.refusals import UploadCut
from sad.kernel.calendar import paris_date
from sad.kernel.errors import Invalid, Refusal

router = page_router("/essai")

SAMPLE = bytes(range(32, 127)) * 2760
"""What the page sends to try a connection: 262 200 bytes that any browser makes again."""

MOST = 21 * MEGABYTE
"""The most a request here may weigh (app/gate.py): what is left of a refused one passes."""


class FileMissing(Invalid):
    """No file came."""

    code = "rehearsal.file_missing"


class NotAPicture(Invalid):
    """A photograph was expected."""

    code = "rehearsal.not_a_picture"


@router.get("")
def equipment(request: Request) -> Response:
    """What a device needs to answer, and what this one has."""
    return _equipment(request)


@router.post("")
async def try_file(request: Request, form: FormBody) -> Response:
    """A file sent by the page's own form: its size and SHA-256 come back, it is not kept."""
    try:
        sent = (await _files(request)).get("file")
        if sent is None:
            raise FileMissing(where="file")
    except Refusal as refusal:
        if not answerable(refusal) and refusal.status != 413:
            raise
        errors = errors_of(refusal)
        return await run_in_threadpool(_equipment, request, refusal.status, errors=errors)
    return await run_in_threadpool(_equipment, request, sent=sent)


@router.post("/fichier")
async def round_trip(request: Request, form: FormBody) -> Response:
    """A file as the body of the request, named by `X-File-Name`; its size and SHA-256, as JSON.

    `now`: the server's clock, in milliseconds since 1970, to compare a device's with.
    """
    name = unquote(request.headers.get("x-file-name", ""))
    if not name.strip():
        raise FileMissing(where="file")
    blocks = request.stream()
    try:
        sent = await _hashed(name, blocks, picture=request.query_params.get("photo") == "1")
    except Refusal:
        await drain(blocks, MOST)
        raise
    now = int(wiring_of(request).clock.real().timestamp() * 1000)
    return JSONResponse(
        {
            "name": sent.name,
            "size": sent.size,
            "sha256": sent.sha256,
            "photo": str(sent),
            "now": now,
        }
    )


@router.get("/depot")
def grid(request: Request) -> Response:
    """The rehearsal's grid, with the completed example beside it."""
    return _grid(request, {})


@router.post("/depot")
def grid_again(request: Request, form: FormBody) -> Response:
    """The grid as it was typed: « Modifier »."""
    return _grid(request, typed(form))


@router.post("/depot/relire")
async def review(request: Request, form: FormBody) -> Response:
    """The answer to check before sending; what is wrong is said on the grid."""
    values = typed(form)
    try:
        for name, sent in (await _files(request, pictures=True)).items():
            values[name.replace(".file", ".photo")] = str(sent)
        answers = rehearsal.read(values)
    except Refusal as refusal:
        if not answerable(refusal) and refusal.status != 413:
            raise
        return await run_in_threadpool(
            _grid, request, values, refusal.status, errors=errors_of(refusal)
        )
    return await run_in_threadpool(_review, request, values, answers)


@router.post("/depot/envoyer")
def send(request: Request, form: FormBody) -> Response:
    """A specimen of the receipt: nothing is sent, nothing is kept."""
    values = typed(form)
    try:
        answers = rehearsal.read(values)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        return _grid(request, values, refusal.status, errors=errors_of(refusal))
    with reading(request) as work:
        at: datetime = work.now
    return render(
        request,
        "rehearsal/receipt.html",
        number=rehearsal.NUMBER,
        at=at,
        total=rehearsal.total(answers),
        documents=rehearsal.documents(answers, at),
    )


def _equipment(
    request: Request, status: int = 200, *, sent: Photo | None = None, errors: Any = None
) -> Response:
    with reading(request) as work:
        real: datetime = work.real
    return render(
        request,
        "rehearsal/equipment.html",
        status=status,
        real=real,
        sent=sent,
        sample_sha256=hashlib.sha256(SAMPLE).hexdigest(),
        sample_size=len(SAMPLE),
        types=TYPES.values(),
        megabyte=MEGABYTE,
        errors=errors or {},
    )


def _grid(
    request: Request, values: dict[str, Any], status: int = 200, *, errors: Any = None
) -> Response:
    with reading(request) as work:
        day = paris_date(work.now) + timedelta(days=30)
    return render(
        request,
        "rehearsal/grid.html",
        status=status,
        lines=LINES,
        conditions=rehearsal.CONDITIONS,
        choices=[("", "Choisir"), *((key, word) for key, word, _ in rehearsal.CONDITIONS)],
        labels=rehearsal.LABELS,
        day=day,
        values=values,
        photos={line.position: _photo(values, line) for line in LINES},
        errors=errors or {},
    )


def _review(request: Request, values: dict[str, Any], answers: list[rehearsal.Answer]) -> Response:
    with reading(request):
        pass
    known = {rehearsal.field(line, name) for line in LINES for name in (*rehearsal.LABELS, "photo")}
    return render(
        request,
        "rehearsal/review.html",
        answers=answers,
        total=rehearsal.total(answers),
        conditions={key: word for key, word, _ in rehearsal.CONDITIONS},
        labels=rehearsal.LABELS,
        carried=[(name, value) for name, value in values.items() if name in known],
        left=[line for line in LINES if line not in [answer.line for answer in answers]],
    )


def _photo(values: dict[str, Any], line: rehearsal.Line) -> Photo | None:
    return rehearsal.photo(str(values.get(rehearsal.field(line, "photo"), "")))


async def _files(request: Request, *, pictures: bool = False) -> dict[str, Photo]:
    """The files of a multipart form, by their fields; nothing of a form without files."""
    found: dict[str, Photo] = {}
    if request.headers.get("content-type", "").startswith(MULTIPART):
        body = multipart_of(request)
        while (part := await body.next_file()) is not None:
            try:
                sent = await _hashed(part.filename, body.blocks(), picture=pictures)
            except Refusal as refusal:
                refusal.where = part.field  # which of the files it was
                await body.drain(MOST)
                raise
            found[part.field] = sent
    return found


async def _hashed(name: str, blocks: AsyncIterator[bytes], *, picture: bool) -> Photo:
    """The file's clean name, size and SHA-256; its bytes are gone. Raises as a real deposit."""
    recogniser, digest = Recogniser(name), hashlib.sha256()
    try:
        async for block in blocks:
            recogniser.feed(block)
            digest.update(block)
    except ClientDisconnect as cut:
        raise UploadCut from cut
    if not recogniser.finish().is_image and picture:
        raise NotAPicture(where="file")
    return Photo(clean_name(name), recogniser.size, digest.hexdigest())
