"""What a slot gives at the opening: its sealed deposit, else the supplier's own side."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sad.kernel.rings import Rings
from sad.offers.answer import Answer, AnswerFile, Sent
from sad.offers.register import DepositRow
from sad.offers.sealing import (
    EnvelopeUnreadable,
    Place,
    SlotUnreadable,
    open_envelope,
    read_slot,
)
from sad.offers.states import DepositKind, OpeningAnomaly


class Found:
    """One slot. `note(code, who)` names in the minutes what was found altered or unreadable."""

    def __init__(
        self,
        rings: Rings,
        place: Place,
        slot: Any,
        private: bytes | None,
        note: Callable[[OpeningAnomaly, str], None],
    ) -> None:
        self._rings, self._place, self._slot, self._note = rings, place, slot, note
        self.fault = OpeningAnomaly.PLI_UNREADABLE
        self._opens = False
        self._keyed = private is not None
        self._sealed = None if private is None else self._open(private)

    def _open(self, private: bytes) -> bytes | None:
        try:
            sealed = open_envelope(private, self._place, self._slot.pli)
        except EnvelopeUnreadable:
            self._say(OpeningAnomaly.PLI_UNREADABLE)
            return None
        self._opens = True
        return sealed

    def _say(self, code: OpeningAnomaly) -> None:
        self.fault = code
        self._note(code, self._slot.name)

    @cached_property
    def _mine(self) -> Answer | None:
        """The supplier's own side, read only when the sealed deposit is not enough."""
        try:
            return Answer.from_dict(read_slot(self._rings, self._place, self._slot.mine))
        except SlotUnreadable:
            self._note(OpeningAnomaly.SLOT_UNREADABLE, self._slot.name)
            return None

    def attested(self, chosen: DepositRow) -> bytes | None:
        """The bytes that the receipt in force lists, from `pli`, else from `mine`.

        Without a receipt that opens (vault lost, row gone), what the sides that open agree on; but
        nothing when the market's key does not open either: neither then says the true deadline.
        """
        if chosen.signed is None:
            if not self._keyed:
                return None
            payload = self._kept(str(chosen.id))
            return self._sealed if payload is None else payload
        if self._sealed is not None and chosen.attests(self._sealed):
            return self._sealed
        if self._opens:
            self._say(OpeningAnomaly.SLOT_ROLLED_BACK)
        payload = self._kept(str(chosen.id))
        return payload if payload is not None and chosen.attests(payload) else None

    def without_row(self, *, withdrawn: bool) -> DepositRow | None:
        """A deposit that the slot holds and whose row is gone, found again in `mine`.

        When rows remain, the last says withdrawn: the slot was rolled back, and is only named.
        """
        if self._sealed is None:
            return None
        if withdrawn:
            self._say(OpeningAnomaly.SLOT_ROLLED_BACK)
            return None
        self._say(OpeningAnomaly.DEPOSIT_MISSING)
        sent = self._mine.in_force_sent if self._mine else None
        return None if sent is None else _row_of(self._place, sent)

    def own_files(self) -> dict[str, AnswerFile]:
        """What the supplier's side knows of its files, by id; nothing when it does not open.

        Their scans and smaller copies are not in what was sent. Nothing is noted here: an opening
        does not need them.
        """
        try:
            answer = Answer.from_dict(read_slot(self._rings, self._place, self._slot.mine))
        except SlotUnreadable:
            return {}
        return {file.id: file for file in answer.files}

    def _kept(self, deposit_id: str) -> bytes | None:
        sent = self._mine.sent if self._mine else ()
        return next((one.content for one in sent if one.id == deposit_id), None)


def _row_of(place: Place, sent: Sent) -> DepositRow:
    return DepositRow(
        id=UUID(sent.id),
        market_id=place.market_id,
        applicant_id=place.applicant_id,
        kind=DepositKind(sent.kind),
        received_at=datetime.fromisoformat(sent.at),
        receipt_sha256="",
        signed=None,
        genuine=False,
    )
