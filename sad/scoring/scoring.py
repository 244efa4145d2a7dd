"""From compared prices and values to marks and ranks, one lot at a time (SC-06).

Order of steps: eliminate (before any lowest price is taken: an offer that is out must not set it),
mark each criterion, add the marks, rank. The result never depends on the order of the rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sad.kernel.errors import Incomplete, Problem
from sad.kernel.money import ZERO, Money
from sad.scoring.formulas import Field, Mark, Measure, computed_mark, judged_mark
from sad.scoring.rules import (
    Criterion,
    comparison_problems,
    criteria_problems,
    value_problem,
)


@dataclass(frozen=True)
class Offered:
    """What is compared of one offer. `price` is what the buyer finally bears (P10, SC-09).

    `eliminated`: already out (irregular, unacceptable…): kept in the result, never compared.
    """

    id: str
    price: Money
    values: Mapping[str, Decimal] = field(default_factory=dict)
    eliminated: bool = False
    label: str = ""

    @property
    def name(self) -> str:
        """What people read of it: its label, or its id where nobody gave one."""
        return self.label or self.id


@dataclass(frozen=True)
class Result:
    """One offer scored. An eliminated one has no total and no rank, only its judged marks.

    `below` lists the criteria whose announced minimum was not reached.
    """

    id: str
    price: Money
    marks: tuple[Mark, ...]
    total: Decimal | None
    rank: int | None
    below: tuple[str, ...] = ()

    @property
    def eliminated(self) -> bool:
        """Out of the comparison."""
        return self.rank is None

    def mark(self, criterion: str) -> Mark | None:
        """The mark on a criterion, None when an eliminated offer was not compared on it."""
        return next((mark for mark in self.marks if mark.criterion == criterion), None)


def score(
    criteria: Sequence[Criterion], offers: Sequence[Offered], tie_break: Sequence[str] = ()
) -> list[Result]:
    """The offers of a lot ranked in decreasing order (EX-11 R2152-6), the eliminated ones last.

    Equal totals are separated by the marks on the `tie_break` criteria, in the announced order
    (EX-15); still equal, they share the rank and the next rank is skipped (1, 1, 3). Within a rank
    offers come by id. Raises Incomplete when criteria, prices or values cannot be scored lawfully.
    """
    problems = criteria_problems(criteria, tie_break) + offer_problems(criteria, offers)
    if problems:
        raise Incomplete(problems)
    below = {offer.id: _below(criteria, offer) for offer in offers}
    kept = [offer for offer in offers if not offer.eliminated and not below[offer.id]]
    out = [offer for offer in offers if offer.eliminated or below[offer.id]]
    unlawful = comparison_problems(criteria, len(kept))
    if unlawful:
        raise Incomplete(unlawful)
    return [
        *_ranked(kept, _marks(criteria, kept), tie_break),
        *(
            Result(offer.id, offer.price, _judged(criteria, offer), None, None, below[offer.id])
            for offer in sorted(out, key=lambda offer: offer.id)
        ),
    ]


def offer_problems(criteria: Sequence[Criterion], offers: Sequence[Offered]) -> list[Problem]:
    """What in the offers cannot be scored: an id twice, a price that is not positive, a value.

    A free offer divides by nothing and must be questioned (EX-06), not scored. `where` is the
    field, `offers[2].price`. Of an offer already eliminated only the id counts.
    """
    problems = []
    seen: set[str] = set()
    for index, offer in enumerate(offers):
        where = f"offers[{index}]"
        if offer.id in seen:
            problems.append(Problem("evaluation.offer_twice", f"{where}.id", {"offer": offer.name}))
        seen.add(offer.id)
        if not offer.eliminated:
            problems += _compared_problems(criteria, offer, where)
    return problems


def _compared_problems(criteria: Sequence[Criterion], offer: Offered, where: str) -> list[Problem]:
    problems = []
    if offer.price <= ZERO:
        facts: dict[str, object] = {"offer": offer.name, "price": offer.price}
        problems.append(Problem("evaluation.price_not_positive", f"{where}.price", facts))
    for criterion in criteria:
        if criterion.is_price:
            continue
        wrong = value_problem(criterion, offer.values.get(criterion.code))
        if wrong:
            facts = {"offer": offer.name, **wrong.facts}
            problems.append(Problem(wrong.code, f"{where}.values.{criterion.code}", facts))
    return problems


def _below(criteria: Sequence[Criterion], offer: Offered) -> tuple[str, ...]:
    """The criteria whose minimum the offer misses; nothing for an offer already out."""
    if offer.eliminated:
        return ()
    return tuple(
        criterion.code
        for criterion in criteria
        if criterion.minimum is not None and offer.values[criterion.code] < criterion.minimum
    )


def _marks(criteria: Sequence[Criterion], kept: Sequence[Offered]) -> dict[str, tuple[Mark, ...]]:
    """The marks of each offer left, in the criteria's order."""
    if not kept:
        return {}
    fields = {
        criterion.code: Field.of([_measure(criterion, offer) for offer in kept])
        for criterion in criteria
        if not criterion.is_judged
    }
    return {
        offer.id: tuple(
            judged_mark(criterion, offer.values[criterion.code])
            if criterion.is_judged
            else computed_mark(criterion, _measure(criterion, offer), fields[criterion.code])
            for criterion in criteria
        )
        for offer in kept
    }


def _measure(criterion: Criterion, offer: Offered) -> Measure:
    return offer.price if criterion.is_price else offer.values[criterion.code]


def _judged(criteria: Sequence[Criterion], offer: Offered) -> tuple[Mark, ...]:
    """The marks given by people to an offer that is out, as far as they can be shown."""
    return tuple(
        judged_mark(criterion, offer.values[criterion.code])
        for criterion in criteria
        if criterion.is_judged
        and value_problem(criterion, offer.values.get(criterion.code)) is None
    )


def _ranked(
    kept: Sequence[Offered], marks: Mapping[str, tuple[Mark, ...]], tie_break: Sequence[str]
) -> list[Result]:
    totals = {id_: sum((mark.points for mark in own), Decimal(0)) for id_, own in marks.items()}
    merits = {id_: _merit(totals[id_], own, tie_break) for id_, own in marks.items()}
    results: list[Result] = []
    last: tuple[Decimal, ...] | None = None
    rank = 0
    in_order = sorted(kept, key=lambda offer: offer.id)
    best_first = sorted(in_order, key=lambda offer: merits[offer.id], reverse=True)
    for place, offer in enumerate(best_first, start=1):
        if merits[offer.id] != last:
            rank, last = place, merits[offer.id]
        results.append(Result(offer.id, offer.price, marks[offer.id], totals[offer.id], rank))
    return results


def _merit(total: Decimal, marks: Sequence[Mark], tie_break: Sequence[str]) -> tuple[Decimal, ...]:
    """What ranks an offer: its total, then its marks on the criteria that part equal totals."""
    points = {mark.criterion: mark.points for mark in marks}
    return (total, *(points[code] for code in tie_break))
