"""The sample inventory, its numbers computed again from the file by another library."""

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import openpyxl

from app.guard.client import parse_inventory
from sad.inventories.reading import read_inventory
from sad.kernel.money import Money

FILE = Path(__file__).parents[1] / "data" / "totem-inventaire.xlsx"
ROUTES = {
    "9DC3E6": "Marchés de travaux déjà lancés",
    "F4B6D2": "Totem expérimental : mobilier réutilisé",
    "F8B26A": "SAD réemploi / surcyclage / reconditionnement",
    "A9D18E": "Achat neuf (contrainte réglementaire)",
}
Sums = dict[str, tuple[int, int, int]]


def counted() -> tuple[Sums, Sums, dict[tuple[str, int], tuple[str, str]]]:
    """Lines, pieces and euros by route and category, rooms and designations by place."""
    routes: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    categories: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    lines = {}
    for sheet in openpyxl.load_workbook(FILE).worksheets[1:]:
        room = ""
        for row in sheet.iter_rows(min_row=5):
            room = row[0].value or room
            if not row[2].value:
                continue
            colour = row[3].fill.fgColor.rgb[-6:]
            amount = row[4].value * (row[11].value or 0)
            for group, name in ((routes, ROUTES[colour]), (categories, row[9].value)):
                if name:
                    for place, value in enumerate((1, row[4].value, amount)):
                        group[name][place] += value
            lines[sheet.title, row[0].row] = (room, row[3].value)
    return (
        {name: (a, b, c) for name, (a, b, c) in routes.items()},
        {name: (a, b, c) for name, (a, b, c) in categories.items()},
        lines,
    )


def test_the_sample() -> None:
    found = read_inventory(parse_inventory(FILE.read_bytes(), FILE.name))
    routes, categories, lines = counted()
    assert {route.colour: route.label for route in found.routes} == ROUTES
    for sums, expected in ((found.by_route(), routes), (found.by_category(), categories)):
        assert {n: (s.lines, s.pieces, s.amount.cents) for n, s in sums.items()} == {
            name: (count, pieces, euros * 100) for name, (count, pieces, euros) in expected.items()
        }
    assert {(line.sheet, line.row): (line.room, line.designation) for line in found.lines} == lines
    assert found.warnings == ()
    assert found.budget == Money(200_000_00)


def test_capital_and_small_l() -> None:
    found = read_inventory(parse_inventory(FILE.read_bytes(), FILE.name))
    first = found.lines[0]
    assert (first.length, first.width, first.height) == (Decimal(220), Decimal(180), Decimal(220))
    assert next(line for line in found.lines if line.code == "N0-007").width == Decimal(20)
    assert first.dimensions == "L 220 × l 180 × H 220 cm"
