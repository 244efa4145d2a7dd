"""The formulas of scoring, exact, each with its figures.

The lowest price always has all the points (SC-03). Nothing is rounded but the mark itself:
2 decimals, half up, computed on exact fractions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from sad.kernel.money import Money
from sad.scoring.rules import MIN_MAX_OFFERS, Criterion
from sad.scoring.states import Direction, Method

Measure = Decimal | Money
"""What a computed criterion looks at: the compared price, or the value of a column."""


@dataclass(frozen=True)
class Explanation:
    """The formula applied and its figures: enough for the tenderer to compute its mark again (P13).

    `code` has its sentence in the catalogue; `figures` are its facts.
    """

    code: str
    figures: Mapping[str, Measure]


@dataclass(frozen=True)
class Mark:
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
        """The field of at least one offer left in the comparison."""
        ordered = sorted(measures, key=exact)
        return cls(ordered[0], ordered[-1], len(ordered))


def exact(measure: Measure) -> Fraction:
    """The measure as a fraction; an amount counts in cents."""
    return Fraction(measure.cents if isinstance(measure, Money) else measure)


def two_places(value: Fraction) -> Decimal:
    """A fraction, zero or above, with 2 decimals, half up."""
    return Decimal(floor(value * 100 + Fraction(1, 2))).scaleb(-2)


def judged_mark(criterion: Criterion, value: Decimal) -> Mark:
    """weight × value ÷ max."""
    figures = {"weight": criterion.weight, "value": value, "max": criterion.max}
    points = Fraction(criterion.weight) * Fraction(value) / Fraction(criterion.max)
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
    points = Fraction(criterion.weight) * exact(field.lowest) / exact(own)
    if criterion.method is Method.MIN_MAX:
        return _mark(criterion, points, "evaluation.formula_fallback", figures)
    return _mark(criterion, points, "evaluation.formula_proportional", figures)


def _proportional_highest(criterion: Criterion, own: Measure, field: Field) -> Mark:
    """B × own ÷ highest; when every value is zero nobody is better and all have B."""
    if not exact(field.highest):
        return _equal(criterion, own)
    figures = {"weight": criterion.weight, "best": field.highest, "own": own}
    points = Fraction(criterion.weight) * exact(own) / exact(field.highest)
    return _mark(criterion, points, "evaluation.formula_highest", figures)


def _linear(criterion: Criterion, own: Measure, field: Field) -> Mark:
    """F4: max(0, B × (n − own ÷ lowest) ÷ (n − 1)). ValueError on criteria nobody checked."""
    if criterion.n is None:
        raise ValueError(f"{criterion.code}: linear without n")
    n = Fraction(criterion.n)
    figures = {
        "weight": criterion.weight,
        "best": field.lowest,
        "own": own,
        "n": criterion.n,
        "n_less_one": criterion.n - 1,
    }
    points = Fraction(criterion.weight) * (n - exact(own) / exact(field.lowest)) / (n - 1)
    return _mark(criterion, max(Fraction(0), points), "evaluation.formula_linear", figures)


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
    spread = exact(field.highest) - exact(field.lowest)
    points = Fraction(criterion.weight) * (exact(field.highest) - exact(own)) / spread
    return _mark(criterion, points, "evaluation.formula_min_max", figures)


def _equal(criterion: Criterion, own: Measure) -> Mark:
    figures = {"weight": criterion.weight, "own": own}
    return _mark(criterion, Fraction(criterion.weight), "evaluation.formula_equal", figures)


def _mark(
    criterion: Criterion, points: Fraction, formula: str, figures: Mapping[str, Measure]
) -> Mark:
    return Mark(criterion.code, two_places(points), Explanation(formula, figures))
