"""The words of scoring: methods, the way a computed criterion reads its values, tie-break order."""

from enum import StrEnum


class Method(StrEnum):
    """How a criterion turns what an offer says into points. B = weight of the criterion."""

    PROPORTIONAL = "proportional"
    """B × lowest ÷ own (highest is better: B × own ÷ highest)."""
    LINEAR = "linear"
    """max(0, B × (n − own ÷ lowest) ÷ (n − 1)), 2 ≤ n ≤ 4: nothing left at n times the lowest."""
    MIN_MAX = "min_max"
    """B × (highest − own) ÷ (highest − lowest): lawful only within SC-04 and SC-05."""
    JUDGED = "judged"
    """B × value ÷ max: a value given by evaluators with its written reason."""


class Direction(StrEnum):
    """Which end of a computed column is the best one."""

    LOWER = "lower"
    HIGHER = "higher"
