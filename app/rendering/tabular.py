"""Tables written as CSV for French spreadsheets: UTF-8 with its mark, semicolons, decimal commas.

A text never becomes a formula (acceptance 29): one that a spreadsheet could take for one is quoted
by an apostrophe.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from sad.kernel.calendar import paris
from sad.kernel.money import Money

Cell = str | int | Decimal | Money | date | datetime | None
FORMULA = re.compile(r"^[\s\ufeff]*[=+\-@|%\t\r\n\uff1d\uff0b\uff0d\uff20]")


def csv_bytes(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The file's bytes. Money in euros, instants in Paris time; numbers stay numbers."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe_text(title) for title in head])
    for row in rows:
        writer.writerow([_written(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def safe_text(text: str) -> str:
    """The text, behind an apostrophe if a spreadsheet could read a formula in it."""
    return f"'{text}" if FORMULA.match(text) else text


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe_text(cell)
    if isinstance(cell, Money):
        return f"{cell.euros:f}".replace(".", ",")
    if isinstance(cell, datetime):
        return f"{paris(cell):%d/%m/%Y %H:%M:%S}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return f"{cell:f}".replace(".", ",") if isinstance(cell, Decimal) else str(cell)
