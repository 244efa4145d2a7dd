"""The analysis of a market: examine the offers, score them, freeze the ranking."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app.deps import once, reading, redirect, writing
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.evaluation_context import context_of, home
from app.web.forms import answerable, parse, text, typed, whole
from app.web.openings import files_by_line
from app.web.pages import errors_of, render
from sad.db.work import Work
from sad.evaluation import queries, service
from sad.evaluation.schemas import (
    CompletionAnswer,
    CompletionInput,
    IncreaseInput,
    JudgeInput,
    LowPriceDecision,
    LowPriceQuestion,
)
from sad.evaluation.states import Verdict
from sad.kernel.calendar import at_paris
from sad.kernel.errors import Invalid, NotFound, Refusal

router = page_router("/marches/{market_id}/analyse")
EVENING = time(18)


class DueMissing(Invalid):
    """A request gives its last day."""

    code = "field.missing"


class DueUnreadable(Invalid):
    """A last day that is not one."""

    code = "field.date"


@router.get("")
def analysis(request: Request, market_id: UUID) -> Response:
    """The offers, line by line, with what each was found to be."""
    with reading(request) as work:
        context = context_of(work, market_id)
    return render(request, "evaluation/analysis.html", **context)


@router.get("/offres/{offer_id}")
def offer(request: Request, market_id: UUID, offer_id: UUID) -> Response:
    """One offer to examine."""
    with reading(request) as work:
        context = _offer_context(work, market_id, offer_id)
    return render(request, "evaluation/offer.html", **context)


@router.post("/offres/{offer_id}/avis")
def judge(request: Request, market_id: UUID, offer_id: UUID, form: FormBody) -> Response:
    """The verdict, with its reasons."""

    def do(work: Work) -> None:
        service.judge(work, offer_id, parse(JudgeInput, form))

    return _on_offer(request, market_id, offer_id, form, do)


@router.post("/offres/{offer_id}/prix")
def ask_price(request: Request, market_id: UUID, offer_id: UUID, form: FormBody) -> Response:
    """The question about a price that seems too low."""

    def do(work: Work) -> None:
        data = parse(LowPriceQuestion, form, due_at=_due(form))
        service.ask_low_price(work, offer_id, data)

    return _on_offer(request, market_id, offer_id, form, do)


@router.post("/offres/{offer_id}/prix/reponse")
def price_answer(request: Request, market_id: UUID, offer_id: UUID, form: FormBody) -> Response:
    """An explanation received otherwise than on the page."""

    def do(work: Work) -> None:
        service.record_low_price_answer(work, offer_id, text(form, "answer"))

    return _on_offer(request, market_id, offer_id, form, do)


@router.post("/offres/{offer_id}/prix/decision")
def price_decision(request: Request, market_id: UUID, offer_id: UUID, form: FormBody) -> Response:
    """Whether the explanation holds."""

    def do(work: Work) -> None:
        service.decide_low_price(work, offer_id, parse(LowPriceDecision, form))

    return _on_offer(request, market_id, offer_id, form, do)


@router.post("/offres/{offer_id}/complements")
def completion_answer(
    request: Request, market_id: UUID, offer_id: UUID, form: FormBody
) -> Response:
    """What an irregular tenderer completed: its words, and the cells left empty."""

    def do(work: Work) -> None:
        lines: dict[UUID, dict[str, str]] = {}
        for name in form:
            start, _, rest = name.partition(":")
            line, _, key = rest.partition(":")
            if start == "cell" and text(form, name):
                lines.setdefault(UUID(line), {})[key] = text(form, name)
        data = parse(CompletionAnswer, form, lines=lines)
        service.record_completion(work, offer_id, data)

    return _on_offer(request, market_id, offer_id, form, do)


@router.get("/complements")
def completion(request: Request, market_id: UUID) -> Response:
    """The one request of completion, to write for each irregular offer."""
    with reading(request) as work:
        context = context_of(work, market_id)
    return render(request, "evaluation/completion.html", **context)


@router.post("/complements")
def ask_completion(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Sends it to all the irregular at once."""

    def do(work: Work) -> str:
        requests = {
            UUID(name.removeprefix("request:")): text(form, name)
            for name in form
            if name.startswith("request:") and text(form, name)
        }
        data = CompletionInput(due_at=_due(form), requests=requests)
        service.ask_completion(work, market_id, data)
        return home(market_id)

    return _once(request, market_id, form, do, "evaluation/completion.html")


