"""Invented offers scored before a launch: what each method of the price would give.

Pure: the same `score` as after the opening, with the price's method changed and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sad.kernel.errors import Incomplete, Problem
from sad.kernel.money import Money
from sad.scoring.formulas import Field, computed_mark
from sad.scoring.rules import Criterion
from sad.scoring.scoring import Offered, Result, score
from sad.scoring.states import Method

TRIED = (
    (Method.PROPORTIONAL, None),
    (Method.LINEAR, Decimal(2)),
    (Method.LINEAR, Decimal(3)),
    (Method.MIN_MAX, None),
)
"""The methods compared, with their coefficient (legal reference 4.2)."""


@dataclass(frozen=True)
class Alternative:
    """The offers under one method of the price; `problems` where it would be refused.

    `announced`: the method the market has now. `price` is its price criterion under this method.
    """

    method: Method
    n: Decimal | None
    announced: bool
    price: Criterion
    results: tuple[Result, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def first(self) -> tuple[str, ...]:
        """The ids ranked first; none where the method is refused."""
        return tuple(result.id for result in self.results if result.rank == 1)


def alternatives(
    criteria: Sequence[Criterion], offers: Sequence[Offered], tie_break: Sequence[str] = ()
) -> list[Alternative]:
    """Each method tried on the price; the market's own first if it is none of them.

    `criteria` hold one price criterion at least. Raises Incomplete for what no method mends.
    """
    price = next(criterion for criterion in criteria if criterion.is_price)
    own = (price.method, price.n if price.method is Method.LINEAR else None)
    tried = TRIED if own in TRIED else (own, *TRIED)
    return [_under(criteria, offers, tie_break, *one, announced=one == own) for one in tried]


def curve(criterion: Criterion, field: Field, steps: int = 48) -> list[tuple[Money, Decimal]]:
    """(price, points) from the lowest to the highest price compared, at equal distances.

    A field of equal prices has one point.
    """
    low, high = _cents(field.lowest), _cents(field.highest)
    prices = sorted({low + (high - low) * step // steps for step in range(steps + 1)})
    return [
        (Money(cents), computed_mark(criterion, Money(cents), field).points) for cents in prices
    ]


def compared(offers: Sequence[Offered], results: Sequence[Result]) -> Field | None:
    """The field of prices left after elimination, None when nothing is compared."""
    kept = {result.id for result in results if not result.eliminated}
    prices = [offer.price for offer in offers if offer.id in kept]
    return Field.of(prices) if prices else None


def _under(
    criteria: Sequence[Criterion],
    offers: Sequence[Offered],
    tie_break: Sequence[str],
    method: Method,
    n: Decimal | None,
    *,
    announced: bool,
) -> Alternative:
    fallback = Method.PROPORTIONAL if method is Method.MIN_MAX else None
    changed = [
        replace(criterion, method=method, n=n, fallback=fallback)
        if criterion.is_price
        else criterion
        for criterion in criteria
    ]
    price = next(criterion for criterion in changed if criterion.is_price)
    try:
        results = tuple(score(changed, offers, tie_break))
    except Incomplete as refusal:
        return Alternative(method, n, announced, price, (), tuple(refusal.problems))
    return Alternative(method, n, announced, price, results)


def _cents(measure: object) -> int:
    if not isinstance(measure, Money):
        raise TypeError("a curve is drawn over prices")
    return measure.cents
