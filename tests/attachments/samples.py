"""Small files of each kind, made here rather than kept."""

import io
import struct
import zipfile
import zlib

from openpyxl import Workbook

DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
XLSX_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
ODF = "application/vnd.oasis.opendocument."

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64)
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42" + bytes(64)
OLD_DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
RAR = b"Rar!\x1a\x07\x01\x00" + bytes(32)
TEXT = "Référence;Désignation;Prix\r\n1;Étagère;12,50 €\r\n"


def png(width: int = 2, height: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IEND", b"")


def jpeg(width: int = 2, height: int = 2, preamble: int = 0) -> bytes:
    exif = b"".join(
        b"\xff\xe1" + struct.pack(">H", 60_002) + bytes(60_000) for _ in range(preamble)
    )
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 8, 8, height, width, 0)
    return b"\xff\xd8" + b"\xff\xe0\x00\x10JFIF" + bytes(10) + exif + frame + b"\xff\xd9"


def webp(width: int = 2, height: int = 2) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, content in parts.items():
            stored = name == "mimetype"
            package.writestr(name, content, zipfile.ZIP_STORED if stored else method)
    return out.getvalue()


def content_types(*types: str) -> bytes:
    overrides = "".join(
        f'<Override PartName="/p{n}" ContentType="{t}"/>' for n, t in enumerate(types)
    )
    return f'<?xml version="1.0"?><Types xmlns="urn:t">{overrides}</Types>'.encode()


def docx(*more_types: str, **more_parts: bytes) -> bytes:
    parts = {"[Content_Types].xml": content_types(DOCX_MAIN, *more_types)}
    return zipped({**parts, "word/document.xml": b"<document/>" * 20, **more_parts})


def xlsx() -> bytes:
    """By openpyxl, which writes the content types last."""
    book, out = Workbook(), io.BytesIO()
    book.active["A1"] = "Prix"  # type: ignore[index]  # a new workbook has its sheet
    book.save(out)
    return out.getvalue()


def opendocument(kind: str, manifest: bytes = b"<manifest/>", **more: bytes) -> bytes:
    parts = {"mimetype": (ODF + kind).encode(), "content.xml": b"<office/>", **more}
    return zipped({**parts, "META-INF/manifest.xml": manifest})


def plain_id(value: object) -> str | None:
    """A test's id for a content: bytes made at random or dated must not show in it."""
    return "content" if isinstance(value, bytes) else None
