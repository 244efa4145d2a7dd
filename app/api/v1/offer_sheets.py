"""One's own answer as a spreadsheet, by the JSON API: out, then back, tried or applied."""

from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from app import answer_sheets
from app.deps import reading, writing
from app.routing import api_router
from sad.frames.cells import as_typed
from sad.frames.totals import Totals
from sad.frames.workbook import Workbook
from sad.offers import sheets
from sad.offers.sheets import Change, Preview

router = api_router("/markets", "offers")
NAME = "x-file-name"


@router.get("/{market_id}/offer/grid.xlsx", response_class=Response)
def download(request: Request, market_id: UUID) -> Response:
    """The grid as a spreadsheet, with what the draft holds."""
    return answer_sheets.download(request, market_id)


@router.post("/{market_id}/offer/grid")
async def come_back(request: Request, market_id: UUID, apply: bool = False) -> dict[str, Any]:
    """What a returned spreadsheet changes: the body is the file, its name in `X-File-Name`.

    Nothing is written unless `apply`; faults are `problems`, each with its sheet and cell.
    """
    await answer_sheets.check_first(request, market_id)
    name = request.headers.get(NAME, "grille.xlsx")
    file = await answer_sheets.sent_as_body(request.stream(), name)
    workbook = await file.parsed()
    return await run_in_threadpool(_taken, request, market_id, workbook, apply)


def _taken(request: Request, market_id: UUID, workbook: Workbook, apply: bool) -> dict[str, Any]:
    with writing(request) if apply else reading(request) as work:
        made = sheets.preview(work, market_id, workbook)
        if apply and made.changes:
            sheets.save(work, market_id, made)
    return {
        "applied": apply,
        "changes": [_change(made, change) for change in made.changes],
        "before": _totals(made.before.totals),
        "after": _totals(made.after.totals),
        "digest": made.after.digest if apply else made.before.digest,
    }


def _change(made: Preview, change: Change) -> dict[str, Any]:
    rank, key = change.spot
    return {
        "position": None if rank is None else made.desk.grid.view.lines[rank].position,
        "key": key,
        "before": as_typed(change.before),
        "after": as_typed(change.after),
        "elsewhere": change.elsewhere,
    }


def _totals(totals: Totals) -> dict[str, int]:
    return {"ht_cents": totals.ht.cents, "payable_cents": totals.payable.cents}
