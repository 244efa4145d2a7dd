"""What a category must say before its system is published."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sad.kernel.errors import Problem, Refusal

ALWAYS_ANNOUNCED = {
    "price": "categories.range_of_price",
    "environment": "categories.range_of_environment",
}
"""The families no category does without (EX-12), and what is said of one left out."""


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


def wrong_ranges(ranges: Sequence[tuple[str, Decimal, Decimal, Decimal]]) -> list[Problem]:
    """What keeps ranges from being announced (P9, MS-07): (family, lowest, proposed, highest), %.

    Each proposed weight lies in its range, and they total exactly 100: a market starts from them.
    """
    found = [
        Problem("categories.range_out_of_order", f"weight_default.{family}", {})
        for family, low, proposed, high in ranges
        if not low <= proposed <= high
    ]
    total = sum((proposed for _, _, proposed, _ in ranges), Decimal(0))
    if not found and total != 100:
        found.append(Problem("categories.proposed_total", "ranges", {"total": total}))
    announced = {family for family, _, _, high in ranges if high > 0}
    return found + [
        Problem(code, f"weight_default.{family}", {})
        for family, code in ALWAYS_ANNOUNCED.items()
        if family not in announced
    ]


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
