"""Which files are taken: by content and by name, and what is said of the others."""

import random
import zipfile

import pytest

from sad.attachments import filetypes
from sad.attachments.filetypes import FileKind, FileType, Recogniser, announced
from sad.attachments.refusals import (
    ACCEPTED,
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
from tests.attachments import samples


def recognised(name: str, content: bytes, block: int = 1_000) -> FileType:
    """As the upload does: name and size, then blocks, then the end."""
    recogniser = Recogniser(name, len(content))
    for at in range(0, len(content), block):
        recogniser.feed(content[at : at + block])
    return recogniser.finish()


@pytest.mark.parametrize("block", [1, 7, 1_000_000])
@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("notice.pdf", samples.PDF, FileKind.PDF),
        ("NOTICE.PDF", b"\xef\xbb\xbf\n" + samples.PDF, FileKind.PDF),
        ("photo.jpg", samples.jpeg(), FileKind.JPEG),
        ("photo.jpeg", samples.jpeg(), FileKind.JPEG),
        ("plan.png", samples.png(), FileKind.PNG),
        ("plan.webp", samples.webp(), FileKind.WEBP),
        ("cadre.xlsx", samples.xlsx(), FileKind.XLSX),
        ("memoire.docx", samples.docx(), FileKind.DOCX),
        ("cadre.ods", samples.opendocument("spreadsheet"), FileKind.ODS),
        ("memoire.odt", samples.opendocument("text"), FileKind.ODT),
        ("prix.csv", samples.TEXT.encode(), FileKind.CSV),
        ("prix.csv", samples.TEXT.encode("cp1252"), FileKind.CSV),
        ("MZ.csv", b"MZ;prix\n", FileKind.CSV),
        ("lisezmoi.txt", samples.TEXT.encode("utf-8-sig"), FileKind.TXT),
    ],
    ids=samples.plain_id,
)
def test_accepted(name: str, content: bytes, kind: FileKind, block: int) -> None:
    assert recognised(name, content, block).kind == kind


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("photo.heic", samples.HEIC, HeicRefused),
        ("photo.jpg", samples.HEIC, HeicRefused),
        ("film.jpg", samples.MP4, ContentMismatch),
        ("tout.zip", samples.zipped({"a": b"b"}), ArchiveRefused),
        ("tout.pdf", samples.RAR, ArchiveRefused),
        ("tout.tar.gz", b"\x1f\x8b\x08" + bytes(9), ArchiveRefused),
        ("memoire.doc", samples.OLD_DOC, OldFormatRefused),
        ("protege.xlsx", samples.OLD_DOC, OldFormatRefused),
        ("cadre.xlsm", samples.xlsx(), MacrosRefused),
        ("programme.exe", b"MZ" + bytes(99), TypeUnknown),
        ("programme.pdf", b"MZ" + bytes(99), ContentMismatch),
        ("sans", samples.PDF, TypeUnknown),
        ("notice.pdf", samples.png(), ContentMismatch),
        ("photo.png", samples.jpeg(), ContentMismatch),
        ("notice.txt", samples.PDF, ContentMismatch),
        ("cadre.xlsx", samples.docx(), ContentMismatch),
        ("cadre.xlsx", samples.opendocument("spreadsheet"), ContentMismatch),
        ("cadre.ods", samples.opendocument("text"), ContentMismatch),
        ("cadre.ods", samples.opendocument("spreadsheet-template"), ContentMismatch),
        ("cadre.xlsx", samples.zipped({"a": b"b"}), ContentMismatch),
        ("cadre.xlsx", samples.TEXT.encode(), ContentMismatch),
        ("prix.csv", b"a;b\n\x00\x01", ContentMismatch),
        ("prix.csv", samples.TEXT.encode("utf-16"), EncodingRefused),
        ("vide.pdf", b"", FileEmpty),
        ("grand.png", samples.png(10_000, 5_001), ImageTooLarge),
        ("grand.jpg", samples.jpeg(10_000, 5_001, preamble=2), ImageTooLarge),
        ("grand.webp", samples.webp(10_000, 5_001), ImageTooLarge),
    ],
    ids=samples.plain_id,
)
def test_refused(name: str, content: bytes, refusal: type[FileRefused]) -> None:
    with pytest.raises(refusal) as refused:
        recognised(name, content)
    assert type(refused.value) is refusal
    assert refused.value.facts["accepted"] == list(ACCEPTED)


