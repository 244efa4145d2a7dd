"""What a category must say before its system is published."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sad.kernel.errors import Problem, Refusal


class CategoryTaken(Refusal):
    """The system already has this category."""

    code = "categories.taken"


@dataclass(frozen=True)
class Announced:
    """A category as its notice will say it; ranges are (family, minimum, maximum), in percent."""

    name: str
    cpv: Sequence[str]
    ordinary_use: str
    selection_criteria: str
    ranges: Sequence[tuple[str, Decimal, Decimal]]


def missing_in_categories(categories: Sequence[Announced]) -> list[Problem]:
    """SAD-05, SAD-06 (selection criteria for each), P4 (ordinary use), P9 (ranges), EX-12."""
    if not categories:
        return [Problem("categories.none", "categories")]
    found: list[Problem] = []
    for category in categories:
        found += _missing_in(category)
    return found


def _missing_in(category: Announced) -> list[Problem]:
    facts = {"name": category.name}
    checks = [
        ("categories.missing_selection", not category.selection_criteria.strip()),
        ("categories.missing_ordinary_use", not category.ordinary_use.strip()),
        ("categories.missing_cpv", not category.cpv),
        ("categories.missing_environment", not _has(category, "environment")),
        ("categories.missing_price", not _has(category, "price")),
        ("categories.ranges_unreachable", not _reachable(category)),
    ]
    return [Problem(code, "categories", facts) for code, wrong in checks if wrong]


def _has(category: Announced, family: str) -> bool:
    return any(name == family for name, _, _ in category.ranges)


def _reachable(category: Announced) -> bool:
    """Weights inside the ranges can total 100."""
    low = sum((minimum for _, minimum, _ in category.ranges), Decimal(0))
    high = sum((maximum for _, _, maximum in category.ranges), Decimal(0))
    return low <= 100 <= high
