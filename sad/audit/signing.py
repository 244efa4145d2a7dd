"""Signatures of receipts and seals, and the document of public keys that checks them (trust.md 2).

Ed25519 over a label, a new line, then the canonical bytes: a seal never passes for a receipt.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from sad.kernel.canonical import canonical, instant
from sad.kernel.errors import Refusal
from sad.kernel.rings import Key

KEYS_FORMAT = "sad-keys-v1"
ENTRY = "sad-key-v1"


class KeysUnreadable(Refusal):
    """The document of public keys is not one, or its chain of signatures is broken."""

    code = "keys.document_unreadable"


@dataclass(frozen=True)
class PublicKey:
    """A published key. `since`, `until`, `revoked_at`: canonical instants or None."""

    id: str
    public: bytes
    since: str | None = None
    until: str | None = None
    revoked_at: str | None = None
    signature: str | None = None  # by the key published before it; the first has none
    use: str = "receipts-and-seals"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key, printed on receipts and on the page of the system."""
        return fingerprint(self.public)

    @property
    def signed(self) -> bytes:
        """What the previous key signs: who the next one is, not its later end."""
        entry = {"id": self.id, "public_key": _encode(self.public), "from": self.since}
        return canonical({**entry, "use": self.use})


def fingerprint(public: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(public).hexdigest()


def public_key(key: Key) -> bytes:
    """The 32 public bytes of a key of the signing ring."""
    return bytes(_signing_key(key).verify_key)


def sign(key: Key, label: str, data: bytes) -> str:
    """The signature, in base64."""
    return _encode(_signing_key(key).sign(_message(label, data)).signature)


@lru_cache(maxsize=8)
def _signing_key(key: Key) -> SigningKey:
    """Derived once a process: as long as a signature takes, and the secret is in memory anyway."""
    return SigningKey(key.secret)


def signature_holds(public: bytes, label: str, data: bytes, signature: str) -> bool:
    """Whether this key signed exactly these bytes under this label."""
    try:
        VerifyKey(public).verify(_message(label, data), base64.b64decode(signature, validate=True))
    except (BadSignatureError, binascii.Error, ValueError):
        return False
    return True


def publish(ring: Sequence[Key]) -> list[PublicKey]:
    """The public side of a signing ring, oldest first, each signed by the one before."""
    published: list[PublicKey] = []
    older: Key | None = None
    for key in reversed(ring):
        entry = PublicKey(key.id, public_key(key))
        if older is not None:
            entry = replace(entry, signature=sign(older, ENTRY, entry.signed))
        published.append(entry)
        older = key
    return published


def add_published(
    published: Sequence[PublicKey], old: Key, new: Key, now: datetime
) -> list[PublicKey]:
    """The published keys with a new one, signed by the one it follows.

    The old one has no end yet: it signs until each process was started again.
    """
    entry = PublicKey(new.id, public_key(new), since=instant(now))
    signed = replace(entry, signature=sign(old, ENTRY, entry.signed))
    return [*published, signed]


def keys_document(keys: Sequence[PublicKey]) -> dict[str, Any]:
    """What `/.well-known/sad-keys.json` answers."""
    return {
        "format": KEYS_FORMAT,
        "keys": [
            {
                "id": key.id,
                "use": key.use,
                "public_key": _encode(key.public),
                "fingerprint": key.fingerprint,
                "from": key.since,
                "until": key.until,
                "revoked_at": key.revoked_at,
                "signature": key.signature,
            }
            for key in keys
        ],
    }


def read_keys(document: Any) -> list[PublicKey]:
    """The keys of a document, its chain checked: each but the first is signed by one before it.

    Raises KeysUnreadable. Trust in the first comes from its fingerprint, seen elsewhere.
    """
    try:
        if document["format"] != KEYS_FORMAT:
            raise KeysUnreadable()
        keys = [_entry(value) for value in document["keys"]]
    except (KeyError, TypeError, ValueError) as error:
        raise KeysUnreadable() from error
    if not keys:
        raise KeysUnreadable()
    for position, key in enumerate(keys[1:], start=1):
        signature = key.signature or ""
        if not any(
            signature_holds(older.public, ENTRY, key.signed, signature) for older in keys[:position]
        ):
            raise KeysUnreadable(id=key.id)
    return keys


def _entry(value: dict[str, Any]) -> PublicKey:
    public = base64.b64decode(value["public_key"], validate=True)
    if len(public) != 32:
        raise ValueError("an Ed25519 public key has 32 bytes")
    return PublicKey(
        id=str(value["id"]),
        public=public,
        since=value.get("from"),
        until=value.get("until"),
        revoked_at=value.get("revoked_at"),
        signature=value.get("signature"),
        use=str(value["use"]),
    )


def _message(label: str, data: bytes) -> bytes:
    return label.encode() + b"\n" + data


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()
