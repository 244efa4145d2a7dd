"""`sad frame FILE`: the response frame of a spreadsheet, read as the page that takes it in does."""

import argparse
from decimal import Decimal
from typing import Any

from app.cli import print_json
from app.cli.parser import existing_file
from app.guard.client import parse_grid
from app.rendering.sentences import sentence
from sad.frames.columns import Column
from sad.frames.frame import Frame, FrameLine
from sad.frames.sheet import read_frame
from sad.frames.vocabulary import Role

# Of the buyer's columns, those a line names by what they are; the others go under their header.
_NAMED = (
    Role.UNIT,
    Role.DESCRIPTION,
    Role.DIMENSIONS,
    Role.TOLERANCE,
    Role.MATERIALS,
    Role.COLOUR,
    Role.REQUIREMENTS,
    Role.PICTURE,
    Role.ORIGIN,
    Role.CONDITION,
)
_OF_THE_LINE = (Role.NUMBER, Role.CODE, Role.DESIGNATION, Role.QUANTITY)


def add(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "frame",
        help="lit un cadre de réponse (tableur) et en montre les colonnes et les lignes",
        description="Lit un cadre de réponse : XLSX, ODS ou CSV, tel qu'il est tenu.",
    )
    parser.add_argument("file", metavar="FICHIER", type=existing_file, help="le tableur à lire")
    parser.add_argument("--json", action="store_true", help="répond en JSON")
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Read and print. Raises a refusal of app.guard or GridNotFound."""
    frame = read_frame(parse_grid(options.file.read_bytes(), options.file.name))
    if options.json:
        print_json(as_json(frame))
    else:
        _print(frame)
    return 0


def as_json(frame: Frame) -> dict[str, Any]:
    """The frame as contracts fix it, with the warnings' sentences beside."""
    return {
        "sheet": frame.sheet,
        "header_row": frame.header_row,
        "buyer_columns": [_column(column) for column in frame.buyer_columns],
        "supplier_columns": [_column(column) for column in frame.supplier_columns],
        "lines": [_line(line, frame.buyer_columns) for line in frame.lines],
        "warnings": [sentence(warning.code, warning.facts) for warning in frame.warnings],
    }


def _column(column: Column) -> dict[str, str]:
    return {"name": column.name, "type": column.type.value}


def _line(line: FrameLine, columns: tuple[Column, ...]) -> dict[str, Any]:
    named, other = {}, {}
    for column in columns:
        text = line.values.get(column.key, "")
        if column.role in _NAMED:
            named[str(column.role)] = text or None
        elif column.role not in _OF_THE_LINE and text:
            other[column.name] = text
    return {
        "number": int(line.number) if line.number.isdecimal() else line.number,
        "code": line.code or None,
        "designation": line.designation,
        "quantity": _json_number(line.quantity),
        **named,
        "unit": line.unit or None,
        "other": other,
    }


def _json_number(quantity: Decimal | None) -> int | float | None:
    """A JSON number: whole when the quantity is."""
    if quantity is None:
        return None
    return int(quantity) if quantity == int(quantity) else float(quantity)


def _print(frame: Frame) -> None:
    print(f"Feuille « {frame.sheet} », en-têtes ligne {frame.header_row}.")
    print(f"Vos colonnes ({len(frame.buyer_columns)}) :")
    _print_columns(frame.buyer_columns)
    print(f"Colonnes du fournisseur ({len(frame.supplier_columns)}) :")
    _print_columns(frame.supplier_columns)
    print(f"Lignes ({len(frame.lines)}) :")
    for line in frame.lines:
        quantity = "?" if line.quantity is None else format(line.quantity, "f").replace(".", ",")
        print(f"- {line.label} : {line.designation}, quantité {quantity} {line.unit}".rstrip())
    for warning in frame.warnings:
        print(f"Attention : {sentence(warning.code, warning.facts)}")


def _print_columns(columns: tuple[Column, ...]) -> None:
    for column in columns:
        print(f"- {column.name} ({_TYPES[column.type.value]})")


_TYPES = {
    "text": "texte",
    "integer": "nombre entier",
    "decimal": "nombre",
    "money": "montant",
    "percent": "pourcentage",
    "yes_no": "oui ou non",
    "choice": "choix",
    "dimensions": "dimensions",
    "date": "date",
    "picture": "photo",
}
