"""Files people take away: never shown by the browser as a page of ours."""

from collections.abc import Iterator

from fastapi.responses import Response, StreamingResponse

from app.rendering.sheets import MEDIA_TYPE
from sad.attachments.names import disposition
from sad.papers.files import MEDIA_TYPES
from sad.papers.states import PaperFormat

GUARDS = {"Content-Security-Policy": "sandbox; default-src 'none'"}


def json_file(content: str | bytes, name: str) -> Response:
    """A JSON document under a name."""
    headers = GUARDS | {"Content-Disposition": disposition(name)}
    return Response(content, media_type="application/json", headers=headers)


def pdf_file(content: bytes, name: str) -> Response:
    """A paper under a name."""
    headers = GUARDS | {"Content-Disposition": disposition(name)}
    return Response(content, media_type="application/pdf", headers=headers)


def docx_file(content: bytes, name: str) -> Response:
    """A word-processor document under a name."""
    headers = GUARDS | {"Content-Disposition": disposition(name)}
    return Response(content, media_type=MEDIA_TYPES[PaperFormat.DOCX], headers=headers)


def sheet_file(content: bytes, name: str) -> Response:
    """A spreadsheet under a name."""
    headers = GUARDS | {"Content-Disposition": disposition(name)}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


def calendar_file(content: bytes, name: str) -> Response:
    """A calendar under a name."""
    headers = GUARDS | {"Content-Disposition": disposition(name)}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


def kept_file(blocks: Iterator[bytes], name: str, media_type: str | None) -> Response:
    """A stored file, decrypted as it leaves."""
    headers = GUARDS | {"Content-Disposition": disposition(name)}
    kind = media_type or "application/octet-stream"
    return StreamingResponse(blocks, media_type=kind, headers=headers)
