"""The closed list of accepted files, recognised by content and by name (trust 7, ELEC-08).

`announced` looks at the name and the announced size before a byte is read; `Recogniser` is fed as
the file streams in and refuses as soon as it knows; `recognise` is the decision itself.
"""

from dataclasses import dataclass
from enum import StrEnum

from sad.attachments.names import extension
from sad.attachments.office import macros, office_kind
from sad.attachments.pixels import pixels
from sad.attachments.refusals import (
    ArchiveRefused,
    ContentMismatch,
    EncodingRefused,
    FileEmpty,
    FileRefused,
    FileTooLarge,
    HeicRefused,
    ImageTooLarge,
    MacrosRefused,
    OldFormatRefused,
    ProtectedRefused,
    TypeUnknown,
    ZipUnreadable,
)
from sad.attachments.zipscan import ZipContents, ZipScan

MEGABYTE = 1024 * 1024
MOST_PIXELS = 50_000_000
"""Of an image, width × height."""
OFFER_BYTES = 500 * MEGABYTE
"""Of all the files of one offer."""
OFFER_FILES = 300
"""Files of one offer."""
MOST_UNPACKED = 100 * MEGABYTE
"""Of a spreadsheet, once unpacked."""
MOST_RATIO = 100
"""Unpacked bytes for one stored byte."""
HEAD = 128 * 1024
"""First bytes kept to recognise a file; a decision is taken as soon as they are in."""


