"""Answering on one's own spreadsheet: the grid to take away, its return, what it would change."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from app import answer_sheets
from app.deps import reading, redirect, writing
from app.rendering.sentences import sentence, written_for_people
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.answer_context import own_context
from app.web.answer_views import shown
from app.web.forms import text
from app.web.pages import errors_of, render
from sad.db.work import Work
from sad.frames.returned import SheetRefused
from sad.frames.workbook import Workbook
from sad.kernel.errors import Problem, Refusal
from sad.offers import sheets
from sad.offers.sheets import Preview, PreviewChanged

router = page_router("/reponse/{market_id}/offre")

MOST_SHOWN = 200  # changes or faults listed; the others are counted
ABOUT = {"sheets.header_changed": "en-tête de colonne", "sheets.outside": "hors de la grille"}
ANSWERED = {409, 413, 422, 503}  # refusals that the page itself tells, what to do beside


@router.get("/grille.xlsx")
def download(request: Request, market_id: UUID) -> Response:
    """The grid as a spreadsheet, with what is typed already."""
    return answer_sheets.download(request, market_id)


@router.get("/grille")
def both_ways(request: Request, market_id: UUID) -> Response:
    """Take the spreadsheet away, send it back."""
    with reading(request) as work:
        context = own_context(work, market_id)
    done = request.query_params.get("fait", "")
    changed = int(done) if done.isdigit() and len(done) < 6 else None
    return render(request, "offers/sheet.html", changed=changed, **context)


@router.post("/grille")
async def come_back(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Reads a returned spreadsheet and shows what it would change; works without JavaScript."""
    await answer_sheets.check_first(request, market_id)
    try:
        file = await answer_sheets.sent_in_form(request)
        workbook = await file.parsed()
        return await run_in_threadpool(_previewed, request, market_id, workbook)
    except Refusal as refusal:
        return await run_in_threadpool(_again, request, market_id, refusal)


@router.post("/grille/appliquer")
def apply(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Types what the preview showed, all or nothing; again, changes nothing more."""
    try:
        with writing(request) as work:
            count = sheets.apply(work, market_id, text(form, "apercu"))
    except PreviewChanged as refusal:
        with reading(request) as work:
            context = _preview_context(work, market_id, refusal.preview)
        return render(request, "offers/sheet_preview.html", status=409, moved=True, **context)
    except Refusal as refusal:
        return _again(request, market_id, refusal)
    return redirect(f"/reponse/{market_id}/offre/grille?fait={count}")


def _previewed(request: Request, market_id: UUID, workbook: Workbook) -> Response:
    with reading(request) as work:
        made = sheets.preview(work, market_id, workbook)
        context = _preview_context(work, market_id, made)
    return render(request, "offers/sheet_preview.html", moved=False, **context)


def _preview_context(work: Work, market_id: UUID, made: Preview) -> dict[str, Any]:
    view = made.desk.grid.view
    changes = [
        {
            "line": None if one.spot[0] is None else view.lines[one.spot[0]],
            "column": one.column.name,
            "before": "" if one.before is None else shown(one.before),
            "after": "" if one.after is None else shown(one.after),
            "elsewhere": one.elsewhere,
        }
        for one in made.changes
    ]
    return own_context(work, market_id) | {
        "made": made,
        "changes": changes[:MOST_SHOWN],
        "others": max(len(changes) - MOST_SHOWN, 0),
        "count": len(changes),
        "lines": len({one.spot[0] for one in made.changes if one.spot[0] is not None}),
        "emptied": sum(one.after is None for one in made.changes),
    }


def _again(request: Request, market_id: UUID, refusal: Refusal) -> Response:
    """The page with what keeps the file from being taken: every fault, or the one reason."""
    if refusal.status not in ANSWERED:
        raise refusal
    faults = refusal.problems if isinstance(refusal, SheetRefused) else []
    with reading(request) as work:
        context = own_context(work, market_id)
    return render(
        request,
        "offers/sheet.html",
        status=refusal.status,
        errors={} if faults else {"file": " ".join(errors_of(refusal).values())},
        faults=[_told(one) for one in faults[:MOST_SHOWN]],
        count=len(faults),
        changed=None,
        **context,
    )


def _told(fault: Problem) -> dict[str, str]:
    """Where, what was expected, what was found."""
    facts = fault.facts
    expected = facts.get("expected")
    return {
        "about": facts.get("about") or ABOUT.get(fault.code, ""),
        "sheet": facts["sheet"],
        "place": facts["place"],
        "expected": sentence(fault.code, facts)
        if expected is None
        else written_for_people(expected),
        "found": written_for_people(facts.get("found", "")),
    }
