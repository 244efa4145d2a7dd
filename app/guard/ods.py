"""Reads an ODS package into sheets, with the same answers as the XLSX reader."""

import re
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.guard.faults import Fault
from app.guard.limits import Limits
from app.guard.package import Elements, hear
from app.guard.sheets import SheetData, french, plain_number

_MACROS = re.compile(r"(^|/)(basic|scripts)/", re.IGNORECASE)
_REFERENCE = re.compile(r"\[\.?([^\]]*?)\]")
_CELL_KINDS = ("table-cell", "covered-table-cell")
_LINKS = ("table-source", "cell-range-source", "dde-source", "dde-link")
_LIST = re.compile(r"cell-content-is-in-list\((.*)\)", re.DOTALL)
_BETWEEN = re.compile(r"cell-content-is-between\((-?[\d.]+),\s*(-?[\d.]+)\)")
_AT_LEAST = re.compile(r"cell-content\(\)>=(-?\d+(?:\.\d+)?)")
_AT_MOST = re.compile(r"cell-content\(\)<=(-?\d+(?:\.\d+)?)")
_COLOUR = re.compile(r"#([0-9A-Fa-f]{6})")


def read_ods(package: zipfile.ZipFile, limits: Limits) -> list[SheetData]:
    """All the sheets of the document. Raises Fault."""
    if any(_MACROS.search(entry) for entry in package.namelist()):
        raise Fault("macro")

    def seen(name: str, attributes: dict[str, str]) -> None:
        if name == "encryption-data":
            raise Fault("encrypted")

    hear(package, "META-INF/manifest.xml", Elements(seen))
    styles = _Styles()
    hear(package, "styles.xml", styles)
    content = _Content(styles, limits)
    hear(package, "content.xml", content)
    return content.sheets


@dataclass
class _Style:
    parent: str = ""
    fill: str | None = None
    painted: bool = False  # says its fill, "transparent" included
    hidden: bool = False


class _Styles:
    """Hears the styles of `styles.xml` and `content.xml`: fills, hidden tables."""

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._current: _Style | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "style":
            self._current = _Style(attributes.get("style:parent-style-name", ""))
            self._styles[attributes.get("style:name", "")] = self._current
        elif name == "default-style":
            self._current = None
        elif self._current is None:
            return
        elif name == "table-cell-properties" and "fo:background-color" in attributes:
            match = _COLOUR.fullmatch(attributes["fo:background-color"])
            colour = match[1].upper() if match else None
            self._current.fill = None if colour == "FFFFFF" else colour
            self._current.painted = True
        elif name == "table-properties":
            self._current.hidden = attributes.get("table:display") == "false"

    def end(self, name: str) -> None:
        """Styles end with the next one."""

    def text(self, text: str) -> None:
        """Styles have no text."""

    def fill(self, name: str) -> str | None:
        """The fill of a style, or of the style it comes from."""
        for _ in range(10):
            style = self._styles.get(name)
            if style is None:
                return None
            if style.painted:
                return style.fill
            name = style.parent
        return None

    def hidden(self, name: str) -> bool:
        """Whether a table's style hides it."""
        style = self._styles.get(name)
        return style is not None and style.hidden


@dataclass
class _CellRead:
    attributes: dict[str, str]
    paragraphs: list[str] = field(default_factory=list)


