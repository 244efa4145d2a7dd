"""What people wrote freely for a market, page by page, for the checks of wording."""

from collections.abc import Iterator, Sequence

from sad.frames.queries import FrameView
from sad.markets.facts import Text
from sad.markets.states import Section
from sad.markets.tables import Criterion, SpecificMarket


def texts_of(
    market: SpecificMarket, criteria: Sequence[Criterion], grid: FrameView
) -> Iterator[Text]:
    """Everything an invited supplier will read, but where to deliver and how to get there."""
    yield Text(Section.NEED, market.title)
    yield Text(Section.NEED, market.description)
    yield from _grid(grid)
    for row in criteria:
        for words in (row.label, row.guidance, *row.anchors):
            yield Text(Section.CRITERIA, words)
    yield Text(Section.CONDITIONS, market.condition_of_performance)
    yield Text(Section.CONDITIONS, market.social_condition)
    for words in (market.visit, market.visit_checklist, market.warranty, market.buyer_supplies):
        yield Text(Section.DELIVERY, words)


def _grid(grid: FrameView) -> Iterator[Text]:
    for view in (*grid.buyer, *grid.supplier, *grid.questions):
        yield Text(Section.LINES, view.label)
        yield Text(Section.LINES, view.hint)
    for line in grid.lines:
        yield Text(Section.LINES, line.designation)
        for words in line.values.values():
            yield Text(Section.LINES, words)
