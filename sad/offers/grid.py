"""A market's grid as its suppliers answer it: columns typed, questions asked once, lines by id.

What the engine computes is not asked (P17): line totals, and VAT rates of who invoices no VAT.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sad.db.work import Work
from sad.frames.columns import Column, ColumnType
from sad.frames.frame import Frame
from sad.frames.queries import ColumnView, FrameView, LineView, frame
from sad.frames.vocabulary import Role
from sad.kernel.vat import VatRegime
from sad.offers.rules import LineUnknown

KEPT = 64  # grids kept ready by a process


@dataclass(frozen=True, slots=True)
class Grid:
    """The grid in its three uses: for pages (`view`), for the rules (`frame`), by id and key."""

    view: FrameView
    frame: Frame
    columns: Mapping[str, Column]  # typed by the supplier, by key, in order
    asked: tuple[ColumnView, ...]  # the same and the pictures, for pages
    pictures: tuple[str, ...]  # keys of the columns answered by files
    index: Mapping[str, int]  # line id → rank in the grid
    questions: Mapping[str, Column]  # answered once for the whole offer, by key, in order

    def rank(self, position: int) -> int:
        """The rank of the line at a position. Raises LineUnknown."""
        for rank, line in enumerate(self.view.lines):
            if line.position == position:
                return rank
        raise LineUnknown(where="line", line=str(position))

    def line(self, position: int) -> LineView:
        """The line at a position. Raises LineUnknown."""
        return self.view.lines[self.rank(position)]


_ready: dict[tuple[UUID, int, str, bool], Grid] = {}


def grid_of(
    work: Work,
    organisation_id: UUID,
    frame_id: UUID,
    version: int,
    content_sha256: str | None,
    regime: VatRegime,
) -> Grid:
    """The grid of a launched market, whose content is frozen under a fingerprint (GRID-02).

    A process keeps those it read last: an addendum changes version and fingerprint together.
    """
    liable = regime is VatRegime.LIABLE
    if content_sha256 is None:
        return _made(frame(work, organisation_id, frame_id), liable)
    key = (frame_id, version, content_sha256, liable)
    grid = _ready.get(key)
    if grid is None:
        if len(_ready) >= KEPT:
            _ready.clear()
        grid = _ready[key] = _made(frame(work, organisation_id, frame_id), liable)
    return grid


def _made(view: FrameView, liable: bool) -> Grid:
    asked = tuple(one for one in view.supplier if not _computed(view, one, liable))
    return Grid(
        view=view,
        frame=Frame(
            sheet="",
            header_row=0,
            buyer_columns=tuple(one.column for one in view.buyer),
            supplier_columns=tuple(one.column for one in asked),
            lines=tuple(line.asked for line in view.lines),
        ),
        columns={one.key: one.column for one in asked if not _picture(one)},
        asked=asked,
        pictures=tuple(one.key for one in asked if _picture(one)),
        index={str(line.id): rank for rank, line in enumerate(view.lines)},
        questions={one.key: one.column for one in view.questions},
    )


def _computed(view: FrameView, one: ColumnView, liable: bool) -> bool:
    role = one.column.role
    if role is Role.UNIT_PRICE_TTC:
        return view.supplier_column(Role.UNIT_PRICE) is not None
    return role is Role.LINE_TOTAL or (role is Role.VAT_RATE and not liable)


def _picture(one: ColumnView) -> bool:
    return one.column.type is ColumnType.PICTURE
