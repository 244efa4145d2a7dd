"""Scoring a market given line by line, beside a bare loop of Decimals over the same prices.

Each line is a ranking of its own (P3): a proportional price, a computed delay, two judged marks.
The bare loop does the same sums with no check, no formula kept and no tie parted: the floor.
"""

import time
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from sad.kernel.money import Money
from sad.scoring.rules import Criterion
from sad.scoring.scoring import Offered, score
from sad.scoring.states import Method
from tests.bench.slope import Point, slope_row

LINES, OFFERS = (500, 1_500, 5_000), 200
CENT = Decimal("0.01")
CRITERIA = (
    Criterion("price", "price", Decimal(40), Method.PROPORTIONAL),
    Criterion("quality", "quality", Decimal(30), Method.JUDGED),
    Criterion("environment", "environment", Decimal(20), Method.JUDGED),
    Criterion("delay", "delay", Decimal(10), Method.PROPORTIONAL),
)
Line = Sequence[tuple[int, Decimal, Decimal, Decimal]]
"""The offers of a line: price in cents, both judged values, weeks."""


def measure() -> list[str]:
    """One line a size, then the slope: seconds of CPU, and the ratio to the bare loop."""
    rows, points = [], []
    for lines in LINES:
        ours, bare = _cpu(lines, _scored), _cpu(lines, _bare)
        points.append(Point(lines * OFFERS, ours))
        rows.append(
            f"scoring of {lines} lines × {OFFERS} offers: {ours / 1000:.1f} s of CPU,"
            f" {ours / bare:.1f} × a bare Decimal loop ({bare / 1000:.1f} s)"
        )
    return [*rows, slope_row("scoring, per offer on a line", points)]


def _line(rank: int) -> Line:
    """Offers that differ from line to line, made without chance."""
    return [
        (
            10_000 + (rank * 37 + place * 101) % 9_000,
            Decimal((rank + place * 3) % 21),
            Decimal((rank * 5 + place) % 21),
            Decimal(1 + (rank + place) % 12),
        )
        for place in range(OFFERS)
    ]


def _cpu(lines: int, work: Callable[[Line], object]) -> float:
    """Milliseconds of CPU over all the lines, made one by one outside the measure."""
    spent = 0.0
    for rank in range(lines):
        line = _line(rank)
        start = time.process_time()
        work(line)
        spent += time.process_time() - start
    return spent * 1000


def _scored(line: Line) -> object:
    offers = [
        Offered(str(place), Money(cents), {"quality": q, "environment": e, "delay": weeks})
        for place, (cents, q, e, weeks) in enumerate(line)
    ]
    return score(CRITERIA, offers, ("environment",))


def _bare(line: Line) -> object:
    lowest, soonest = min(each[0] for each in line), min(each[3] for each in line)
    totals = [
        (40 * Decimal(lowest) / cents).quantize(CENT, ROUND_HALF_UP)
        + (30 * quality / 20).quantize(CENT, ROUND_HALF_UP)
        + (20 * environment / 20).quantize(CENT, ROUND_HALF_UP)
        + (10 * soonest / weeks).quantize(CENT, ROUND_HALF_UP)
        for cents, quality, environment, weeks in line
    ]
    return sorted(range(len(line)), key=lambda place: totals[place], reverse=True)
