"""Reads a CSV, TSV or text export into one sheet: encoding and separator are found, not asked."""

import csv
import io
import re

from app.guard.faults import Fault
from app.guard.limits import Limits
from app.guard.sheets import SheetData, plain_number

_SEPARATORS = ";\t,|"
_NUMBER = re.compile(r"-?\d{1,12}(?:[.,]\d{1,6})?", re.ASCII)
_SAMPLE = 40  # lines looked at to find the separator: a header stands above row 40


def read_delimited(data: bytes, name: str, limits: Limits) -> list[SheetData]:
    """One sheet called `name`. Raises Fault."""
    text = _decoded(data)
    sheet = SheetData(name, limits)
    csv.field_size_limit(100_000)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=False)
    try:
        for row, fields in enumerate(rows, start=1):
            for column, value in enumerate(fields, start=1):
                _put(sheet, row, column, value.strip())
    except csv.Error as error:
        raise Fault("unreadable") from error
    return [sheet]


def _put(sheet: SheetData, row: int, column: int, value: str) -> None:
    if value.startswith("="):
        sheet.put(row, column, value, formula=value[1:])
    elif _NUMBER.fullmatch(value):
        sheet.put(row, column, value, plain_number(float(value.replace(",", "."))))
    else:
        sheet.put(row, column, value)


def _decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, or the code page of Windows in France."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="strict")
    if b"\x00" in data:
        raise Fault("not_a_spreadsheet")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _separator(text: str) -> str:
    """The one that cuts the most lines into the same number of fields, quotes respected."""
    lines = text.splitlines(keepends=True)[:_SAMPLE]
    best, best_score = ";", 0
    for separator in _SEPARATORS:
        try:
            widths = [len(fields) for fields in csv.reader(lines, delimiter=separator)]
        except csv.Error:
            continue
        wide = [width for width in widths if width > 1]
        score = max((wide.count(width) * min(width, 30) for width in wide), default=0)
        if score > best_score:
            best, best_score = separator, score
    return best
