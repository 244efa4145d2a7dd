"""What one cell of an inventory's line says: a quantity, an amount, a length, a text."""

import re
from collections.abc import Mapping
from decimal import Decimal

from sad.frames.body import BodyRow
from sad.frames.vocabulary import tidy
from sad.frames.workbook import Cell, Sheet, address
from sad.inventories.columns import Columns
from sad.kernel.errors import Invalid, Problem
from sad.kernel.money import Money, half_up

MOST_PIECES = 1_000_000
LONGEST_TEXT = 2_000
_NEGATIVE = re.compile(r"\s*[-\u2212\u2013]\s*\d")
_LENGTH = re.compile(r"(\d{1,5}(?:[.,]\d{1,2})?)\s*(mm|cm|m)?", re.IGNORECASE)
_SCALES = {"mm": Decimal("0.1"), "cm": Decimal(1), "m": Decimal(100)}
_AROUND = re.compile(
    r"^(env(iron)?\.?|approx\.?|[~≈±])\s*|\s*(/|par|l['’])\s*(u|unit[ée]|pi[èe]ce|pces?|pc)\.?$",
    re.IGNORECASE,
)
_NOT_PRICED = re.compile(r"[^\d]*")


class Cells:
    """Reads the cells of a table's lines, and tells what it cannot read."""

    def __init__(self, sheet: Sheet, columns: Columns, told: list[Problem]) -> None:
        self._sheet = sheet
        self._columns = columns
        self._told = told

    def text(self, row: int, name: str) -> str:
        """The words of a column; "" when the table has no such column."""
        place = self._columns.of(name)
        return tidy(self._sheet.shown(row, place).text)[:LONGEST_TEXT] if place else ""

    def quantity(self, row: int, read: BodyRow) -> Decimal | None:
        """Zero or more; None, told, when it is negative, not computed or not one number."""
        place = self._columns.of("quantity")
        if read.quantity is not None and read.quantity < MOST_PIECES:
            return read.quantity
        if not place:
            return None
        cell = self._sheet.shown(row, place)
        if cell.formula and not cell.text:
            code = "inventories.formula_uncomputed"
        elif (cell.number is not None and cell.number < 0) or _NEGATIVE.match(cell.text):
            code = "inventories.quantity_negative"
        else:
            code = "inventories.quantity_unread" if cell.text else "inventories.quantity_absent"
        self._tell(code, row, place, text=cell.text[:40], name=read.designation or read.code)
        return None

    def money(self, row: int, name: str) -> Money | None:
        """An amount, half up to the cent; None when there is none, told when it cannot be read."""
        place = self._columns.of(name)
        if not place or self._sheet.span_at(row, place).top != row:
            return None
        cell = self._sheet.shown(row, place)
        if cell.number is not None and 0 <= cell.number < 10**9:
            return Money(int(half_up(cell.number * 100, 0)))
        if cell.number is None and _NOT_PRICED.fullmatch(cell.text):
            counts = name == "unit_price" or not self._columns.of("unit_price")
            if cell.formula and not cell.text and counts:
                self._tell("inventories.formula_uncomputed", row, place, text="", name="")
            return None
        try:
            return Money.parse(_bare_amount(cell))
        except Invalid:
            self._tell("inventories.amount_unread", row, place, text=cell.text[:40])
            return None

    def length(self, row: int, name: str) -> Decimal | None:
        """Centimetres, to the millimetre; None when there is none that is one number."""
        place = self._columns.of(name)
        if not place:
            return None
        cell = self._sheet.shown(row, place)
        if cell.number is not None:
            found = cell.number * self._columns.scale[place]
        else:
            match = _LENGTH.fullmatch(tidy(cell.text))
            if match is None:
                return None
            scale = _SCALES.get((match[2] or "").lower(), self._columns.scale[place])
            found = Decimal(match[1].replace(",", ".")) * scale
        return half_up(found, 1).normalize() + 0 if 0 < found < 100_000 else None

    def dimensions(self, row: int, sizes: Mapping[str, Decimal | None]) -> str:
        """`L 220 × l 180 × H 220 cm`; the sheet's own words when it has a column for them."""
        said = self.text(row, "dimensions")
        if said:
            return said
        letters = {"length": "L", "width": "l", "height": "H"}
        parts = [
            f"{letter} {sizes[name]:f}".replace(".", ",")
            for name, letter in letters.items()
            if sizes[name] is not None
        ]
        diameter = self.length(row, "diameter")
        if diameter is not None:
            parts.insert(0, f"Ø {diameter:f}".replace(".", ","))
        return f"{' × '.join(parts)} cm" if parts else ""

    def _tell(self, code: str, row: int, column: int, **facts: str) -> None:
        cell = address(row, column)
        said = {"sheet": self._sheet.name, "cell": cell, **facts}
        self._told.append(Problem(code, f"{self._sheet.name}!{cell}", said))


def _bare_amount(cell: Cell) -> str:
    """The amount without what is said around: `env. 12,50 € HT / pièce` is `12,50 €`."""
    text = _AROUND.sub("", tidy(cell.text))
    return re.sub(r"\s*(€\s*)?(h\.?t\.?|t\.?t\.?c\.?)\s*$", "", text, flags=re.IGNORECASE)
