"""Word-processor documents as people, or those who mean harm, would send them."""

import io
import zipfile
from collections.abc import Mapping

from docx import Document


def document(
    *paragraphs: str,
    header: str = "",
    title: str = "",
    table: tuple[tuple[str, ...], ...] = (),
) -> bytes:
    """A document of these paragraphs, a header and a table if any."""
    made = Document()
    made.core_properties.title = title
    for one in paragraphs:
        made.add_paragraph(one)
    if header:
        made.sections[0].header.paragraphs[0].text = header
    if table:
        grid = made.add_table(rows=0, cols=len(table[0]))
        for row in table:
            for cell, said in zip(grid.add_row().cells, row, strict=True):
                cell.text = said
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def changed(
    made: bytes,
    parts: Mapping[str, bytes | None],
    replaced: Mapping[str, tuple[bytes, bytes]] | None = None,
) -> bytes:
    """A document with parts added (or taken away by None), and bytes replaced in others."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name in (replaced or {}):
                content = content.replace(*(replaced or {})[name])
            if name not in parts:
                target.writestr(name, content)
        for name, added in parts.items():
            if added is not None:
                target.writestr(name, added)
    return stream.getvalue()


def words(made: bytes) -> str:
    """Every text of a document: paragraphs, tables, header, one a line."""
    read = Document(io.BytesIO(made))
    found = [one.text for one in read.paragraphs]
    found += [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    found += [one.text for one in read.sections[0].header.paragraphs]
    return "\n".join(found)
