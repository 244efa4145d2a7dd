"""The lots of a draft as the grid draws them: made, named, taken out; their money stays elsewhere.

Lines go from one to another with the line itself (`grid.write_lines`, `grid.give_lines`).
"""

from collections.abc import Mapping
from uuid import UUID

from sad.db.work import Work
from sad.frames import service as frames
from sad.kernel.errors import NotFound, Refusal
from sad.markets.rows import lots_of
from sad.markets.sections import claim, touch
from sad.markets.states import Section
from sad.markets.tables import Lot, SpecificMarket

MOST_LOTS = 30


class LotHasLines(Refusal):
    """A lot is taken out once its lines are in others. Facts: `lot`, `count`."""

    code = "markets.lot_has_lines"


class LastLot(Refusal):
    """A market has one lot at least."""

    code = "markets.last_lot"


class LotsLimit(Refusal):
    """A market has a bounded number of lots. Fact: `most`."""

    code = "markets.lots_limit"
    status = 422


def add_lot(work: Work, market_id: UUID, title: str) -> int:
    """One more lot, without money yet; gives its number."""
    market = claim(work, market_id)
    known = lots_of(work, market)
    if len(known) >= MOST_LOTS:
        raise LotsLimit(where="lot", most=MOST_LOTS)
    number = max((lot.number for lot in known), default=0) + 1
    work.add(
        Lot(
            organisation_id=market.organisation_id,
            market_id=market.id,
            number=number,
            title=title.strip()[:200],
        )
    )
    _touch(work, market, {"lot_added": number}, title)
    return number


def name_lots(work: Work, market_id: UUID, titles: Mapping[int, str]) -> None:
    """Other titles for lots, by number; one that is not there any more is left."""
    market = claim(work, market_id)
    named = [lot for lot in lots_of(work, market) if lot.number in titles]
    changed = [lot for lot in named if lot.title != titles[lot.number].strip()[:200]]
    for lot in changed:
        lot.title = titles[lot.number].strip()[:200]
        work.add(lot)
    if changed:
        _touch(work, market, {"lots_named": [lot.number for lot in changed]}, "")


def remove_lot(work: Work, market_id: UUID, number: int) -> None:
    """Takes out a lot without lines. Raises LotHasLines, LastLot, NotFound."""
    market = claim(work, market_id)
    known = lots_of(work, market)
    lot = next((lot for lot in known if lot.number == number), None)
    if lot is None:
        raise NotFound(kind="lot")
    if len(known) == 1:
        raise LastLot(where="lot")
    lines = frames.lines_of(work, market.organisation_id, market.frame_id)
    inside = sum(line.lot_number == number for line in lines)
    if inside:
        raise LotHasLines(where="lot", lot=str(number), count=inside)
    work.session.delete(lot)
    work.session.flush()
    _touch(work, market, {"lot_removed": number}, lot.title)


def _touch(work: Work, market: SpecificMarket, said: dict[str, object], title: str) -> None:
    touch(work, market, Section.CREDITS, said, {"title": title} if title else None)
