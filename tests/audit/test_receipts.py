"""Receipts: what they attest, and each thing that makes one fail."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sad.audit.chains import offer_chain
from sad.audit.receipts import (
    Consultation,
    Document,
    Party,
    Receipt,
    Receipted,
    ReceiptUnreadable,
    SignedReceipt,
    sign_receipt,
    verify_receipt,
)
from sad.audit.seals import make_proof, make_seal
from sad.audit.service import append_now, head, open_chains
from sad.audit.signing import KeysUnreadable, PublicKey, keys_document, publish, read_keys
from sad.kernel.canonical import canonical, instant
from sad.kernel.ids import random_id, uuid7
from tests.support.rings import FixedRings, fixed_key

T = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
RINGS = FixedRings()
KEYS = publish(RINGS.signing)
CHAIN = offer_chain(*(uuid7() for _ in range(5)))
GRID = b'{"lignes":[]}'


def _receipt(seq: int = 1, previous: bytes = bytes(32)) -> Receipt:
    digest = "ea1d3cbbcaaee1bdd4cf1a4b8b2a4ec0a0d2bd8a13c36ef2dc16b4e1a39a3b1f"
    return Receipt(
        number=str(random_id()),
        act=Receipted.OFFER,
        buyer=Party("Ville de Lyon", "21690123100011"),
        operator=Party("Atelier Pluriel", "12345678200010"),
        consultation=Consultation("2026S01-012-02", "Tables", "Fourniture de tables", 1),
        received_at=T,
        deadline=T,
        in_time=True,
        documents=[Document("reponse.json", len(GRID), _sha(GRID), digest)],
        replaces=None,
        chain=CHAIN.name,
        seq=seq,
        previous=previous,
    )


def _sha(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def _codes(file: dict[str, Any], keys: list[PublicKey] = KEYS, **more: Any) -> list[str]:
    return [problem.code for problem in verify_receipt(file, keys, **more).reasons]


def test_fields_and_canonical_bytes() -> None:
    signed = sign_receipt(_receipt(), RINGS)
    fields = json.loads(signed.bytes)
    assert set(fields) == {
        "format", "number", "act", "buyer", "operator", "consultation", "received_at", "deadline",
        "in_time", "documents", "replaces", "chain", "seq", "previous", "key",
    }  # fmt: skip
    assert fields["received_at"] == "2026-11-22T11:00:00.000000Z"
    assert canonical(fields) == signed.bytes
    doubted = sign_receipt(replace(_receipt(), clock_doubt=True), RINGS)
    assert json.loads(doubted.bytes)["clock_doubt"] is True


def test_a_true_receipt_holds_offline() -> None:
    file = sign_receipt(_receipt(), RINGS).file()
    keys = read_keys(json.loads(json.dumps(keys_document(KEYS))))
    assert verify_receipt(json.loads(json.dumps(file)), keys, [GRID]).holds


def test_each_forgery_has_its_reason() -> None:
    signed = sign_receipt(_receipt(), RINGS)
    file = signed.file()
    assert _codes({**file, "receipt": file["receipt"].replace("Pluriel", "Autre")}) == [
        "receipts.signature_wrong"
    ]
    assert _codes({**file, "signature": "AAAA"}) == ["receipts.signature_wrong"]
    assert _codes(file, publish([fixed_key("other")])) == ["receipts.key_unknown"]
    assert _codes(file, documents=[b"other"]) == ["receipts.document_not_listed"]
    later = [replace(KEYS[0], since=instant(T.replace(hour=12)))]
    assert _codes(file, later) == ["receipts.key_not_in_use"]
    assert _codes({**file, "proof": {"events": []}}) == ["receipts.proof_wrong"]
    assert _codes({**file, "proof": "x"}) == ["receipts.proof_wrong"]


@pytest.mark.parametrize("file", [None, [], {}, {"receipt": "{}", "signature": ""}, {"receipt": 1}])
def test_what_is_not_a_receipt_is_refused(file: Any) -> None:
    with pytest.raises(ReceiptUnreadable):
        verify_receipt(file, KEYS)


def _deposit(work) -> tuple[SignedReceipt, dict[str, Any], Any]:
    with work() as w:
        open_chains(w, [CHAIN])
    with work() as w:
        before = head(w, CHAIN)
        signed = sign_receipt(_receipt(before.seq + 1, before.hash), RINGS)
        append_now(w, CHAIN, "offer.deposited", CHAIN.id, after=signed.event)
    with work() as w:
        append_now(w, CHAIN, "offer.withdrawn", CHAIN.id, after={"receipt": "00"})
    with work() as w:
        seal = make_seal(w)
        proof = make_proof(w.session.connection(), CHAIN.name, before.seq + 1)
    assert proof is not None
    return signed, proof, seal


def test_a_proof_ties_the_receipt_to_the_sealed_journal(sqlite_work) -> None:
    signed, proof, seal = _deposit(sqlite_work)
    verdict = verify_receipt(signed.file(proof), KEYS)
    assert verdict.holds
    assert verdict.sealed_at == seal.facts["at"]
    other = sign_receipt(replace(_receipt(), seq=1), RINGS)
    assert _codes(other.file(proof)) == ["receipts.proof_wrong"]


def test_a_revoked_key_counts_only_with_an_older_seal_seen_elsewhere(sqlite_work) -> None:
    signed, proof, seal = _deposit(sqlite_work)
    revoked = [replace(KEYS[0], revoked_at=instant(T))]
    assert _codes(signed.file(proof), revoked) == ["receipts.key_revoked"]
    assert _codes(signed.file(proof), revoked, outside=[seal]) == []
    early = [replace(KEYS[0], revoked_at=seal.facts["at"])]
    assert _codes(signed.file(proof), early, outside=[seal]) == ["receipts.key_revoked"]


def test_published_keys_are_signed_one_by_the_other() -> None:
    ring = (fixed_key("new"), *RINGS.signing)
    published = publish(ring)
    assert [key.id for key in read_keys(keys_document(published))] == [ring[1].id, ring[0].id]
    old = sign_receipt(_receipt(), RINGS)
    assert _codes(old.file(), published) == []
    alien = publish([fixed_key("alien")])
    with pytest.raises(KeysUnreadable):
        read_keys(keys_document([*published, *alien]))
    for document in (None, {}, {"format": "sad-keys-v1", "keys": []}):
        with pytest.raises(KeysUnreadable):
            read_keys(document)
