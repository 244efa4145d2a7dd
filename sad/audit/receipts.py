"""Receipts: what the platform attests to a supplier at the instant it receives (ELEC-05).

Bytes are signed and kept as they are, never rebuilt. A receipt proves that this key attested these
hashes, this operator and this instant; with its proof, that the journal held it when sealed.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sad.audit.seals import Seal, proof_seal
from sad.audit.signing import PublicKey, sign, signature_holds
from sad.kernel.canonical import canonical, instant
from sad.kernel.errors import Problem, Refusal
from sad.kernel.rings import Rings

FORMAT = "sad-receipt-v1"


class ReceiptUnreadable(Refusal):
    """The file is not a receipt."""

    code = "receipts.unreadable"


class Receipted(StrEnum):
    """The act a receipt is for."""

    OFFER = "offer"
    REPLACEMENT = "replacement"
    WITHDRAWAL = "withdrawal"
    LATE = "late"
    CANDIDATURE = "candidature"


@dataclass(frozen=True)
class Party:
    """The buyer or the operator, as named at that instant."""

    name: str
    siret: str


@dataclass(frozen=True)
class Consultation:
    """Title and object of what is answered, and the version of its documents answered to."""

    reference: str
    title: str
    object: str
    version: int


@dataclass(frozen=True)
class Document:
    """A file as listed: `sha256` as kept, `sent_sha256` as received; size in bytes, as kept."""

    name: str
    size: int
    sha256: str
    sent_sha256: str


@dataclass(frozen=True)
class Receipt:
    """The fields of a receipt. `previous` is the head of `chain` before event `seq`."""

    number: str
    act: Receipted
    buyer: Party
    operator: Party
    consultation: Consultation
    received_at: datetime
    deadline: datetime | None  # None: none is set (candidatures while the system is open, CAND-02)
    in_time: bool
    documents: Sequence[Document]
    replaces: str | None
    chain: str
    seq: int
    previous: bytes
    clock_doubt: bool = False  # our clock and the database's disagreed


@dataclass(frozen=True)
class SignedReceipt:
    """A receipt as kept: its exact bytes, and the signature in base64."""

    bytes: bytes
    signature: str

    @property
    def sha256(self) -> str:
        """What its event in the journal holds."""
        return hashlib.sha256(self.bytes).hexdigest()

    @property
    def event(self) -> dict[str, Any]:
        """The `after` of its event: the hash, nothing else."""
        return {"receipt": self.sha256}

    def file(self, proof: dict[str, Any] | None = None) -> dict[str, Any]:
        """The file a supplier keeps; `proof` once a seal covers it (`seals.make_proof`)."""
        return {"receipt": self.bytes.decode(), "signature": self.signature, "proof": proof}


@dataclass(frozen=True)
class Verdict:
    """What was found: `reasons` is empty when the receipt holds; `sealed_at` with a proof."""

    receipt: dict[str, Any]
    reasons: list[Problem] = field(default_factory=list)
    sealed_at: str | None = None

    @property
    def holds(self) -> bool:
        """Everything that could be checked is right."""
        return not self.reasons


def sign_receipt(receipt: Receipt, rings: Rings) -> SignedReceipt:
    """The canonical bytes, signed by the first signing key."""
    key = rings.signing[0]
    data = canonical(_fields(receipt, key.id))
    return SignedReceipt(data, sign(key, FORMAT, data))


def _fields(receipt: Receipt, key_id: str) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "format": FORMAT,
        "number": receipt.number,
        "act": receipt.act.value,
        "buyer": vars(receipt.buyer),
        "operator": vars(receipt.operator),
        "consultation": vars(receipt.consultation),
        "received_at": instant(receipt.received_at),
        "deadline": instant(receipt.deadline) if receipt.deadline else None,
        "in_time": receipt.in_time,
        "documents": [vars(document) for document in receipt.documents],
        "replaces": receipt.replaces,
        "chain": receipt.chain,
        "seq": receipt.seq,
        "previous": receipt.previous.hex(),
        "key": key_id,
    }
    return {**fields, "clock_doubt": True} if receipt.clock_doubt else fields


def verify_receipt(
    file: Any,
    keys: Sequence[PublicKey],
    documents: Sequence[bytes] = (),
    outside: Sequence[Seal] = (),
) -> Verdict:
    """Checks a receipt's file with the published keys alone, without any server.

    `documents`: contents that must be among those it lists. `outside`: seals obtained elsewhere;
    they alone make a receipt whose key was later revoked still count. Raises ReceiptUnreadable.
    """
    try:
        text, signature, proof = file["receipt"], file["signature"], file.get("proof")
        receipt = json.loads(text)
        if receipt["format"] != FORMAT or not isinstance(signature, str):
            raise ReceiptUnreadable()
        listed = {d[kind] for d in receipt["documents"] for kind in ("sha256", "sent_sha256")}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ReceiptUnreadable() from error
    data = text.encode()
    seal, reasons = _check_proof(proof, receipt, data, keys)
    reasons += _check_key(receipt, data, signature, keys, seal if seal in outside else None)
    for document in documents:
        digest = hashlib.sha256(document).hexdigest()
        if digest not in listed:
            reasons.append(Problem("receipts.document_not_listed", facts={"sha256": digest}))
    return Verdict(receipt, reasons, seal.facts["at"] if seal else None)


def _check_key(
    receipt: dict[str, Any],
    data: bytes,
    signature: str,
    keys: Sequence[PublicKey],
    outside: Seal | None,
) -> list[Problem]:
    key = next((key for key in keys if key.id == receipt.get("key")), None)
    if key is None:
        return [Problem("receipts.key_unknown", facts={"key": str(receipt.get("key"))})]
    if not signature_holds(key.public, FORMAT, data, signature):
        return [Problem("receipts.signature_wrong")]
    at = str(receipt.get("received_at"))
    if at < (key.since or at) or at > (key.until or at):
        return [Problem("receipts.key_not_in_use", facts={"key": key.id})]
    # A thief of the key dates receipts and seals as it likes: only a seal seen elsewhere counts.
    if key.revoked_at and (outside is None or outside.facts["at"] >= key.revoked_at):
        return [Problem("receipts.key_revoked", facts={"key": key.id})]
    return []


def _check_proof(
    proof: dict[str, Any] | None, receipt: dict[str, Any], data: bytes, keys: Sequence[PublicKey]
) -> tuple[Seal | None, list[Problem]]:
    if proof is None:
        return None, []
    wrong = [Problem("receipts.proof_wrong")]
    try:
        previous = bytes.fromhex(receipt["previous"])
        seal = proof_seal(proof, receipt["chain"], receipt["seq"], previous)
        after = json.loads(proof["events"][0])["after"]
        named = after["receipt"] == hashlib.sha256(data).hexdigest()
        if seal is None or not named or seal.signed_by(keys) is None:
            return None, wrong
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return None, wrong
    return seal, []
