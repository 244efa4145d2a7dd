"""A letter as it was issued: for the agents of its buyer, the supplier it is for, its group."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app.deps import reading, redirect, writing
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import evaluation_words as says
from app.web.downloads import pdf_file
from app.web.forms import answerable, text, typed
from app.web.letter_paper import letter_pdf
from app.web.pages import errors_of, render
from sad.awards import exchanges
from sad.awards.states import Paper
from sad.db.work import Work
from sad.evaluation import letters, service
from sad.evaluation.states import LetterKind
from sad.kernel.errors import Refusal

router = page_router("/courriers")


@router.get("/{letter_id}")
def show(request: Request, letter_id: UUID) -> Response:
    """The letter; its first reading by the supplier concerned is written down (PERF-02)."""
    with reading(request) as work:
        context = _context(work, letter_id)
    _read_first(request, context)
    return render(request, "awards/letter.html", **context)


@router.get("/{letter_id}/courrier.pdf")
def paper(request: Request, letter_id: UUID) -> Response:
    """The letter as a PDF, with its frozen content; taking it is reading it (PERF-02)."""
    with reading(request) as work:
        context = _context(work, letter_id)
    _read_first(request, context)
    number = context["facts"]["market"]["number"]
    return pdf_file(letter_pdf(context["letter"], context), f"courrier-{number}.pdf")


@router.post("/{letter_id}")
def answer(request: Request, letter_id: UUID, form: FormBody) -> Response:
    """The supplier's answer to a request of completion or to a question about its price."""
    try:
        with writing(request) as work:
            service.answer_letter(work, letter_id, text(form, "answer"))
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = _context(work, letter_id)
        context |= {"values": typed(form), "errors": errors_of(refusal)}
        return render(request, "awards/letter.html", status=refusal.status, **context)
    return redirect(f"/courriers/{letter_id}")


@router.post("/{letter_id}/echange")
def ask_exchange(request: Request, letter_id: UUID) -> Response:
    """« Demander un échange de 15 minutes », in one press (P19)."""
    with writing(request) as work:
        exchanges.ask(work, letter_id)
    return redirect(f"/courriers/{letter_id}#echange")


def _read_first(request: Request, context: dict[str, Any]) -> None:
    """The first reading by the supplier concerned is written down."""
    if context["mine"] and context["letter"].read_at is None:
        with writing(request) as work:
            service.mark_read(work, context["letter"].id)


def _context(work: Work, letter_id: UUID) -> dict[str, Any]:
    letter = letters.letter(work, letter_id)
    facts: dict[str, Any] = dict(letter.facts)
    mine = work.actor.supplier_id == letter.supplier_id
    return {
        "letter": letter,
        "kind": LetterKind(letter.kind),
        "facts": facts,
        "mine": mine,
        "as_member": not mine and work.actor.supplier_id is not None,
        "says": says,
        "papers": [Paper(kind) for kind in facts.get("papers", [])],
        "answerable": letters.answerable(work, letter),
        "answered": letters.given_answer(work, letter),
        "exchange": exchanges.of_supplier(work, letter),
        "body": f"awards/letters/{letter.kind}.html",
    }
