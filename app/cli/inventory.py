"""`sad inventory FILE`: a needs inventory, read as the page that takes it in does."""

import argparse
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.cli import print_json
from app.cli.parser import existing_file
from app.guard.client import parse_inventory
from app.rendering.french import euros, number
from app.rendering.sentences import sentence
from sad.inventories.reading import read_inventory
from sad.inventories.values import Inventory, InventoryLine, Sum


def add(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "inventory",
        help="lit un inventaire des besoins (tableur) : filières, quantités, montants",
        description="Lit un inventaire des besoins, une feuille par niveau, la filière d'achat "
        "portée par la couleur des cellules : XLSX ou ODS, tel qu'il est tenu.",
    )
    parser.add_argument("file", metavar="FICHIER", type=existing_file, help="le tableur à lire")
    parser.add_argument("--json", action="store_true", help="répond en JSON")
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Read and print. Raises a refusal of app.guard, NothingFound or TooManyLines."""
    read = read_inventory(parse_inventory(options.file.read_bytes(), options.file.name))
    if options.json:
        print_json(as_json(read))
    else:
        _print(read)
    return 0


def as_json(read: Inventory) -> dict[str, Any]:
    """The inventory as contracts fix it: amounts exclude tax, texts with two decimals."""
    routes = read.by_route()
    return {
        "routes": [
            {"label": route.label, "colour": route.colour, **_sum(routes[route.label])}
            for route in read.routes
        ],
        "categories": [
            {"label": label, **_sum(found)} for label, found in read.by_category().items()
        ],
        "lines": [_line(line) for line in read.lines],
        "warnings": [sentence(warning.code, warning.facts) for warning in read.warnings],
    }


def _sum(found: Sum) -> dict[str, Any]:
    return {
        "lines": found.lines,
        "pieces": _json_number(found.pieces),
        "amount": f"{found.amount.euros:f}",
    }


def _line(line: InventoryLine) -> dict[str, Any]:
    return {
        "sheet": line.sheet,
        "row": line.row,
        "room": line.room,
        "code": line.code,
        "designation": line.designation,
        "quantity": _json_number(line.quantity),
        "unit": line.unit or None,
        "length": _json_number(line.length),
        "width": _json_number(line.width),
        "height": _json_number(line.height),
        "dimensions": line.dimensions or None,
        "materials": line.materials or None,
        "category": line.category or None,
        "requirements": line.requirements or None,
        "note": line.note or None,
        "level": line.level,
        "colour": line.colour,
        "route": line.route,
        "unit_price": None if line.unit_price is None else f"{line.unit_price.euros:f}",
        "amount": f"{line.amount.euros:f}",
    }


def _json_number(value: Decimal | None) -> int | float | None:
    """A JSON number: whole when the value is."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _print(read: Inventory) -> None:
    print(f"{len(read.lines)} lignes lues.")
    print(f"Filières ({len(read.routes)}) :")
    _print_sums(read.by_route())
    print("Catégories :")
    _print_sums(read.by_category())
    if read.budget is not None:
        print(f"Enveloppe annoncée dans le fichier : {euros(read.budget)}")
    for warning in read.warnings:
        print(f"Attention : {sentence(warning.code, warning.facts)}")


def _print_sums(sums: Mapping[str, Sum]) -> None:
    for label, found in sums.items():
        lines = f"{found.lines} ligne{'s' if found.lines > 1 else ''}"
        pieces = f"{number(found.pieces)} pièce{'s' if found.pieces >= 2 else ''}"
        print(f"- {label} : {lines}, {pieces}, {euros(found.amount)}")
