"""`sad demo`: plays the demonstration in an empty folder, then says how to come in."""

import argparse
import sys

from app.settings import SettingError, load


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `demo`."""
    parser = subparsers.add_parser(
        "demo",
        help="joue la démonstration dans un dossier vide",
        description=(
            "Joue un système d'acquisition dynamique entier, inventé, dans DATA_DIR vide, et"
            " affiche un lien d'entrée par personne. « sad serve --demonstration » la sert."
        ),
    )
    parser.add_argument("--json", action="store_true", help="écrit les liens d'entrée en JSON")
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Plays and prints; 1 where data exist, on a production database, or away from here."""
    from app.cli import print_json
    from app.demo.people import as_json, print_links
    from app.demo.play import play
    from app.demo.stories_now import SEALED_PHRASE

    try:
        settings = load()
        play(settings)
        if options.json:
            print_json(as_json(settings) | {"sealed_phrase": SEALED_PHRASE})
        else:
            print_links(settings)
            print("  La servir : sad serve --demonstration\n")
    except SettingError as error:
        print(f"sad : {error}", file=sys.stderr)
        return 1
    return 0
