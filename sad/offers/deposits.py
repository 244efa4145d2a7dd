"""Sending, replacing and withdrawing an answer: one acknowledged act each.

Order (`trust` 4): the instant is the request's last byte; the slot is locked; the market is read;
what was reviewed is checked; receipt, event, row and slot are written; and the whole is committed
within 30 seconds of the stamp or not at all.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from sad.audit.receipts import (
    Consultation,
    Document,
    Receipt,
    Receipted,
    SignedReceipt,
    sign_receipt,
)
from sad.audit.service import append_now, head
from sad.db.acts import ActReused
from sad.db.work import Work
from sad.kernel.canonical import instant
from sad.kernel.ids import random_id
from sad.kernel.vault import seal_bytes
from sad.markets.states import MarketState
from sad.notifications.service import notify
from sad.offers.answer import ActDone, Sent
from sad.offers.desk import Desk, body_sha256, check_writable, save, take_desk
from sad.offers.payload import NAME, Draft
from sad.offers.register import RECEIPT
from sad.offers.rules import (
    MOST_DEPOSITS,
    DigestMissing,
    NothingToWithdraw,
    NotRecorded,
    OfferIncomplete,
    ReviewChanged,
    Superseded,
    TooLateToWithdraw,
    TooManyDeposits,
    check_recorded_in,
    in_time,
    receipt_number,
)
from sad.offers.sealing import seal_envelope
from sad.offers.states import DepositKind
from sad.offers.tables import Deposit, LateDeposit, ReceiptDue

CLOCK_DOUBT = "clock_doubt"
"""Note of the work: our clock and the database's disagree; the receipt says so."""

_DEPOSIT = insert(Deposit.__table__)  # type: ignore[attr-defined]  # SQLModel does not declare it
_DUE = insert(ReceiptDue.__table__)  # type: ignore[attr-defined]  # same
_LATE = insert(LateDeposit.__table__)  # type: ignore[attr-defined]  # same


@dataclass(frozen=True)
class Acknowledged:
    """An act recorded. `again`: this key had already done it, nothing was written."""

    deposit_id: UUID
    number: str
    again: bool = False


def submit(work: Work, market_id: UUID, key: UUID, digest: str) -> Acknowledged:
    """Sends the draft as it was reviewed (`digest`), in force until another is sent (OFF-02).

    Late, it is received, stamped and set aside; what was in force stays so (OFF-01).
    Raises MayNotAnswer, MarketOver, DigestMissing, ReviewChanged, OfferIncomplete, Superseded,
    TooManyDeposits, NotRecorded, ActReused.
    """
    desk = take_desk(work, market_id, lock=True)
    if not digest:
        raise DigestMissing(where="digest")
    act = _Act(desk, key, "submit", body_sha256(digest))
    if done := act.done():
        return done
    check_writable(desk)
    draft = desk.draft()
    if draft.digest != digest:
        raise ReviewChanged(market=desk.market.title)
    if draft.problems:
        raise OfferIncomplete(draft.problems)
    late = not in_time(desk.received_at, desk.market.deadline_at)
    kind = _kind(desk, late)
    if not late:
        _check_order(desk)
    receipt = act.acknowledge(kind, _documents(draft))
    if late:
        _set_aside(desk, act.deposit_id, draft.payload)
    else:
        desk.answer.in_force = str(act.deposit_id)
    for file in desk.answer.draft_files:
        file.sent = True
    return act.write(kind, receipt, draft.payload)


def withdraw(work: Work, market_id: UUID, key: UUID) -> Acknowledged:
    """Takes back the answer in force; the draft stays, and may be sent again before the deadline.

    Raises MayNotAnswer, MarketOver, NothingToWithdraw, TooLateToWithdraw, Superseded,
    TooManyDeposits, NotRecorded, ActReused.
    """
    desk = take_desk(work, market_id, lock=True)
    act = _Act(desk, key, "withdraw", body_sha256())
    if done := act.done():
        return done
    check_writable(desk)
    if not in_time(desk.received_at, desk.market.deadline_at):
        raise TooLateToWithdraw(deadline=desk.market.deadline_at)
    if desk.answer.in_force is None:
        raise NothingToWithdraw()
    _check_order(desk)
    receipt = act.acknowledge(DepositKind.WITHDRAWAL, [])
    desk.answer.in_force = None
    return act.write(DepositKind.WITHDRAWAL, receipt, None)


def _kind(desk: Desk, late: bool) -> DepositKind:
    if late:
        return DepositKind.LATE
    return DepositKind.REPLACEMENT if desk.answer.in_force else DepositKind.OFFER


def _check_order(desk: Desk) -> None:
    """The last received wins (OFF-02), and nothing in time is written after the opening."""
    if desk.state is not MarketState.LAUNCHED:
        raise NotRecorded()
    sent = desk.answer.sent
    if sent and instant(desk.received_at) < sent[-1].at:
        raise Superseded()


def _documents(draft: Draft) -> list[Document]:
    """The grid as `reponse.json`, then the files, each as kept and as received."""
    payload = draft.payload
    grid = Document(NAME, len(payload), draft.digest, draft.digest)
    files = [
        Document(file.name, file.size, file.sha256, file.sha256)
        for file in draft.answer.draft_files
    ]
    return [grid, *files]


