"""After the launch: questions answered to all, and changes told to all."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app.deps import once, reading, redirect, writing
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import market_forms as forms
from app.web.forms import answerable, text, typed
from app.web.market_forms import Reader
from app.web.markets import context_of
from app.web.pages import errors_of, render
from sad.accounts.permissions import Permission, require
from sad.db.work import Work
from sad.kernel.errors import Problem, Refusal
from sad.kernel.french import parse_quantity
from sad.markets import amending, questions
from sad.markets.queries import MarketView
from sad.markets.rules import CHANGE_DAYS
from sad.markets.schemas import AddendumInput, AnswerInput, GrantInput, LineChange

router = page_router("/marches/{market_id}")


@router.get("/questions")
def listed(request: Request, market_id: UUID) -> Response:
    """The questions, those to answer first; nobody knows who asked."""
    with reading(request) as work:
        context = context_of(work, market_id)
    return render(request, "markets/questions.html", failed=None, **context)


@router.post("/questions/{question_id}")
def answer(request: Request, market_id: UUID, question_id: UUID, form: FormBody) -> Response:
    """Answers to all; to a request for more time, grants it to all or says why not."""
    try:
        with writing(request) as work:
            if text(form, "decision") == "grant":
                questions.grant(work, question_id, _grant(form, question_id))
            else:
                questions.answer(work, question_id, _answer(form, question_id))
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = context_of(work, market_id)
        # Two forms on one page: each field is named after its question, so that labels stay apart.
        errors = {_named(name, question_id): said for name, said in errors_of(refusal).items()}
        context |= {"errors": errors, "values": typed(form), "failed": question_id}
        return render(request, "markets/questions.html", status=refusal.status, **context)
    return redirect(f"/marches/{market_id}/questions")


@router.get("/rectificatif")
def amending_page(request: Request, market_id: UUID) -> Response:
    """What changes, and until when answers come."""
    with reading(request) as work:
        context = _context(work, market_id)
    return render(request, "markets/addendum.html", **context)


@router.post("/rectificatif")
def amend(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Tells the change to all, once."""

    def do(work: Work) -> str:
        view: MarketView = context_of(work, market_id)["view"]
        amending.addendum(work, market_id, _read(form, view))
        return f"/marches/{market_id}"

    try:
        return once(request, form, do)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = _context(work, market_id)
        context |= {"errors": errors_of(refusal), "values": context["values"] | typed(form)}
        return render(request, "markets/addendum.html", status=refusal.status, **context)


def _named(name: str, question_id: UUID) -> str:
    return name if "." in name or not name else f"{name}.{question_id}"


def _said(form: FormData, question_id: UUID) -> dict[str, Any]:
    values = {name: text(form, f"{name}.{question_id}") for name in ("answer", "public_text")}
    return {name: value for name, value in values.items() if value}


def _answer(form: FormData, question_id: UUID) -> AnswerInput:
    return Reader(form).build(AnswerInput, _said(form, question_id))


def _grant(form: FormData, question_id: UUID) -> GrantInput:
    moment = forms.instant_of(form, f"new_deadline_at.{question_id}")
    return Reader(form).build(GrantInput, _said(form, question_id) | {"new_deadline_at": moment})


def _context(work: Work, market_id: UUID) -> dict[str, Any]:
    require(work, Permission.LAUNCH_MARKET)
    context = context_of(work, market_id)
    values = forms.instant_fields("new_deadline_at", None)
    for line in context["view"].frame.lines:
        values |= {
            f"lines.{line.id}.{name}": value
            for name, value in forms.line_fields(line).items()
            if name in ("designation", "quantity")
        }
    return context | {"values": values | {"text": "", "significant": ""}, "days": CHANGE_DAYS}


def _read(form: FormData, view: MarketView) -> AddendumInput:
    """The change: the text, the lines that differ, the new deadline."""
    reader = Reader(form)
    changed = []
    for line in view.frame.lines:
        where = f"lines.{line.id}"
        quantity = reader.read(f"{where}.quantity", parse_quantity)
        designation = text(form, f"{where}.designation") or line.designation
        if quantity is not None and quantity <= 0:
            named = {"field": f"{where}.quantity", "gt": 0}
            reader.problems.append(Problem("field.greater_than", f"{where}.quantity", named))
            continue
        quantity = line.quantity if quantity is None else quantity
        if (quantity, designation) == (line.quantity, line.designation):
            continue
        changed.append(
            LineChange(
                id=line.id,
                designation=designation,
                quantity=quantity,
                number=line.number,
                code=line.code,
                unit=line.unit,
                lot_number=line.lot_number,
                mandatory=line.mandatory,
                slice_size=line.slice_size,
                maximum_price=line.maximum_price,
                values=dict(line.values),
            )
        )
    return reader.build(
        AddendumInput,
        {
            "text": text(form, "text") or None,
            "significant": bool(text(form, "significant")),
            "new_deadline_at": forms.instant_of(form, "new_deadline_at"),
            "lines": changed,
        },
    )
