"""Everyday secrets under the vault ring: mails, inbox facts, receipts, MACs.

A ciphertext starts with the 8 hexadecimal digits of its key's id; the context is authenticated, so
that a row copied elsewhere does not open.
"""

import hashlib
import hmac
import json
from typing import Any

from nacl.exceptions import CryptoError
from nacl.secret import Aead

from sad.kernel.canonical import canonical
from sad.kernel.errors import Refusal
from sad.kernel.rings import Rings

ID = 8


class VaultUnreadable(Refusal):
    """A secret of the vault does not open: altered, moved, or its key is lost."""

    code = "vault.unreadable"


def seal_bytes(rings: Rings, context: str, clear: bytes) -> bytes:
    """XChaCha20-Poly1305 under the first key of the ring."""
    key = rings.vault[0]
    prefix = key.id.encode()
    return prefix + bytes(Aead(key.secret).encrypt(clear, context.encode() + prefix))


def open_bytes(rings: Rings, context: str, sealed: bytes) -> bytes:
    """The clear bytes. Raises VaultUnreadable."""
    for key in rings.vault:
        if sealed[:ID] == key.id.encode():
            try:
                return Aead(key.secret).decrypt(sealed[ID:], context.encode() + sealed[:ID])
            except CryptoError as error:
                raise VaultUnreadable() from error
    raise VaultUnreadable()


def seal_json(rings: Rings, context: str, value: dict[str, Any]) -> bytes:
    """The canonical JSON of a value, sealed."""
    return seal_bytes(rings, context, canonical(value))


def open_json(rings: Rings, context: str, sealed: bytes) -> dict[str, Any]:
    """The value sealed by `seal_json`. Raises VaultUnreadable."""
    value: dict[str, Any] = json.loads(open_bytes(rings, context, sealed))
    return value


def mac(rings: Rings, *parts: str) -> str:
    """HMAC-SHA-256 under the vault's first key, hexadecimal; parts cannot run into one another."""
    message = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in parts)
    return hmac.new(rings.vault[0].secret, message, hashlib.sha256).hexdigest()
