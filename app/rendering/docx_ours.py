"""Our own word-processor templates, made from their words: `templates/papers/docx/<kind>.txt`.

The words are read line by line, so that a lawyer can reread them; what an organisation downloads
is an ordinary document, with styles, which it may rework. The marks are in that folder's README.
"""

import re
import zipfile
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from app.rendering.sentences import label
from sad.papers.states import PaperKind

WORDS = Path(__file__).resolve().parents[2] / "templates" / "papers" / "docx"
INK, SOFT, ACCENT = (RGBColor.from_string(one) for one in ("211E1A", "5B5348", "14595B"))
LINE, TINT = "80766A", "F2EDE3"
FONT = "Calibri"
SIZES = {"Normal": 10.5, "Heading 1": 18, "Heading 2": 12.5}
STRONG = re.compile(r"\*\*(.+?)\*\*")
DAY_ZERO = (1980, 1, 1, 0, 0, 0)  # of every part, so that the same words make the same bytes


@cache
def our_template(kind: PaperKind) -> bytes:
    """The template that serves where the organisation keeps none of its own."""
    lines = (WORDS / f"{kind.value}.txt").read_text(encoding="utf-8").splitlines()
    document = Document()
    _dress(document, label(kind))
    for mark, held in _blocks(lines):
        _MARKS[mark](document, held)
    made = BytesIO()
    document.save(made)
    return _bare(made.getvalue())


def _blocks(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Runs of lines of one mark, without it; a paragraph's own lines are joined."""
    mark, held = "", list[str]()
    for line in [*lines, ""]:
        found = next((one for one in _MARKS if one and line.startswith(one)), "")
        if held and (found != mark or found in _ALONE or not line):
            yield mark, held
            held = []
        mark = found
        if line and not line.startswith("//"):
            held.append(line.removeprefix(found).strip())


def _paragraph(document: Any, held: list[str], style: str = "Normal") -> Any:
    paragraph = document.add_paragraph(style=style)
    _write(paragraph, " ".join(held))
    return paragraph


def _title(document: Any, held: list[str]) -> None:
    _paragraph(document, held, "Heading 1")


def _heading(document: Any, held: list[str]) -> None:
    _paragraph(document, held, "Heading 2")


def _bullet(document: Any, held: list[str]) -> None:
    _paragraph(document, held, "List Bullet").paragraph_format.space_after = Pt(3)


def _numbered(document: Any, held: list[str]) -> None:
    _paragraph(document, held, "List Number").paragraph_format.space_after = Pt(3)


def _small(document: Any, held: list[str]) -> None:
    for run in _paragraph(document, held).runs:
        run.font.size, run.font.color.rgb = Pt(8.5), SOFT


def _notice(document: Any, held: list[str]) -> None:
    paragraph = _paragraph(document, held)
    paragraph.paragraph_format.left_indent = Mm(3)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - frames have no other way in
    # The standard sets their order: after the style, before spaces and indents.
    after = 0 if properties.pStyle is None else 1
    properties.insert(after, _element("w:pBdr", left=("single", 18, "14595B")))
    properties.insert(after + 1, _shade())


def _tag(document: Any, held: list[str]) -> None:
    """`% for line in lines`: a paragraph that docxtpl takes away."""
    document.add_paragraph("{%p " + held[0] + " %}")


def _facts(document: Any, held: list[str]) -> None:
    """`: name | value`: two columns; `: if x ; name | value` only then."""
    _two(document, held, [Mm(50), Mm(116)], SOFT)


def _sides(document: Any, held: list[str]) -> None:
    """`= one | the other`: two parties side by side."""
    _two(document, held, [Mm(83), Mm(83)], INK)


def _two(document: Any, held: list[str], widths: list[int], colour: Any) -> None:
    table = document.add_table(rows=0, cols=2)
    for said in held:
        condition, _, row = said.partition(" ; ") if said.startswith("if ") else ("", "", said)
        if condition:
            _write(table.add_row().cells[0].paragraphs[0], "{%tr " + condition + " %}")
        name, _, value = row.partition("|")
        cells = table.add_row().cells
        _write(cells[0].paragraphs[0], name.strip(), colour=colour)
        _write(cells[1].paragraphs[0], value.strip())
        if condition:
            _write(table.add_row().cells[0].paragraphs[0], "{%tr endif %}")
    _columns(table, widths)
    _tight(table)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _table(document: Any, held: list[str]) -> None:
    """`| titles`, `| for x in y`, `| cells`, `| endfor`; after a title, `>` figures, `<` a code."""
    titles = [one.strip() for one in held[0].split("|")]
    right = {index for index, one in enumerate(titles) if one.endswith(">")}
    narrow = right | {index for index, one in enumerate(titles) if one.endswith("<")}
    table = document.add_table(rows=1, cols=len(titles))
    for index, (cell, title) in enumerate(zip(table.rows[0].cells, titles, strict=True)):
        _write(cell.paragraphs[0], f"**{title.rstrip(' <>')}**", right=index in right)
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))  # noqa: SLF001 - same
    for said in held[1:]:
        cells = table.add_row().cells
        if said.startswith(("for ", "endfor", "if ", "endif")):
            _write(cells[0].paragraphs[0], "{%tr " + said + " %}")
            continue
        for index, (cell, one) in enumerate(zip(cells, said.split("|"), strict=True)):
            _write(cell.paragraphs[0], one.strip(), right=index in right)
    wide = (Mm(166) - Mm(25) * len(narrow)) // max(len(titles) - len(narrow), 1)
    _columns(table, [Mm(25) if index in narrow else wide for index in range(len(titles))])
    _tight(table)
    _lined(table)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


