"""What a zip file contains, read as it streams past: its directory, and two small parts of it.

Office documents are zip files whose directory comes last, and which cannot be held in memory. The
scan keeps the last bytes, and what follows each place where a watched part may begin; the directory
then says which of those places is the real one.
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from sad.attachments.refusals import ZipUnreadable

ENTRIES = 1_000
"""Entries accepted in a zip file (trust 7)."""
CONTENT_TYPES = "[Content_Types].xml"
MANIFEST = "META-INF/manifest.xml"

_WATCHED = (CONTENT_TYPES.encode(), MANIFEST.encode())
_TAIL = 512 * 1024  # the directory of ENTRIES entries, and the longest comment
_PART = 32 * 1024  # compressed bytes of a watched part: ten times what ENTRIES entries need
_PLACES = 64  # where one may begin: embedded documents have theirs
_UNPACKED = 2 * 1024 * 1024
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_LOCAL_SIZE, _CENTRAL_SIZE, _END_SIZE = 30, 46, 22
_ENCRYPTED, _UTF8 = 0x1, 0x800


@dataclass(frozen=True)
class ZipContents:
    """Names of the entries, unpacked bytes together, whether one is encrypted, watched parts."""

    names: frozenset[str]
    unpacked: int
    encrypted: bool
    parts: Mapping[str, bytes]


@dataclass(frozen=True)
class _Entry:
    name: str
    flags: int
    method: int
    packed: int
    unpacked: int
    offset: int


class ZipScan:
    """Fed with a zip file's bytes in order; `finish` gives what it contains."""

    def __init__(self) -> None:
        self._size = 0
        self._tail = bytearray()
        self._places: dict[int, bytearray] = {}  # offset of a local header → what follows it
        self._carry = b""

    def feed(self, block: bytes) -> None:
        """Takes the next bytes. Raises ZipUnreadable."""
        for begun in self._places.values():
            begun += block[: _PART - len(begun)]
        self._watch(block)
        self._size += len(block)
        self._tail += block
        if len(self._tail) > 2 * _TAIL:
            del self._tail[:-_TAIL]

    def _watch(self, block: bytes) -> None:
        """Notes the places of this block where a local header of a watched part begins."""
        window = self._carry + block
        base = self._size - len(self._carry)
        for name in _WATCHED:
            at = window.find(name)
            while at >= 0:
                header = at - _LOCAL_SIZE
                if header >= 0 and window.startswith(_LOCAL, header):
                    self._places.setdefault(base + header, bytearray(window[header:][:_PART]))
                at = window.find(name, at + 1)
        if len(self._places) > _PLACES:
            raise ZipUnreadable
        self._carry = window[-(_LOCAL_SIZE + max(map(len, _WATCHED))) :]

    def finish(self) -> ZipContents:
        """What the file contains. Raises ZipUnreadable."""
        entries = self._entries()
        names = frozenset(entry.name for entry in entries)
        if len(names) < len(entries):
            raise ZipUnreadable
        return ZipContents(
            names,
            sum(entry.unpacked for entry in entries),
            any(entry.flags & _ENCRYPTED for entry in entries),
            {entry.name: self._part(entry) for entry in entries if entry.name.encode() in _WATCHED},
        )

    def _entries(self) -> list[_Entry]:
        tail = bytes(self._tail[-_TAIL:])
        end = tail.rfind(_END)
        if end < 0 or len(tail) - end < _END_SIZE:
            raise ZipUnreadable
        disks, _, here, count, size, offset, comment = struct.unpack_from("<HHHHIIH", tail, end + 4)
        start = end - size
        before = self._size - len(tail)  # bytes of the file that are no longer held
        whole = len(tail) == end + _END_SIZE + comment and offset == before + start
        if disks or here != count or count > ENTRIES or start < 0 or not whole:
            raise ZipUnreadable
        return _directory(tail[start:end], count)

    def _part(self, entry: _Entry) -> bytes:
        """The unpacked bytes of a watched part."""
        held = bytes(self._places.get(entry.offset, b""))
        if len(held) < _LOCAL_SIZE or entry.flags & _ENCRYPTED:
            return b""
        name, extra = struct.unpack_from("<HH", held, 26)
        packed = held[_LOCAL_SIZE + name + extra :][: entry.packed]
        if len(packed) < entry.packed:
            raise ZipUnreadable
        if entry.method == 0:
            return packed
        if entry.method != 8:
            raise ZipUnreadable
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            unpacked = inflate.decompress(packed, _UNPACKED)
        except zlib.error:
            raise ZipUnreadable from None
        if not inflate.eof:
            raise ZipUnreadable
        return unpacked


def _directory(data: bytes, count: int) -> list[_Entry]:
    entries, at = [], 0
    for _ in range(count):
        if data[at : at + 4] != _CENTRAL or len(data) < at + _CENTRAL_SIZE:
            raise ZipUnreadable
        flags, method = struct.unpack_from("<HH", data, at + 8)
        packed, unpacked, name, extra, comment = struct.unpack_from("<IIHHH", data, at + 20)
        (offset,) = struct.unpack_from("<I", data, at + 42)
        at += _CENTRAL_SIZE
        text = data[at : at + name]
        if len(text) < name or 0xFFFFFFFF in (packed, unpacked, offset):  # no zip64 under 4 GB
            raise ZipUnreadable
        decoded = text.decode("utf-8" if flags & _UTF8 else "cp437", errors="replace")
        entries.append(_Entry(decoded, flags, method, packed, unpacked, offset))
        at += name + extra + comment
    if at != len(data):
        raise ZipUnreadable
    return entries
