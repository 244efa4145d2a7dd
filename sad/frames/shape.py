"""The shape of a grid: what it must hold before it is sent, and its fingerprint afterwards."""

import hashlib
from collections import Counter
from decimal import Decimal

from sad.frames.columns import Column
from sad.frames.frame import Frame, FrameLine
from sad.frames.vocabulary import Role
from sad.kernel.canonical import canonical
from sad.kernel.errors import Problem


def missing_to_launch(frame: Frame) -> list[Problem]:
    """What a grid lacks before suppliers can answer it (GRID-01), in page order."""
    found = []
    if not frame.lines:
        found.append(Problem("frames.no_lines", "lines"))
    if not frame.supplier_columns:
        found.append(Problem("frames.no_supplier_columns", "columns"))
    elif frame.supplier_column(Role.UNIT_PRICE) is None:
        found.append(Problem("frames.no_price_column", "columns"))
    for line in frame.lines:
        found.extend(_line_lacks(line))
    codes = Counter(line.code for line in frame.lines if line.code)
    for code, count in codes.items():
        if count > 1:
            found.append(Problem("frames.code_twice", code, {"line": code, "times": count}))
    return found


def _line_lacks(line: FrameLine) -> list[Problem]:
    facts = {"line": line.label}
    found = []
    if not line.designation:
        found.append(Problem("frames.line_without_designation", line.label, facts))
    if not line.quantity:
        found.append(Problem("frames.line_without_quantity", line.label, facts))
    elif line.slice_size and line.quantity % line.slice_size:
        sizes = {"asked": line.quantity, "slice": line.slice_size}
        found.append(Problem("frames.slices_not_identical", line.label, {**facts, **sizes}))
    return found


def shape_sha256(frame: Frame) -> str:
    """The fingerprint of a grid's shape, kept with each offer (GRID-02): columns and lines asked.

    Where the grid came from (sheet, rows, warnings) does not count.
    """
    columns = (*frame.buyer_columns, *frame.supplier_columns, *frame.questions)
    shape = {
        "columns": [_column_shape(column) for column in columns],
        "lines": [_line_shape(line) for line in frame.lines],
    }
    return hashlib.sha256(canonical(shape)).hexdigest()


def _column_shape(column: Column) -> dict[str, object]:
    """What a choice means is part of it, when it is said."""
    said = {"meanings": [list(each) for each in column.meanings]} if column.meanings else {}
    return said | {
        "key": column.key,
        "name": column.name,
        "side": column.side,
        "type": column.type,
        "role": column.role,
        "required": column.required,
        "minimum": _text(column.minimum),
        "maximum": _text(column.maximum),
        "places": column.places,
        "choices": list(column.choices),
    }


def _line_shape(line: FrameLine) -> dict[str, object]:
    return {
        "number": line.number,
        "code": line.code,
        "designation": line.designation,
        "quantity": _text(line.quantity),
        "unit": line.unit,
        "mandatory": line.mandatory,
        "slice_size": _text(line.slice_size),
        "maximum_price": line.maximum_price.cents if line.maximum_price else None,
        "values": dict(line.values),
    }


def _text(number: Decimal | None) -> str | None:
    """One text whatever the trailing zeros: `12.50` and `12.5` are the same shape."""
    return None if number is None else format(number.normalize(), "f")
