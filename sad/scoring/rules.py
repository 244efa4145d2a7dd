"""What makes a set of criteria lawful, and a set of marks complete.

Everything is returned as a list of problems, in page order, so that a draft shows its checklist
and a refusal says all at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sad.kernel.errors import Problem
from sad.kernel.money import Money
from sad.scoring.states import Direction, Method

PRICE = "price"
ENVIRONMENT = "environment"
TOTAL_WEIGHT = Decimal(100)
DEFAULT_MAX = Decimal(20)
LINEAR_BOUNDS = (Decimal(2), Decimal(4))
MIN_MAX_OFFERS = 3
MIN_MAX_WEIGHT = Decimal(60)


@dataclass(frozen=True)
class Criterion:
    """One announced criterion. `weight` in points, at most 2 decimals (a mark has 2: SC-08).

    `family` is the notice's (MS-07); the family "price" is scored on the compared price, any other
    computed criterion on the column's value of the same code. `n` serves LINEAR, `max` and
    `minimum` (both on the scale of the value) JUDGED, `fallback` MIN_MAX. `label` is only shown.
    """

    code: str
    family: str
    weight: Decimal
    method: Method
    n: Decimal | None = None
    max: Decimal = DEFAULT_MAX
    minimum: Decimal | None = None
    direction: Direction = Direction.LOWER
    fallback: Method | None = None
    label: str = ""

    @property
    def name(self) -> str:
        """What people read of it: its label, or its code where nobody gave one."""
        return self.label or self.code

    @property
    def is_price(self) -> bool:
        """Scored on the compared price (P10)."""
        return self.family == PRICE

    @property
    def is_judged(self) -> bool:
        """Marked by people, with a written reason."""
        return self.method is Method.JUDGED


@dataclass(frozen=True)
class AnnouncedFamily:
    """A family of the notice with the range its weight must stay in, both ends included (P9)."""

    family: str
    low: Decimal
    high: Decimal
    label: str = ""


@dataclass(frozen=True)
class Entry:
    """One value given by an evaluator; `reason` is the sentence the letters will quote."""

    value: Decimal | None
    reason: str = ""


def launch_problems(
    criteria: Sequence[Criterion],
    tie_break: Sequence[str],
    announced: Sequence[AnnouncedFamily],
) -> list[Problem]:
    """Why these criteria cannot be launched (EX-12 R2152-7, MS-07 R2162-51, SC-02 to SC-05, P9)."""
    return [
        *criteria_problems(criteria, tie_break),
        *_fallback_problems(criteria),
        *_announced_problems(criteria, announced),
    ]


def criteria_problems(
    criteria: Sequence[Criterion], tie_break: Sequence[str] = ()
) -> list[Problem]:
    """What is unlawful or impossible in the criteria themselves, whatever notice and offers."""
    problems = _set_problems(criteria)
    for index, criterion in enumerate(criteria):
        where = f"criteria[{index}]"
        problems += _weight_problems(criterion, where)
        problems += _method_problems(criterion, where)
    return problems + _code_problems(criteria, tie_break)


def comparison_problems(criteria: Sequence[Criterion], remaining: int) -> list[Problem]:
    """Formulas that the number of offers left after elimination makes unlawful (SC-05).

    `remaining` zero compares nothing and refuses nothing.
    """
    if remaining == 0 or remaining >= MIN_MAX_OFFERS:
        return []
    return [
        Problem(
            "evaluation.min_max_few",
            f"criteria[{index}].method",
            {"criterion": criterion.name, "remaining": remaining},
        )
        for index, criterion in enumerate(criteria)
        if criterion.method is Method.MIN_MAX and criterion.fallback is None
    ]


def value_problem(criterion: Criterion, value: Decimal | None) -> Problem | None:
    """Why a value cannot be scored: missing, negative, above the maximum, zero under a ratio.

    A column where lower is better cannot hold zero: the ratio to the lowest would give nothing to
    everybody else. Announce such a column with a floor (a delay counts from one day).
    """
    facts: dict[str, object] = {"criterion": criterion.name}
    if value is None:
        return Problem("evaluation.value_missing", facts=facts)
    facts["value"] = value
    if value < 0:
        return Problem("evaluation.value_negative", facts=facts)
    if criterion.is_judged:
        if value > criterion.max:
            facts["max"] = criterion.max
            return Problem("evaluation.value_above_max", facts=facts)
    elif criterion.direction is Direction.LOWER and value == 0:
        return Problem("evaluation.value_zero", facts=facts)
    return None


def closing_problems(
    criteria: Sequence[Criterion],
    offers: Sequence[str],
    entries: Mapping[tuple[str, str], Entry],
) -> list[Problem]:
    """Why the evaluation cannot be closed: each value missing, out of bounds or without its reason.

    `entries` by (offer, criterion code). `where` is `offer/criterion`.
    """
    problems = []
    for offer in offers:
        for criterion in criteria:
            if criterion.is_price:
                continue
            entry = entries.get((offer, criterion.code), Entry(None))
            where = f"{offer}/{criterion.code}"
            problems += _entry_problems(criterion, entry, where)
    return problems


def is_unacceptable(price: Money, credits: Money) -> bool:
    """EX-03 L2152-3, P6: above the credits fixed before the launch, never above the estimate."""
    return price > credits


def _set_problems(criteria: Sequence[Criterion]) -> list[Problem]:
    if not criteria:
        return [Problem("evaluation.no_criterion", "criteria")]
    problems = []
    total = sum((criterion.weight for criterion in criteria), Decimal(0))
    if total != TOTAL_WEIGHT:
        problems.append(Problem("evaluation.weights_total", "criteria", {"total": total}))
    if all(criterion.is_price for criterion in criteria):
        problems.append(Problem("evaluation.price_only", "criteria"))
    elif not any(criterion.is_price for criterion in criteria):
        problems.append(Problem("evaluation.price_missing", "criteria"))
    if not any(criterion.family == ENVIRONMENT for criterion in criteria):
        problems.append(Problem("evaluation.environment_missing", "criteria"))
    return problems


def _weight_problems(criterion: Criterion, where: str) -> list[Problem]:
    facts = {"criterion": criterion.name, "weight": criterion.weight}
    if not 0 < criterion.weight <= TOTAL_WEIGHT:
        return [Problem("evaluation.weight_out_of_bounds", f"{where}.weight", facts)]
    if criterion.weight * 100 % 1:
        return [Problem("evaluation.weight_too_fine", f"{where}.weight", facts)]
    return []


def _method_problems(criterion: Criterion, where: str) -> list[Problem]:
    facts: dict[str, object] = {"criterion": criterion.name}
    if criterion.is_judged:
        return _judged_problems(criterion, where)
    problems = []
    if criterion.minimum is not None:
        problems.append(Problem("evaluation.minimum_computed", f"{where}.minimum", facts))
    if criterion.direction is Direction.HIGHER and (
        criterion.is_price or criterion.method is not Method.PROPORTIONAL
    ):
        problems.append(Problem("evaluation.direction_refused", f"{where}.direction", facts))
    low, high = LINEAR_BOUNDS
    if criterion.method is Method.LINEAR and (
        criterion.n is None or not low <= criterion.n <= high
    ):
        problems.append(
            Problem("evaluation.linear_bounds", f"{where}.n", facts | {"low": low, "high": high})
        )
    if criterion.method is Method.MIN_MAX and criterion.weight >= MIN_MAX_WEIGHT:
        weights = {"weight": criterion.weight, "limit": MIN_MAX_WEIGHT}
        problems.append(Problem("evaluation.min_max_weight", f"{where}.weight", facts | weights))
    return problems


def _judged_problems(criterion: Criterion, where: str) -> list[Problem]:
    facts: dict[str, object] = {"criterion": criterion.name}
    if criterion.is_price:
        return [Problem("evaluation.price_judged", f"{where}.method", facts)]
    if criterion.max <= 0:
        return [Problem("evaluation.max_not_positive", f"{where}.max", facts)]
    if criterion.minimum is not None and not 0 <= criterion.minimum <= criterion.max:
        facts |= {"minimum": criterion.minimum, "max": criterion.max}
        return [Problem("evaluation.minimum_out_of_bounds", f"{where}.minimum", facts)]
    return []


def _code_problems(criteria: Sequence[Criterion], tie_break: Sequence[str]) -> list[Problem]:
    problems = []
    codes = [criterion.code for criterion in criteria]
    for index, code in enumerate(codes):
        if code in codes[:index]:
            facts = {"criterion": code}
            problems.append(Problem("evaluation.criterion_twice", f"criteria[{index}].code", facts))
    for index, code in enumerate(tie_break):
        where = f"tie_break[{index}]"
        if code not in codes:
            problems.append(Problem("evaluation.tie_break_unknown", where, {"criterion": code}))
        elif code in tie_break[:index]:
            problems.append(Problem("evaluation.tie_break_twice", where, {"criterion": code}))
    return problems


def _fallback_problems(criteria: Sequence[Criterion]) -> list[Problem]:
    """At launch nobody knows how many will answer: the fallback must be printed (SC-05)."""
    return [
        Problem(
            "evaluation.min_max_without_fallback",
            f"criteria[{index}].fallback",
            {"criterion": criterion.name},
        )
        for index, criterion in enumerate(criteria)
        if criterion.method is Method.MIN_MAX and criterion.fallback is not Method.PROPORTIONAL
    ]


def _announced_problems(
    criteria: Sequence[Criterion], announced: Sequence[AnnouncedFamily]
) -> list[Problem]:
    """The weight of a family is the sum of its criteria; an announced family at 0 is left out."""
    problems = []
    families = {family.family for family in announced}
    for index, criterion in enumerate(criteria):
        if criterion.family not in families:
            facts = {"criterion": criterion.name, "family": criterion.family}
            problems.append(
                Problem("evaluation.family_unannounced", f"criteria[{index}].family", facts)
            )
    for family in announced:
        weights = (c.weight for c in criteria if c.family == family.family)
        weight = sum(weights, Decimal(0))
        if not family.low <= weight <= family.high:
            range_facts: dict[str, object] = {
                "family": family.label or family.family,
                "weight": weight,
                "low": family.low,
                "high": family.high,
            }
            problems.append(Problem("evaluation.weight_outside_range", "criteria", range_facts))
    return problems


def _entry_problems(criterion: Criterion, entry: Entry, where: str) -> list[Problem]:
    problems = []
    wrong = value_problem(criterion, entry.value)
    if wrong:
        problems.append(Problem(wrong.code, where, wrong.facts))
    if criterion.is_judged and entry.value is not None and not entry.reason.strip():
        facts = {"criterion": criterion.name}
        problems.append(Problem("evaluation.reason_missing", where, facts))
    return problems
