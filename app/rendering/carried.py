"""The files carried inside a PDF, read without trusting it: for checking receipts offline.

A PDF keeps each embedded file as a stream object of its own, whose dictionary says
`/Type /EmbeddedFile`; nothing else of the PDF is read. Sizes are bounded before and after
inflating.
"""

import re
import zlib
from itertools import islice

HEADER = b"%PDF-"
LARGEST = 20_000_000
"""Bytes of a PDF that is read at all."""
LARGEST_FILE = 5_000_000
"""Bytes of a carried file, inflated."""
MOST = 20
"""Carried files that are read."""

_MARK = re.compile(rb"/EmbeddedFile(?![A-Za-z0-9])")
_BEGIN = re.compile(rb">>\s*stream\r?\n")
_END = re.compile(rb"\r?\n?endstream")
_HEAD = 2_000  # bytes of a stream's dictionary, at most


def is_pdf(content: bytes) -> bool:
    """Whether these bytes say that they are a PDF."""
    return content[:1024].lstrip().startswith(HEADER)


def carried_files(content: bytes) -> list[bytes]:
    """The files embedded in a PDF, as they were before embedding; none in one that is too large."""
    if len(content) > LARGEST:
        return []
    marks = islice(_MARK.finditer(content), MOST)
    return [file for mark in marks if (file := _file(content, mark.start())) is not None]


def _file(content: bytes, mark: int) -> bytes | None:
    """The file of the stream in whose dictionary the mark is."""
    begin = _BEGIN.search(content, mark, mark + _HEAD)
    if begin is None:
        return None
    opened = content.rfind(b"obj", max(0, mark - _HEAD), mark)
    head = content[max(opened, 0) : begin.start()]
    kept = _body(content, begin.end(), head)
    file = _inflated(kept) if b"/FlateDecode" in head else kept
    return file if file is not None and len(file) <= LARGEST_FILE else None


def _body(content: bytes, start: int, head: bytes) -> bytes:
    """By the length said, where it is a number that leads to the end of the stream."""
    said = re.search(rb"/Length\s+(\d{1,9})(?!\d*\s+\d+\s+R)", head)
    if said and _END.match(content, start + int(said[1])):
        return content[start : start + int(said[1])]
    end = _END.search(content, start)
    return content[start : end.start()] if end else b""


def _inflated(kept: bytes) -> bytes | None:
    reader = zlib.decompressobj()
    try:
        file = reader.decompress(kept, LARGEST_FILE + 1)
    except zlib.error:
        return None
    return file if reader.eof else None
