"""`sad keys`: the key rings made, shown by their fingerprints, or given a new first key."""

import argparse
import sys
from datetime import UTC, datetime
from typing import Any

from app.security.rings import RINGS, create_rings, open_rings, rotate_ring
from app.settings import SettingError, load
from sad.audit.signing import fingerprint, public_key


def add(subparsers: Any) -> None:
    """Add the command and its sub-commands."""
    parser = subparsers.add_parser(
        "keys",
        help="crée, contrôle ou renouvelle les trousseaux de clés",
        description="Les trousseaux de KEYS_DIR : coffre, ouverture, signature.",
    )
    acts = parser.add_subparsers(metavar="ACTE", required=True, title="actes")
    create = acts.add_parser("create", help="crée les trousseaux qui manquent")
    create.set_defaults(act=_create)
    check = acts.add_parser("check", help="lit les trousseaux et montre leurs identifiants")
    check.set_defaults(act=_check)
    rotate = acts.add_parser("rotate", help="ajoute une clé, qui servira aux prochaines écritures")
    rotate.add_argument("ring", metavar="TROUSSEAU", choices=RINGS, help=", ".join(RINGS))
    rotate.set_defaults(act=_rotate)
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Run the act; a wrong setting is 2."""
    try:
        options.act(options)
    except SettingError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _create(options: argparse.Namespace) -> None:
    directory = load().keys_dir
    made = create_rings(directory)
    print(f"Trousseaux créés dans {directory} : {', '.join(made) or 'aucun, tous existent'}.")
    if made:
        print("Gardez-en une copie à part des sauvegardes de données : sans eux, rien ne s'ouvre.")


def _check(options: argparse.Namespace) -> None:
    rings = open_rings(load().keys_dir, create=False)
    for name in RINGS:
        print(f"{name} : {', '.join(key.id for key in getattr(rings, name))}")
    print(f"empreinte publique : {fingerprint(public_key(rings.signing[0]))}")


def _rotate(options: argparse.Namespace) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - a command of the host, before any database
    key = rotate_ring(load().keys_dir, options.ring, now)
    print(f"Nouvelle clé {key.id} : redémarrez l'application pour qu'elle serve.")
