"""Trying the scoring of a market with invented offers, before its launch: nothing is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app.deps import reading
from app.rendering.criteria import by_family, reads
from app.rendering.french import number
from app.rendering.plot import Plot, plot
from app.rendering.sentences import sentence
from app.routing import page_router
from app.web.evaluation_words import formula, points
from app.web.forms import typed
from app.web.market_forms import Reader, money_field, plain_decimal
from app.web.markets import context_of
from app.web.pages import render
from sad.accounts.permissions import Permission, require
from sad.categories.service import ranges_of
from sad.categories.tables import Category
from sad.kernel.errors import Problem
from sad.kernel.french import parse_money
from sad.kernel.money import ZERO, Money
from sad.markets.queries import MarketView
from sad.scoring.rules import DEFAULT_MAX, PRICE, Criterion, criteria_problems
from sad.scoring.scoring import Offered, offer_problems
from sad.scoring.states import Direction, Method
from sad.scoring.trial import Alternative, alternatives, compared, curve

router = page_router("/marches/{market_id}/essai")
LETTERS = "ABCDEF"
FIRST = 4
INVENTED = (Money(800_00), Money(900_00), Money(1_000_00), Money(1_300_00))
PERCENTS = (80, 90, 100, 130)  # of the estimate, where there is one
JUDGED = (Decimal("0.5"), Decimal("0.65"), Decimal("0.8"), Decimal("0.9"))
LOWER = (Decimal(8), Decimal(6), Decimal(5), Decimal(4))
HIGHER = (Decimal(6), Decimal(12), Decimal(12), Decimal(24))


@dataclass
class Trial:
    """What the page shows of one trial: fields with their errors, or the results."""

    values: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)
    problems: Sequence[Problem] = ()  # of the criteria: nothing to try
    tried: list[Alternative] = field(default_factory=list)
    offers: list[Offered] = field(default_factory=list)
    plot: Plot | None = None

    @property
    def announced(self) -> Alternative | None:
        """The results under the method the market has."""
        return next((one for one in self.tried if one.announced), None)


@router.get("")
def trial(request: Request, market_id: UUID) -> Response:
    """The fields, and what the offers typed in the address would get."""
    form = FormData(dict(request.query_params))
    with reading(request) as work:
        require(work, Permission.PREPARE_MARKET)
        context = context_of(work, market_id)
        announced = ranges_of(work, work.get(Category, context["market"]["category_id"]))
    view: MarketView = context["view"]
    rows = [dict(row) for row in view.criteria]
    rules = [rule(row) for row in rows]
    tried = _tried(rules, view, form)
    return render(
        request,
        "markets/trial.html",
        status=422 if tried.errors else 200,
        trial=tried,
        letters=LETTERS,
        families=[one for one in by_family(announced, rows) if one.parts],
        units={row["code"]: _unit(row, view) for row in rows},
        labels={row["code"]: row["label"] for row in rows},
        method_name=method_name,
        formula=formula,
        two=points,
        **context,
    )


def rule(row: Mapping[str, Any]) -> Criterion:
    """A criterion of the market as the formulas read it, named as people read it."""
    return Criterion(
        code=row["code"],
        family=row["family"],
        weight=row["weight"],
        method=Method(row["method"]),
        n=row["n"],
        max=row["maximum"] or DEFAULT_MAX,
        minimum=row["minimum"],
        direction=Direction(row["direction"]),
        fallback=Method(row["fallback"]) if row["fallback"] else None,
        label=row["label"],
    )


def method_name(one: Alternative) -> str:
    """A method as the page names it."""
    if one.method is Method.LINEAR:
        return f"Linéaire, n = {number(one.n or Decimal(2))}"
    return {
        Method.PROPORTIONAL: "Proportionnelle",
        Method.MIN_MAX: "Entre le plus bas et le plus haut",
    }[one.method]


def _tried(rules: Sequence[Criterion], view: MarketView, form: FormData) -> Trial:
    unlawful = criteria_problems(rules, view.row["tie_break"])
    if unlawful:
        return Trial({}, problems=unlawful)
    invented = not any(name.startswith("prix.") for name in form)
    found = Trial(_invented(rules, view) if invented else typed(form))
    offers, found.errors = _offers(rules, FormData(list(found.values.items())))
    if not offers and not found.errors:
        found.errors["prix.A"] = sentence("field.missing", {})
    if found.errors:
        return found
    found.offers = offers
    found.tried = alternatives(rules, offers, view.row["tie_break"])
    found.plot = _plot(found)
    return found


def _offers(rules: Sequence[Criterion], form: FormData) -> tuple[list[Offered], dict[str, str]]:
    """The columns that have a price, and a sentence for each field that cannot be scored."""
    reader = Reader(form)
    offers = []
    for letter in LETTERS:
        price = reader.read(f"prix.{letter}", parse_money)
        if price is None:
            continue
        read = {
            one.code: reader.read(f"valeur.{one.code}.{letter}", plain_decimal)
            for one in rules
            if not one.is_price
        }
        values = {code: value for code, value in read.items() if value is not None}
        offers.append(Offered(letter, price, values, label=f"Offre {letter}"))
    wrong = {p.where: p for p in offer_problems(rules, offers)}
    errors = {
        _field(where or "", offers): sentence(problem.code, problem.facts)
        for where, problem in wrong.items()
    }
    unread = {p.where or "": sentence(p.code, p.facts) for p in reader.problems}
    return offers, errors | unread


def _field(where: str, offers: Sequence[Offered]) -> str:
    """`offers[2].values.delay` as the page names its field: `valeur.delay.C`."""
    index, _, rest = where.removeprefix("offers[").partition("].")
    letter = offers[int(index)].id
    return f"prix.{letter}" if rest == "price" else f"valeur.{rest.partition('.')[2]}.{letter}"


def _invented(rules: Sequence[Criterion], view: MarketView) -> dict[str, Any]:
    """Four offers to begin with, the dearest the best, around the estimate if there is one."""
    estimate = view.estimate
    prices = (
        [Money(estimate.cents * percent // 10_000 * 100) for percent in PERCENTS]
        if estimate > ZERO
        else INVENTED
    )
    values: dict[str, Any] = {}
    for place in range(FIRST):
        values[f"prix.{LETTERS[place]}"] = money_field(prices[place])
        for one in rules:
            if not one.is_price:
                worth = _worth(one, place)
                values[f"valeur.{one.code}.{LETTERS[place]}"] = number(worth)
    return values


def _worth(one: Criterion, place: int) -> Decimal:
    if one.is_judged:
        return (one.max * JUDGED[place]).quantize(Decimal(1))
    return (HIGHER if one.direction is Direction.HIGHER else LOWER)[place]


def _unit(row: Mapping[str, Any], view: MarketView) -> str:
    """What is typed for a criterion: euros, a mark on its scale, the value of a column."""
    if row["family"] == PRICE:
        return "montant payé, en euros"
    if row["method"] == Method.JUDGED:
        return f"note sur {number(row['maximum'] or DEFAULT_MAX)}"
    said = reads(row, view.frame)
    return f"« {said.label} »" if said else "valeur saisie par les évaluateurs"


def _plot(found: Trial) -> Plot | None:
    """The curve of each lawful method over the prices compared."""
    announced = found.announced
    lawful = [one for one in found.tried if one.results]
    if announced is None or not announced.results:
        return None
    across = compared(found.offers, announced.results)
    if across is None:
        return None
    curves = {method_name(one): curve(one.price, across) for one in lawful}
    placed = {}
    for result in announced.results:
        mark = result.mark(announced.price.code)
        if mark is not None:
            placed[result.id] = (result.price, mark.points)
    best = announced.price.weight
    return plot(curves, method_name(announced), dict(sorted(placed.items())), best)
