"""What is typed about inventories and scenarios, and what pages and the API show of them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sad.frames.schemas import Amount
from sad.frames.vocabulary import tidy
from sad.inventories.states import InventoryState
from sad.kernel.errors import Problem
from sad.kernel.money import Money


def _tidy(value: Any) -> Any:
    return tidy(value) if isinstance(value, str) else value


Name = Annotated[str, BeforeValidator(_tidy), Field(min_length=1, max_length=120)]


class Input(BaseModel):
    """Closed: an unknown field is refused rather than forgotten."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class KeepInput(Input):
    """What is said of an inventory when it is kept. `routes`: those bought through the system."""

    name: Name
    routes: list[UUID] = []
    labels: dict[UUID, Name] = {}  # routes worded otherwise than in the file


class ScenarioInput(Input):
    """A scenario: `copied_from` another of the same inventory, else it starts from the file."""

    name: Name
    copied_from: UUID | None = None


class ChangeInput(Input):
    """What lines become in a scenario; what is left out stays. `unit_price` excludes tax.

    `as_in_file` forgets all that the scenario said of them.
    """

    lines: Annotated[list[UUID], Field(max_length=20_000)]
    route_id: UUID | None = None
    category_id: UUID | None = None
    quantity: Annotated[Decimal, Field(ge=0, lt=1_000_000, decimal_places=3)] | None = None
    unit_price: Amount | None = None
    as_in_file: bool = False


@dataclass(frozen=True)
class Narrowing:
    """Which lines are looked at; "" is all."""

    level: str = ""
    room: str = ""
    kind: str = ""
    category: str = ""
    route: str = ""
    market: str = ""  # its id, or "-" for the lines no market has taken
    text: str = ""


@dataclass(frozen=True)
class RouteView:
    """A way of buying. `colour` is `RRGGBB`."""

    id: UUID
    label: str
    colour: str
    bought_here: bool

    @property
    def key(self) -> str:
        """How filters and sums name it."""
        return str(self.id)


class TakenBy(NamedTuple):
    """A market a line went to. `phase`: what people see of its life."""

    id: UUID
    title: str
    phase: StrEnum


@dataclass(frozen=True)
class LineView:
    """A line as a scenario says it, amounts without tax. `changed`: otherwise than the file."""

    id: UUID
    sheet: str
    row: int
    level: str
    room: str
    code: str
    designation: str
    kind: str
    quantity: Decimal | None
    unit: str
    dimensions: str
    materials: str
    requirements: str
    note: str
    category: str
    category_id: UUID | None
    route_id: UUID | None
    colour: str | None
    unit_price: Money | None
    amount: Money
    changed: bool
    markets: tuple[TakenBy, ...] = ()  # those it went to and that are not ended

    @property
    def category_key(self) -> str:
        """How filters and sums name its category: one of the system's, or the file's word."""
        return str(self.category_id) if self.category_id else self.category

    @property
    def route_key(self) -> str:
        """How filters and sums name its route."""
        return str(self.route_id) if self.route_id else "-"


@dataclass(frozen=True)
class ScenarioView:
    """A scenario and how many lines it says otherwise than the file."""

    id: UUID
    name: str
    changed: int
    created_at: datetime


@dataclass(frozen=True)
class StepView:
    """A change in bulk that can be undone; without any value, lines put back as in the file."""

    id: UUID
    lines: int
    route_id: UUID | None
    category_id: UUID | None
    quantity: Decimal | None
    unit_price: Money | None
    done_at: datetime


@dataclass(frozen=True)
class InventoryView:
    """An inventory without its lines."""

    id: UUID
    system_id: UUID
    system: str
    name: str
    source_name: str
    state: InventoryState
    step: str
    interrupted: bool  # its reading was cut: the file has to be sent again
    created_at: datetime
    budget: Money | None
    warnings: tuple[Problem, ...]
    refusal: Problem | None
    routes: tuple[RouteView, ...] = ()
    categories: tuple[tuple[UUID, str], ...] = ()  # of the system
    scenarios: tuple[ScenarioView, ...] = ()

    def route(self, route_id: UUID | None) -> RouteView | None:
        """A route by its id."""
        return next((route for route in self.routes if route.id == route_id), None)

    def category_label(self, key: str) -> str:
        """The words of a category's key."""
        names = {str(each): name for each, name in self.categories}
        return names.get(key, key)
