"""A ranking as kept: canonical JSON values, so that its hash holds and it reads back equal.

Amounts are `{"cents": n}`, other figures texts: the type of a figure is never guessed.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sad.kernel.money import Money
from sad.scoring.formulas import Explanation, Mark, Measure
from sad.scoring.scoring import Result


def freeze(results: Sequence[Result]) -> dict[str, Any]:
    """The ranking of a lot with every mark, its formula and its figures (P13)."""
    return {"offers": [_result(result) for result in results]}


def thaw(kept: dict[str, Any]) -> list[Result]:
    """The results as they were frozen."""
    return [
        Result(
            id=each["id"],
            price=Money(each["price_cents"]),
            marks=tuple(_thawed_mark(mark) for mark in each["marks"]),
            total=None if each["total"] is None else Decimal(each["total"]),
            rank=each["rank"],
            below=tuple(each["below"]),
        )
        for each in kept["offers"]
    ]


def _result(result: Result) -> dict[str, Any]:
    return {
        "id": result.id,
        "price_cents": result.price.cents,
        "marks": [_mark(mark) for mark in result.marks],
        "total": None if result.total is None else str(result.total),
        "rank": result.rank,
        "below": list(result.below),
    }


def _mark(mark: Mark) -> dict[str, Any]:
    figures = {name: _figure(value) for name, value in mark.explanation.figures.items()}
    return {
        "criterion": mark.criterion,
        "points": str(mark.points),
        "formula": mark.explanation.code,
        "figures": figures,
    }


def _figure(value: Measure) -> dict[str, int] | str:
    return {"cents": value.cents} if isinstance(value, Money) else str(value)


def _thawed_mark(kept: dict[str, Any]) -> Mark:
    figures: dict[str, Measure] = {
        name: Money(value["cents"]) if isinstance(value, dict) else Decimal(value)
        for name, value in kept["figures"].items()
    }
    explanation = Explanation(kept["formula"], figures)
    return Mark(kept["criterion"], Decimal(kept["points"]), explanation)
