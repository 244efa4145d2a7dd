"""The three key rings, read from `KEYS_DIR`: one file a ring, readable by its owner alone.

A ring is a JSON list of `[id, base64 of 32 bytes]`; the first writes, all of them read. Beside
them, `public.json`, once a key was rotated: the published keys, with dates and signatures.
"""

import base64
import binascii
import hashlib
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.settings import SettingError
from sad.audit.signing import PublicKey, add_published, keys_document, publish, read_keys
from sad.kernel.errors import Refusal
from sad.kernel.rings import Key, Rings

RINGS = ("vault", "opening", "signing")
PUBLIC = "public.json"


@dataclass(frozen=True)
class FileRings:
    """Implements `sad.kernel.rings.Rings`; `published`: the public side of the signing ring."""

    vault: tuple[Key, ...]
    opening: tuple[Key, ...]
    signing: tuple[Key, ...]
    published: tuple[PublicKey, ...]

    def __repr__(self) -> str:
        """Never a secret: a traceback or a log may show it."""
        return "FileRings(…)"


def public_document(rings: Rings) -> dict[str, object]:
    """What `/.well-known/sad-keys.json` answers."""
    published = rings.published if isinstance(rings, FileRings) else publish(rings.signing)
    return keys_document(published)


def open_rings(path: Path, *, create: bool) -> FileRings:
    """Reads the rings; `create` makes those that are missing (demonstration, first installation).

    Raises SettingError naming KEYS_DIR: a ring missing or unreadable, or a file others can read.
    """
    if create:
        create_rings(path)
    vault, opening, signing = (_read(path / f"{name}.json") for name in RINGS)
    return FileRings(vault, opening, signing, _published(path, signing))


def create_rings(path: Path) -> list[str]:
    """Makes each ring that is missing, with one fresh key; the names of those made."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return [name for name in RINGS if _create(path / f"{name}.json")]


def rotate_ring(path: Path, name: str, now: datetime) -> Key:
    """Adds a first key to a ring; the others still read. A signing key is published first.

    The application must be started again. Raises SettingError.
    """
    rings = open_rings(path, create=False)
    old: tuple[Key, ...] = getattr(rings, name)
    key = new_key()
    if name == "signing":
        published = add_published(rings.published, old[0], key, now)
        _replace(path / PUBLIC, json.dumps(keys_document(published)), 0o644)
    _replace(path / f"{name}.json", _written((key, *old)), 0o600)
    return key


def write_rings(path: Path, files: Mapping[str, tuple[str, int]]) -> None:
    """Writes each file (its text, its mode) whole or not at all."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, (text, mode) in files.items():
        _replace(path / name, text, mode)


def check_apart(keys_dir: Path, data_dir: Path) -> None:
    """Production: keys beside the data would be copied with them. Raises SettingError."""
    if keys_dir.resolve().is_relative_to(data_dir.resolve()):
        raise SettingError(
            "KEYS_DIR",
            str(keys_dir),
            "un dossier hors de DATA_DIR et de ses sauvegardes, pour que le vol d'une copie des"
            " données ne livre pas les clés",
        )


def new_key() -> Key:
    """A fresh key; its id tells nothing of its secret."""
    secret = secrets.token_bytes(32)
    return Key(hashlib.sha256(secret).hexdigest()[:8], secret)


def _create(path: Path) -> bool:
    """Whole or not at all, never over an existing ring, even when two processes start at once."""
    if path.exists():
        return False
    draft = _draft(path, _written((new_key(),)), 0o600)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def _replace(path: Path, text: str, mode: int) -> None:
    """Whole or not at all: a crash leaves the old ring."""
    _draft(path, text, mode).replace(path)


def _draft(path: Path, text: str, mode: int) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _written(ring: tuple[Key, ...]) -> str:
    return json.dumps([[key.id, base64.b64encode(key.secret).decode()] for key in ring])


def _read(path: Path) -> tuple[Key, ...]:
    try:
        mode = path.stat().st_mode
        text = path.read_text()
    except OSError as error:
        raise SettingError(
            "KEYS_DIR", str(path), "un trousseau lisible (« sad keys create » crée les trousseaux)"
        ) from error
    if mode & 0o077:
        accepted = "un fichier lisible de son seul propriétaire (chmod 600)"
        raise SettingError("KEYS_DIR", f"{path} ({mode & 0o777:o})", accepted)
    try:
        keys = tuple(_key(*entry) for entry in json.loads(text))
    except (ValueError, TypeError, binascii.Error):
        keys = ()
    if not keys or len({key.id for key in keys}) != len(keys):
        accepted = "une liste JSON de [identifiant, 32 octets en base64], sans doublon"
        raise SettingError("KEYS_DIR", str(path), accepted)
    return keys


def _key(id: str, encoded: str) -> Key:
    secret = base64.b64decode(encoded, validate=True)
    if len(secret) != 32 or not re.fullmatch("[0-9a-f]{8}", id):
        raise ValueError("a key has 8 hexadecimal digits and 32 bytes")
    return Key(id, secret)


def _published(path: Path, signing: tuple[Key, ...]) -> tuple[PublicKey, ...]:
    file = path / PUBLIC
    if not file.exists():
        return tuple(publish(signing))
    try:
        published = tuple(read_keys(json.loads(file.read_text())))
    except (ValueError, Refusal) as error:
        accepted = "la liste des clés publiées, signées de proche en proche"
        raise SettingError("KEYS_DIR", str(file), accepted) from error
    if not {key.id for key in signing} <= {key.id for key in published}:
        raise SettingError("KEYS_DIR", str(file), "une liste qui contient toutes les clés en usage")
    return published
