"""The inventory the story starts from: its file, and a scenario that fits the envelope."""

from app.demo.clock import Scene
from app.demo.stage import DATA, Stage
from app.guard.client import parse_inventory
from sad.inventories import queries, scenarios, service
from sad.inventories.reading import read_inventory
from sad.inventories.schemas import ChangeInput, KeepInput, ScenarioInput
from sad.inventories.tables import Inventory
from sad.kernel.money import Money

FILE = DATA / "totem-inventaire.xlsx"
NAME = "Totem, besoins en mobilier"
SCENARIO = "Du réemploi plutôt que du sur mesure"
CHEAPER = {  # made to measure → reused, with what such pieces cost
    "Aménagement complet d'un espace de coworking": Money(2_500_00),
    "Aménagement d'un espace détente": Money(2_200_00),
    "Bibliothèque sur mesure": Money(450_00),
}


def inventory(stage: Stage) -> Scene:
    """A buyer takes the file in, then tries to fit the envelope."""
    days = stage.days
    yield days.at(100, 10)
    read = read_inventory(parse_inventory(FILE.read_bytes(), FILE.name))
    with stage.act("buyer") as work:
        row = service.start(work, stage.system, FILE.name)
        service.take_in(work, row.id, read)
        here = [route.id for route in service.routes_of(work, row.id) if route.bought_here]
        service.keep(work, row.id, KeepInput(name=NAME, routes=here))
    yield days.at(98, 15)
    _fits(stage, row)


def _fits(stage: Stage, row: Inventory) -> None:
    with stage.act("buyer") as work:
        scenario = scenarios.create(work, row.id, ScenarioInput(name=SCENARIO))
        lines = queries.lines(work, row.id)
        for designation, price in CHEAPER.items():
            given = ChangeInput(
                lines=[line.id for line in lines if line.designation == designation],
                category_id=stage.categories["reemploi-ressourcerie"],
                unit_price=price,
            )
            scenarios.change(work, row.id, scenario.id, given)