class FileKind(StrEnum):
    """The kinds of files accepted."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    XLSX = "xlsx"
    ODS = "ods"
    DOCX = "docx"
    ODT = "odt"
    CSV = "csv"
    TXT = "txt"


@dataclass(frozen=True)
class FileType:
    """One accepted kind: the word people know, its media type, its extensions, its most bytes."""

    kind: FileKind
    label: str
    media_type: str
    extensions: tuple[str, ...]
    most: int

    @property
    def is_image(self) -> bool:
        """Decoded, turned upright and re-encoded by the guard before it is shown."""
        return self.media_type.startswith("image/")

    @property
    def is_zip(self) -> bool:
        """An office document: known for good only once its directory, at the end, is read."""
        return self.kind in _ZIPS

    @property
    def is_text(self) -> bool:
        """Plain text, without signature."""
        return self.kind in (FileKind.CSV, FileKind.TXT)


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_ZIPS = (FileKind.XLSX, FileKind.ODS, FileKind.DOCX, FileKind.ODT)
_IMAGE, _SHEET, _OTHER = 20 * MEGABYTE, 10 * MEGABYTE, 200 * MEGABYTE

TYPES = {
    one.kind: one
    for one in (
        FileType(FileKind.PDF, "PDF", "application/pdf", ("pdf",), _OTHER),
        FileType(FileKind.JPEG, "JPEG", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), _IMAGE),
        FileType(FileKind.PNG, "PNG", "image/png", ("png",), _IMAGE),
        FileType(FileKind.WEBP, "WebP", "image/webp", ("webp",), _IMAGE),
        FileType(FileKind.XLSX, "XLSX", _OOXML + "spreadsheetml.sheet", ("xlsx",), _SHEET),
        FileType(FileKind.ODS, "ODS", _ODF + "spreadsheet", ("ods",), _SHEET),
        FileType(FileKind.DOCX, "DOCX", _OOXML + "wordprocessingml.document", ("docx",), _OTHER),
        FileType(FileKind.ODT, "ODT", _ODF + "text", ("odt",), _OTHER),
        FileType(FileKind.CSV, "CSV", "text/csv", ("csv",), _OTHER),
        FileType(FileKind.TXT, "TXT", "text/plain", ("txt",), _OTHER),
    )
}

_BY_EXTENSION = {extension: one for one in TYPES.values() for extension in one.extensions}
_HEIC = {"heic", "heif", "hif", "heics", "avif"}
_ARCHIVES = {"zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "zst", "cab", "iso", "jar"}
_MACROS = {"xlsm", "xltm", "xlam", "xlsb", "docm", "dotm", "pptm", "potm", "ppam", "ppsm"}
_OLD = {"xls", "xlt", "doc", "dot", "ppt", "pps"}

_SIGNATURES = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "archive"),  # an empty zip file
    (b"PK\x07\x08", "archive"),  # one in several pieces
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"MSCF", "archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"}
_NOT_TEXT = bytes(set(range(32)) - set(b"\t\n\r\f")) + b"\x7f"


def announced(filename: str, size: int | None) -> FileType:
    """The type that name and announced size allow, before a byte is read. Raises FileRefused."""
    ending = extension(filename)
    for endings, refusal in (
        (_HEIC, HeicRefused),
        (_ARCHIVES, ArchiveRefused),
        (_MACROS, MacrosRefused),
        (_OLD, OldFormatRefused),
    ):
        if ending in endings:
            raise refusal
    if ending not in _BY_EXTENSION:
        raise TypeUnknown(extension=ending)
    expected = _BY_EXTENSION[ending]
    if size is not None and size > expected.most:
        raise FileTooLarge(most=expected.most // MEGABYTE)
    return expected


def recognise(
    head: bytes, filename: str, size: int | None = None, contents: ZipContents | None = None
) -> FileType:
    """The type of a file from its first HEAD bytes (all of it if shorter) and its name.

    An office document is only surely one with its `contents` and `size`, at the end; without them
    the answer is what it claims to be. Raises FileRefused or ZipUnreadable.
    """
    expected = announced(filename, size)
    if not head:
        raise FileEmpty
    _agree(_found(head), expected)
    if expected.is_image and (pixels(head) or 0) > MOST_PIXELS:
        raise ImageTooLarge(most=MOST_PIXELS // 1_000_000)
    if expected.is_zip and contents is not None:
        _check_office(head, expected, size or len(head), contents)
    return expected


def _found(head: bytes) -> str:
    """What the content looks like: a kind, or `zip`, `archive`, `heic`, `old`, `text`…"""
    if b"%PDF-" in head[:1024] and not head.startswith(b"PK"):  # readers accept it there
        return "pdf"
    if is_text(head):  # a price list may well begin with "MZ"
        return "text"
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return "heic" if head[8:12] in _HEIC_BRANDS else "video"
    return "archive" if head[257:262] == b"ustar" else "unknown"


def is_text(block: bytes) -> bool:
    """Without control characters but tabs, ends of lines and of pages; UTF-8 or Windows-1252."""
    return len(block.translate(None, _NOT_TEXT)) == len(block)


def _agree(found: str, expected: FileType) -> None:
    refusals: dict[str, type[FileRefused]] = {
        "heic": HeicRefused,
        "archive": ArchiveRefused,
        "old": OldFormatRefused,
    }
    if found in refusals:
        raise refusals[found]
    if expected.is_text and found == "utf-16":
        raise EncodingRefused
    wanted = "zip" if expected.is_zip else "text" if expected.is_text else expected.kind.value
    if found != wanted:
        raise ContentMismatch(expected=expected.label)


def _check_office(head: bytes, expected: FileType, size: int, contents: ZipContents) -> None:
    if contents.encrypted:
        raise ProtectedRefused
    sheet = expected.kind in (FileKind.XLSX, FileKind.ODS)
    if contents.unpacked > MOST_RATIO * size or (sheet and contents.unpacked > MOST_UNPACKED):
        raise ZipUnreadable
    found = office_kind(head, contents)
    if macros(contents):
        raise MacrosRefused
    if found == "protected":
        raise ProtectedRefused
    if found != expected.kind:
        raise ContentMismatch(expected=expected.label)


class Recogniser:
    """Fed with a file's bytes as they stream in; memory bounded whatever its size."""

    def __init__(self, filename: str, size: int | None = None) -> None:
        """`size` as announced by the request, or None. Raises FileRefused before any reading."""
        self._filename = filename
        self._expected = announced(filename, size)
        self._head = bytearray()
        self._decided = False
        self._zip = ZipScan() if self._expected.is_zip else None
        self.size = 0

    def feed(self, block: bytes) -> None:
        """Takes the next bytes; raises FileRefused as soon as the file cannot be accepted."""
        self.size += len(block)
        if self.size > self._expected.most:
            raise FileTooLarge(most=self._expected.most // MEGABYTE)
        if not self._decided:
            self._head += block[: HEAD - len(self._head)]
            if len(self._head) == HEAD:
                self._decide()
        if self._expected.is_text and not is_text(block) and self._decided:
            raise ContentMismatch(expected=self._expected.label)
        if self._zip is not None:
            self._zip.feed(block)

    def finish(self) -> FileType:
        """The type of the whole file. Raises FileRefused or ZipUnreadable."""
        self._decide()
        if self._zip is None:
            return self._expected
        contents = self._zip.finish()
        return recognise(bytes(self._head), self._filename, self.size, contents)

    def _decide(self) -> None:
        if not self._decided:
            self._decided = True
            recognise(bytes(self._head), self._filename)
