"""Smaller copies of an answer's photographs, before the opening: found in the slots, kept in them.

No row says that an image waits. A slot that changed since it was last looked at is known by its
first bytes alone (key id and nonce, fresh at each write): looking again costs a few bytes a slot.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, func, select

from sad.attachments.copies import Kept
from sad.db.work import Work
from sad.markets.tables import SpecificMarket
from sad.offers.answer import Answer, AnswerFile
from sad.offers.desk import WRITABLE, write_answer
from sad.offers.sealing import Place, market_public_key, read_slot
from sad.offers.tables import OfferSlot

MARK = 32  # bytes: the key's id and the nonce
IMAGES = ("image/jpeg", "image/png", "image/webp")

_slot: Any = OfferSlot.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
_market: Any = SpecificMarket.__table__  # type: ignore[attr-defined]  # same
_SLOT = (_slot.c.organisation_id, _slot.c.market_id, _slot.c.applicant_id)
_JOINED = _slot.join(
    _market,
    (_market.c.organisation_id == _slot.c.organisation_id) & (_market.c.id == _slot.c.market_id),
)


@dataclass(frozen=True)
class SealedImage:
    """A photograph of an answer without its copies yet."""

    place: Place
    file_id: str
    object_name: str
    key: bytes


def changed(work: Work, seen: Mapping[Place, bytes]) -> list[tuple[Place, bytes]]:
    """Slots of markets in progress written since `seen`, each with its mark of now."""
    mark = func.substr(_slot.c.mine, 1, MARK, type_=LargeBinary)
    rows = work.connection.execute(
        select(*_SLOT, mark)
        .select_from(_JOINED)
        .where(_market.c.state.in_([state.value for state in WRITABLE]))
    )
    found = ((Place(row[0], row[1], row[2]), bytes(row[3])) for row in rows)
    return [(place, now) for place, now in found if seen.get(place) != now]


def waiting(work: Work, place: Place) -> list[SealedImage]:
    """The photographs of a slot whose copies are to be made. Raises SlotUnreadable."""
    mine = work.connection.execute(select(_slot.c.mine).where(*_at(place))).scalar_one()
    answer = Answer.from_dict(read_slot(work.rings, place, mine))
    return [
        SealedImage(place, file.id, file.object, bytes.fromhex(file.key))
        for file in answer.files
        if file.media_type in IMAGES and file.copies is None
    ]


def keep(work: Work, image: SealedImage, copies: list[Kept]) -> bool:
    """Keeps the copies made; False, and they are rubbish, when the file went or has some.

    Nothing else of the slot changes: neither the draft's date nor its digest.
    """
    place = image.place
    row = work.connection.execute(
        select(_slot.c.mine, _market.c.public_key)
        .select_from(_JOINED)
        .where(*_at(place))
        .with_for_update(of=_slot)
    ).one()
    answer = Answer.from_dict(read_slot(work.rings, place, row.mine))
    file = _named(answer, image.file_id)
    if file is None or file.copies is not None:
        return False
    file.copies = copies
    write_answer(
        work, place, answer, market_public_key(work.rings, place.market_id, row.public_key)
    )
    return True


def _named(answer: Answer, file_id: str) -> AnswerFile | None:
    return next((file for file in answer.files if file.id == file_id), None)


def _at(place: Place) -> tuple[Any, ...]:
    wanted: dict[str, UUID] = vars(place)
    return tuple(_slot.c[name] == value for name, value in wanted.items())
