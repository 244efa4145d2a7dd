"""A supplier and one price request: reading it, answering, sending, its receipts."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app import answer_files
from app.deps import act_key_of, reading, redirect, wiring_of, writing
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import answer_views as views
from app.web.forms import answerable, text
from app.web.htmx import is_fragment
from app.web.pages import errors_of, render
from sad.accounts.permissions import require_supplier
from sad.accounts.tables import Organisation
from sad.db.work import Work
from sad.kernel.errors import Incomplete, Refusal
from sad.markets import questions, suppliers
from sad.markets.schemas import QuestionInput
from sad.offers import deposits, drafts, queries
from sad.offers.deposits import CLOCK_DOUBT
from sad.offers.queries import OwnAnswer
from sad.offers.rules import MayNotAnswer, ReviewChanged
from sad.offers.states import Standing

router = page_router("/reponse/{market_id}")

Typed = dict[int, dict[str, str]]


@router.get("")
def invitation(request: Request, market_id: UUID) -> Response:
    """What is asked, by when, judged how; what one may do next."""
    try:
        with reading(request) as work:
            context = _context(work, market_id)
            context["market"] = suppliers.for_supplier(work, market_id)
    except MayNotAnswer as refusal:
        return _may_not(request, refusal)
    if not context["own"].desk.seen:
        with writing(request) as work:
            suppliers.mark_seen(work, market_id)
    return render(request, "offers/invitation.html", **context)


@router.post("/commencer")
def start(request: Request, market_id: UUID) -> Response:
    """Begins the answer, once; then its grid."""
    with writing(request) as work:
        drafts.start(work, market_id)
    return redirect(f"/reponse/{market_id}/offre")


@router.get("/offre")
def grid(request: Request, market_id: UUID) -> Response:
    """The grid, to type in."""
    return _grid(request, market_id, {}, None)


@router.post("/offre")
def save_all(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Saves every line and question typed; works without JavaScript."""
    typed, once = _typed(form), _typed_once(form)
    try:
        with writing(request) as work:
            drafts.save_lines(work, market_id, typed, once)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        return _grid(request, market_id, typed, refusal, once)
    going = "relire" if text(form, "suite") == "relire" else "offre"
    return redirect(f"/reponse/{market_id}/{going}")


@router.get("/lignes/{position}")
def line(request: Request, market_id: UUID, position: int) -> Response:
    """One line as it stands, after a file was added."""
    with reading(request) as work:
        context = _context(work, market_id)
    return _line(request, context, position, {}, None)


@router.post("/lignes/{position}")
def save_line(request: Request, market_id: UUID, position: int, form: FormBody) -> Response:
    """Saves one line as it is typed."""
    typed = {position: _typed(form).get(position, {})}
    refused: Refusal | None = None
    try:
        with writing(request) as work:
            drafts.save_lines(work, market_id, typed)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        refused = refusal
    if not is_fragment(request):
        if refused is not None:
            return _grid(request, market_id, typed, refused)
        return redirect(f"/reponse/{market_id}/offre#ligne-{position}")
    with reading(request) as work:
        context = _context(work, market_id)
    return _line(request, context, position, typed if refused else {}, refused)