@router.post("/credits")
def increase(request: Request, market_id: UUID, form: FormBody) -> Response:
    """More credits on a lot, before any elimination on that ground."""

    def do(work: Work) -> str:
        service.record_increase(work, market_id, parse(IncreaseInput, form))
        return home(market_id)

    return _once(request, market_id, form, do, "evaluation/analysis.html")


@router.post("/credits/annuler")
def undo_increase(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Gives the last increase of a lot back."""

    def do(work: Work) -> str:
        number = whole(form, "lot_number", 1)
        service.undo_increase(work, market_id, number, text(form, "reason"))
        return home(market_id)

    return _once(request, market_id, form, do, "evaluation/analysis.html")


@router.get("/classement")
def ranking(request: Request, market_id: UUID) -> Response:
    """Before: what is missing to close. After: the ranking with its formulas and figures."""
    with reading(request) as work:
        context = context_of(work, market_id)
    return render(request, "evaluation/ranking.html", **context)


@router.post("/classement")
def close(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Freezes the ranking, once."""

    def do(work: Work) -> str:
        service.close(work, market_id)
        return f"{home(market_id)}/classement"

    return _once(request, market_id, form, do, "evaluation/ranking.html")


@router.post("/reprendre")
def reopen(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Takes the evaluation up again, with the reason."""

    def do(work: Work) -> str:
        service.reopen(work, market_id, text(form, "reason"))
        return home(market_id)

    return _once(request, market_id, form, do, "evaluation/ranking.html")


def _offer_context(work: Work, market_id: UUID, offer_id: UUID) -> dict[str, Any]:
    context = context_of(work, market_id)
    view: queries.EvaluationView = context["view"]
    found = next((each for each in view.offers if each.id == offer_id), None)
    if found is None:
        raise NotFound()
    place = view.offers.index(found)
    others = [*view.offers[place + 1 :], *view.offers[:place]]
    waiting = [each for each in others if each.verdict is Verdict.PENDING]
    return context | {
        "offer": found,
        "following": next(iter([*waiting, *others]), None),
        "left": sum(each.verdict is Verdict.PENDING for each in view.offers),
        "files": files_by_line(work, market_id, offer_id, view.file.frame),
        "suspects": [s for lot in view.lots for s in lot.suspects if s.offer == str(offer_id)],
        "price_over": found.row.low_price_due_at is not None
        and work.now > found.row.low_price_due_at,
    }


def _on_offer(
    request: Request,
    market_id: UUID,
    offer_id: UUID,
    form: FormData,
    do: Callable[[Work], None],
) -> Response:
    """Does it, then shows the offer; shown again with what was typed when it is refused."""
    try:
        with writing(request) as work:
            do(work)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = _offer_context(work, market_id, offer_id)
        context |= {"values": typed(form), "errors": errors_of(refusal)}
        return render(request, "evaluation/offer.html", status=refusal.status, **context)
    return redirect(f"{home(market_id)}/offres/{offer_id}")


def _once(
    request: Request, market_id: UUID, form: FormData, do: Callable[[Work], str], template: str
) -> Response:
    try:
        return once(request, form, do)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        return _again(request, market_id, form, refusal, template)


def _again(
    request: Request, market_id: UUID, form: FormData, refusal: Refusal, template: str
) -> Response:
    with reading(request) as work:
        context = context_of(work, market_id)
    context |= {"values": typed(form), "errors": errors_of(refusal)}
    return render(request, template, status=refusal.status, **context)


def _due(form: FormData) -> datetime:
    """The end of the delay typed: a day, 18 h 00 in Paris."""
    typed_day = text(form, "due_on")
    if not typed_day:
        raise DueMissing(where="due_on")
    try:
        return at_paris(date.fromisoformat(typed_day), EVENING)
    except ValueError as error:
        raise DueUnreadable(where="due_on") from error
