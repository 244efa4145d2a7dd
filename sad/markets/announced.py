"""The first criteria of a new market: what its category's notice announces, made precise (MS-07).

A range's parameters may list the criteria it becomes, as the catalogue proposes them:
`{"criteria": [{"code", "label", "weight", "n", "maximum", "minimum", "anchors",
"evidence"}]}`, numbers as text. Without them the range becomes one criterion.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sad.categories.tables import CategoryCriterion
from sad.markets.tables import Criterion, SpecificMarket
from sad.scoring.states import Method

STEP = Decimal("0.001")
PARTING = ("environment", "price")  # families that part equal totals until the buyer says otherwise


def first_criteria(
    market: SpecificMarket, announced: Sequence[CategoryCriterion]
) -> list[Criterion]:
    """One criterion a part of each range proposed above 0; weights sum to those of the ranges."""
    found: list[Criterion] = []
    for row in announced:
        if row.weight_default > 0:
            said: Any = row.parameters.get("criteria") or [row.parameters]
            weights = _cut(row.weight_default, [Decimal(str(one.get("weight", 1))) for one in said])
            for one, weight in zip(said, weights, strict=True):
                code = row.family if len(said) == 1 else str(one["code"])
                found.append(_criterion(market, row, one, code, weight, len(found)))
    return found


def first_tie_break(criteria: Sequence[Criterion]) -> list[str]:
    """The heaviest criterion of each parting family, in the order of the criteria (EX-15)."""
    heaviest: dict[str, Criterion] = {}
    for one in criteria:
        if one.family in PARTING:
            before = heaviest.get(one.family)
            if before is None or one.weight > before.weight:
                heaviest[one.family] = one
    return [one.code for one in heaviest.values()]


def _criterion(
    market: SpecificMarket,
    row: CategoryCriterion,
    said: Mapping[str, Any],
    code: str,
    weight: Decimal,
    position: int,
) -> Criterion:
    method = Method(row.method)
    return Criterion(
        organisation_id=market.organisation_id,
        market_id=market.id,
        position=position,
        code=code,
        family=row.family,
        label=str(said.get("label") or row.label),
        weight=weight,
        method=method,
        n=_number(said.get("n")),
        maximum=_number(said.get("maximum")),
        minimum=_number(said.get("minimum")),
        direction=str(said.get("direction") or "lower"),
        fallback=Method.PROPORTIONAL if method is Method.MIN_MAX else None,
        anchors=[str(anchor) for anchor in said.get("anchors") or []],
        evidence=[str(key) for key in said.get("evidence") or []],
    )


def _cut(whole: Decimal, parts: Sequence[Decimal]) -> list[Decimal]:
    """The range's weight in the same proportions, to the thousandth; the last takes what is left.

    An officer may have changed the weight that the catalogue proposed.
    """
    total = sum(parts, Decimal(0))
    cut = [(whole * part / total).quantize(STEP, ROUND_HALF_UP) for part in parts[:-1]]
    return [*cut, whole - sum(cut, Decimal(0))]


def _number(value: object) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))
