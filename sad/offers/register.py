"""The register of deposits: each acknowledged act with its receipt, read back and checked."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sad.audit.receipts import FORMAT, SignedReceipt
from sad.audit.signing import public_key, signature_holds
from sad.db.work import Work
from sad.kernel.rings import Rings
from sad.kernel.vault import VaultUnreadable, open_bytes
from sad.offers.payload import NAME
from sad.offers.rules import receipt_number
from sad.offers.states import DepositKind
from sad.offers.tables import Deposit

RECEIPT = "receipt"
_deposit: Any = Deposit.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it


@dataclass(frozen=True)
class DepositRow:
    """One acknowledged act. `signed` is None when the vault does not open its receipt."""

    id: UUID
    market_id: UUID
    applicant_id: UUID
    kind: DepositKind
    received_at: datetime
    receipt_sha256: str
    signed: SignedReceipt | None
    genuine: bool  # our signature holds, on a receipt of this very act

    @property
    def number(self) -> str:
        """As printed on the receipt."""
        return receipt_number(self.id)

    @cached_property
    def receipt(self) -> dict[str, Any]:
        """The fields of the receipt; empty when it does not open."""
        if self.signed is None:
            return {}
        fields: dict[str, Any] = json.loads(self.signed.bytes)
        return fields

    @property
    def altered(self) -> bool:
        """The row or its receipt was changed, moved or made outside the application."""
        return not self.genuine

    @property
    def seq(self) -> int:
        """Its rank in the journal of this applicant."""
        return int(self.receipt.get("seq", 0))

    def attests(self, payload: bytes) -> bool:
        """Whether these are the bytes the receipt lists as the grid sent."""
        digest = hashlib.sha256(payload).hexdigest()
        listed = self.receipt.get("documents", ())
        return any(one["name"] == NAME and one["sha256"] == digest for one in listed[:1])


def read_deposits(
    work: Work, organisation_id: UUID, market_id: UUID, applicant_id: UUID | None = None
) -> list[DepositRow]:
    """The acts of a market, or of one applicant in it, in the order they were received."""
    query = select(_deposit).where(
        _deposit.c.organisation_id == organisation_id, _deposit.c.market_id == market_id
    )
    if applicant_id is not None:
        query = query.where(_deposit.c.applicant_id == applicant_id)
    rows = [_row(work.rings, row) for row in work.connection.execute(query)]
    return sorted(rows, key=lambda row: (row.received_at, row.seq))


def in_force(rows: Sequence[DepositRow]) -> DepositRow | None:
    """The last one received in time, unless it was withdrawn since (OFF-02)."""
    kept = [row for row in rows if row.kind is not DepositKind.LATE]
    return kept[-1] if kept and kept[-1].kind is not DepositKind.WITHDRAWAL else None


def promised_until(rows: Iterable[DepositRow]) -> datetime | None:
    """The latest deadline that these receipts name: a deadline only moves later."""
    named = [str(row.receipt["deadline"]) for row in rows if row.receipt.get("deadline")]
    return datetime.fromisoformat(max(named)) if named else None


def _row(rings: Rings, row: Any) -> DepositRow:
    signed = _signed(rings, row)
    return DepositRow(
        id=row.id,
        market_id=row.market_id,
        applicant_id=row.applicant_id,
        kind=DepositKind(row.kind),
        received_at=row.received_at,
        receipt_sha256=row.receipt_sha256,
        signed=signed,
        genuine=signed is not None and _genuine(rings, row, signed),
    )


def _signed(rings: Rings, row: Any) -> SignedReceipt | None:
    try:
        return SignedReceipt(open_bytes(rings, f"{RECEIPT}:{row.id}", row.receipt), row.signature)
    except VaultUnreadable:
        return None


def _genuine(rings: Rings, row: Any, signed: SignedReceipt) -> bool:
    receipt = json.loads(signed.bytes)
    said = (receipt["number"], receipt["act"], receipt["chain"])
    true = (receipt_number(row.id), row.kind, f"offer:{row.market_id}:{row.applicant_id}")
    key = next((key for key in rings.signing if key.id == receipt["key"]), None)
    return (
        said == true
        and signed.sha256 == row.receipt_sha256
        and datetime.fromisoformat(receipt["received_at"]) == row.received_at
        # A key that left the ring is in the published ones: `sad audit verify` checks it.
        and (key is None or signature_holds(public_key(key), FORMAT, signed.bytes, row.signature))
    )
