"""Spreadsheets as people keep them, made on the spot: XLSX, ODS, CSV."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook as Book
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from app.guard.client import parse_grid
from sad.frames.frame import Frame
from sad.frames.sheet import read_frame

YELLOW = "FFF2CC"
BUYER = ["N°", "Code", "Désignation", "Quantité", "Dimensions souhaitées (cm)", "Exigences"]
SUPPLIER = ["Je réponds (oui/non)", "Prix unitaire HT (€)", "Remarque"]
LINES = [
    [1, "A-01", "Chaise empilable", 60, "46 × 50 × 80", "Séries de 6"],
    [2, "A-02", "Bureau droit", 25, "140 × 80 × 73", None],
    [3, "A-03", "Armoire basse", 14, None, "Serrure"],
]


def solid(colour: str) -> PatternFill:
    """A plain fill."""
    return PatternFill("solid", fgColor=colour)


def put(
    sheet: Worksheet,
    rows: Sequence[Sequence[Any]],
    row: int = 1,
    column: int = 1,
    fills: Mapping[int, str] | None = None,
    header_fills: Mapping[int, str] | None = None,
) -> None:
    """Writes rows from a cell on; fills by rank of the column, from 0, of the body and header."""
    for r, values in enumerate(rows):
        for c, value in enumerate(values):
            cell = sheet.cell(row + r, column + c)
            cell.value = value
            colours = (header_fills if r == 0 else fills) or {}
            if c in colours:
                cell.fill = solid(colours[c])


def grid_rows(
    buyer: Sequence[str] = BUYER,
    supplier: Sequence[str] = SUPPLIER,
    lines: Sequence[Sequence[Any]] = LINES,
) -> list[list[Any]]:
    """Header and lines, the supplier's cells empty."""
    return [[*buyer, *supplier], *([*line, *([None] * len(supplier))] for line in lines)]


def yellow(buyer: Sequence[str] = BUYER, supplier: Sequence[str] = SUPPLIER) -> dict[int, str]:
    """The supplier's columns in yellow."""
    return {len(buyer) + rank: YELLOW for rank in range(len(supplier))}


def saved(book: Book) -> bytes:
    """The bytes of a workbook."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xlsx(make: Callable[[Worksheet], None]) -> bytes:
    """A workbook of one sheet called `Cadre`."""
    book = Book()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Cadre"
    make(sheet)
    return saved(book)


def frame_of(make: Callable[[Worksheet], None]) -> Frame:
    """The frame read in a workbook of one sheet."""
    return read_frame(parse_grid(xlsx(make), "cadre.xlsx"))


def read(data: bytes, name: str) -> Frame:
    """The frame read in a file."""
    return read_frame(parse_grid(data, name))


def codes(frame: Frame) -> list[str]:
    """The codes of the lines, in order."""
    return [line.code for line in frame.lines]


def names(frame: Frame) -> tuple[list[str], list[str]]:
    """The names of the buyer's columns and of the supplier's."""
    return [c.name for c in frame.buyer_columns], [c.name for c in frame.supplier_columns]


def warned(frame: Frame) -> list[str]:
    """The codes of the warnings."""
    return [warning.code.removeprefix("frames.") for warning in frame.warnings]


def letter(column: int) -> str:
    """The letters of a column."""
    return get_column_letter(column)


_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3">
<office:automatic-styles>
<style:style style:name="ta0" style:family="table"><style:table-properties table:display="false"/>
</style:style>
<style:style style:name="ce1" style:family="table-cell">
<style:table-cell-properties fo:background-color="#fff2cc"/></style:style>
<style:style style:name="ce2" style:family="table-cell" style:parent-style-name="ce1"/>
</office:automatic-styles>
<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>
</office:document-content>"""


def ods(body: str, extra: Mapping[str, str] | None = None) -> bytes:
    """An ODS document; `ce1` and `ce2` are yellow cell styles, `ta0` a hidden table's."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "mimetype",
            "application/vnd.oasis.opendocument.spreadsheet",
            compress_type=zipfile.ZIP_STORED,
        )
        package.writestr("content.xml", _CONTENT.format(body=body))
        for name, text in (extra or {}).items():
            package.writestr(name, text)
    return stream.getvalue()


def ods_rows(rows: Sequence[Sequence[Any]], yellow_from: int | None = None) -> str:
    """The rows of an ODS table; columns from rank `yellow_from` on are yellow."""
    lines = []
    for values in rows:
        cells = "".join(_ods_cell(value, rank, yellow_from) for rank, value in enumerate(values))
        lines.append(f"<table:table-row>{cells}</table:table-row>")
    return "".join(lines)


def _ods_cell(value: Any, rank: int, yellow_from: int | None) -> str:
    style = "" if yellow_from is None or rank < yellow_from else ' table:style-name="ce2"'
    if value is None:
        return f"<table:table-cell{style}/>"
    if isinstance(value, int | float):
        number = f' office:value-type="float" office:value="{value}"'
        return f"<table:table-cell{style}{number}><text:p>{value}</text:p></table:table-cell>"
    text = f'<table:table-cell{style} office:value-type="string"><text:p>{value}</text:p>'
    return f"{text}</table:table-cell>"
