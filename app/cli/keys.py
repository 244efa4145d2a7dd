"""`sad keys`: the rings made, shown by their fingerprints, renewed, copied apart and restored."""

import argparse
import sys
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from getpass import getpass
from pathlib import Path
from typing import Any

from app.security.rings import RINGS, create_rings, open_rings, rotate_ring
from app.security.safekeeping import (
    LEAST,
    NotACopy,
    missing_from,
    open_copy,
    read_copy,
    restore_rings,
    seal_rings,
    write_copy,
)
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
    check.add_argument("--copy", metavar="FICHIER", help="essaie aussi une copie mise à l'abri")
    check.set_defaults(act=_check)
    backup = acts.add_parser("backup", help="met à l'abri une copie sous une phrase de passe")
    backup.set_defaults(act=_backup)
    restore = acts.add_parser("restore", help="remet une copie dans un KEYS_DIR sans trousseau")
    restore.set_defaults(act=_restore)
    for one in (backup, restore):
        one.add_argument("copy", metavar="FICHIER", help="la copie")
    for one in (check, backup, restore):
        one.add_argument(
            "--passphrase-file",
            metavar="FICHIER",
            help="la phrase de passe, sur sa première ligne ; sinon elle est demandée",
        )
    rotate = acts.add_parser("rotate", help="ajoute une clé, qui servira aux prochaines écritures")
    rotate.add_argument("ring", metavar="TROUSSEAU", choices=RINGS, help=", ".join(RINGS))
    rotate.set_defaults(act=_rotate)
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Run the act; a wrong setting or file is 2, a copy that does not serve 1."""
    act: Callable[[argparse.Namespace], int | None] = options.act
    try:
        return act(options) or 0
    except (SettingError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except NotACopy:
        said = (
            "Cette copie ne se lit pas : ce n'en est pas une, ou la phrase de passe est une autre."
        )
        print(said, file=sys.stderr)
        return 1


def _create(options: argparse.Namespace) -> None:
    directory = load().keys_dir
    made = create_rings(directory)
    print(f"Trousseaux créés dans {directory} : {', '.join(made) or 'aucun, tous existent'}.")
    if made:
        print("Gardez-en une copie à part des sauvegardes de données : sans eux, rien ne s'ouvre.")


def _check(options: argparse.Namespace) -> int:
    rings = open_rings(load().keys_dir, create=False)
    for name in RINGS:
        print(f"{name} : {', '.join(key.id for key in getattr(rings, name))}")
    print(f"empreinte publique : {fingerprint(public_key(rings.signing[0]))}")
    if options.copy is None:
        return 0
    missing = missing_from(open_copy(read_copy(Path(options.copy)), _passphrase(options)), rings)
    print(f"copie : {'il lui manque ' + ', '.join(missing) if missing else 'complète'}")
    return 1 if missing else 0


def _backup(options: argparse.Namespace) -> None:
    copy = Path(options.copy)
    if copy.exists():
        raise SettingError("FICHIER", str(copy), "un fichier qui n'existe pas encore")
    passphrase = _passphrase(options, twice=True)
    if len(passphrase) < LEAST:
        accepted = f"une phrase de passe d'au moins {LEAST} caractères"
        raise SettingError("phrase de passe", "trop courte", accepted)
    write_copy(copy, seal_rings(load().keys_dir, passphrase))
    print(
        f"Copie écrite dans {copy}. Gardez-la loin des sauvegardes de données, la phrase ailleurs."
    )


def _restore(options: argparse.Namespace) -> None:
    directory = load().keys_dir
    rings = restore_rings(directory, open_copy(read_copy(Path(options.copy)), _passphrase(options)))
    print(f"Trousseaux remis dans {directory}.")
    print(f"empreinte publique : {fingerprint(public_key(rings.signing[0]))}")


def _passphrase(options: argparse.Namespace, *, twice: bool = False) -> str:
    """Asked without being shown; the same however the keyboard composes its accents."""
    if options.passphrase_file is not None:
        typed = Path(options.passphrase_file).read_text("utf-8", "replace").partition("\n")[0]
    else:
        typed = getpass("Phrase de passe : ")
        if twice and getpass("Encore une fois : ") != typed:
            raise SettingError("phrase de passe", "différente", "deux fois la même")
    return unicodedata.normalize("NFC", typed.strip())


def _rotate(options: argparse.Namespace) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - a command of the host, before any database
    key = rotate_ring(load().keys_dir, options.ring, now)
    print(f"Nouvelle clé {key.id} : redémarrez l'application pour qu'elle serve.")
