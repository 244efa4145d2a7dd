"""What the pages of an inventory show: sums beside routes, categories and envelopes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.rendering.french import counted, euros, number
from sad.accounts.permissions import Permission, may
from sad.db.work import Work
from sad.funding import queries as funding
from sad.inventories.rules import in_basis
from sad.inventories.schemas import InventoryView, LineView, RouteView, StepView
from sad.inventories.sums import sums, total
from sad.inventories.values import Sum
from sad.kernel.money import ZERO, Money

NO_ROUTE, NO_CATEGORY, NOT_ASKED = "Sans filière", "Sans catégorie", "Pas encore demandées"
STEPS = {"received": "Contrôle du fichier", "understanding": "Lecture des feuilles"}
BASES = {"ttc": "TTC", "ht": "HT"}


@dataclass(frozen=True)
class RouteRow:
    """A route and what it adds up to; no route for the lines without one."""

    route: RouteView | None
    sum: Sum

    @property
    def label(self) -> str:
        """Its words."""
        return NO_ROUTE if self.route is None else self.route.label


@dataclass(frozen=True)
class CategoryRow:
    """A category: its estimate, and its envelopes in their basis when there are any."""

    label: str
    sum: Sum
    basis: str = ""
    estimate: Money = ZERO  # in the basis of the envelopes
    planned: Money | None = None
    available: Money = ZERO

    @property
    def left(self) -> Money:
        """What the plan leaves once all this is bought."""
        return (self.planned or ZERO) - self.estimate


@dataclass(frozen=True)
class Totals:
    """All the sums of one way of buying."""

    whole: Sum
    here: Sum  # bought through the system
    routes: list[RouteRow]
    categories: list[CategoryRow]
    levels: dict[str, Sum]
    kinds: dict[str, Sum]

    @property
    def planned(self) -> Money:
        """All the envelopes of the categories shown."""
        return sum((row.planned or ZERO for row in self.categories), ZERO)

    @property
    def left(self) -> Money:
        """What they all leave; below zero when the needs are dearer than the plan."""
        return sum((row.left for row in self.categories if row.planned is not None), ZERO)


@dataclass(frozen=True)
class Beside:
    """A route or a category in two scenarios."""

    label: str
    first: Sum
    second: Sum
    route: RouteView | None = None
    plan: CategoryRow | None = None  # of the second scenario

    @property
    def gap(self) -> Money:
        """What the second costs more."""
        return self.second.amount - self.first.amount


def routes_beside(first: Totals, second: Totals) -> list[Beside]:
    """Each route of one or the other."""
    ours = {row.label: row for row in first.routes}
    theirs = {row.label: row for row in second.routes}
    none = RouteRow(None, Sum())
    return [
        Beside(
            label,
            ours.get(label, none).sum,
            theirs.get(label, none).sum,
            ours.get(label, theirs.get(label, none)).route,
        )
        for label in {**ours, **theirs}
    ]


def categories_beside(first: Totals, second: Totals) -> list[Beside]:
    """Each category of one or the other."""
    ours = {row.label: row for row in first.categories}
    theirs = {row.label: row for row in second.categories}
    none = CategoryRow("", Sum())
    return [
        Beside(
            label,
            ours.get(label, none).sum,
            theirs.get(label, none).sum,
            plan=theirs.get(label, ours.get(label)),
        )
        for label in {**ours, **theirs}
    ]


Plans = Mapping[UUID, tuple[str, Money, Money]]


def plans(work: Work, view: InventoryView) -> Plans:
    """For each category of the system with envelopes: basis, planned and available."""
    found: dict[UUID, tuple[str, Money, Money]] = {}
    if not may(work, Permission.READ_FUNDING):
        return found
    for line in funding.overview(work):
        if line.system_id != view.system_id:
            continue
        for envelope in line.envelopes:
            basis, planned, left = found.get(envelope.category_id, (line.basis, ZERO, ZERO))
            found[envelope.category_id] = (
                basis,
                planned + Money(envelope.allocated),
                left + Money(envelope.available),
            )
    return found


@dataclass(frozen=True)
class Fit:
    """What lines would take of what a category's envelopes still have, in their basis."""

    label: str
    basis: str
    available: Money
    asked: Money


