"""The words of a page as blocks that a paper can set: one text, written once, read twice.

Reads the HTML of our own templates, already escaped: paragraphs, titles, lists, quotations,
tables, facts. What a person typed is text in it, and stays text. Spaces are folded as a browser
folds them; a tag that says nothing of its own is passed through.

    {"kind": "text" | "quote", "runs": [{"text", "strong", "note"}]}
    {"kind": "title", "level", "text"}        never more than one level below the last
    {"kind": "list", "ordered", "items": [runs]}
    {"kind": "table", "columns": [{"text", "right"}], "rows": [[{"runs", "right"}]]}
    {"kind": "facts", "rows": [[label, said]]}
"""

import re
from html.parser import HTMLParser
from typing import Any

Block = dict[str, Any]
Run = dict[str, Any]

TITLES = {"h1": 1, "h2": 2, "h3": 3, "summary": 3}
TEXTS = {"p": "text", "blockquote": "quote"}
RIGHT = {"amount", "number"}
GAP = {"p", "span", "div"}  # inside a cell, each begins a line of its own


def blocks_of(html: str, level: int = 0) -> list[Block]:
    """The blocks of a fragment; `level` is that of the title above it."""
    reader = _Reader(level)
    reader.feed(html)
    reader.close()
    return reader.blocks


class _Reader(HTMLParser):
    """Keeps the runs being read, and where they go when their tag closes."""

    def __init__(self, level: int) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._above, self._titles = level, list[int]()  # ranks of the titles being under
        self._runs: list[Run] = []
        self._strong = self._note = 0
        self._lists: list[Block] = []
        self._table: Block | None = None
        self._facts: Block | None = None
        self._right = False
        self._cell = self._caption = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = set((dict(attrs).get("class") or "").split())
        self._mark(tag, classes, 1)
        if tag == "br" or (self._cell and tag in GAP and self._said):
            self._runs.append(_run("\n"))
        if tag in ("ul", "ol"):
            self._lists.append({"kind": "list", "ordered": tag == "ol", "items": []})
        elif tag == "table":
            self._table = {"kind": "table", "columns": [], "rows": []}
        elif tag == "dl":
            self._facts = {"kind": "facts", "rows": []}
        elif tag == "tr" and self._table is not None:
            self._table["rows"].append([])
        elif tag in ("th", "td"):
            self._cell, self._right = True, bool(RIGHT & classes)
            self._runs = []
        elif tag == "caption":
            self._caption = True
        elif not self._cell and tag in (*TITLES, *TEXTS, "li", "dt", "dd"):
            self._runs = []

    def handle_endtag(self, tag: str) -> None:
        self._mark(tag, set(), -1)
        if tag in ("ul", "ol") and self._lists:
            self.blocks.append(self._lists.pop())
        elif tag == "table" and self._table is not None:
            self._table["rows"] = [row for row in self._table["rows"] if row]
            self.blocks.append(self._table)
            self._table = None
        elif tag == "dl" and self._facts is not None:
            self.blocks.append(self._facts)
            self._facts = None
        elif tag in ("th", "td"):
            self._end_cell(tag)
        elif tag == "caption":
            self._caption = False
        elif not self._cell:
            self._end_text(tag)

    def handle_data(self, data: str) -> None:
        text = re.sub(r"[ \t\r\n]+", " ", data)
        if self._caption or (not text.strip() and not self._said):
            return
        self._runs.append(_run(text, bool(self._strong), self._note > 0))

    @property
    def _said(self) -> bool:
        return any(run["text"].strip() for run in self._runs)

    def _mark(self, tag: str, classes: set[str], step: int) -> None:
        """Bold and small print; a note is a span, and spans hold no other span."""
        if tag in ("strong", "b"):
            self._strong += step
        elif tag == "span":
            self._note = int(step > 0 and "note" in classes)

    def _end_text(self, tag: str) -> None:
        runs = self._take() if tag in (*TITLES, *TEXTS, "li", "dt", "dd") else []
        if not runs:
            return
        if tag in TITLES:
            self._titles = [rank for rank in self._titles if rank < TITLES[tag]]
            self._titles.append(TITLES[tag])
            level = self._above + len(self._titles)
            text = "".join(run["text"] for run in runs)
            self.blocks.append({"kind": "title", "level": level, "text": text})
        elif tag in TEXTS:
            self.blocks.append({"kind": TEXTS[tag], "runs": runs})
        elif tag == "li" and self._lists:
            self._lists[-1]["items"].append(runs)
        elif self._facts is not None:
            text = "".join(run["text"] for run in runs)
            if tag == "dt":
                self._facts["rows"].append([text, ""])
            elif self._facts["rows"]:
                self._facts["rows"][-1][1] = text

    def _end_cell(self, tag: str) -> None:
        self._cell, runs = False, self._take()
        if self._table is None or not self._table["rows"]:
            return
        row = self._table["rows"][-1]
        if tag == "th" and len(self._table["rows"]) == 1:  # the first row names the columns
            text = "".join(run["text"] for run in runs)
            self._table["columns"].append({"text": text, "right": self._right})
        else:
            named = [{**run, "strong": run["strong"] or not run["note"]} for run in runs]
            row.append({"runs": named if tag == "th" else runs, "right": self._right})

    def _take(self) -> list[Run]:
        """The runs read, without spaces at either end nor twice in the middle."""
        runs, self._runs = self._runs, []
        kept: list[Run] = []
        for run in runs:
            text = run["text"]
            if not kept or kept[-1]["text"].endswith((" ", "\n")):
                text = text.lstrip(" ")
            if text:
                kept.append({**run, "text": text})
        while kept and not kept[-1]["text"].strip():
            kept.pop()
        if kept:
            kept[-1]["text"] = kept[-1]["text"].rstrip()
        return kept


def _run(text: str, strong: bool = False, note: bool = False) -> Run:
    return {"text": text, "strong": strong, "note": note}
