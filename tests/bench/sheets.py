"""A returned spreadsheet of 5,000 lines: what reading and checking it costs, beside bare calamine.

The floor opens the same bytes and turns every cell into a Python value, in this process: no guard,
no limit, nothing compared.
"""

import io
import resource
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import python_calamine

from app.guard.client import parse_grid
from app.guard.limits import LIMITS
from app.rendering.grid_xlsx import Words, grid_xlsx
from sad.frames.cells import Value
from sad.frames.outline import Outline
from sad.frames.returned import read_back
from sad.frames.workbook import Workbook
from sad.kernel.money import Money
from tests.frames.sheets import grid

LINES, ROUNDS = 5_000, 5


def measure() -> list[str]:
    """One line a step: milliseconds of CPU, children's with ours, and the ratio to the floor."""
    with _patient():
        return _measured()


@contextmanager
def _patient() -> Iterator[None]:
    """The guard waits longer: on a machine that does other things, its 1.8 s are not its own."""
    limits = LIMITS["grid"]
    LIMITS["grid"] = limits._replace(seconds=60.0)
    try:
        yield
    finally:
        LIMITS["grid"] = limits


def _measured() -> list[str]:
    outline = grid(LINES)
    data = _written(outline)
    book = parse_grid(data, "grille.xlsx")
    steps: dict[str, Callable[[], object]] = {
        "bare calamine": lambda: _bare(data),
        "read in the guard": lambda: parse_grid(data, "grille.xlsx"),
        "compared with the grid": lambda: _compared(outline, book),
        "written": lambda: _written(outline),
    }
    spent: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(ROUNDS):
        for name, step in steps.items():  # in turn: all meet the same noise
            before = _cpu()
            step()
            spent[name].append((_cpu() - before) * 1000)
    costs = {name: statistics.median(times) for name, times in spent.items()}
    floor = costs["bare calamine"]
    kilobytes = len(data) / 1024
    return [
        f"a spreadsheet of {LINES:,} lines ({kilobytes:.0f} kB), {name}: {cost:.0f} ms of CPU"
        + ("" if name == "bare calamine" else f", × {cost / floor:.1f} bare calamine")
        for name, cost in costs.items()
    ]


def _written(outline: Outline) -> bytes:
    """Every line answered in every other column."""
    line: dict[str, Value] = {
        "available": 4,
        "condition": "Bon",
        "price": Money(129_90),
        "apart": True,
        "note": "Stock de l'atelier, visible sur place",
    }
    words = Words("Mobilier", "Agglomération de Brume", "", datetime.now(UTC))
    return grid_xlsx(outline, words, dict.fromkeys(range(LINES), line), {"delay": 12})


def _bare(data: bytes) -> int:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def _compared(outline: Outline, book: Workbook) -> None:
    found = read_back(outline, book)
    if found.touched or found.faults:
        raise RuntimeError("an untouched spreadsheet came back changed")


def _cpu() -> float:
    """Of this process and of the children it has reaped."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
