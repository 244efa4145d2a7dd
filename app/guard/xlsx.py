"""Reads an XLSX package into sheets: values, colours, merges, hidden parts, lists of choices.

Own reader on expat rather than a library: it stops at the first value outside the limits, so that
a sheet of a million rows is refused as fast as it is met, in bounded memory.
"""

import posixpath
import re
import zipfile
from datetime import datetime, timedelta

from app.guard.colours import Styles, Theme
from app.guard.faults import Fault
from app.guard.limits import ANSWER, Limits
from app.guard.package import Elements, attribute, bare, hear
from app.guard.sheets import SheetData, french, plain_number
from app.guard.validations import position, spans_of, validations_of

_FORBIDDEN = re.compile(
    r"(^|/)(vbaproject|externallinks?/|connections\.xml|querytables/|embeddings/|activex/"
    r"|macrosheets/|model/)",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # a character XML cannot hold, or an underscore
_OUTSIDE_ALLOWED = "/hyperlink"  # a link a person may click, never followed here


def read_xlsx(package: zipfile.ZipFile, limits: Limits) -> list[SheetData]:
    """All the sheets of the workbook. Raises Fault."""
    _refuse_outside(package)
    book = _Book()
    main = _main_part(package)
    hear(package, main, book)
    parts = _relations(package, main)
    theme = Theme()
    for part in _of_kind(parts, "/theme"):
        hear(package, part, theme)
    styles = Styles(theme)
    for part in _of_kind(parts, "/styles"):
        hear(package, part, styles)
    strings = _Strings()
    for part in _of_kind(parts, "/sharedStrings"):
        hear(package, part, strings)
    readers = []
    for name, relation, hidden in book.sheets:
        kind, part = parts.get(relation, ("", ""))
        if kind.endswith("/worksheet"):
            sheet = SheetData(name, limits, hidden=hidden)
            reader = _Worksheet(sheet, styles, strings.texts, base_1904=book.base_1904)
            hear(package, part, reader, prefixed=True)
            readers.append(reader)
        elif kind.endswith(("/xlMacrosheet", "/xlIntlMacrosheet")):
            raise Fault("macro")
    sheets = [reader.sheet for reader in readers]
    for reader in readers:
        reader.sheet.validations = validations_of(reader.rules, reader.sheet, sheets, book.names)
    return sheets


def _refuse_outside(package: zipfile.ZipFile) -> None:
    """Refuses macros, embedded objects and anything taken from elsewhere."""
    for entry in package.namelist():
        if _FORBIDDEN.search(entry):
            raise Fault(
                "macro" if "vba" in entry.lower() or "macro" in entry.lower() else "outside"
            )

    def seen(name: str, attributes: dict[str, str]) -> None:
        outside = attributes.get("TargetMode") == "External"
        if outside and not attributes.get("Type", "").endswith(_OUTSIDE_ALLOWED):
            raise Fault("outside")

    for entry in package.namelist():
        if entry.endswith(".rels"):
            hear(package, entry, Elements(seen))


def _main_part(package: zipfile.ZipFile) -> str:
    found = _of_kind(_relations(package, ""), "/officeDocument")
    if not found:
        raise Fault("not_a_spreadsheet")
    return found[0]


def _relations(package: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: id → kind and name of the other part."""
    folder, name = posixpath.split(part)
    found: dict[str, tuple[str, str]] = {}

    def seen(element: str, attributes: dict[str, str]) -> None:
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), target.lstrip("/"))

    hear(package, posixpath.join(folder, "_rels", f"{name}.rels"), Elements(seen))
    return found


def _of_kind(parts: dict[str, tuple[str, str]], kind: str) -> list[str]:
    return [part for found, part in parts.values() if found.endswith(kind)]


class _Book:
    """Hears `workbook.xml`: the sheets in order, the names given to ranges."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []  # name, relation, hidden
        self.names: dict[str, str] = {}
        self.base_1904 = False
        self._name: str | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            hidden = attributes.get("state", "visible") != "visible"
            relation = attribute(attributes, "id") or ""
            self.sheets.append((attributes.get("name", ""), relation, hidden))
        elif name == "workbookPr":
            self.base_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "definedName":
            self._name = attributes.get("name", "")

    def end(self, name: str) -> None:
        self._name = None if name == "definedName" else self._name

    def text(self, text: str) -> None:
        if self._name is not None:
            self.names[self._name] = self.names.get(self._name, "") + text


class _Strings:
    """Hears `sharedStrings.xml`; phonetic readings are left out."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._size = 0
        self._in_text = False
        self._phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._parts = []
        self._phonetic = self._phonetic or name == "rPh"
        self._in_text = name == "t" and not self._phonetic

    def end(self, name: str) -> None:
        self._in_text = False
        if name == "rPh":
            self._phonetic = False
        elif name == "si":
            self.texts.append(_unescaped("".join(self._parts)))

    def text(self, text: str) -> None:
        if self._in_text:
            self._size += len(text)
            if self._size > ANSWER:
                raise Fault("too_much_text")
            self._parts.append(text)


class _Worksheet:
    """Hears one worksheet and fills its SheetData."""

    def __init__(
        self, sheet: SheetData, styles: Styles, strings: list[str], *, base_1904: bool
    ) -> None:
        self.sheet = sheet
        self.rules: list[dict[str, str]] = []
        self._styles = styles
        self._strings = strings
        self._epoch = datetime(1904, 1, 1) if base_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 a serial date has no zone
        self._row = 0
        self._column = 0
        self._kind = "n"
        self._style = 0
        self._into: list[str] | None = None
        self._parts: dict[str, list[str]] = {}
        self._phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Cells first: a sheet is made of them. Some programs write a prefix before each name."""
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "f", "t"):
            if not self._phonetic:
                self._into = self._parts.setdefault(name, [])
        elif name == "row":
            self._start_row(attributes)
        elif ":" in name:
            self.start(bare(name), attributes)
        else:
            self._start_other(name, attributes)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes["r"]) if attributes.get("r", "").isdigit() else self._row + 1
        self._column = 0
        if attributes.get("hidden") in ("1", "true"):
            self.sheet.hide_rows(self._row, 1)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        if place:
            self._row, self._column = position(place)
        else:
            self._column += 1
        style = attributes.get("s", "0")
        self._style = int(style) if style.isdigit() else 0
        self._kind = attributes.get("t", "n")
        self._parts = {}

    def _start_other(self, name: str, attributes: dict[str, str]) -> None:
        if name == "col":
            self._start_column(attributes)
        elif name == "mergeCell":
            self.sheet.merged.extend(spans_of(attributes.get("ref", "")))
        elif name == "dataValidation":
            self.rules.append(dict(attributes))
        elif name in ("formula1", "formula2", "sqref"):
            self._into = self._parts[name] = []
        elif name == "rPh":
            self._phonetic = True

    def _start_column(self, attributes: dict[str, str]) -> None:
        first, last = int(attributes.get("min", 1)), int(attributes.get("max", 1))
        fill = self._styles.fill(int(attributes.get("style", 0)))
        for column in self.sheet.columns(first, last):
            if attributes.get("hidden") in ("1", "true"):
                self.sheet.hidden_columns.append(column)
            if fill:
                self.sheet.column_fills[column] = fill

    def text(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)

    def end(self, name: str) -> None:
        if name in ("v", "f", "t"):
            self._into = None
        elif name == "c":
            self._end_cell()
        elif name in ("formula1", "formula2", "sqref"):
            if self.rules:
                self.rules[-1][name] = "".join(self._parts.pop(name, []))
            self._into = None
        elif name == "rPh":
            self._phonetic = False
        elif ":" in name:
            self.end(bare(name))

    def _end_cell(self) -> None:
        fill = self._styles.fill(self._style)
        if not self._parts:  # nothing in it: only its colour may count
            if fill:
                self.sheet.put(self._row, self._column, fill=fill)
            return
        raw = "".join(self._parts.get("v", ()))
        formula = "".join(self._parts["f"]) if "f" in self._parts else None
        text, number = self._value(raw)
        self.sheet.put(self._row, self._column, text, number, fill, formula)

    def _value(self, raw: str) -> tuple[str, str | None]:
        """What the cell shows, and its number when it is one."""
        if self._kind == "s":
            index = int(raw) if raw.isdigit() else len(self._strings)
            return (self._strings[index] if index < len(self._strings) else ""), None
        if self._kind == "inlineStr":
            return _unescaped("".join(self._parts.get("t", ()))), None
        if self._kind == "b":
            return ("oui" if raw in ("1", "true") else "non"), None
        if self._kind == "d":
            return _iso_date(raw), None
        if self._kind != "n" or not raw:
            return _unescaped(raw), None
        return self._number(raw)

    def _number(self, raw: str) -> tuple[str, str | None]:
        try:
            value = float(raw)
        except ValueError:
            return raw, None
        shows = self._styles.shows(self._style)
        if shows == "date" and 1 <= value < 2_958_466:  # 31 December 9999
            return (self._epoch + timedelta(days=int(value))).strftime("%d/%m/%Y"), None
        number = plain_number(value * 100 if shows == "percent" else value)
        if number is None:
            return raw, None
        if shows == "percent":
            return f"{french(number)} %", None
        return french(number) + (" €" if shows == "euro" else ""), number


def _unescaped(text: str) -> str:
    """`_x000D_` is a carriage return, `_x005F_` an underscore (ECMA-376, 22.9.2.19).

    What is no character of a text (controls, halves of a pair) is left out.
    """
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    lone = 0xD800 <= code <= 0xDFFF or code >= 0xFFFE
    return "" if lone or (code < 32 and code not in (9, 10, 13)) else chr(code)


def _iso_date(raw: str) -> str:
    try:
        return datetime.fromisoformat(raw).strftime("%d/%m/%Y")
    except ValueError:
        return raw
