"""Pictures of screens made light: a PNG of at most 256 colours, with the standard library only."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
Colour = tuple[int, int, int]


def lightened(png: bytes) -> bytes:
    """The same picture with its 256 commonest colours; the others become the nearest of them.

    Takes what Chromium writes: 8 bits a channel, red green blue with or without transparency.
    """
    width, height, rows = _rows(png)
    pixels = [list(zip(row[0::3], row[1::3], row[2::3], strict=True)) for row in rows]
    counted: Counter[Colour] = Counter(colour for row in pixels for colour in row)
    palette = [colour for colour, _ in counted.most_common(256)]
    index = {colour: place for place, colour in enumerate(palette)}
    for colour in counted:
        if colour not in index:
            index[colour] = _nearest(colour, palette)
    lines = b"".join(b"\0" + bytes(index[colour] for colour in row) for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = (
        (b"IHDR", header),
        (b"PLTE", b"".join(bytes(colour) for colour in palette)),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in parts)


def _nearest(colour: Colour, palette: list[Colour]) -> int:
    red, green, blue = colour
    far = [(red - r) ** 2 + (green - g) ** 2 + (blue - b) ** 2 for r, g, b in palette]
    return far.index(min(far))


def _rows(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height, and each row as red green blue."""
    assert png.startswith(SIGNATURE)
    chunks = list(_chunks(png))
    width, height, depth, kind, *_ = struct.unpack(">IIBBBBB", chunks[0][1])
    assert depth == 8 and kind in (2, 6), "not what Chromium writes"
    channels = 3 if kind == 2 else 4
    data = zlib.decompress(b"".join(body for name, body in chunks if name == b"IDAT"))
    stride = width * channels
    rows, above = [], bytes(stride)
    for start in range(0, len(data), stride + 1):
        row = _unfiltered(data[start], data[start + 1 : start + 1 + stride], above, channels)
        above = row
        rows.append(row if channels == 3 else _opaque(row))
    return width, height, rows


def _opaque(row: bytes) -> bytes:
    """Without the fourth channel: a page is opaque."""
    out = bytearray(len(row) // 4 * 3)
    for channel in range(3):
        out[channel::3] = row[channel::4]
    return bytes(out)


def _unfiltered(kind: int, row: bytes, above: bytes, channels: int) -> bytes:
    """One row without its PNG filter."""
    if kind == 0:
        return row
    out = bytearray(row)
    for place in range(len(out)):
        left = out[place - channels] if place >= channels else 0
        up = above[place]
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = up
        elif kind == 3:
            guess = (left + up) // 2
        else:
            guess = _paeth(left, up, above[place - channels] if place >= channels else 0)
        out[place] = (out[place] + guess) & 255
    return bytes(out)


def _paeth(left: int, up: int, corner: int) -> int:
    straight = left + up - corner
    near = (abs(straight - left), abs(straight - up), abs(straight - corner))
    return (left, up, corner)[near.index(min(near))]


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    while place < len(png):
        (size,) = struct.unpack_from(">I", png, place)
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + size]
        place += size + 12


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
