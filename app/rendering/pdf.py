"""Papers as PDF: PDF/A-3a (kept for years) and PDF/UA-1 (read aloud) at once, set by Typst.

The layout is in `templates/papers/<name>.typ`. Data travel as JSON in a file of the compilation:
what somebody typed is a value for the layout, never markup. The same data at the same instant give
the same bytes. About 3 ms a page once the fonts are read.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

PAPERS = Path(__file__).resolve().parents[2] / "templates" / "papers"
MISSING = "\u25a1"  # □ stands for a character no embedded font draws: PDF/A refuses the others
# What the papers' fonts draw, whole blocks only (tested): Latin, Greek, Cyrillic, usual signs.
DRAWN = (
    *((0x20, 0x7E), (0xA0, 0x4FF), (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x2030, 0x2040)),
    *((0x2070, 0x209C), (0x20A0, 0x20BF), (0x2190, 0x22FF), (0x2500, 0x25FF)),
)
# Most texts hold nothing else, already composed: they are not read character by character.
USUAL = re.compile(r"[\n\x20-\x7e\xa0-\xff\u2013\u2019\u20ac\u0152\u0153]*")
LONG = re.compile(r"\S{30}(?=\S)")
UNSEEN = frozenset(  # marks of width and of direction
    map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)))
)


@dataclass(frozen=True)
class Attached:
    """A file carried inside the paper, byte for byte (PDF/A-3).

    `relationship`: "source" when the paper is made from it, "data", "supplement".
    """

    name: str
    content: bytes
    media_type: str
    description: str
    relationship: str = "source"


def render_pdf(
    template: str,
    data: Mapping[str, Any],
    *,
    title: str,
    issuer: str,
    at: datetime,
    attached: Sequence[Attached] = (),
    files: Mapping[str, bytes] | None = None,
    keywords: Sequence[str] = (),
) -> bytes:
    """The paper `templates/papers/<template>.typ` about `data`, which are JSON values.

    `at`: the instant the paper speaks of, written as its date of making. `issuer`: who it is from.
    `files`: what the layout reads by name (an image). `data["paper"]` is written here.
    """
    head = {
        "title": title,
        "issuer": issuer,
        "keywords": list(keywords),
        "attached": [_described(index, one) for index, one in enumerate(attached)],
    }
    contents = json.dumps({**_drawn(dict(data)), "paper": _drawn(head)}, ensure_ascii=False)
    sources: Any = {  # Typst takes files by name; its stub does not know it
        "main.typ": (PAPERS / f"{template}.typ").read_bytes(),
        "house.typ": (PAPERS / "house.typ").read_bytes(),
        "data.json": contents.encode(),
        **{_path(index): one.content for index, one in enumerate(attached)},
        **(files or {}),
    }
    return typst.compile(
        sources,
        format="pdf",
        font_paths=_fonts(),
        pdf_standards=["a-3a", "ua-1"],
        timestamp=int(at.timestamp()),
    )


def drawable(text: str) -> str:
    """The text as a paper shows it: □ for what its fonts do not draw, no hidden direction marks.

    The narrow space between thousands, hardly wide in print, becomes a no-break space; a word
    too long for a column may be cut, but not an address, which people copy.
    """
    shown = text.replace("\u202f", "\u00a0")
    if not USUAL.fullmatch(shown):
        composed = unicodedata.normalize("NFC", shown.expandtabs(4))
        shown = "".join(_shown(one) for one in composed if one not in UNSEEN)
    copied = "://" in shown or "@" in shown
    return shown if copied else LONG.sub("\\g<0>\u200b", shown)


def _shown(one: str) -> str:
    if one == "\n":
        return one
    known = unicodedata.category(one) != "Cn" and any(low <= ord(one) <= up for low, up in DRAWN)
    return one if known else MISSING


def _drawn(value: Any) -> Any:
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, Mapping):
        return {key: _drawn(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [_drawn(one) for one in value]
    return value


def _described(index: int, file: Attached) -> dict[str, str]:
    return {
        "name": file.name,
        "path": _path(index),
        "type": file.media_type,
        "description": file.description,
        "relationship": file.relationship,
    }


def _path(index: int) -> str:
    return f"attached/{index}"


@cache
def _fonts() -> typst.Fonts:
    """Only the papers' own fonts and Typst's: the same paper on every machine."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[PAPERS / "fonts"]
    )