_MARKS: dict[str, Any] = {
    "## ": _heading,
    "# ": _title,
    "- ": _bullet,
    "+ ": _numbered,
    "> ": _notice,
    "~ ": _small,
    "% ": _tag,
    ": ": _facts,
    "= ": _sides,
    "| ": _table,
    "": _paragraph,
}
_ALONE = {"## ", "# ", "- ", "+ ", "% "}


def _write(paragraph: Any, text: str, *, right: bool = False, colour: Any = None) -> None:
    """A text, `**strong**` parts in bold."""
    for index, part in enumerate(STRONG.split(text)):
        if part:
            run = paragraph.add_run(part)
            run.bold = True if index % 2 else None
            if colour is not None:
                run.font.color.rgb = colour
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _dress(document: Any, title: str) -> None:
    """A4, styles, the issuer above, the paper and its page below."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin, section.bottom_margin = Mm(24), Mm(20)
    for name, size in SIZES.items():
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = INK if name == "Normal" else ACCENT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(script), FONT)
        for themed in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(themed), None)
    document.styles["Normal"].paragraph_format.space_after = Pt(6)
    document.styles["Heading 1"].paragraph_format.space_after = Pt(10)
    document.styles["Heading 2"].paragraph_format.space_before = Pt(12)
    document.styles["Heading 2"].paragraph_format.space_after = Pt(4)
    _margin(section.header.paragraphs[0], "{{ buyer.name }}")
    foot = section.footer.paragraphs[0]
    _margin(foot, title + " – {{ number }}, version {{ version }}, {{ issued_at }} – page ")
    _page_number(foot)
    document.core_properties.title = title + " – {{ number }}"
    document.core_properties.author = "{{ buyer.name }}"
    document.core_properties.language = "fr-FR"
    document.core_properties.comments = ""


def _margin(paragraph: Any, text: str) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(8.5), SOFT


def _page_number(paragraph: Any) -> None:
    run = paragraph.add_run()
    run.font.size, run.font.color.rgb = Pt(8.5), SOFT
    for kind in ("begin", None, "end"):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = "PAGE"
        run._r.append(part)  # noqa: SLF001 - fields have no other way in


def _columns(table: Any, widths: list[int]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def _tight(table: Any) -> None:
    for row in table.rows:
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))  # noqa: SLF001 - same
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)


def _lined(table: Any) -> None:
    """A line under each row, nothing at the sides."""
    properties = table._tbl.tblPr  # noqa: SLF001 - borders have no other way in
    line = ("single", 4, LINE)
    layout = properties.find(qn("w:tblLayout"))  # which the standard puts after borders
    layout.addprevious(_element("w:tblBorders", bottom=line, insideH=line))


def _element(name: str, **sides: tuple[str, int, str]) -> Any:
    found = OxmlElement(name)
    for side, (kind, size, colour) in sides.items():
        part = OxmlElement(f"w:{side}")
        part.set(qn("w:val"), kind)
        part.set(qn("w:sz"), str(size))
        part.set(qn("w:space"), "6")
        part.set(qn("w:color"), colour)
        found.append(part)
    return found


def _shade() -> Any:
    found = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", TINT)):
        found.set(qn(f"w:{name}"), value)
    return found


def _bare(made: bytes) -> bytes:
    """Without the thumbnail of the document it starts from, and dated alike each time."""
    kept = BytesIO()
    with zipfile.ZipFile(BytesIO(made)) as source, zipfile.ZipFile(kept, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if "thumbnail" in name:
                continue
            if name == "_rels/.rels":
                content = re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", content)
            entry = zipfile.ZipInfo(name, DAY_ZERO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return kept.getvalue()
