"""Files of an answer: encrypted as they came, their keys in the slot and nowhere else.

No row names them before the opening (`trust` 1): an object of the store that no slot, no row names
is rubbish, and `kept_objects` says which are not.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sad.attachments.filetypes import OFFER_BYTES, OFFER_FILES
from sad.attachments.intake import Received
from sad.db.work import Work
from sad.kernel.canonical import instant
from sad.kernel.ids import random_id
from sad.offers.answer import Answer, AnswerFile, InfectedFile
from sad.offers.desk import check_writable, save, take_desk
from sad.offers.rules import FileUnknown, TooManyFiles
from sad.offers.sealing import Place, read_slot
from sad.offers.tables import OfferSlot

_slot: Any = OfferSlot.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it


def room(work: Work, market_id: UUID, position: int | None = None) -> int:
    """Bytes the answer's files may still take, before anything is read.

    Raises MayNotAnswer, MarketOver, LineUnknown, TooManyFiles.
    """
    desk = take_desk(work, market_id)
    check_writable(desk)
    if position is not None:
        desk.grid.rank(position)
    return _room(desk.answer)


def attach(
    work: Work,
    market_id: UUID,
    position: int | None,
    received: Received,
    object_name: str,
    key: bytes,
) -> AnswerFile:
    """Adds to the draft a file already encrypted in the store, on a line or on the whole answer.

    Raises as `room`; the caller then deletes the object.
    """
    desk = take_desk(work, market_id, lock=True)
    check_writable(desk)
    if received.sealed is None or received.size > _room(desk.answer):
        raise TooManyFiles(where="file", most=OFFER_FILES)
    line = None if position is None else desk.grid.line(position)
    file = AnswerFile(
        id=str(random_id()),
        line=None if line is None else str(line.id),
        name=received.name,
        media_type=received.type.media_type,
        size=received.size,
        sha256=received.sha256,
        sealed_size=received.sealed.sealed_size,
        sealed_sha256=received.sealed.sealed_sha256,
        object=object_name,
        key=key.hex(),
        scan=received.scan.verdict.value,
    )
    desk.answer.files.append(file)
    if desk.answer.started_at is None:
        desk.answer.started_at = instant(work.now)
    save(desk)
    return file


def trace_infected(
    work: Work, market_id: UUID, position: int | None, infected: Mapping[str, Any]
) -> None:
    """Keeps in the slot the trace of a file just refused: `Infected.facts`. Raises as `room`."""
    desk = take_desk(work, market_id, lock=True)
    check_writable(desk)
    line = None if position is None else str(desk.grid.line(position).id)
    desk.answer.trace(
        InfectedFile(
            name=infected["name"],
            line=line,
            at=instant(work.now),
            malware=infected["malware"],
            sha256=infected["sha256"],
        )
    )
    save(desk)


def detach(work: Work, market_id: UUID, file_id: UUID) -> list[str]:
    """Takes a file out of the draft; its objects' names if nothing sent names it any more.

    The caller deletes those objects once the work is committed. Raises FileUnknown.
    """
    desk = take_desk(work, market_id, lock=True)
    check_writable(desk)
    file = _find(desk.answer, file_id)
    if not file.draft:
        raise FileUnknown()
    file.draft = False
    if not file.sent:
        desk.answer.files.remove(file)
    save(desk)
    return [] if file.sent else file.objects


def file_of(work: Work, market_id: UUID, file_id: UUID) -> AnswerFile:
    """A file of one's own answer, drafted or sent, for ever. Raises FileUnknown."""
    return _find(take_desk(work, market_id).answer, file_id)


def kept_objects(work: Work) -> Iterator[str]:
    """Names of the objects that slots name, for the sweep. Raises SlotUnreadable: sweep nothing."""
    columns = (_slot.c.organisation_id, _slot.c.market_id, _slot.c.applicant_id, _slot.c.mine)
    rows = work.connection.execute(select(*columns), execution_options={"yield_per": 50})
    for row in rows:
        place = Place(row.organisation_id, row.market_id, row.applicant_id)
        for file in Answer.from_dict(read_slot(work.rings, place, row.mine)).files:
            yield from file.objects


def _room(answer: Answer) -> int:
    files = answer.draft_files
    if len(files) >= OFFER_FILES:
        raise TooManyFiles(where="file", most=OFFER_FILES)
    return OFFER_BYTES - sum(file.size for file in files)


def _find(answer: Answer, file_id: UUID) -> AnswerFile:
    for file in answer.files:
        if file.id == str(file_id):
            return file
    raise FileUnknown()
