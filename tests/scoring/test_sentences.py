"""Every formula and every problem reads as a whole French sentence, with its figures."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.rendering.sentences import sentence
from sad.kernel.errors import Problem
from sad.kernel.money import Money
from sad.scoring.formulas import Explanation, Field, computed_mark, judged_mark
from sad.scoring.low_prices import double_mean, second_lowest
from sad.scoring.rules import (
    AnnouncedFamily,
    Criterion,
    Entry,
    closing_problems,
    comparison_problems,
    launch_problems,
)
from sad.scoring.scoring import Offered, offer_problems
from sad.scoring.states import Direction, Method

PRICE = Criterion("price", "price", Decimal(40), Method.PROPORTIONAL, label="Prix")
STATE = Criterion("state", "quality", Decimal(60), Method.JUDGED, label="État")
FIELD = Field(Money(100_00), Money(300_00), 3)


def read(code: str, facts: object) -> str:
    text = sentence(code, facts)  # type: ignore[arg-type]  # facts of either kind
    assert "…" not in text, f"{code} lacks a fact: {text}"
    return text


@pytest.mark.parametrize(
    ("explanation", "expected"),
    [
        (judged_mark(STATE, Decimal("7.5")), "60 × 7,5 ÷ 20"),
        (computed_mark(PRICE, Money(200_00), FIELD), "40 × 100,00 € ÷ 200,00 €"),
        (
            computed_mark(
                replace(PRICE, method=Method.LINEAR, n=Decimal("2.5")), Money(200_00), FIELD
            ),
            "40 × (2,5 − 200,00 € ÷ 100,00 €) ÷ 1,5, zéro au minimum",
        ),
        (
            computed_mark(replace(PRICE, method=Method.MIN_MAX), Money(200_00), FIELD),
            "40 × (300,00 € − 200,00 €) ÷ (300,00 € − 100,00 €)",
        ),
        (
            computed_mark(
                replace(PRICE, method=Method.MIN_MAX), Money(2_00), Field.of([Money(2_00)])
            ),
            "40 × 2,00 € ÷ 2,00 € (formule de repli : moins de trois offres comparées)",
        ),
        (
            computed_mark(
                replace(PRICE, direction=Direction.HIGHER),
                Decimal(12),
                Field.of([Decimal(24), Decimal(12)]),
            ),
            "40 × 12 ÷ 24",
        ),
        (
            computed_mark(
                replace(PRICE, method=Method.MIN_MAX), Money(2_00), Field.of([Money(2_00)] * 3)
            ),
            "40, toutes les offres comparées étant égales à 2,00 €",
        ),
    ],
)
def test_each_formula_can_be_read(explanation: object, expected: str) -> None:
    how: Explanation = explanation.explanation  # type: ignore[attr-defined]  # a Mark
    assert read(how.code, how.figures).replace("\u00a0", " ") == expected


def problems() -> list[Problem]:
    wrong = [
        replace(PRICE, weight=Decimal(70), method=Method.MIN_MAX, direction=Direction.HIGHER),
        replace(PRICE, code="p2", method=Method.LINEAR, n=Decimal(9), minimum=Decimal(1)),
        replace(PRICE, code="p3", method=Method.JUDGED, weight=Decimal(0)),
        replace(STATE, max=Decimal(0), weight=Decimal("0.005")),
        replace(STATE, minimum=Decimal(30)),
    ]
    notice = [AnnouncedFamily("price", Decimal(1), Decimal(2), "Prix")]
    days = Criterion("days", "delay", Decimal(10), Method.PROPORTIONAL)
    offers = [
        Offered("A", Money(0), {"state": Decimal(-1), "days": Decimal(0)}, label="Rebond"),
        Offered("A", Money(1), {"state": Decimal(21)}),
    ]
    low = {f"o{i}": Money(cents) for i, cents in enumerate([100, 999, 1000, 1000, 1001])}
    return [
        *launch_problems(wrong, ["beauty", "price", "price"], notice),
        *launch_problems([], [], []),
        *launch_problems([PRICE], [], []),
        *launch_problems([STATE], [], []),
        *comparison_problems(wrong, 2),
        *offer_problems([STATE, days], offers),
        *closing_problems([STATE], ["A"], {("A", "state"): Entry(Decimal(3))}),
        *(
            Problem(s.code, None, {**vars(s), "code": None})
            for s in [*double_mean(low), *second_lowest(low)]
        ),
    ]


@pytest.mark.parametrize("problem", problems(), ids=lambda problem: problem.code)
def test_each_problem_can_be_read(problem: Problem) -> None:
    text = read(problem.code, problem.facts)
    assert text.endswith(".")
    assert problem.code == "evaluation.criterion_twice" or "« state »" not in text  # its label
