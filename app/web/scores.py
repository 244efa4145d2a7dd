"""Scoring: one's own values saved as they are typed and handed in, then the common ones."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import FormData

from app.deps import reading, redirect, writing
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.evaluation_context import context_of, home
from app.web.forms import answerable, parse, text, typed
from app.web.pages import errors_of, render
from app.web.score_grid import apart, groups, scale
from sad.accounts.permissions import Permission, require
from sad.db.work import Work
from sad.evaluation import service
from sad.evaluation.rules import ScoresRefused
from sad.evaluation.schemas import ScoreInput
from sad.evaluation.scores import Key
from sad.kernel.errors import Incomplete, Invalid, Problem, Refusal
from sad.markets.tables import SpecificMarket

router = page_router("/marches/{market_id}/analyse")
TEMPLATE = "evaluation/scores.html"
OWN, COMMON = ("value", "reason"), ("common", "because")


class PersonMissing(Invalid):
    """Nobody is chosen."""

    code = "field.missing"


@router.get("/notes")
def scores(request: Request, market_id: UUID, par: str = "critere") -> Response:
    """Who scores, one's own scores, and the others' once all are handed in."""
    with reading(request) as work:
        context = _context(work, market_id, par)
    return render(request, TEMPLATE, **context)


@router.post("/notes")
def put_scores(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Saves one's own scores, all those typed; then hands them in when asked."""

    def do(work: Work) -> None:
        service.put_scores(work, market_id, _read(form, OWN))
        if text(form, "remettre"):
            service.give(work, market_id)

    return _done(request, market_id, form, do)


@router.post("/notes/saisie")
def save_as_typed(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Saves what is right of what is typed; tells the rest by the name of its field."""
    good, wrong = _sorted(form, OWN)
    try:
        _save(request, market_id, good)
    except ScoresRefused as refusal:
        for problem in refusal.problems:
            key = _key(problem.where or "")
            good.pop(key, None)
            wrong.append(Problem(problem.code, f"value:{key[0]}:{key[1]}", problem.facts))
        _save(request, market_id, good)
    if wrong:
        return JSONResponse(errors_of(ScoresRefused(wrong)), status_code=422)
    return Response(status_code=204)


@router.post("/notes/communes")
def put_common(request: Request, market_id: UUID, form: FormBody) -> Response:
    """The common scores: what was typed, then the means of what was not."""

    def do(work: Work) -> None:
        service.put_all_consolidated(work, market_id, _read(form, COMMON))

    return _done(request, market_id, form, do, COMMON[0])


@router.post("/notes/rendre")
def hand_back(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Gives somebody's scores back to them, with the reason."""

    def do(work: Work) -> None:
        service.hand_back(work, market_id, _person(form), text(form, "reason"))

    return _done(request, market_id, form, do)


@router.post("/evaluateurs")
def name_evaluator(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Names somebody to score."""

    def do(work: Work) -> None:
        service.assign(work, market_id, _person(form))

    return _done(request, market_id, form, do)


@router.post("/evaluateurs/fin")
def end_evaluator(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Ends somebody's part."""

    def do(work: Work) -> None:
        service.unassign(work, market_id, _person(form))

    return _done(request, market_id, form, do)


def _context(work: Work, market_id: UUID, by: str) -> dict[str, Any]:
    context = context_of(work, market_id)
    way = "offre" if by == "offre" else "critere"
    shown = {"par": way, "groups": groups(context["view"].scores, way)}
    return context | shown | {"scale": scale, "apart": apart}


def _save(request: Request, market_id: UUID, values: dict[Key, ScoreInput]) -> None:
    with writing(request) as work:
        service.put_scores(work, market_id, values)


def _done(
    request: Request,
    market_id: UUID,
    form: FormData,
    do: Callable[[Work], None],
    value: str = OWN[0],
) -> Response:
    """Does it and shows the page; shown again with what was typed when it is refused."""
    by = text(form, "par")
    try:
        with writing(request) as work:
            require(work, Permission.SCORE)
            work.get(SpecificMarket, market_id)
            do(work)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        if isinstance(refusal, ScoresRefused):
            named = [Problem(p.code, _field(p.where, value), p.facts) for p in refusal.problems]
            refusal = ScoresRefused(named)
        with reading(request) as work:
            context = _context(work, market_id, by)
        context |= {"values": typed(form), "errors": errors_of(refusal)}
        return render(request, TEMPLATE, status=refusal.status, **context)
    return redirect(f"{home(market_id)}/notes{'?par=offre' if by == 'offre' else ''}")


def _field(where: str | None, value: str) -> str:
    """The field of a key; what was found while reading the form has its field already."""
    return where if where and where.startswith(value) else f"{value}:{where}"


def _read(form: FormData, names: tuple[str, str]) -> dict[Key, ScoreInput]:
    """The values typed; all those that are no number are told at once, by their field."""
    good, wrong = _sorted(form, names)
    if wrong:
        raise ScoresRefused(wrong)
    return good


def _sorted(form: FormData, names: tuple[str, str]) -> tuple[dict[Key, ScoreInput], list[Problem]]:
    value, reason = names
    good: dict[Key, ScoreInput] = {}
    wrong: list[Problem] = []
    for name in form:
        start, _, rest = name.partition(":")
        if start != value or not text(form, name):
            continue
        said = text(form, f"{reason}:{rest}").replace("\r\n", "\n")
        try:
            key = _key(rest)
            good[key] = parse(ScoreInput, FormData(), value=text(form, name), reason=said)
        except Incomplete as refusal:
            wrong += [Problem(p.code, name, p.facts) for p in refusal.problems]
        except Invalid as refusal:
            wrong.append(Problem(refusal.code, name, refusal.facts))
    return good, wrong


def _key(written: str) -> Key:
    offer, _, criterion = written.partition(":")
    try:
        return UUID(offer), UUID(criterion)
    except ValueError as error:
        raise PersonMissing(where=written) from error


def _person(form: FormData) -> UUID:
    try:
        return UUID(text(form, "person_id"))
    except ValueError as error:
        raise PersonMissing(where="person_id") from error
