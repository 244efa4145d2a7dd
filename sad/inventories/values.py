"""An inventory as plain values: what a buyer's spreadsheet says is needed, and how it is bought.

Amounts exclude tax, in cents; lengths are in centimetres; colours are `RRGGBB`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sad.kernel.errors import Problem
from sad.kernel.money import ZERO, Money, line_ht


@dataclass(frozen=True)
class Route:
    """A way of buying, as the legend words it."""

    label: str
    colour: str


@dataclass(frozen=True)
class InventoryLine:
    """A piece wanted in a room. `quantity` is None when the sheet holds none that can be read.

    `route` is the label of the colour's route, None for a colour no legend explains.
    """

    sheet: str
    row: int
    level: str
    room: str
    code: str
    designation: str
    quantity: Decimal | None
    unit: str = ""
    dimensions: str = ""
    length: Decimal | None = None
    width: Decimal | None = None
    height: Decimal | None = None
    materials: str = ""
    category: str = ""
    requirements: str = ""
    note: str = ""
    colour: str | None = None
    route: str | None = None
    unit_price: Money | None = None
    stated_amount: Money | None = None  # the sheet's own total, kept when no unit price is known

    @property
    def amount(self) -> Money:
        """Quantity × unit price, half up to the cent; zero when nothing says it."""
        if self.unit_price is not None and self.quantity is not None:
            return line_ht(self.unit_price.cents, self.quantity)
        return self.stated_amount or ZERO


@dataclass(frozen=True)
class Sum:
    """Lines, pieces and amount of one group."""

    lines: int = 0
    pieces: Decimal = Decimal(0)
    amount: Money = ZERO

    def plus(self, pieces: Decimal | None, amount: Money) -> "Sum":
        """The same with one line more."""
        return Sum(self.lines + 1, self.pieces + (pieces or 0), self.amount + amount)


@dataclass(frozen=True)
class Inventory:
    """What a file says. `budget` is the amount its legend calls envelope or budget."""

    routes: tuple[Route, ...]
    lines: tuple[InventoryLine, ...]
    warnings: tuple[Problem, ...] = ()
    budget: Money | None = None

    def by_route(self) -> dict[str, Sum]:
        """Sums by route, in the legend's order; a route nobody uses is there with zeros."""
        found = {route.label: Sum() for route in self.routes}
        for line in self.lines:
            if line.route is not None:
                found[line.route] = found[line.route].plus(line.quantity, line.amount)
        return found

    def by_category(self) -> dict[str, Sum]:
        """Sums by category, in the order they are met; lines without category are left out."""
        return grouped((line.category, line.quantity, line.amount) for line in self.lines)


def grouped(items: Iterable[tuple[str, Decimal | None, Money]]) -> dict[str, Sum]:
    """Sums by name, in the order names are met; items without a name are left out."""
    found: dict[str, Sum] = {}
    for name, pieces, amount in items:
        if name:
            found[name] = found.get(name, Sum()).plus(pieces, amount)
    return found
