"""Files of one's own answer by the JSON API: 300 at most, so their list is not paged."""

from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from app import answer_files
from app.deps import reading
from app.routing import api_router
from sad.attachments.filetypes import OFFER_BYTES, OFFER_FILES
from sad.offers import files
from sad.offers.answer import AnswerFile, InfectedFile
from sad.offers.queries import own_answer

router = api_router("/markets", "attachments")


@router.get("/{market_id}/attachments")
def listed(request: Request, market_id: UUID) -> dict[str, Any]:
    """The draft's files with what the antivirus said, those it refused, the room left in bytes."""
    with reading(request) as work:
        answer = own_answer(work, market_id).draft.answer
    kept = answer.draft_files
    return {
        "files": [_file(file) for file in kept],
        "refused": [_refused(one) for one in answer.infected],
        "files_left": OFFER_FILES - len(kept),
        "bytes_left": OFFER_BYTES - sum(file.size for file in kept),
    }


@router.post("/{market_id}/attachments", status_code=201)
async def attach(request: Request, market_id: UUID, line: int | None = None) -> Response:
    """A file of the draft: the body is the file, its name in `X-File-Name`."""
    file = await answer_files.receive(request, market_id, line)
    return JSONResponse(_file(file), status_code=201)


@router.get("/{market_id}/attachments/{file_id}")
def content(request: Request, market_id: UUID, file_id: UUID) -> Response:
    """The original, byte for byte."""
    with reading(request) as work:
        file = files.file_of(work, market_id, file_id)
    key = bytes.fromhex(file.key)
    return answer_files.serve(request, file.name, file.media_type, file.object, key)


@router.delete("/{market_id}/attachments/{file_id}", status_code=204)
def remove(request: Request, market_id: UUID, file_id: UUID) -> Response:
    """Takes a file out of the draft; what was sent keeps it."""
    answer_files.remove(request, market_id, file_id)
    return Response(status_code=204)


def _file(file: AnswerFile) -> dict[str, Any]:
    return {
        "id": file.id,
        "line": file.line,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "scan": file.scan,
    }


def _refused(one: InfectedFile) -> dict[str, Any]:
    return {
        "name": one.name,
        "line": one.line,
        "at": one.at,
        "malware": one.malware,
        "sha256": one.sha256,
    }
