"""Which office document a zip file is, and whether it carries programs."""

from collections.abc import Callable
from xml.parsers import expat

from sad.attachments.refusals import ZipUnreadable
from sad.attachments.zipscan import CONTENT_TYPES, MANIFEST, ZipContents

_MAIN = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
}
_ODF = {
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.text": "odt",
}
_ODF_PROGRAMS = ("basic/", "scripts/", "dialogs/")
_OOXML_PROGRAMS = ("macro", "vba", "activex")


def office_kind(head: bytes, contents: ZipContents) -> str | None:
    """`xlsx`, `docx`, `ods`, `odt`, `protected`, or None; from what the document says of itself.

    `head`: the first bytes of the file, where an OpenDocument keeps its type, stored as it is.
    Raises ZipUnreadable if that part is not XML.
    """
    if CONTENT_TYPES in contents.names:
        kinds = {_MAIN.get(one) for one in _content_types(contents)} - {None}
        return kinds.pop() if len(kinds) == 1 else None
    extra = int.from_bytes(head[28:30], "little")
    for media_type, kind in _ODF.items():
        if head[30:38] == b"mimetype" and head[38 + extra :].startswith(media_type + b"PK"):
            return "protected" if _is_protected(contents) else kind
    return None


def macros(contents: ZipContents) -> bool:
    """Whether the document has a part that holds or announces a program."""
    names = [name.lower() for name in contents.names]
    if any(name.startswith(_ODF_PROGRAMS) or "vbaproject" in name for name in names):
        return True
    return any(word in one.lower() for one in _content_types(contents) for word in _OOXML_PROGRAMS)


def _content_types(contents: ZipContents) -> list[str]:
    types: list[str] = []
    part = contents.parts.get(CONTENT_TYPES)
    if part is not None:
        _hear(part, lambda name, said: types.append(said.get("ContentType", "")))
    return types


def _is_protected(contents: ZipContents) -> bool:
    """An OpenDocument under a password keeps its directory in clear; its manifest says it."""
    found: list[str] = []
    _hear(contents.parts.get(MANIFEST, b""), lambda name, said: found.append(name))
    return any(name.endswith("encryption-data") for name in found)


def _hear(part: bytes, element: Callable[[str, dict[str, str]], None]) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = element
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(part, True)
    except expat.ExpatError:
        raise ZipUnreadable from None


def _refuse(*_: object) -> None:
    raise ZipUnreadable
