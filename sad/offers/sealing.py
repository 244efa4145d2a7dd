"""The sealing of answers: slots, envelopes and market keys, as pure functions on bytes.

- `mine`: the supplier's whole state under the vault ring: the server shows each its own answer.
- `pli`: the deposit in force alone, in a sealed box that only the market's private key opens.

Both are padded to a power of two, so that neither a draft, a deposit nor a withdrawal shows by its
size, and a write refreshes both. Every ciphertext starts with the id of its key.
"""

import hashlib
import hmac
import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import Aead

from sad.kernel.canonical import canonical, instant
from sad.kernel.errors import Refusal
from sad.kernel.rings import Key, Rings

SMALLEST = 16 * 1024  # bytes; a padded plaintext is this or a larger power of two
ID = 8  # a ciphertext starts with these digits of its key's id
LENGTH = struct.Struct(">I")


class SlotUnreadable(Refusal):
    """The supplier's own side does not open: altered, moved from another slot, or key lost."""

    code = "sealing.slot_unreadable"


class EnvelopeUnreadable(Refusal):
    """The sealed deposit does not open with this market's key, or is another slot's (OFF-07)."""

    code = "sealing.envelope_unreadable"


class MarketKeyUnreadable(Refusal):
    """The market's key does not unwrap: it or the deadline was edited by hand, or a key lost."""

    code = "sealing.market_key_unreadable"


class DeadlineNotLater(Refusal):
    """The deadline of a launched market only moves later; facts: deadline, the one in force."""

    code = "sealing.deadline_not_later"


@dataclass(frozen=True)
class Place:
    """Which slot: one applicant's, in one market of one organisation."""

    organisation_id: UUID
    market_id: UUID
    applicant_id: UUID

    @property
    def bytes(self) -> bytes:
        """48 bytes that name the slot in derived keys and associated data."""
        return self.organisation_id.bytes + self.market_id.bytes + self.applicant_id.bytes


@dataclass(frozen=True)
class SealedSlot:
    """The two columns of a slot, always written together."""

    mine: bytes
    pli: bytes


@dataclass(frozen=True)
class MarketKeys:
    """What a launch keeps: both halves encrypted, and the fingerprint its event publishes."""

    public: bytes  # under the vault ring, so that nobody swaps it
    private: bytes  # under the opening ring, bound to the deadline
    fingerprint: str  # SHA-256 of the public key, hexadecimal


def write_slot(
    rings: Rings, place: Place, state: dict[str, Any], deposit: bytes | None, public: bytes
) -> SealedSlot:
    """Seals a slot: the whole state for the supplier, the deposit in force for the opening.

    `state` is canonical JSON: draft, payloads deposited, files with their keys, last act keys.
    `deposit` is the exact bytes the receipt hashes. Nonces are fresh at each write.
    """
    key = rings.vault[0]
    return SealedSlot(
        mine=_encrypt(_slot_key(key, place), _aad(b"mine", place), canonical(state)),
        pli=seal_envelope(place, deposit, public),
    )


def read_slot(rings: Rings, place: Place, mine: bytes) -> dict[str, Any]:
    """The supplier's state. Raises SlotUnreadable."""
    return _read(rings, place, b"mine", mine)


def seal_page(rings: Rings, place: Place, state: dict[str, Any]) -> bytes:
    """What a page of this supplier carries from one press to the next: nothing is stored."""
    key = rings.vault[0]
    return _encrypt(_slot_key(key, place), _aad(b"page", place), canonical(state))


def read_page(rings: Rings, place: Place, carried: bytes) -> dict[str, Any]:
    """What `seal_page` sealed for the same slot. Raises SlotUnreadable."""
    return _read(rings, place, b"page", carried)


def _read(rings: Rings, place: Place, column: bytes, ciphertext: bytes) -> dict[str, Any]:
    key = _find(rings.vault, ciphertext)
    if key is None:
        raise SlotUnreadable()
    try:
        plain = _decrypt(_slot_key(key, place), _aad(column, place), ciphertext)
    except CryptoError as error:
        raise SlotUnreadable() from error
    state: dict[str, Any] = json.loads(plain)
    return state


def seal_envelope(place: Place, deposit: bytes | None, public: bytes) -> bytes:
    """A deposit, or none, for the market's private key alone; also what keeps a late answer.

    A sealed box has no associated data: the slot's name is inside, so that a box copied from
    another slot is refused. `public` comes from `market_public_key`.
    """
    flag = b"\0" if deposit is None else b"\1"
    plain = _pad(place.bytes + flag + zlib.compress(deposit or b""))
    return _public_id(public) + SealedBox(PublicKey(public)).encrypt(plain)


