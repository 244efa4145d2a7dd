"""The analysis report as PDF at three sizes: facts gathered, written in French, set by Typst."""

import io
import resource
import tempfile
import time
from pathlib import Path
from uuid import UUID

from pypdf import PdfReader

from app.papers import docx
from app.rendering.docx_ours import our_template
from app.rendering.papers import paper_pdf
from sad.db.engine import make_engine
from sad.db.migrations.run import migrate
from sad.markets.tables import SpecificMarket
from sad.papers.builders import facts_of
from sad.papers.schemas import PaperFacts
from sad.papers.states import PaperKind
from tests.bench.slope import Point, slope_row
from tests.evaluation.scene import OPENED, Asked, Bid, make_scene
from tests.evaluation.steps import close_all
from tests.papers.content import minutes
from tests.support.clock import FixedClock
from tests.support.rings import FixedRings
from tests.support.web import Site, open_site

SIZES = ((50, 10), (100, 20), (200, 40))
MARK = 12.0
"""Seconds of CPU of the largest."""


def measure() -> list[str]:
    """One line a size, then the slope: seconds of CPU, pages and kilobytes."""
    rows, points = [], []
    for lines, offers in SIZES:
        with tempfile.TemporaryDirectory(prefix="sad-bench-") as name:
            spent, empty, filled, pages, size = _report(Path(name), lines, offers)
        points.append(Point(lines * offers, spent))
        missed = f" MISSED: more than {MARK:.0f} s" if spent > MARK else ""
        rows.append(
            f"report of {lines} lines × {offers} offers: {spent:.1f} s of CPU, {pages} pages,"
            f" {size / 1024:.0f} kB, × {spent / empty:.0f} the same paper about nothing;"
            f" in the word processor's form, in the guard: {filled:.1f} s{missed}"
        )
    return [*rows, slope_row("report, per offer on a line", points)]


def _report(folder: Path, lines: int, offers: int) -> tuple[float, float, float, int, int]:
    """CPU of the facts and of the PDF, of an empty one, of the DOCX; its pages, its bytes."""
    engine = make_engine(f"sqlite:///{folder / 'bench.db'}")
    migrate(engine, "demonstration", OPENED)
    with open_site(engine, FixedClock(OPENED), FixedRings(), folder) as site:
        market_id = _ranked(site, lines, offers)
        start = time.process_time()
        with site.read("officer") as work:
            facts = facts_of(work, PaperKind.ANALYSIS_REPORT, market_id)
        paper = paper_pdf(facts)
        spent = time.process_time() - start
    engine.dispose()
    nothing = facts.model_copy(
        update={name: [] for name, value in facts if isinstance(value, list)}
    )
    start = time.process_time()
    paper_pdf(nothing)
    empty = time.process_time() - start
    filled = _docx(facts)
    return spent, empty, filled, len(PdfReader(io.BytesIO(paper)).pages), len(paper)


def _docx(facts: PaperFacts) -> float:
    """CPU of the DOCX, its guarded child included."""
    start, child = time.process_time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    docx(facts, our_template(facts.kind))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - child.ru_utime - child.ru_stime
    return time.process_time() - start + spent


def _ranked(site: Site, lines: int, offers: int) -> UUID:
    """A market given line by line, its ranking frozen."""
    bids = {
        f"s{rank:02d}": Bid([1_000 + 7 * rank + line for line in range(lines)])
        for rank in range(offers)
    }
    with site.work("officer") as work:
        scene = make_scene(work, site.cast, bids, [Asked()] * lines, mode="lines")
        market = work.get(SpecificMarket, scene.market_id)
        market.minutes = minutes(work, market)
        work.add(market)
        close_all(work, site.cast, scene, {part: 10 + rank % 9 for rank, part in enumerate(bids)})
        return scene.market_id
