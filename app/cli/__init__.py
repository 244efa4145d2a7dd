"""The command line `sad`. Each sub-command is a module of this package, imported when asked for.

A command module exposes `add(subparsers)`: it adds its parser and sets `func`, which takes the
parsed arguments and returns the exit status (None is 0). Refusals and missing files end here.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from app.cli.parser import FrenchParser
from sad.kernel.errors import Incomplete, Refusal

DONE, REFUSED, USAGE, INTERRUPTED = 0, 1, 2, 130

# name typed, and its line of help; the module is the same name with underscores
COMMANDS = (
    ("serve", "sert les pages et l'interface de programmation"),
    ("worker", "exécute les tâches de fond : courriels, rappels, scellements"),
    ("migrate", "crée la base de données ou la met à jour"),
    ("demo", "joue la démonstration dans un dossier vide"),
    ("create-user", "crée une personne et affiche son lien d'entrée"),
    ("load-catalogue", "charge le catalogue des catégories d'achat"),
    ("frame", "lit un cadre de réponse (tableur) et en montre les colonnes et les lignes"),
    ("inventory", "lit un inventaire des besoins (tableur) : filières, quantités, montants"),
    ("simulate", "classe des offres d'essai selon des critères"),
    ("dates", "calcule une date légale"),
    ("audit", "vérifie le journal"),
    ("receipt", "vérifie un accusé de réception"),
    ("keys", "crée, contrôle ou renouvelle les trousseaux de clés"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command: 0 done, 1 refused, 2 wrong usage or missing file, 130 interrupted."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _write_what_the_terminal_can()
    try:
        options = _parser(arguments).parse_args(arguments)
        return int(options.func(options) or DONE)
    except SystemExit as stop:  # argparse: help (0) or wrong usage (2)
        return stop.code if isinstance(stop.code, int) else USAGE
    except Refusal as refusal:
        return _print_refusal(refusal, as_json=getattr(options, "json", False))
    except (FileNotFoundError, IsADirectoryError) as missing:
        print(f"sad : fichier introuvable : {missing.filename}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader (`head`, a pager) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def print_json(value: Any) -> None:
    """Print a result asked with --json: UTF-8, indented, ends with a new line."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of the command asked for; the others are only their line of help."""
    parser = FrenchParser(prog="sad", description="Moteur de système d'acquisition dynamique.")
    subparsers = parser.add_subparsers(metavar="COMMANDE", required=True, title="commandes")
    asked = next((word for word in arguments if not word.startswith("-")), None)
    for name, summary in COMMANDS:
        if name == asked:
            import_module(f"app.cli.{name.replace('-', '_')}").add(subparsers)
        else:
            subparsers.add_parser(name, help=summary)
    return parser


def _print_refusal(refusal: Refusal, as_json: bool) -> int:
    """The sentence on stderr, or `{"error": …}` on stdout; every problem of an Incomplete in it."""
    # imported here: a command that is not refused need not read the catalogue of sentences
    from app.rendering.sentences import problems, sentence

    message = sentence(refusal.code, refusal.facts)
    if isinstance(refusal, Incomplete):
        message = " ".join([message, *(str(p["message"]) for p in problems(refusal))])
    if as_json:
        error = {"code": refusal.code, "message": message, "where": refusal.where}
        print_json({"error": error})
    else:
        print(message, file=sys.stderr)
    return REFUSED


def _write_what_the_terminal_can() -> None:
    """A terminal that lacks a character shows its escape, instead of stopping the command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