def open_envelope(private: bytes, place: Place, pli: bytes) -> bytes | None:
    """The deposit in force, or None if there is none. Raises EnvelopeUnreadable.

    The caller still checks the bytes against the receipt of the deposit.
    """
    key = PrivateKey(private)
    if pli[:ID] != _public_id(bytes(key.public_key)):
        raise EnvelopeUnreadable()
    try:
        plain = _unpad(SealedBox(key).decrypt(pli[ID:]))
        named, flag, packed = plain[:48], plain[48:49], plain[49:]
        deposit = zlib.decompress(packed)
    except (CryptoError, zlib.error, struct.error) as error:
        raise EnvelopeUnreadable() from error
    if named != place.bytes:
        raise EnvelopeUnreadable()
    return deposit if flag == b"\1" else None


def make_market_keys(rings: Rings, market_id: UUID, deadline: datetime) -> MarketKeys:
    """A fresh pair for a launch, its private half bound to the deadline."""
    private = PrivateKey.generate()
    public = bytes(private.public_key)
    vault, opening = rings.vault[0], rings.opening[0]
    return MarketKeys(
        public=_aead(vault, _public_aad(market_id), public),
        private=_aead(opening, _private_aad(market_id, deadline), bytes(private)),
        fingerprint=hashlib.sha256(public).hexdigest(),
    )


def market_public_key(rings: Rings, market_id: UUID, wrapped: bytes) -> bytes:
    """The key that deposits are sealed to. Raises MarketKeyUnreadable if it was swapped."""
    return _open(rings.vault, _public_aad(market_id), wrapped)


def market_private_key(rings: Rings, market_id: UUID, deadline: datetime, wrapped: bytes) -> bytes:
    """The key of the opening. Raises MarketKeyUnreadable if the deadline was edited by hand."""
    return _open(rings.opening, _private_aad(market_id, deadline), wrapped)


def rewrap_private_key(
    rings: Rings, market_id: UUID, old: datetime, new: datetime, wrapped: bytes
) -> bytes:
    """Binds the private key to a later deadline. Raises DeadlineNotLater, MarketKeyUnreadable."""
    if new <= old:
        raise DeadlineNotLater(deadline=old)
    private = market_private_key(rings, market_id, old, wrapped)
    return _aead(rings.opening[0], _private_aad(market_id, new), private)


def key_id(ciphertext: bytes) -> str:
    """The id of the key that a ciphertext names: a key leaves its ring when none names it."""
    return ciphertext[:ID].decode("ascii", errors="replace")


@lru_cache(maxsize=512)
def _slot_key(key: Key, place: Place) -> Key:
    """Kept for the next press: a slot is read and written again by each."""
    return Key(key.id, hmac.digest(key.secret, b"slot" + place.bytes, "sha256"))


def _aad(column: bytes, place: Place) -> bytes:
    return column + place.bytes


def _public_aad(market_id: UUID) -> bytes:
    return b"market-public" + market_id.bytes


def _private_aad(market_id: UUID, deadline: datetime) -> bytes:
    return b"market-private" + market_id.bytes + instant(deadline).encode()


def _public_id(public: bytes) -> bytes:
    return hashlib.sha256(public).hexdigest()[:ID].encode()


def _find(keys: Sequence[Key], ciphertext: bytes) -> Key | None:
    return next((key for key in keys if ciphertext[:ID] == key.id.encode()), None)


def _encrypt(key: Key, aad: bytes, plain: bytes) -> bytes:
    return _aead(key, aad, _pad(zlib.compress(plain)))


def _decrypt(key: Key, aad: bytes, ciphertext: bytes) -> bytes:
    padded = Aead(key.secret).decrypt(ciphertext[ID:], aad + key.id.encode())
    return zlib.decompress(_unpad(padded))


def _aead(key: Key, aad: bytes, plain: bytes) -> bytes:
    """Key id, random nonce, XChaCha20-Poly1305; the key id is authenticated too."""
    prefix = key.id.encode()
    return prefix + bytes(Aead(key.secret).encrypt(plain, aad + prefix))


def _open(keys: Sequence[Key], aad: bytes, ciphertext: bytes) -> bytes:
    key = _find(keys, ciphertext)
    if key is None:
        raise MarketKeyUnreadable()
    try:
        return Aead(key.secret).decrypt(ciphertext[ID:], aad + key.id.encode())
    except CryptoError as error:
        raise MarketKeyUnreadable() from error


def _pad(plain: bytes) -> bytes:
    """Its length, itself, zeros up to a power of two."""
    size = SMALLEST
    while size < LENGTH.size + len(plain):
        size *= 2
    return (LENGTH.pack(len(plain)) + plain).ljust(size, b"\0")


def _unpad(padded: bytes) -> bytes:
    (length,) = LENGTH.unpack_from(padded)
    return padded[LENGTH.size : LENGTH.size + length]