def _set_aside(desk: Desk, deposit_id: UUID, payload: bytes) -> None:
    """A late answer, sealed to the market's key: no code opens it (OFF-01)."""
    place = desk.place
    desk.work.connection.execute(
        _LATE,
        {
            "organisation_id": place.organisation_id,
            "id": random_id(),
            "market_id": place.market_id,
            "applicant_id": place.applicant_id,
            "deposit_id": deposit_id,
            "sealed": seal_envelope(place, payload, desk.public_key),
            "received_at": desk.received_at,
        },
    )


class _Act:
    """One acknowledged act being written on a slot held."""

    def __init__(self, desk: Desk, key: UUID, route: str, body: str) -> None:
        self.desk, self.key, self.route, self.body = desk, str(key), route, body
        self.deposit_id = random_id()

    def done(self) -> Acknowledged | None:
        """What this key already did. Raises ActReused when it was asked for something else."""
        act = self.desk.answer.act(self.key)
        if act is None:
            return None
        if (act.route, act.body, act.actor) != (self.route, self.body, self._actor):
            raise ActReused()
        deposit_id = UUID(act.deposit)
        return Acknowledged(deposit_id, receipt_number(deposit_id), again=True)

    @property
    def _actor(self) -> str:
        return self.desk.work.actor.label

    def acknowledge(self, kind: DepositKind, documents: list[Document]) -> SignedReceipt:
        """The receipt, and its event: the journal holds the hash of the receipt, nothing else."""
        desk, market = self.desk, self.desk.market
        work, replaced = desk.work, desk.answer.in_force_sent
        if len(desk.answer.sent) >= MOST_DEPOSITS:
            raise TooManyDeposits(most=MOST_DEPOSITS)
        chain = desk.chain
        before = head(work, chain)
        receipt = sign_receipt(
            Receipt(
                number=receipt_number(self.deposit_id),
                act=Receipted(kind.value),
                buyer=desk.buyer,
                operator=desk.operator,
                consultation=Consultation(
                    market.number, market.title, market.description, market.frame_version
                ),
                received_at=desk.received_at,
                deadline=market.deadline_at,
                in_time=kind is not DepositKind.LATE,
                documents=documents,
                replaces=self._replaced(kind, replaced),
                chain=chain.name,
                seq=before.seq + 1,
                previous=before.hash,
                clock_doubt=bool(work.notes.get(CLOCK_DOUBT, False)),
            ),
            work.rings,
        )
        action = f"offer.{_PAST[kind]}"
        append_now(work, chain, action, self.deposit_id, after=receipt.event)
        return receipt

    def _replaced(self, kind: DepositKind, before: Sent | None) -> str | None:
        if before is None or kind in (DepositKind.OFFER, DepositKind.LATE):
            return None
        return receipt_number(UUID(before.id))

    def write(
        self, kind: DepositKind, receipt: SignedReceipt, payload: bytes | None
    ) -> Acknowledged:
        """The row, the slot, the message; and the promise of the half minute."""
        desk, work = self.desk, self.desk.work
        work.connection.execute(_DEPOSIT, self._row(kind, receipt))
        due = {"organisation_id": desk.place.organisation_id, "deposit_id": self.deposit_id}
        work.connection.execute(_DUE, due)  # its PDF is mailed after the deadline (trust 1)
        desk.answer.sent.append(
            Sent(
                id=str(self.deposit_id),
                kind=kind.value,
                at=instant(desk.received_at),
                payload=None if payload is None else Sent.pack(payload),
            )
        )
        desk.answer.remember(
            ActDone(self.key, self.route, self.body, self._actor, str(self.deposit_id))
        )
        save(desk)
        _tell(desk)
        work.before_commit.append(lambda: check_recorded_in(desk.since_stamp))
        return Acknowledged(self.deposit_id, receipt_number(self.deposit_id))

    def _row(self, kind: DepositKind, receipt: SignedReceipt) -> dict[str, Any]:
        desk, place = self.desk, self.desk.place
        return {
            "organisation_id": place.organisation_id,
            "id": self.deposit_id,
            "market_id": place.market_id,
            "applicant_id": place.applicant_id,
            "kind": kind.value,
            "received_at": desk.received_at,
            "receipt": seal_bytes(desk.work.rings, f"{RECEIPT}:{self.deposit_id}", receipt.bytes),
            "receipt_sha256": receipt.sha256,
            "signature": receipt.signature,
        }


_PAST = {
    DepositKind.OFFER: "sent",
    DepositKind.REPLACEMENT: "replaced",
    DepositKind.WITHDRAWAL: "withdrawn",
    DepositKind.LATE: "set_aside",
}


def _tell(desk: Desk) -> None:
    """A neutral message: the same words whatever was done (`trust` 1, side doors)."""
    market = desk.market
    notify(
        desk.work,
        "offer.acknowledged",
        suppliers=[market.supplier_id],
        facts={"number": market.number, "title": market.title, "buyer": market.buyer_name},
        link=f"/reponse/{market.id}/accuses",
        organisation_id=market.organisation_id,
    )