def test_binary_far_in_a_text_is_refused() -> None:
    with pytest.raises(ContentMismatch):
        recognised("prix.csv", b"a;b\n" * 100_000 + b"\x00", 65_536)


MACRO = "application/vnd.ms-office.vbaProject"


@pytest.mark.parametrize(
    "content",
    [
        samples.docx(MACRO),
        samples.docx(MACRO.replace("vba", "&#118;&#98;&#97;")),
        samples.docx(**{"word/vbaProject.bin": b"x"}),
        samples.docx("application/vnd.ms-office.activeX+xml"),
    ],
    ids=samples.plain_id,
)
def test_macros_are_found_whatever_their_name(content: bytes) -> None:
    with pytest.raises(MacrosRefused):
        recognised("memoire.docx", content)


def test_macros_of_an_opendocument() -> None:
    content = samples.opendocument("text", **{"Basic/Standard/Module1.xml": b"<m/>"})
    with pytest.raises(MacrosRefused):
        recognised("memoire.odt", content)


def test_a_password_is_said() -> None:
    manifest = b'<m:manifest xmlns:m="urn:m"><m:encryption-data/></m:manifest>'
    with pytest.raises(ProtectedRefused):
        recognised("memoire.odt", samples.opendocument("text", manifest))


def test_an_embedded_document_is_not_taken_for_the_outer_one() -> None:
    inner = samples.zipped(
        {"[Content_Types].xml": samples.content_types(MACRO)}, zipfile.ZIP_STORED
    )
    parts = {
        "word/embeddings/sheet.xlsx": inner,
        "word/media/image1.png": random.Random(1).randbytes(700_000),
        "[Content_Types].xml": samples.content_types(samples.DOCX_MAIN),
        "word/media/image2.png": random.Random(2).randbytes(700_000),
    }
    content = samples.zipped(parts, zipfile.ZIP_STORED)
    assert recognised("memoire.docx", content, 65_536).kind == FileKind.DOCX


def bomb() -> bytes:
    return samples.docx(**{"word/media/image1.png": bytes(20_000_000)})


def cut() -> bytes:
    return samples.docx()[:-30]


def followed() -> bytes:
    return samples.docx() + b"more"


def crowded() -> bytes:
    return samples.docx(**{f"word/media/{n}.png": b"" for n in range(1_001)})


def with_doctype() -> bytes:
    types = b'<!DOCTYPE Types [<!ENTITY a "b">]>' + samples.content_types(samples.DOCX_MAIN)[21:]
    return samples.zipped({"[Content_Types].xml": types})


@pytest.mark.parametrize("content", [bomb, cut, followed, crowded, with_doctype])
def test_a_zip_that_is_not_plain_is_refused(content: object) -> None:
    assert callable(content)
    with pytest.raises(ZipUnreadable):
        recognised("memoire.docx", content())


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("a.png", 20),
        ("a.jpg", 20),
        ("a.webp", 20),
        ("a.xlsx", 10),
        ("a.ods", 10),
        ("a.pdf", 200),
        ("a.docx", 200),
        ("a.txt", 200),
    ],
)
def test_size_is_refused_before_reading(name: str, most: int) -> None:
    announced(name, most * 1024 * 1024)
    with pytest.raises(FileTooLarge) as refused:
        announced(name, most * 1024 * 1024 + 1)
    assert refused.value.facts["most"] == most
    assert refused.value.status == 413


def test_size_is_counted_when_it_was_not_announced() -> None:
    recogniser = Recogniser("photo.png")
    recogniser.feed(samples.png())
    recogniser.feed(bytes(19 * 1024 * 1024))
    with pytest.raises(FileTooLarge):
        recogniser.feed(bytes(1024 * 1024))


def test_every_type_has_its_limit_and_extensions() -> None:
    assert set(filetypes.TYPES) == set(FileKind)
    assert tuple(one.label for one in filetypes.TYPES.values()) == ACCEPTED
    assert filetypes.OFFER_BYTES == 500 * 1024 * 1024
    assert filetypes.OFFER_FILES == 300
