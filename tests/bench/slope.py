"""Whether a cost grows as what is asked does: its slope over several sizes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """So many things asked, and what they cost, in any one unit."""

    size: int
    cost: float


def exponent(points: Sequence[Point]) -> float:
    """The power of the size that the cost follows, by least squares on logarithms: 1 is linear."""
    xs = [math.log(point.size) for point in points]
    ys = [math.log(point.cost) for point in points]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    up = sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True))
    return up / sum((a - x) ** 2 for a in xs)


def slope_row(name: str, points: Sequence[Point]) -> str:
    """« name: cost grows as size^1.02 »."""
    return f"{name}: cost grows as size^{exponent(points):.2f} (1 is linear)"
