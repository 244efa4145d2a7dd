"""A zip file and its XML parts, checked before anything is read, then read as a stream."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Protocol
from xml.parsers import expat

from app.guard import limits
from app.guard.faults import Fault

_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_CHUNK = 65_536


class Listener(Protocol):
    """What hears an XML part: element names come without their prefix."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


def open_package(data: bytes) -> zipfile.ZipFile:
    """The zip file, its entries counted and weighed. Raises Fault."""
    try:
        package = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, struct.error) as error:
        raise Fault("unreadable") from error
    entries = package.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > limits.ENTRIES:
        raise Fault("zip_entries", entries=len(entries), most=limits.ENTRIES)
    if unpacked > limits.UNPACKED or unpacked > limits.RATIO * len(data):
        raise Fault("zip_bomb")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise Fault("encrypted")
    names = {entry.filename for entry in entries}
    if len(names) < len(entries) or any(e.compress_type not in _READABLE for e in entries):
        raise Fault("unreadable")
    return package


def bare(name: str) -> str:
    """An XML name without its prefix."""
    return name.rpartition(":")[2]


def hear(
    package: zipfile.ZipFile, part: str, listener: Listener, *, prefixed: bool = False
) -> None:
    """Reads one part, if it exists. Raises Fault on a DOCTYPE, an entity or broken XML.

    `prefixed`: the listener takes names as they are written, and is called without a step between.
    """
    try:
        stream = package.open(part)
    except KeyError:
        return
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    start, end = listener.start, listener.end
    if prefixed:
        parser.StartElementHandler, parser.EndElementHandler = start, end
    else:
        parser.StartElementHandler = lambda name, attributes: start(bare(name), attributes)
        parser.EndElementHandler = lambda name: end(bare(name))
    parser.CharacterDataHandler = listener.text
    try:
        with stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk)
        parser.Parse(b"", True)
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Fault("unreadable") from error


def _refuse_doctype(*_: object) -> None:
    raise Fault("doctype")


class Elements:
    """A listener that calls one function for each element started; texts are ignored."""

    def __init__(self, seen: Callable[[str, dict[str, str]], None]) -> None:
        self.start = seen

    def end(self, name: str) -> None:
        """Nothing to do at the end of an element."""

    def text(self, text: str) -> None:
        """Nothing to do with texts."""


def attribute(attributes: dict[str, str], name: str) -> str | None:
    """An attribute by its bare name, whatever its prefix."""
    for full, value in attributes.items():
        if full == name or full.endswith(":" + name):
            return value
    return None