@router.post("/reponses")
def save_answers(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Saves what is asked once for the whole offer, as it is answered."""
    once, refused = _typed_once(form), None
    try:
        with writing(request) as work:
            drafts.save_lines(work, market_id, {}, once)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        refused = refusal
    if not is_fragment(request):
        if refused is not None:
            return _grid(request, market_id, {}, refused, once)
        return redirect(f"/reponse/{market_id}/offre#en-une-fois")
    with reading(request) as work:
        context = _context(work, market_id)
    context["once"] = views.asked_once(context["draft"], once if refused else {}, refused)
    return render(
        request,
        "offers/grid.html",
        block="answered",
        status=200 if refused is None else 422,
        swapped=True,
        **context,
    )


@router.get("/relire")
def review(request: Request, market_id: UUID) -> Response:
    """The whole answer before it is sent: lines, totals, what is missing."""
    return _review(request, market_id, None)


@router.post("/envoyer")
def send(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Sends what was reviewed, once."""
    key, digest = act_key_of(form), text(form, "digest")
    try:
        with writing(request) as work:
            _note_clock(request, work)
            given = deposits.submit(work, market_id, key, digest)
    except (ReviewChanged, Incomplete) as refusal:
        return _review(request, market_id, refusal)
    return redirect(f"/reponse/{market_id}/accuses/{given.deposit_id}?fait=1")


@router.get("/retirer")
def confirm_withdrawal(request: Request, market_id: UUID) -> Response:
    """What withdrawing means, before it is done."""
    with reading(request) as work:
        context = _context(work, market_id)
    return render(request, "offers/withdraw.html", **context)


@router.post("/retirer")
def withdraw(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Takes back the answer in force, once."""
    key = act_key_of(form)
    with writing(request) as work:
        _note_clock(request, work)
        given = deposits.withdraw(work, market_id, key)
    return redirect(f"/reponse/{market_id}/accuses/{given.deposit_id}?fait=1")


@router.get("/accuses")
def receipts(request: Request, market_id: UUID) -> Response:
    """Every act acknowledged, the last one first."""
    with reading(request) as work:
        context = _context(work, market_id)
    return render(request, "offers/receipts.html", **context)


@router.get("/accuses/{deposit_id}")
def receipt(request: Request, market_id: UUID, deposit_id: UUID) -> Response:
    """One receipt: number, instant, documents, signature, what happens next."""
    with reading(request) as work:
        context = _context(work, market_id)
        context["deposit"] = queries.own_receipt(work, market_id, deposit_id)
    done = bool(request.query_params.get("fait"))
    return render(request, "offers/receipt.html", done=done, **context)


@router.post("/fichiers/{file_id}/retirer")
def remove(request: Request, market_id: UUID, file_id: UUID, form: FormBody) -> Response:
    """Takes a file out of the draft, and saves what was typed beside it."""
    typed, once = _typed(form), _typed_once(form)
    try:
        with writing(request) as work:
            drafts.save_lines(work, market_id, typed, once)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        return _grid(request, market_id, typed, refusal, once)
    answer_files.remove(request, market_id, file_id)
    return redirect(f"/reponse/{market_id}/offre")


@router.post("/questions")
def ask(request: Request, market_id: UUID, form: FormBody) -> Response:
    """A question, or a request to put the deadline off; the answer goes to all, without a name."""
    kind = "postponement" if text(form, "kind") == "postponement" else "question"
    try:
        with writing(request) as work:
            require_supplier(work)
            given = QuestionInput.model_validate({"text": text(form, "text"), "kind": kind})
            questions.ask(work, market_id, given)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = _context(work, market_id)
            context["market"] = suppliers.for_supplier(work, market_id)
        context |= {"errors": errors_of(refusal), "values": {"text": text(form, "text")}}
        return render(request, "offers/invitation.html", status=422, **context)
    return redirect(f"/reponse/{market_id}?question=posee#questions")


def _context(work: Work, market_id: UUID) -> dict[str, Any]:
    """What every page of the answer knows."""
    own = queries.own_answer(work, market_id)
    facts = own.desk.market
    buyer = work.shared(Organisation, facts.organisation_id)
    return {
        "own": own,
        "facts": facts,
        "draft": own.draft,
        "standing": own.standing,
        "open": work.now <= facts.deadline_at,
        "writable": own.desk.writable,
        "base": f"/reponse/{market_id}",
        "headings": views.headings(own.draft),
        "once": views.asked_once(own.draft, {}, None),
        "organisation": _dressed(buyer),
        "buyer": buyer,
        "moment_now": work.now,
        "Standing": Standing,
    }


def _dressed(buyer: Organisation) -> dict[str, Any]:
    """The buyer's name, accent and contact, as the shell of the page wants them."""
    return {
        "name": buyer.name,
        "accent": buyer.accent,
        "logo": None,
        "contact": {
            "name": buyer.contact_name,
            "phone": buyer.contact_phone,
            "mail": buyer.contact_email,
            "role": "service commande publique",
        },
    }


def _may_not(request: Request, refusal: MayNotAnswer) -> Response:
    """Why this supplier may not answer, and its way out."""
    return render(
        request,
        "offers/may_not.html",
        status=refusal.status,
        refusal=refusal,
        way_out=refusal.facts["way_out"],
    )


def _note_clock(request: Request, work: Work) -> None:
    """The receipt says when our clock and the database's disagree."""
    work.notes[CLOCK_DOUBT] = bool(getattr(wiring_of(request).clock, "doubt", False))


def _typed(form: FormData) -> Typed:
    """The `{position}.{key}` fields, by line; the engine refuses those it does not know."""
    found: Typed = {}
    for name, value in form.multi_items():
        position, dot, key = name.partition(".")
        if dot and position.isdigit() and isinstance(value, str):
            found.setdefault(int(position), {})[key] = value
    return found


def _typed_once(form: FormData) -> dict[str, str]:
    """The `q.{key}` fields: what is asked once for the whole offer."""
    return {
        name.removeprefix(views.ONCE): value
        for name, value in form.multi_items()
        if name.startswith(views.ONCE) and isinstance(value, str)
    }


def _grid(
    request: Request,
    market_id: UUID,
    typed: Mapping[int, Mapping[str, str]],
    refused: Refusal | None,
    typed_once: Mapping[str, str] | None = None,
) -> Response:
    with reading(request) as work:
        context = _context(work, market_id)
    own: OwnAnswer = context["own"]
    rows = views.rows(own.draft, typed, refused)
    errors = {name: words for row in rows for name, words in row.errors.items()}
    context["once"] = views.asked_once(own.draft, typed_once or {}, refused)
    errors |= {one.name: one.error for one in context["once"] if one.error}
    if refused is not None and not errors:
        errors = {"": next(iter(errors_of(refused).values()))}
    return render(
        request,
        "offers/grid.html",
        status=200 if refused is None else 422,
        rows=rows,
        errors=errors,
        **context,
    )


def _line(
    request: Request,
    context: dict[str, Any],
    position: int,
    typed: Mapping[int, Mapping[str, str]],
    refused: Refusal | None,
) -> Response:
    """The pieces of the grid that a line's saving changes."""
    own: OwnAnswer = context["own"]
    rank = own.draft.grid.rank(position)
    row = views.row(own.draft, rank, typed, views.errors_by_line(own.draft, refused))
    return render(
        request,
        "offers/grid.html",
        block="saved",
        status=200 if refused is None else 422,
        row=row,
        swapped=True,
        **context,
    )


def _review(request: Request, market_id: UUID, refused: Refusal | None) -> Response:
    with reading(request) as work:
        context = _context(work, market_id)
    draft = context["draft"]
    base = context["base"]
    return render(
        request,
        "offers/review.html",
        status=200 if refused is None else 409,
        rows=views.rows(draft, {}, None),
        shown=views.shown,
        ranks={line.position: rank for rank, line in enumerate(draft.grid.view.lines)},
        missing=views.linked(draft, draft.problems, base),
        irregular=views.linked(draft, draft.irregular, base),
        changed=isinstance(refused, ReviewChanged),
        **context,
    )
