"""How many pixels an image announces, read from its first bytes without decoding it."""

import struct

_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # start of frame
_ALONE = frozenset([0x01, *range(0xD0, 0xD9)])  # markers without a length


def pixels(head: bytes) -> int | None:
    """Width × height of a JPEG, PNG or WebP; None if its first bytes do not say."""
    try:
        if head.startswith(b"\x89PNG") and head[12:16] == b"IHDR":
            width, height = struct.unpack_from(">II", head, 16)
        elif head.startswith(b"\xff\xd8"):
            width, height = _jpeg(head)
        elif head[8:12] == b"WEBP":
            width, height = _webp(head)
        else:
            return None
    except (struct.error, IndexError):
        return None
    return int(width * height)


def _jpeg(head: bytes) -> tuple[int, int]:
    at = 2
    while head[at] == 0xFF:
        marker = head[at + 1]
        if marker == 0xFF:  # filling
            at += 1
        elif marker in _ALONE:
            at += 2
        elif marker in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", head, at + 5)
            return width, height
        else:
            at += 2 + struct.unpack_from(">H", head, at + 2)[0]
    raise IndexError


def _webp(head: bytes) -> tuple[int, int]:
    kind = head[12:16]
    if kind == b"VP8X":
        return (
            1 + int.from_bytes(head[24:27], "little"),
            1 + int.from_bytes(head[27:30], "little"),
        )
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", head, 26)
    return width & 0x3FFF, height & 0x3FFF
