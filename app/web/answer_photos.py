"""Photographs and documents of an answer: joined by a plain form, shown small."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from app import answer_files
from app.deps import reading, redirect
from app.multipart import FormUnreadable
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.answer_context import own_context
from app.web.forms import answerable
from app.web.htmx import is_fragment
from app.web.pages import errors_of, render
from sad.attachments.copies import LARGE, THUMBNAIL
from sad.db.work import Work
from sad.kernel.errors import Invalid, Refusal
from sad.offers import files
from sad.offers.queries import OwnAnswer

router = page_router("/reponse/{market_id}")

TOO_LARGE = 413


class NoFileChosen(Invalid):
    """The form came without a file."""

    code = "offers.no_file_chosen"


@router.get("/joindre")
def choose(request: Request, market_id: UUID, ligne: int | None = None) -> Response:
    """A page to join files to a line, or to the whole answer, without JavaScript."""
    return _page(request, market_id, ligne, None)


@router.post("/joindre")
async def join(
    request: Request, market_id: UUID, form: FormBody, ligne: int | None = None
) -> Response:
    """The files chosen, each encrypted while it comes; then the line again."""
    try:
        if not await answer_files.receive_form(request, market_id, ligne):
            raise NoFileChosen(where="file")
    except Refusal as refusal:
        shown = answerable(refusal) or refusal.status == TOO_LARGE
        if not shown or isinstance(refusal, FormUnreadable):
            raise
        return await run_in_threadpool(_page, request, market_id, ligne, refusal)
    place = "documents" if ligne is None else f"ligne-{ligne}"
    return redirect(f"/reponse/{market_id}/offre#{place}")


@router.get("/fichiers/{file_id}/apercu")
def preview(request: Request, market_id: UUID, file_id: UUID) -> Response:
    """What the page shows of a photograph: asks again by itself until its copies are made."""
    with reading(request) as work:
        file = files.file_of(work, market_id, file_id)
    base = f"/reponse/{market_id}"
    if not is_fragment(request):
        return redirect(f"{base}/offre")
    return render(request, "offers/join.html", block="piece", piece=file, base=base)


@router.get("/fichiers/{file_id}/vignette")
def thumbnail(request: Request, market_id: UUID, file_id: UUID) -> Response:
    """One's own photograph, small."""
    return _copy(request, market_id, file_id, THUMBNAIL)


@router.get("/fichiers/{file_id}/image")
def image(request: Request, market_id: UUID, file_id: UUID) -> Response:
    """The same, as wide as a screen."""
    return _copy(request, market_id, file_id, LARGE)


def _copy(request: Request, market_id: UUID, file_id: UUID, side: int) -> Response:
    with reading(request) as work:
        file = files.file_of(work, market_id, file_id)
    return answer_files.serve_copy(request, file.copies, side)


def _page(
    request: Request, market_id: UUID, position: int | None, refused: Refusal | None
) -> Response:
    with reading(request) as work:
        context = _joining_context(work, market_id, position)
    return render(
        request,
        "offers/join.html",
        status=200 if refused is None else refused.status,
        errors={} if refused is None else errors_of(refused),
        **context,
    )


def _joining_context(work: Work, market_id: UUID, position: int | None) -> dict[str, Any]:
    """The line's designation, and the files it has. Raises LineUnknown."""
    context = own_context(work, market_id)
    own: OwnAnswer = context["own"]
    line = None if position is None else own.draft.grid.line(position)
    line_id = None if line is None else str(line.id)
    answer = own.draft.answer
    return context | {
        "position": position,
        "line": line,
        "joined": [file for file in answer.draft_files if file.line == line_id],
        "infected": [one for one in answer.infected if one.line == line_id],
    }