class _Content:
    """Hears `content.xml`."""

    def __init__(self, styles: _Styles, limits: Limits) -> None:
        self.sheets: list[SheetData] = []
        self._styles = styles
        self._limits = limits
        self._rules: dict[str, dict[str, Any]] = {}
        self._spans: dict[str, list[tuple[int, int, int, int]]] = {}
        self._changes = False  # the cells of recorded changes are not of a sheet
        self._row = 0
        self._rows = 1
        self._row_hidden = False
        self._column = 0
        self._columns_told = 0
        self._cell: _CellRead | None = None
        self._annotation = 0
        self._hears_text = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _LINKS:
            raise Fault("outside")
        if name == "tracked-changes" or self._changes:
            self._changes = True
        elif name in ("table", "table-row", "table-column"):
            self._start_table_part(name, attributes)
        elif name in _CELL_KINDS:
            self._cell = _CellRead(attributes)
        elif name == "annotation":
            self._annotation += 1
        elif name == "content-validation":
            self._start_validation(attributes)
        elif self._cell is not None:
            self._start_text(name, attributes)
        else:
            self._styles.start(name, attributes)

    def _start_table_part(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            hidden = self._styles.hidden(attributes.get("table:style-name", ""))
            sheet = SheetData(attributes.get("table:name", ""), self._limits, hidden=hidden)
            self.sheets.append(sheet)
            self._spans = {}
            self._row = self._columns_told = 0
            self._rows = 1
        elif name == "table-row":
            self._row += 1
            self._rows = _repeated(attributes, "rows")
            self._column = 0
            if attributes.get("table:visibility", "visible") != "visible":
                self.sheets[-1].hide_rows(self._row, self._rows)
        else:
            self._start_column(attributes)

    def _start_column(self, attributes: dict[str, str]) -> None:
        first = self._columns_told + 1
        self._columns_told += _repeated(attributes, "columns")
        fill = self._styles.fill(attributes.get("table:default-cell-style-name", ""))
        sheet = self.sheets[-1]
        for column in sheet.columns(first, self._columns_told):
            if attributes.get("table:visibility", "visible") != "visible":
                sheet.hidden_columns.append(column)
            if fill:
                sheet.column_fills[column] = fill

    def _start_text(self, name: str, attributes: dict[str, str]) -> None:
        if self._cell is None or self._annotation:
            return
        if name == "p":
            self._cell.paragraphs.append("")
            self._hears_text = True
        elif name == "s":
            self._add(" " * min(int(attributes.get("text:c", 1)), 100))
        elif name in ("tab", "line-break"):
            self._add(" " if name == "tab" else "\n")

    def text(self, text: str) -> None:
        if self._hears_text and not self._annotation:
            self._add(text)

    def _add(self, text: str) -> None:
        if self._cell is not None and self._cell.paragraphs:
            self._cell.paragraphs[-1] += text

    def end(self, name: str) -> None:
        if self._changes:
            self._changes = name != "tracked-changes"
        elif name == "p" and not self._annotation:
            self._hears_text = False
        elif name == "annotation":
            self._annotation -= 1
        elif name in _CELL_KINDS and self._cell is not None:
            self._end_cell(self._cell, covered=name == "covered-table-cell")
            self._cell = None
        elif name == "table-row":
            self._row += self._rows - 1
        elif name == "table":
            self._end_table()

    def _end_cell(self, cell: _CellRead, *, covered: bool) -> None:
        times = _repeated(cell.attributes, "columns")
        first, self._column = self._column + 1, self._column + times
        if covered:
            return
        sheet = self.sheets[-1]
        text, number = _value(cell)
        formula = _formula(cell.attributes.get("table:formula"))
        fill = self._styles.fill(cell.attributes.get("table:style-name", ""))
        written = bool(text or formula)
        if written:  # one step beyond the limits is enough to be refused
            columns = range(first, min(self._column, self._limits.columns + 1) + 1)
            rows = range(self._row, min(self._row + self._rows - 1, self._limits.rows + 1) + 1)
        else:
            columns = sheet.columns(first, self._column)
            last = self._row + self._rows - 1
            rows = range(self._row, (last if last <= self._limits.rows else self._row) + 1)
        if written or fill:
            for row in rows:
                for column in columns:
                    sheet.put(row, column, text, number, fill, formula)
        self._span(cell.attributes, first)

    def _span(self, attributes: dict[str, str], column: int) -> None:
        wide = int(attributes.get("table:number-columns-spanned", 1))
        high = int(attributes.get("table:number-rows-spanned", 1))
        if wide > 1 or high > 1:
            bounds = (self._row, column, self._row + high - 1, column + wide - 1)
            self.sheets[-1].merged.append(bounds)
        rule = attributes.get("table:content-validation-name")
        if rule is not None:
            bottom = self._row + self._rows - 1
            self._spans.setdefault(rule, []).append((self._row, column, bottom, self._column))

    def _start_validation(self, attributes: dict[str, str]) -> None:
        condition = attributes.get("table:condition", "")
        rule: dict[str, Any] = {}
        if match := _LIST.search(condition):
            rule["choices"] = [item.strip() for item in re.findall(r'"([^"]*)"', match[1])]
        elif match := _BETWEEN.search(condition):
            rule["minimum"], rule["maximum"] = match[1], match[2]
        elif match := _AT_LEAST.search(condition):
            rule["minimum"] = match[1]
        elif match := _AT_MOST.search(condition):
            rule["maximum"] = match[1]
        if rule:
            self._rules[attributes.get("table:name", "")] = rule

    def _end_table(self) -> None:
        self.sheets[-1].validations = [
            {"spans": spans, **self._rules[name]}
            for name, spans in self._spans.items()
            if name in self._rules
        ]


def _repeated(attributes: dict[str, str], what: str) -> int:
    return max(int(attributes.get(f"table:number-{what}-repeated", 1)), 1)


def _formula(text: str | None) -> str | None:
    """`of:=SUM([.D5:.D9])` as `SUM(D5:D9)`; a sheet's name stays before its `!`."""
    if text is None:
        return None
    bare = re.sub(r"^\w+:", "", text).removeprefix("=")
    return _REFERENCE.sub(lambda match: match[1].replace(":.", ":").replace("$", ""), bare)


def _value(cell: _CellRead) -> tuple[str, str | None]:
    """What the cell shows, and its number when it is one."""
    kind = cell.attributes.get("office:value-type", "string")
    shown = "\n".join(cell.paragraphs)
    raw = cell.attributes.get("office:value", "")
    if kind == "date":
        return _date(cell.attributes.get("office:date-value", ""), shown), None
    if kind == "boolean":
        return ("oui" if cell.attributes.get("office:boolean-value") == "true" else "non"), None
    if kind not in ("float", "percentage", "currency") or not raw:
        return shown, None
    number = plain_number(float(raw) * (100 if kind == "percentage" else 1))
    if number is None:
        return shown, None
    if kind == "percentage":
        return f"{french(number)} %", None
    return french(number) + (" €" if kind == "currency" else ""), number


def _date(raw: str, shown: str) -> str:
    try:
        return datetime.fromisoformat(raw).strftime("%d/%m/%Y")
    except ValueError:
        return shown
