"""A copy of the key rings under a passphrase, kept apart from every other backup (trust 1).

One JSON file: the salt, and the rings' files as written, sealed under a key drawn from the
passphrase (argon2id, 256 MiB, three passes).
"""

import base64
import binascii
import json
import os
from pathlib import Path

from nacl import pwhash, secret, utils
from nacl.exceptions import CryptoError

from app.security.rings import PUBLIC, RINGS, FileRings, open_rings, write_rings
from app.settings import SettingError

FORMAT = "sad-keys-v1"
LEAST = 12
"""The shortest passphrase taken, in characters."""
MOST = 1_000_000
"""More bytes than any ring: a bigger file is not a copy."""


class NotACopy(ValueError):
    """The file is not a copy of keys, or the passphrase is another."""


def seal_rings(keys_dir: Path, passphrase: str) -> bytes:
    """The copy. Raises SettingError when the rings do not read: a copy of them would not either."""
    open_rings(keys_dir, create=False)
    names = [f"{name}.json" for name in RINGS] + [PUBLIC]
    files = {name: (keys_dir / name).read_text() for name in names if (keys_dir / name).exists()}
    salt = utils.random(pwhash.argon2id.SALTBYTES)
    box = secret.SecretBox(_key(passphrase, salt))
    sealed = box.encrypt(json.dumps(files).encode())
    said = {"format": FORMAT, "salt": _text(salt), "sealed": _text(bytes(sealed))}
    return (json.dumps(said, indent=1) + "\n").encode()


def open_copy(copy: bytes, passphrase: str) -> dict[str, str]:
    """The rings' files by their name. Raises NotACopy."""
    try:
        said = json.loads(copy)
        salt, sealed = (base64.b64decode(said[name], validate=True) for name in ("salt", "sealed"))
        if said["format"] != FORMAT or len(salt) != pwhash.argon2id.SALTBYTES:
            raise NotACopy()
        files = json.loads(secret.SecretBox(_key(passphrase, salt)).decrypt(sealed))
    except (ValueError, KeyError, TypeError, CryptoError, binascii.Error) as error:
        raise NotACopy() from error
    if not isinstance(files, dict) or not {f"{name}.json" for name in RINGS} <= set(files):
        raise NotACopy()
    return {name: str(text) for name, text in files.items()}


def restore_rings(keys_dir: Path, files: dict[str, str]) -> FileRings:
    """Writes the copy's files where there is no ring yet, and reads them.

    Raises SettingError over an existing ring: a key in use is never replaced.
    """
    for name in RINGS:
        if (keys_dir / f"{name}.json").exists():
            accepted = "un dossier sans trousseau : la copie ne remplace jamais des clés en usage"
            raise SettingError("KEYS_DIR", str(keys_dir), accepted)
    kept = {f"{name}.json": 0o600 for name in RINGS} | {PUBLIC: 0o644}
    write_rings(
        keys_dir, {name: (files[name], mode) for name, mode in kept.items() if name in files}
    )
    return open_rings(keys_dir, create=False)


def missing_from(files: dict[str, str], rings: FileRings) -> list[str]:
    """The ids of the keys in use that the copy does not hold, as `ring id`."""
    missing = []
    for name in RINGS:
        held = {tuple(entry) for entry in json.loads(files[f"{name}.json"])}
        used = ((key.id, base64.b64encode(key.secret).decode()) for key in getattr(rings, name))
        missing += [f"{name} {entry[0]}" for entry in used if entry not in held]
    return missing


def read_copy(path: Path) -> bytes:
    """The file's bytes. Raises NotACopy on one too big to be a copy, OSError."""
    if path.stat().st_size > MOST:
        raise NotACopy()
    return path.read_bytes()


def write_copy(path: Path, copy: bytes) -> None:
    """A new file readable by its owner alone. Raises FileExistsError, OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(copy)
        file.flush()
        os.fsync(file.fileno())


def _key(passphrase: str, salt: bytes) -> bytes:
    derived = pwhash.argon2id.kdf(
        secret.SecretBox.KEY_SIZE,
        passphrase.encode(),
        salt,
        opslimit=pwhash.argon2id.OPSLIMIT_MODERATE,
        memlimit=pwhash.argon2id.MEMLIMIT_MODERATE,
    )
    return bytes(derived)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
