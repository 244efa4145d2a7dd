"""The formulas of scoring, exact, each with its figures.

The lowest price always has all the points (SC-03). Nothing is rounded but the mark itself:
2 decimals, half up, computed on exact fractions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from sad.kernel.money import Money
from sad.scoring.rules import MIN_MAX_OFFERS, Criterion
from sad.scoring.states import Direction, Method

Measure = Decimal | Money
"""What a computed criterion looks at: the compared price, or the value of a column."""


class Explanation(NamedTuple):
    """The formula applied and its figures: enough for the tenderer to compute its mark again (P13).

    `code` has its sentence in the catalogue; `figures` are its facts.
    """

    code: str
    figures: Mapping[str, Measure]


class Mark(NamedTuple):
    """The points of one offer on one criterion, 2 decimals."""

    criterion: str
    points: Decimal
    explanation: Explanation


@dataclass(frozen=True)
class Field:
    """What the offers compared on a criterion amount to: both ends, and how many they are."""

    lowest: Measure
    highest: Measure
    offers: int

    @classmethod
    def of(cls, measures: Sequence[Measure]) -> "Field":
        """The field of at least one offer left in the comparison: all amounts, or all numbers."""
        return cls(_end(min, measures), _end(max, measures), len(measures))


Ratio = tuple[int, int]
"""Numerator and denominator, above zero: exact like a fraction, and never reduced on the way."""


def exact(measure: Measure) -> Ratio:
    """The measure exactly; an amount counts in cents."""
    if isinstance(measure, Money):
        return measure.cents, 1
    return measure.as_integer_ratio()


def two_places(value: Fraction) -> Decimal:
    """A fraction, zero or above, with 2 decimals, half up."""
    return _rounded(value.numerator, value.denominator)


def judged_mark(criterion: Criterion, value: Decimal) -> Mark:
    """weight × value ÷ max."""
    figures = {"weight": criterion.weight, "value": value, "max": criterion.max}
    points = _times(criterion, exact(value), exact(criterion.max))
    return _mark(criterion, points, "evaluation.formula_judged", figures)


def computed_mark(criterion: Criterion, own: Measure, field: Field) -> Mark:
    """The mark of a measure among those compared, by the criterion's method."""
    if criterion.method is Method.LINEAR:
        return _linear(criterion, own, field)
    if criterion.method is Method.MIN_MAX and field.offers >= MIN_MAX_OFFERS:
        return _min_max(criterion, own, field)
    if criterion.direction is Direction.HIGHER:
        return _proportional_highest(criterion, own, field)
    return _proportional(criterion, own, field)


def _proportional(criterion: Criterion, own: Measure, field: Field) -> Mark:
    """F1: B × lowest ÷ own. Also the printed fallback of min_max below three offers (SC-05)."""
    figures = {"weight": criterion.weight, "best": field.lowest, "own": own}
    points = _times(criterion, exact(field.lowest), exact(own))
    if criterion.method is Method.MIN_MAX:
        return _mark(criterion, points, "evaluation.formula_fallback", figures)
    return _mark(criterion, points, "evaluation.formula_proportional", figures)


def _proportional_highest(criterion: Criterion, own: Measure, field: Field) -> Mark:
    """B × own ÷ highest; when every value is zero nobody is better and all have B."""
    if exact(field.highest)[0] == 0:
        return _equal(criterion, own)
    figures = {"weight": criterion.weight, "best": field.highest, "own": own}
    points = _times(criterion, exact(own), exact(field.highest))
    return _mark(criterion, points, "evaluation.formula_highest", figures)


def _linear(criterion: Criterion, own: Measure, field: Field) -> Mark:
    """F4: max(0, B × (n − own ÷ lowest) ÷ (n − 1)). ValueError on criteria nobody checked."""
    if criterion.n is None:
        raise ValueError(f"{criterion.code}: linear without n")
    figures = {
        "weight": criterion.weight,
        "best": field.lowest,
        "own": own,
        "n": criterion.n,
        "n_less_one": criterion.n - 1,
    }
    (own_up, own_down), (best_up, best_down) = exact(own), exact(field.lowest)
    n_up, n_down = exact(criterion.n)
    left = n_up * own_down * best_up - own_up * best_down * n_down
    part = max(0, left), own_down * best_up * n_down
    points = _times(criterion, part, (n_up - n_down, n_down))
    return _mark(criterion, points, "evaluation.formula_linear", figures)


def _min_max(criterion: Criterion, own: Measure, field: Field) -> Mark:
    """F2: B × (highest − own) ÷ (highest − lowest); all equal have B."""
    if field.highest == field.lowest:
        return _equal(criterion, own)
    figures = {
        "weight": criterion.weight,
        "best": field.lowest,
        "worst": field.highest,
        "own": own,
    }
    points = _times(criterion, _less(field.highest, own), _less(field.highest, field.lowest))
    return _mark(criterion, points, "evaluation.formula_min_max", figures)


def _equal(criterion: Criterion, own: Measure) -> Mark:
    figures = {"weight": criterion.weight, "own": own}
    return _mark(criterion, exact(criterion.weight), "evaluation.formula_equal", figures)


def _times(criterion: Criterion, part: Ratio, whole: Ratio) -> Ratio:
    """weight × part ÷ whole, the whole above zero."""
    up, down = exact(criterion.weight)
    return up * part[0] * whole[1], down * part[1] * whole[0]


def _less(high: Measure, low: Measure) -> Ratio:
    (high_up, high_down), (low_up, low_down) = exact(high), exact(low)
    return high_up * low_down - low_up * high_down, high_down * low_down


def _rounded(up: int, down: int) -> Decimal:
    """up ÷ down, zero or above, with 2 decimals, half up."""
    return Decimal((200 * up + down) // (2 * down)).scaleb(-2)


def _end(choose: Callable[..., Any], measures: Sequence[Measure]) -> Measure:
    """The lowest or the highest: measures of one criterion are of one kind."""
    found: Measure = choose(measures)
    return found


def _mark(
    criterion: Criterion, points: Ratio, formula: str, figures: Mapping[str, Measure]
) -> Mark:
    return Mark(criterion.code, _rounded(*points), Explanation(formula, figures))
