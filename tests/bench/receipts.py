"""The verification of a receipt, offline: beside one bare Ed25519 check of the same bytes."""

import base64
import hashlib
import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from nacl.signing import VerifyKey

from sad.audit.receipts import (
    FORMAT,
    Consultation,
    Document,
    Party,
    Receipt,
    Receipted,
    sign_receipt,
    verify_receipt,
)
from sad.audit.signing import publish
from sad.kernel.ids import random_id
from tests.support.rings import FixedRings

ROUNDS, CHECKS, FILES = 5, 200, 12
CONTENT = b'{"lignes":[]}' * 400


def measure() -> list[str]:
    """Milliseconds of CPU of one verification, its ratio to the signature's alone."""
    rings = FixedRings()
    keys = publish(rings.signing)
    signed = sign_receipt(_receipt(), rings)
    file = json.dumps(signed.file()).encode()
    public, signature = VerifyKey(keys[0].public), base64.b64decode(signed.signature)
    message = FORMAT.encode() + b"\n" + signed.bytes

    def checked() -> None:
        if not verify_receipt(json.loads(file), keys, [CONTENT]).holds:
            raise RuntimeError("a receipt just signed does not hold")

    bare, whole = [], []
    for _ in range(ROUNDS):
        bare.append(_each(lambda: public.verify(message, signature)))
        whole.append(_each(checked))
    floor, cost = statistics.median(bare), statistics.median(whole)
    beside = f"× {cost / floor:.1f} one bare Ed25519 check ({floor:.3f} ms)"
    return [f"a receipt of {FILES} documents verified: {cost:.3f} ms of CPU, {beside}"]


def _each(check: Callable[[], object]) -> float:
    start = time.process_time()
    for _ in range(CHECKS):
        check()
    return (time.process_time() - start) * 1000 / CHECKS


def _receipt() -> Receipt:
    now = datetime(2026, 9, 1, 8, tzinfo=UTC)
    digest = hashlib.sha256(CONTENT).hexdigest()
    return Receipt(
        number="AR-2345-6789-ABCD",
        act=Receipted.OFFER,
        buyer=Party("Agglomération de Brume", "21690123100011"),
        operator=Party("Atelier alder", "12345678200010"),
        consultation=Consultation("2026S01-001-01", "Armoires", "Mobilier", 1),
        received_at=now,
        deadline=now,
        in_time=True,
        documents=[
            Document(f"photo-{rank}.jpg", len(CONTENT), digest, digest) for rank in range(FILES)
        ],
        replaces=None,
        chain=f"offer:{random_id()}:{random_id()}",
        seq=3,
        previous=bytes(32),
    )
