"""A supplier types its answer: the grid, a line or a question saved as it is typed, its files."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app import answer_files
from app.deps import reading, redirect, writing
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import answer_views as views
from app.web.answer_context import may_not, own_context
from app.web.forms import answerable, text
from app.web.htmx import is_fragment
from app.web.pages import errors_of, render
from sad.db.work import Work
from sad.kernel.errors import Refusal
from sad.markets import suppliers
from sad.offers import drafts
from sad.offers.drafts import Read
from sad.offers.prefill import Proposal, proposal
from sad.offers.queries import OwnAnswer
from sad.offers.rules import MayNotAnswer

router = page_router("/reponse/{market_id}")

READ = "lu"  # the field that says what the page showed

Lines = dict[int, dict[str, str]]


@dataclass(frozen=True)
class Typed:
    """What was typed on a page: cells by line, answers by question, and what the page showed."""

    lines: Lines
    once: dict[str, str]
    read: Read | None = None


NOTHING = Typed({}, {})


@router.get("/offre")
def grid(request: Request, market_id: UUID, reprendre: bool = False) -> Response:
    """The grid, to type in; with `reprendre`, what the last answer would fill, not yet saved."""
    try:
        with reading(request) as work:
            seen = own_context(work, market_id)["own"].desk.seen
            taken = proposal(work, market_id) if reprendre else None
    except MayNotAnswer as refusal:
        return may_not(request, refusal)
    if not seen:
        with writing(request) as work:
            suppliers.mark_seen(work, market_id)
    return _grid(request, market_id, NOTHING, None, taken)


@router.post("/offre")
def save_all(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Saves every line and question typed; works without JavaScript."""
    typed = typed_on(form)
    refused = _save(request, market_id, typed)
    if refused is not None:
        return _grid(request, market_id, typed, refused)
    return redirect(f"/reponse/{market_id}/{_going(text(form, 'suite'))}")


def _going(following: str) -> str:
    """Where a saving leads: the same page, the review, or the page that joins files to a line."""
    where, _, position = following.partition(":")
    if where == "joindre":
        return f"joindre?ligne={int(position)}" if position.isdecimal() else "joindre"
    return "relire" if where == "relire" else "offre"


@router.get("/lignes/{position}")
def line(request: Request, market_id: UUID, position: int) -> Response:
    """What a line shows once a file was added to it."""
    shown = _line(request, market_id, position, {}, None)
    whole = f"/reponse/{market_id}/offre#ligne-{position}"
    return shown if is_fragment(request) else redirect(whole)


@router.post("/lignes/{position}")
def save_line(request: Request, market_id: UUID, position: int, form: FormBody) -> Response:
    """Saves one line as it is typed."""
    given = typed_on(form)
    typed = Typed({position: given.lines.get(position, {})}, {}, given.read)
    refused = _save(request, market_id, typed)
    if is_fragment(request):
        return _line(request, market_id, position, typed.lines if refused else {}, refused)
    if refused is not None:
        return _grid(request, market_id, typed, refused)
    return redirect(f"/reponse/{market_id}/offre#ligne-{position}")


