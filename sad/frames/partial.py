"""Part of a grid just copied: some of its lines, each with its own quantity and slices."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sad.db.work import Work
from sad.frames.service import lines_of


@dataclass(frozen=True)
class Portion:
    """What is asked of a line, and in which lot; no `slice_size`: all of it to one supplier."""

    quantity: Decimal
    slice_size: Decimal | None
    lot_number: int


def narrow(work: Work, frame_id: UUID, wanted: Mapping[int, Portion]) -> None:
    """Keeps the lines at these positions, in their order, with what is now asked of each."""
    place = 0
    for row in lines_of(work, work.organisation_id, frame_id):
        portion = wanted.get(row.position)
        if portion is None:
            work.session.delete(row)
            work.session.flush()  # before the next line takes its place: positions are unique
            continue
        place += 1
        row.position, row.lot_number = place, portion.lot_number
        row.quantity, row.slice_size = portion.quantity, portion.slice_size
        work.add(row)
