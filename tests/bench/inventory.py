"""An inventory taken in at three sizes, up to 50 sheets of 200 rows: guard, understanding, writing.

CPU of this process and of the guarded child together; the last line says whether the cost grows as
the number of rows does.
"""

import io
import resource
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import xlsxwriter

from app.guard.client import parse_inventory
from app.guard.limits import LIMITS
from sad.db.engine import make_engine
from sad.db.migrations.run import migrate
from sad.db.work import writing
from sad.inventories import service
from sad.inventories.reading import read_inventory
from sad.inventories.values import Inventory
from sad.kernel.actor import ENGINE
from tests.bench.slope import Point, slope_row
from tests.support.cast import make_cast
from tests.support.clock import FixedClock
from tests.support.published import published_system
from tests.support.rings import FixedRings

T = TypeVar("T")
SHEETS, ROWS = (10, 25, 50), 200
MARK = 15.0  # seconds of CPU for the largest: what the page announces (trust.md 7)
HEAD = ("Espace", "Code", "Désignation", "Qté", "L (cm)", "l (cm)", "H (cm)", "Matériaux",
        "Catégorie", "Contraintes", "PU estimé HT (€)", "Observations")  # fmt: skip
ROUTES = (("9DC3E6", "Travaux"), ("F4B6D2", "Réutilisé"), ("F8B26A", "SAD réemploi"))


def measure() -> list[str]:
    """One line a size, then the slope; a largest one over its mark says MISSED."""
    limits = LIMITS["inventory"]
    LIMITS["inventory"] = limits._replace(seconds=120.0)  # the machine does other things
    try:
        return _measured()
    finally:
        LIMITS["inventory"] = limits


def _measured() -> list[str]:
    rows, points = [], []
    for sheets in SHEETS:
        data = _file(sheets)
        opened, workbook = _cpu(lambda data=data: parse_inventory(data, "a.xlsx"))  # type: ignore[misc] # bound now
        understood, read = _cpu(lambda workbook=workbook: read_inventory(workbook))  # type: ignore[misc] # bound now
        written = _written(read)
        total = opened + understood + written
        points.append(Point(sheets * ROWS, total))
        kept = "MISSED" if sheets == max(SHEETS) and total > MARK else "kept"
        rows.append(
            f"inventory of {sheets} sheets × {ROWS} rows: {total:.1f} s of CPU (opened"
            f" {opened:.1f}, understood {understood:.1f}, written {written:.1f})  {kept}"
        )
    return [*rows, slope_row("inventory, per row", points)]


def _cpu(work: Callable[[], T]) -> tuple[float, T]:
    before = _spent()
    result = work()
    return _spent() - before, result


def _spent() -> float:
    """Seconds of CPU of this process and of the children that ended."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(kind) for kind in kinds]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _written(read: Inventory) -> float:
    clock, rings = FixedClock(), FixedRings()
    with tempfile.TemporaryDirectory(prefix="sad-bench-") as name:
        engine = make_engine(f"sqlite:///{Path(name) / 'bench.db'}")
        migrate(engine, "demonstration", datetime.now(UTC))
        with writing(engine, clock, rings, ENGINE, "bench") as work:
            cast = make_cast(work)
            work.actor = cast.actor("officer")
            system_id, _ = published_system(work, "reemploi-ressourcerie")
            inventory_id = service.start(work, system_id, "a.xlsx").id
        with writing(engine, clock, rings, cast.actor("buyer"), "bench") as work:
            spent, _ = _cpu(lambda: service.take_in(work, inventory_id, read))
        engine.dispose()
    return spent


def _file(sheets: int) -> bytes:
    """A legend, then levels whose lines bear its colours."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    looks = [book.add_format({"bg_color": f"#{colour}"}) for colour, _ in ROUTES]
    sheet = book.add_worksheet("Légende")
    for row, (_, label) in enumerate(ROUTES, start=2):
        sheet.write_blank(row, 0, None, looks[row - 2])
        sheet.write_string(row, 1, label)
    for level in range(sheets):
        sheet = book.add_worksheet(f"N{level}")
        sheet.write_row(3, 0, HEAD)
        for row in range(ROWS):
            said = (f"Salle {row // 5}", f"N{level}-{row:03d}", f"Chaise {row % 13}", row % 9 + 1,
                    120, 60, 75, "Bois et métal", "reemploi-ressourcerie", "Réaction au feu",
                    40 + row, "")  # fmt: skip
            sheet.write_row(4 + row, 0, said)
            sheet.write_string(4 + row, 2, said[2], looks[row % 3])
        sheet.write_string(5 + ROWS, 2, "Total pièces")
        sheet.write_formula(5 + ROWS, 3, f"=SUM(D5:D{4 + ROWS})")
    book.close()
    return out.getvalue()
