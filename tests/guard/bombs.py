"""Files made to harm their reader; each is small, or built as it is sent."""

import io
import zipfile
from collections.abc import Mapping

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def relations(*targets: tuple[str, str, str]) -> str:
    """A part of relations: kind, target, and more attributes."""
    inside = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}" {more}/>'
        for n, (kind, target, more) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{inside}</Relationships>'


def workbook(
    sheet: str,
    extra: Mapping[str, str | bytes] | None = None,
    prolog: str = PROLOG,
    sheet_relations: str | None = None,
) -> bytes:
    """An XLSX whose one sheet holds the XML given, inside `worksheet`."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", relations(("officeDocument", "xl/workbook.xml", "")))
        package.writestr(
            "xl/workbook.xml",
            f'{PROLOG}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="Cadre" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        package.writestr(
            "xl/_rels/workbook.xml.rels", relations(("worksheet", "worksheets/sheet1.xml", ""))
        )
        package.writestr(
            "xl/worksheets/sheet1.xml",
            f'{prolog}<worksheet xmlns="{_MAIN}">{sheet}</worksheet>',
        )
        if sheet_relations is not None:
            package.writestr("xl/worksheets/_rels/sheet1.xml.rels", sheet_relations)
        for name, content in (extra or {}).items():
            package.writestr(name, content)
    return stream.getvalue()


def text_cell(reference: str, text: str) -> str:
    """A cell with its text in place."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def rows(count: int, width: int = 3) -> str:
    """That many rows, all different enough not to be packed a hundredfold."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    lines = []
    for row in range(1, count + 1):
        cells = "".join(
            f'<c r="{letters[c]}{row}"><v>{(row * 7919 + c * 104729) % 1_000_003}</v></c>'
            for c in range(width)
        )
        lines.append(f'<row r="{row}">{cells}</row>')
    return f"<sheetData>{''.join(lines)}</sheetData>"


def formula(text: str) -> bytes:
    """A sheet with one formula."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return workbook(f'<sheetData><row r="2"><c r="B2"><f>{escaped}</f></c></row></sheetData>')


def zeros(size: int) -> bytes:
    """A workbook with a part that unpacks to `size` bytes of nothing."""
    return workbook("<sheetData/>", {"xl/media/image1.bin": b"\0" * size})


def many_entries(count: int) -> bytes:
    """A workbook with that many parts."""
    return workbook("<sheetData/>", {f"docs/part{n}.txt": f"{n}" for n in range(count)})


def laughs() -> bytes:
    """Entities that grow tenfold at each of nine steps."""
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    sheet = (
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row></sheetData>'
    )
    return workbook(sheet, prolog=f"{PROLOG}<!DOCTYPE worksheet [{entities}]>")


def encrypted_zip() -> bytes:
    """A workbook whose entries say they are encrypted."""
    data = bytearray(workbook("<sheetData/>"))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + offset] |= 1
            place = data.find(mark, place + 4)
    return bytes(data)


def ole(stream_name: str) -> bytes:
    """The head of an OLE file with one stream: what a password makes of a workbook."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + stream_name.encode("utf-16-le")