def fit(view: InventoryView, planned: Plans, category: str, amount: Money) -> Fit | None:
    """Whether lines of this amount without tax fit; None without category or envelope."""
    named = next((each for each, _ in view.categories if str(each) == category), None)
    if named is None or named not in planned:
        return None
    basis, _, available = planned[named]
    label = view.category_label(category)
    return Fit(label, BASES[basis], available, in_basis(amount, basis))


def totals(view: InventoryView, lines: Sequence[LineView], planned: Plans) -> Totals:
    """The sums of these lines; categories are those of what is bought through the system."""
    by_route = sums(lines, lambda line: line.route_key)
    rows = [RouteRow(route, by_route.get(route.key, Sum())) for route in view.routes]
    if "-" in by_route:
        rows.append(RouteRow(None, by_route["-"]))
    here = {route.key for route in view.routes if route.bought_here}
    mine = [line for line in lines if line.route_key in here] if here else list(lines)
    return Totals(
        whole=total(lines),
        here=total(mine),
        routes=rows,
        categories=_categories(view, mine, planned),
        levels=sums(mine, lambda line: line.level),
        kinds=_kinds(mine),
    )


def _categories(
    view: InventoryView, lines: Sequence[LineView], planned: Plans
) -> list[CategoryRow]:
    """The system's categories in their order, then the words no category has."""
    found = sums(lines, lambda line: line.category_key)
    rows = []
    for category, name in view.categories:
        told = found.pop(str(category), Sum())
        plan = planned.get(category)
        if plan is not None:
            basis, voted, left = plan
            estimate = in_basis(told.amount, basis)
            rows.append(CategoryRow(name, told, BASES[basis], estimate, voted, left))
        elif told.lines:
            rows.append(CategoryRow(name, told))
    return rows + [CategoryRow(word or NO_CATEGORY, told) for word, told in found.items()]


def _kinds(lines: Sequence[LineView]) -> dict[str, Sum]:
    """By designation, the dearest first."""
    words = {line.kind: line.designation for line in lines}
    found = sums(lines, lambda line: line.kind)
    ordered = sorted(found.items(), key=lambda item: (-item[1].amount.cents, item[0]))
    return {words[kind]: told for kind, told in ordered}


def step(view: InventoryView, last: StepView | None) -> tuple[UUID, str] | None:
    """The change that can be undone, and what it said: `6 lignes, prix 450,00 €`."""
    if last is None:
        return None
    route = view.route(last.route_id)
    said = [
        f"filière « {route.label} »" if route else "",
        f"catégorie « {view.category_label(str(last.category_id))} »" if last.category_id else "",
        f"quantité {number(last.quantity)}" if last.quantity is not None else "",
        f"prix {euros(last.unit_price)}" if last.unit_price is not None else "",
    ]
    words = ", ".join(each for each in said if each) or "remises comme dans le fichier"
    return last.id, f"{counted(last.lines, 'ligne')}, {words}"


def choices(view: InventoryView, lines: Iterable[LineView]) -> dict[str, list[tuple[str, str]]]:
    """What the filters propose: levels, rooms, kinds, categories and routes, with their counts."""
    lines = list(lines)
    kinds = {line.kind: line.designation for line in lines}
    categories = {line.category_key: line.category or NO_CATEGORY for line in lines}
    routes = {route.key: route.label for route in view.routes} | {"-": NO_ROUTE}
    taken = [(str(each.id), each.title) for line in lines for each in line.markets]
    free = [("-", NOT_ASKED) for line in lines if not line.markets]
    return {
        "level": _counted((line.level, line.level) for line in lines),
        "room": _counted(sorted((line.room, line.room) for line in lines if line.room)),
        "kind": _counted(sorted((line.kind, kinds[line.kind]) for line in lines)),
        "category": _counted(
            (line.category_key, categories[line.category_key]) for line in lines if line.category
        ),
        "route": _counted((line.route_key, routes[line.route_key]) for line in lines),
        "market": _counted([*free, *taken]) if taken else [],
    }


def _counted(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    found = Counter(pairs)
    return [(key, f"{label} ({count})") for (key, label), count in found.items()]
