"""The comparison page at three sizes: what it costs, and whether the cost grows as its cells do."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sad.db.engine import make_engine
from sad.db.migrations.run import migrate
from tests.bench.slope import Point, slope_row
from tests.evaluation.scene import OPENED, Asked, Bid, make_scene
from tests.support.clock import FixedClock
from tests.support.rings import FixedRings
from tests.support.web import Site, open_site

SIZES = ((50, 10), (100, 20), (200, 40))
TRIES = 5


def measure() -> list[str]:
    """One line a size, then the slope: milliseconds of CPU and kilobytes of a page."""
    rows, points = [], []
    for lines, offers in SIZES:
        with tempfile.TemporaryDirectory(prefix="sad-bench-") as name, _site(Path(name)) as site:
            spent, size = _page(site, lines, offers)
        points.append(Point(lines * offers, spent))
        rows.append(
            f"comparison of {lines} × {offers}: {spent:.0f} ms of CPU, {size / 1024:.0f} kB"
        )
    return [*rows, slope_row("comparison, per cell", points)]


@contextmanager
def _site(folder: Path) -> Iterator[Site]:
    engine = make_engine(f"sqlite:///{folder / 'bench.db'}")
    migrate(engine, "demonstration", OPENED)
    with open_site(engine, FixedClock(OPENED), FixedRings(), folder) as site:
        yield site
    engine.dispose()


def _page(site: Site, lines: int, offers: int) -> tuple[float, int]:
    """CPU of the page once warm (milliseconds, the median), and its bytes."""
    bids = {
        f"s{rank:02d}": Bid([1_000 + 7 * rank + line for line in range(lines)])
        for rank in range(offers)
    }
    with site.work("officer") as work:
        scene = make_scene(work, site.cast, bids, [Asked()] * lines, mode="lines")
    buyer = site.as_("buyer")
    spent, size = [], 0
    for _ in range(TRIES):
        start = time.process_time()
        answer = buyer.get(f"/marches/{scene.market_id}/analyse/comparaison?choisi=1")
        spent.append((time.process_time() - start) * 1000)
        size = len(answer.content)
    return statistics.median(spent[1:]), size
