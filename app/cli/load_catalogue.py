"""`sad load-catalogue [FOLDER]`: checks the catalogue of purchase families, shows it."""

import argparse
import sys
from pathlib import Path
from typing import Any

from app.cli import print_json
from app.rendering.sentences import sentence
from catalog_categories import CatalogueError, Entry, load

INVALID = "catalogue.invalid"


def add(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "load-catalogue",
        help="charge le catalogue des catégories d'achat",
        description="Vérifie les familles d'achat d'un dossier (une par fichier TOML) et montre ce"
        " qu'elles contiennent. Sans dossier : celles livrées avec le logiciel.",
    )
    parser.add_argument(
        "folder", metavar="DOSSIER", nargs="?", type=_existing_folder, help="dossier des familles"
    )
    parser.add_argument("--json", action="store_true", help="répond en JSON")
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Print the families and return 0, or print every fault with its file and line and return 1."""
    try:
        entries = load(options.folder)
    except CatalogueError as error:
        return _refused(error, as_json=options.json)
    if options.json:
        print_json({"families": [_as_json(entry) for entry in entries]})
        return 0
    for entry in entries:
        print("\n".join(_lines(entry)))
    print(f"{len(entries)} familles, aucune erreur.")
    return 0


def _refused(error: CatalogueError, as_json: bool) -> int:
    first = error.faults[0]
    message = sentence(INVALID, {"count": len(error.faults)})
    if as_json:
        faults = [
            {"file": one.file, "line": one.line, "field": one.field, "message": one.sentence}
            for one in error.faults
        ]
        where = f"{first.file}:{first.line}"
        print_json(
            {"error": {"code": INVALID, "message": message, "where": where}, "faults": faults}
        )
    else:
        print("\n".join([*map(str, error.faults), message]), file=sys.stderr)
    return 1


def _lines(entry: Entry) -> list[str]:
    weights = " · ".join(
        f"{one.label.lower()} {one.weight} ({one.weight_min} à {one.weight_max})"
        for one in entry.criteria
    )
    codes = ", ".join(code.code for code in entry.cpv)
    return [
        f"{entry.code} : {entry.name}",
        f"  {entry.summary}",
        f"  CPV : {codes} ; AGEC : {entry.agec.family or 'aucune famille'}",
        f"  Acheteur public : {' · '.join(column.label for column in entry.buyer_columns)}",
        f"  Entreprise : {' · '.join(column.label for column in entry.supplier_columns)}",
        f"  Critères : {weights}",
        "",
    ]


def _as_json(entry: Entry) -> dict[str, Any]:
    return {
        "code": entry.code,
        "name": entry.name,
        "route": entry.route,
        "cpv": [code.code for code in entry.cpv],
        "agec_family": entry.agec.family,
        "buyer_columns": [{"name": one.label, "type": one.type} for one in entry.buyer_columns],
        "supplier_columns": [
            {"name": one.label, "type": one.type} for one in entry.supplier_columns
        ],
        "criteria": [
            {
                "code": one.code,
                "family": one.family,
                "weight": str(one.weight),
                "weight_min": str(one.weight_min),
                "weight_max": str(one.weight_max),
                "method": one.method,
            }
            for one in entry.criteria
        ],
    }


def _existing_folder(text: str) -> Path:
    """An argparse type: a folder that exists; a missing one is wrong usage (exit 2)."""
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"dossier introuvable : {text}")
    return path
