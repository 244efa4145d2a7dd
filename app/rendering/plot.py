"""The geometry of a plot of points against price: numbers for an SVG's attributes, no drawing.

Coordinates are whole; the page writes the shapes, the words and the table of the same values.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sad.kernel.money import Money

WIDTH, HEIGHT = 480, 300
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 12, 40
DASHES = ("", "7 4", "2 4", "12 4 2 4", "1 6")
"""One drawing of line by series, told apart without colours."""

Point = tuple[Money, Decimal]
Curve = Sequence[Point]


@dataclass(frozen=True)
class Series:
    """A named curve: `points` for a polyline, `dash` its drawing, `strong` the one announced."""

    name: str
    points: str
    dash: str
    strong: bool


@dataclass(frozen=True)
class Tick:
    """A mark on an axis at `at`, its words beside."""

    at: int
    words: str


@dataclass(frozen=True)
class Plot:
    """Everything the page draws, in a box of WIDTH × HEIGHT."""

    series: tuple[Series, ...]
    offers: tuple[Tick, ...]  # along the price axis, several names where prices are equal
    marks: tuple[Tick, ...]  # along the points axis
    dots: tuple[tuple[int, int], ...]  # the offers on the announced curve
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def plot(
    curves: Mapping[str, Curve], announced: str, offers: Mapping[str, Point], best: Decimal
) -> Plot | None:
    """The curves by name; `offers`: by letter, the (price, points) of each on the announced one.

    `best` is the weight, top of the scale. None when all prices are equal: nothing to draw.
    """
    prices = [price.cents for curve in curves.values() for price, _ in curve]
    low, high = min(prices), max(prices)
    if low == high:
        return None

    def across(price: Money) -> int:
        return LEFT + (price.cents - low) * (WIDTH - LEFT - RIGHT) // (high - low)

    def up(points: Decimal) -> int:
        span = HEIGHT - TOP - BOTTOM
        return HEIGHT - BOTTOM - round(points / best * span)

    drawn = (
        Series(name, _path(curve, across, up), DASHES[rank % len(DASHES)], name == announced)
        for rank, (name, curve) in enumerate(curves.items())
    )
    placed = [(across(price), up(points)) for price, points in offers.values()]
    names: dict[int, list[str]] = {}
    for letter, (at, _) in zip(offers, placed, strict=True):
        names.setdefault(at, []).append(letter)
    quarters = (best * step / 4 for step in range(5))
    return Plot(
        series=tuple(drawn),
        offers=tuple(Tick(at, ", ".join(found)) for at, found in sorted(names.items())),
        marks=tuple(Tick(up(mark), f"{mark.normalize():f}".replace(".", ",")) for mark in quarters),
        dots=tuple(placed),
    )


def _path(curve: Curve, across: Callable[[Money], int], up: Callable[[Decimal], int]) -> str:
    return " ".join(f"{across(price)},{up(points)}" for price, points in curve)
