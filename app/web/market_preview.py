"""« Aperçu fournisseur »: the grid exactly as it will be answered, on a phone and on a wide screen.

The answer's own page is drawn from an empty answer that is kept nowhere, inside a frame of the
width wanted: one may type in it, nothing leaves it.
"""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app.deps import reading
from app.routing import page_router
from app.web import answer_views as views
from app.web.grid_pages import grid_context
from app.web.pages import render
from sad.db.work import Work
from sad.kernel.vat import VatRegime
from sad.offers.answer import Answer
from sad.offers.grid import grid_of
from sad.offers.payload import Draft, Terms
from sad.offers.sealing import Place

router = page_router("/marches/{market_id}/grille")
NOBODY = UUID(int=0)
WIDTHS = {"telephone": "390", "ordinateur": "1200"}


@router.get("/apercu")
def preview(request: Request, market_id: UUID, vue: str = "telephone") -> Response:
    """What a supplier will see."""
    with reading(request) as work:
        context = grid_context(work, market_id)
        seen = _seen(work, market_id, context)
    inside = render(request, "markets/seen.html", **seen)
    wide = vue if vue in WIDTHS else "telephone"
    return render(
        request,
        "markets/grid_seen.html",
        seen=bytes(inside.body).decode(),
        shown=wide,
        width=WIDTHS[wide],
        **context,
    )


def _seen(work: Work, market_id: UUID, context: dict[str, Any]) -> dict[str, Any]:
    """What the supplier's page knows, of an answer nobody gives."""
    row = context["market"]
    draft = Draft(
        Answer(),
        grid_of(work, work.organisation_id, row["frame_id"], 0, None, VatRegime.LIABLE),
        Terms(
            Place(work.organisation_id, market_id, NOBODY),
            frame_version=row["frame_version"],
            frame_sha256=None,
            regime=VatRegime.LIABLE,
            rate=None,
            partial_allowed=row["partial_allowed"],
        ),
    )
    ids = [line.id for line in draft.grid.view.lines]
    by_key = {one.key: one.id for one in draft.grid.asked}
    base = f"/marches/{market_id}/grille"
    return {
        "preview": True,
        "title": row["title"],
        "base": "",
        "draft": draft,
        "rows": views.rows(draft, {}, None),
        "headings": views.headings(draft),
        "once": views.asked_once(draft, {}, None),
        "market": SimpleNamespace(may_ask=lambda now: False),
        "moment_now": work.now,
        "photo_of": lambda seen: f"{base}/lignes/{ids[seen.position - 1]}/photo",
        "choice_at": lambda key: f"{base}/colonnes/{by_key[key]}/choix/",
    }