@router.post("/reponses")
def save_answers(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Saves what is asked once for the whole offer, as it is answered."""
    given = typed_on(form)
    typed = Typed({}, given.once, given.read)
    refused = _save(request, market_id, typed)
    if is_fragment(request):
        with reading(request) as work:
            context = _typing_context(work, market_id)
        once = views.asked_once(context["draft"], typed.once if refused else {}, refused)
        return _piece(request, "answered", context, refused, once=once)
    if refused is not None:
        return _grid(request, market_id, typed, refused)
    return redirect(f"/reponse/{market_id}/offre#en-une-fois")


@router.get("/fichiers")
def documents(request: Request, market_id: UUID) -> Response:
    """The documents joined to the whole answer, once one was added."""
    with reading(request) as work:
        context = _typing_context(work, market_id)
    if not is_fragment(request):
        return redirect(f"/reponse/{market_id}/offre#documents")
    return _piece(request, "joined", context, None)


@router.post("/fichiers/{file_id}/retirer")
def remove(request: Request, market_id: UUID, file_id: UUID, form: FormBody) -> Response:
    """Takes a file out of the draft; a whole page also saves what was typed beside it."""
    if is_fragment(request):
        with reading(request) as work:
            position = _position_of(own_context(work, market_id)["own"], file_id)
        answer_files.remove(request, market_id, file_id)
        if position is None:
            return documents(request, market_id)
        return _line(request, market_id, position, {}, None)
    typed = typed_on(form)
    refused = _save(request, market_id, typed)
    if refused is not None:
        return _grid(request, market_id, typed, refused)
    answer_files.remove(request, market_id, file_id)
    return redirect(f"/reponse/{market_id}/offre")


def typed_on(form: FormData) -> Typed:
    """The `{position}.{key}` and `q.{key}` fields; the engine refuses those it does not know.

    With what the page showed, cells left as they were are not typed: a colleague's stay.
    """
    shown = _shown(text(form, READ))
    lines: Lines = {}
    once: dict[str, str] = {}
    for name, value in form.multi_items():
        if not isinstance(value, str):
            continue
        value = value.replace("\r\n", "\n")
        if shown is not None and value == shown.get(name, ""):
            continue
        position, dot, key = name.partition(".")
        if name.startswith(views.ONCE):
            once[name.removeprefix(views.ONCE)] = value
        elif dot and _is_position(position):
            lines.setdefault(int(position), {})[key] = value
    return Typed(lines, once, None if shown is None else _read(shown))


def _shown(told: str) -> dict[str, str] | None:
    """Field → text, as the page said it showed them; None when it said nothing readable."""
    try:
        found = json.loads(told)
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _read(shown: Mapping[str, str]) -> Read:
    lines: Lines = {}
    for name, value in shown.items():
        position, dot, key = name.partition(".")
        if dot and _is_position(position):
            lines.setdefault(int(position), {})[key] = value
    asked = {name: value for name, value in shown.items() if name.startswith(views.ONCE)}
    return Read(lines, {name.removeprefix(views.ONCE): value for name, value in asked.items()})


def _is_position(text: str) -> bool:
    return text.isdecimal() and len(text) <= 6


def _save(request: Request, market_id: UUID, typed: Typed) -> Refusal | None:
    """Saves it, or gives the refusal that the page then shows; others are raised."""
    try:
        with writing(request) as work:
            drafts.save_lines(work, market_id, typed.lines, typed.once, typed.read)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        return refusal
    return None


def _typing_context(work: Work, market_id: UUID) -> dict[str, Any]:
    """The answer with what it lacks, linked to its fields."""
    context = own_context(work, market_id)
    draft, base = context["draft"], context["base"]
    return context | {
        "missing": views.linked(draft, draft.problems, base),
        "irregular": views.linked(draft, draft.irregular, base),
    }


def _grid(
    request: Request,
    market_id: UUID,
    typed: Typed,
    refused: Refusal | None,
    taken: Proposal | None = None,
) -> Response:
    with reading(request) as work:
        context = _typing_context(work, market_id)
        context["market"] = suppliers.for_supplier(work, market_id)
        own: OwnAnswer = context["own"]
        fresh = own.draft.answer.empty and refused is None
        context["last"] = proposal(work, market_id) if fresh and taken is None else None
    if taken is not None:
        typed = _still_empty(own, taken)
    rows = views.rows(own.draft, typed.lines, refused)
    once = views.asked_once(own.draft, typed.once, refused)
    errors = {name: words for row in rows for name, words in row.errors.items()}
    errors |= {one.name: one.error for one in once if one.error}
    if refused is not None and not errors:
        errors = {"": next(iter(errors_of(refused).values()))}
    shown = {"rows": rows, "once": once, "errors": errors, "taken": taken}
    status = 200 if refused is None else 422
    return render(request, "offers/grid.html", status=status, **(context | shown))


def _still_empty(own: OwnAnswer, taken: Proposal) -> Typed:
    """What the last answer fills among the cells still empty."""
    lines: Lines = {}
    for position, cells in taken.lines.items():
        kept = own.draft.values.get(own.draft.grid.rank(position), {})
        lines[position] = {key: said for key, said in cells.items() if kept.get(key) is None}
    answers = own.draft.answers
    return Typed(lines, {key: said for key, said in taken.answers.items() if key not in answers})


def _line(
    request: Request, market_id: UUID, position: int, typed: Lines, refused: Refusal | None
) -> Response:
    """The pieces of the grid that a line's saving changes."""
    with reading(request) as work:
        context = _typing_context(work, market_id)
    draft = context["draft"]
    said = views.said_by_line(draft, refused)
    row = views.row(draft, draft.grid.rank(position), typed, said)
    return _piece(request, "saved", context, refused, row=row)


def _piece(
    request: Request, block: str, context: dict[str, Any], refused: Refusal | None, **more: Any
) -> Response:
    status = 200 if refused is None else 422
    shown = context | more | {"swapped": True}
    return render(request, "offers/grid.html", block=block, status=status, **shown)


def _position_of(own: OwnAnswer, file_id: UUID) -> int | None:
    """The line a file stands on; None for the whole answer, or for no file of the draft."""
    on = {file.id: file.line for file in own.draft.answer.draft_files}.get(str(file_id))
    rank = own.draft.grid.index.get(on or "")
    return None if rank is None else own.draft.grid.view.lines[rank].position
