"""What a family proposes to a new market, in the shapes a market is made of.

Sub-criteria become criteria of their own, with their part of the weight; a question nobody would
mark is not asked.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from catalog_categories.schema import (
    Anchor,
    Choice,
    Column,
    ConditionKind,
    Criterion,
    Entry,
    Method,
    Question,
)

WEIGHT_STEP = Decimal("0.001")


@dataclass(frozen=True)
class ProposedCriterion:
    """A criterion ready for a market. `weight` in points of 100, three decimals at most."""

    code: str
    family: str
    label: str
    weight: Decimal
    method: Method
    n: Decimal | None
    maximum: Decimal | None
    minimum: Decimal | None
    anchors: tuple[str, ...]
    direction: str | None  # which end of a computed column is the best one
    evidence: tuple[str, ...]  # codes of the columns and questions it is judged on


def criteria(entry: Entry) -> tuple[ProposedCriterion, ...]:
    """The criteria of a new market, in order; a family proposed at 0 is left out."""
    return tuple(
        proposed for one in entry.criteria if one.weight > 0 for proposed in _proposed(one)
    )


def questions(entry: Entry, families: Collection[str] | None = None) -> tuple[Question, ...]:
    """The questions that serve a mark: those of the criteria kept (by family), else of the default
    ones.
    """
    kept = (
        {one.family for one in entry.criteria if one.weight > 0} if families is None else families
    )
    used: set[str] = set()
    for one in entry.criteria:
        if one.family in kept:
            used.update(one.evidence, *(sub.evidence for sub in one.sub_criteria))
    return tuple(question for question in entry.questions if question.code in used)


def conditions(entry: Entry, *kinds: ConditionKind) -> str:
    """The default conditions of performance of these kinds, one paragraph each (EX-18)."""
    return "\n\n".join(one.text for one in entry.conditions if one.default and one.kind in kinds)


def hint(column: Column) -> str:
    """What stands under a column: its help, then the written meaning of each choice."""
    meanings = [
        f"{choice_text(choice)} : {choice.definition}"
        for choice in column.choices
        if choice.definition
    ]
    return "\n".join([*([column.help] if column.help else []), *meanings])


def choice_text(choice: Choice) -> str:
    """A choice as people pick it; a grade keeps its letter: « A – Très bon état »."""
    return f"{choice.code} – {choice.label}" if len(choice.code) == 1 else choice.label


def _proposed(one: Criterion) -> list[ProposedCriterion]:
    if not one.sub_criteria:
        parts = [(one.code, one.label, one.weight, one.anchors, one.evidence)]
    else:
        weights = _shared(one.weight, [sub.share for sub in one.sub_criteria])
        parts = [
            (
                f"{one.code}_{sub.code}",
                f"{one.label} : {sub.label}",
                weight,
                sub.anchors,
                sub.evidence,
            )
            for sub, weight in zip(one.sub_criteria, weights, strict=True)
        ]
    return [
        ProposedCriterion(
            code=code,
            family=one.family,
            label=label,
            weight=weight,
            method=one.method,
            n=one.n,
            maximum=one.max,
            minimum=one.minimum,
            anchors=tuple(_anchor(anchor) for anchor in anchors),
            direction=one.direction,
            evidence=evidence,
        )
        for code, label, weight, anchors, evidence in parts
    ]


def _anchor(anchor: Anchor) -> str:
    return f"{anchor.mark} : {anchor.text}"


def _shared(weight: Decimal, shares: list[Decimal]) -> list[Decimal]:
    """The weight cut by shares (percent) to the thousandth; the last part takes what is left."""
    parts = [
        (weight * share / 100).quantize(WEIGHT_STEP, rounding=ROUND_HALF_UP)
        for share in shares[:-1]
    ]
    return [*parts, weight - sum(parts, Decimal(0))]
