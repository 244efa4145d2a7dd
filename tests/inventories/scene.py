"""An inventory kept for a published system, its categories those of the catalogue."""

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from openpyxl import Workbook as Book

from sad.db.work import Work
from sad.inventories import queries, service
from sad.inventories.schemas import KeepInput, LineView
from sad.inventories.values import Inventory
from tests.inventories.files import BLUE, ORANGE, legend, read, table
from tests.support.cast import Cast
from tests.support.markets import Ready, ready

ROWS = [
    ["Accueil", "A1", "Banque d'accueil", 1, 320, 80, 110, "", None],
    ["Accueil", "A2", "Chaise", 12, 45, 46, 85, "reemploi-ressourcerie", 40.5],
    ["Fablab", "A3", "Chaise", 8, 45, 46, 85, "reemploi-ressourcerie", 50],
    ["Fablab", "A4", "Table", 2, 140, 70, 74, "bois-metal", 673],
    ["Fablab", "A5", "Pouf", -1, 45, 45, 45, "bois-metal", 60],
]


@dataclass
class Kept:
    """Where things are."""

    place: Ready
    inventory_id: UUID
    scenario_id: UUID
    routes: dict[str, UUID]

    def lines(self, work: Work, scenario_id: UUID | None = None) -> dict[str, LineView]:
        """The lines by code."""
        found = queries.lines(work, self.inventory_id, scenario_id or self.scenario_id)
        return {line.code: line for line in found}


def book(book: Book) -> None:
    """Two routes, one level."""
    legend(book.active, [(BLUE, "Travaux"), (ORANGE, "SAD réemploi")])
    table(book.create_sheet("N0"), ROWS, [BLUE, *[ORANGE] * 4])


@cache
def understood() -> Inventory:
    """The book as it is understood, read once."""
    return read(book)


def kept(work: Work, cast: Cast) -> Kept:
    """The inventory, kept by the buyer of the work."""
    place = ready(work, cast)
    inventory_id = service.start(work, place.system_id, "Besoins.xlsx").id
    service.take_in(work, inventory_id, understood())
    routes = {route.label: route.id for route in service.routes_of(work, inventory_id)}
    given = KeepInput(name="Besoins", routes=[routes["SAD réemploi"]])
    scenario = service.keep(work, inventory_id, given)
    return Kept(place, inventory_id, scenario.id, routes)
