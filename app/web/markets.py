"""« Mes marchés »: the board, one market and what it waits for, its launch, its end."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app.deps import once, reading, redirect, writing
from app.market_defaults import proposal
from app.rendering.criteria import by_family
from app.rendering.french import euros, number
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.forms import answerable, text, typed
from app.web.market_checks import checked
from app.web.market_forms import Reader
from app.web.market_words import COLUMNS, next_step, status
from app.web.pages import errors_of, render
from sad.accounts.delegations import in_force
from sad.accounts.permissions import Permission, may, require
from sad.accounts.rules import Act
from sad.awards import exchanges
from sad.awards.deciding import end as end_without_award
from sad.candidatures.queries import admitted
from sad.categories.service import ranges_of
from sad.categories.tables import Category
from sad.db.work import Work
from sad.funding.tables import FundingLine
from sad.kernel.errors import Incomplete, Invalid, Refusal
from sad.kernel.money import ZERO, Money
from sad.markets import amending, invited, queries, reasons, service, templates
from sad.markets.gate_checks import not_approved
from sad.markets.launching import launch
from sad.markets.picking import origins
from sad.markets.queries import MarketCard, MarketView
from sad.markets.schemas import EndingInput
from sad.markets.states import MarketPhase

router = page_router("/marches")
APPROVAL = not_approved.id


class CategoryMissing(Invalid):
    """A market is drafted in a category."""

    code = "field.choice"


class TitleMissing(Invalid):
    """A market is drafted with its object."""

    code = "field.missing"


@router.get("")
def board(request: Request) -> Response:
    """The organisation's markets by state, money beside."""
    with reading(request) as work:
        cards = queries.cards(work)
        waiting = queries.questions_waiting(work)
        now = work.now
        can_prepare = may(work, Permission.PREPARE_MARKET)
    columns = []
    for title, phases, empty in COLUMNS:
        mine = [card for card in cards if card.phase in phases]
        total = sum((card.credits for card in mine), ZERO)
        columns.append(
            {
                "title": title,
                "total": euros(total) if total else "",
                "empty": empty,
                "cards": [_card(card, waiting.get(card.id, 0), now) for card in mine],
            }
        )
    figures = _figures(cards)
    return render(
        request,
        "markets/board.html",
        columns=columns,
        figures=figures,
        nothing=not cards,
        can_prepare=can_prepare,
    )


@router.get("/nouveau")
def new(request: Request) -> Response:
    """The first page of a draft: a category, an object."""
    with reading(request) as work:
        context = _beginning(work)
    context["values"] = {"category_id": request.query_params.get("categorie", "")}
    return render(request, "markets/new.html", **context)


@router.post("/nouveau")
def create(request: Request, form: FormBody) -> Response:
    """Makes the draft from what its category proposes."""
    try:
        with writing(request) as work:
            category = work.get(Category, _id(form, "category_id"))
            if not text(form, "title"):
                raise TitleMissing(where="title")
            columns, hints, defaults = proposal(category.code)
            market = service.create_draft(
                work,
                category.id,
                text(form, "title")[:200],
                columns=columns,
                hints=hints,
                defaults=defaults,
            )
            market_id = market.id
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = _beginning(work)
        context |= {"values": typed(form), "errors": errors_of(refusal)}
        return render(request, "markets/new.html", status=refusal.status, **context)
    return redirect(f"/marches/{market_id}/preparation")


@router.get("/{market_id}")
def show(request: Request, market_id: UUID) -> Response:
    """Where the market stands, its figures, what comes next."""
    with reading(request) as work:
        context = context_of(work, market_id)
        kept = templates.is_kept(work, market_id)
        asked = exchanges.of_market(work, market_id)
        context |= {
            "invitations": invited.invited(work, market_id),
            "reasons": list(reasons.given(work, market_id).values()),
            "basis": basis_of(work, context["view"]),
            "origins": origins(work, market_id),
        }
    return render(request, "markets/show.html", is_template=kept, exchanges=asked, **context)


@router.post("/{market_id}/echanges/{exchange_id}/tenu")
def held(request: Request, market_id: UUID, exchange_id: UUID) -> Response:
    """The exchange asked by a supplier not chosen took place."""
    with writing(request) as work:
        exchanges.hold(work, market_id, exchange_id)
    return redirect(f"/marches/{market_id}#echanges")


@router.post("/{market_id}/copier")
def copy(request: Request, market_id: UUID) -> Response:
    """A new draft with the same lines and criteria."""
    with writing(request) as work:
        copied = service.copy(work, market_id).id
    return redirect(f"/marches/{copied}/preparation")


@router.post("/{market_id}/modele")
def template(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Keeps the market as a template, or no longer."""
    with writing(request) as work:
        change = templates.keep if text(form, "keep") else templates.drop
        change(work, market_id)
    return redirect(f"/marches/{market_id}")


@router.get("/{market_id}/lancer")
def review(request: Request, market_id: UUID) -> Response:
    """Check your answers: the checks with their articles, the consequence in figures."""
    with reading(request) as work:
        context = launch_context(work, market_id)
    return render(request, "markets/launch.html", **context)


@router.post("/{market_id}/lancer")
def confirm_launch(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Launches, once; what blocks shows the page again."""

    def do(work: Work) -> str:
        delegation = text(form, "delegation_id")
        launch(work, market_id, _id(form, "delegation_id") if delegation else None)
        return f"/marches/{market_id}/lance"

    try:
        return once(request, form, do)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = launch_context(work, market_id)
        errors = {} if isinstance(refusal, Incomplete) else errors_of(refusal)
        return render(
            request, "markets/launch.html", status=refusal.status, errors=errors, **context
        )


@router.get("/{market_id}/lance")
def launched(request: Request, market_id: UUID) -> Response:
    """The confirmation: number, instant, who was invited, what happens next."""
    with reading(request) as work:
        context = context_of(work, market_id)
        basis = basis_of(work, context["view"])
    return render(request, "markets/launched.html", basis=basis, **context)


@router.post("/{market_id}/relancer")
def remind(request: Request, market_id: UUID) -> Response:
    """The same reminder to all the invited."""
    with writing(request) as work:
        amending.remind(work, market_id)
    return redirect(f"/marches/{market_id}")


@router.get("/{market_id}/sans-suite")
def ending(request: Request, market_id: UUID) -> Response:
    """The reasons, who signs, what it does."""
    with reading(request) as work:
        context = _ending_context(work, market_id)
    return render(request, "markets/end.html", **context)


@router.post("/{market_id}/sans-suite")
def end(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Ends the market, once."""

    def do(work: Work) -> str:
        given = {name: text(form, name) for name in ("kind", "reasons", "delegation_id")}
        kept = {name: value for name, value in given.items() if value}
        end_without_award(work, market_id, parse_ending(kept))
        return f"/marches/{market_id}"

    try:
        return once(request, form, do)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = _ending_context(work, market_id)
        context |= {"values": typed(form), "errors": errors_of(refusal)}
        return render(request, "markets/end.html", status=refusal.status, **context)


def _beginning(work: Work) -> dict[str, Any]:
    """What a draft may start from: a category, or a market kept as a template."""
    return {"choices": queries.category_choices(work), "templates": templates.listed(work)}


def parse_ending(values: dict[str, str]) -> EndingInput:
    """The ending typed; Incomplete with one problem a field."""
    return Reader(FormData()).build(EndingInput, values)


def context_of(work: Work, market_id: UUID) -> dict[str, Any]:
    """What every page of one market shows."""
    view = queries.one(work, market_id)
    row = view.row
    asked = queries.questions(work, market_id)
    waiting = sum(question.answered_at is None for question in asked)
    step = next_step(view.id, view.actions, waiting)
    return {
        "market": row,
        "view": view,
        "said": status(
            view.phase, work.now, row["deadline_at"], row["opening_from"], row["ended_at"]
        ),
        "phase": view.phase.value,
        "actions": {action.value for action in view.actions},
        "step": step,
        "questions": asked,
        "waiting": waiting,
        "addenda": queries.addenda(work, work.organisation_id, market_id),
        "invited": queries.invited_count(work, market_id),
    }


def basis_of(work: Work, view: MarketView) -> str:
    """« TTC » or « HT », as the funding lines of the lots hold their credits; empty when mixed."""
    ids = sorted({lot.funding_line_id for lot in view.lots if lot.funding_line_id}, key=str)
    found = {work.get(FundingLine, line_id).basis.upper() for line_id in ids}
    return f" {found.pop()}" if len(found) == 1 else ""


def launch_context(work: Work, market_id: UUID) -> dict[str, Any]:
    """The checks and the figures of a launch."""
    require(work, Permission.LAUNCH_MARKET)
    context = context_of(work, market_id)
    view: MarketView = context["view"]
    found = checked(work, market_id) if view.row["launched_at"] is None else []
    total = sum((lot.credits_ht or ZERO for lot in view.lots), ZERO)
    category_id = UUID(str(view.row["category_id"]))
    to_invite = admitted(work, work.organisation_id, category_id)
    ranges = ranges_of(work, work.get(Category, category_id))
    return context | {
        "findings": found,
        "blocked": any(item["level"] == "blocking" for item in found),
        "to_approve": any(item["check"] == APPROVAL for item in found),
        "delegations": [
            (row.id, f"{row.person_name}, {row.quality}")
            for row in in_force(work, Act.CONTRACT, total, work.today)
        ],
        "to_invite": len(to_invite),
        "basis": basis_of(work, view),
        "criteria_words": ", ".join(
            f"{one.label} {number(one.weight)}"
            for one in by_family(ranges, [dict(row) for row in view.criteria])
            if one.parts
        ),
    }


def _ending_context(work: Work, market_id: UUID) -> dict[str, Any]:
    require(work, Permission.END_MARKET)
    context = context_of(work, market_id)
    total: Money = sum((lot.credits_ht or ZERO for lot in context["view"].lots), ZERO)
    return context | {
        "delegations": [
            (row.id, f"{row.person_name}, {row.quality}")
            for row in in_force(work, Act.WITHOUT_AWARD, total, work.today)
        ],
        "values": {"kind": "withdrawn"},
    }


def _card(card: MarketCard, questions: int, now: Any) -> dict[str, Any]:
    said = status(card.phase, now, card.deadline_at, card.opening_from, card.ended_at)
    plural = "s" if questions > 1 else ""
    return {
        "href": f"/marches/{card.id}",
        "title": card.title,
        "number": card.number or "",
        "category": card.category,
        "sentence": said.sentence,
        "amount": f"Crédits {euros(card.credits)}" if card.credits else "",
        "alert": f"{questions} question{plural} à traiter"
        if questions and card.phase is MarketPhase.OPEN
        else "",
    }


def _figures(cards: list[MarketCard]) -> list[dict[str, Any]]:
    """Money of the markets that hold credits, and how many wait for a person."""
    running = [card for card in cards if card.launched_at and not card.ended_at]
    waiting = [card for card in cards if card.phase is MarketPhase.CLOSED]
    drafts = [card for card in cards if card.phase in (MarketPhase.DRAFT, MarketPhase.APPROVAL)]
    credits_in_hand = sum((card.credits for card in running), ZERO)
    return [
        {"label": "Marchés en préparation", "value": str(len(drafts))},
        {"label": "Marchés lancés", "value": str(len(running)), "kind": "success"},
        {"label": "Leurs crédits", "value": euros(credits_in_hand), "note": "fixés au lancement"},
        {
            "label": "Plis à ouvrir",
            "value": str(len(waiting)),
            "kind": "warning" if waiting else "",
        },
    ]


def _id(form: FormData, name: str) -> UUID:
    try:
        return UUID(text(form, name))
    except ValueError as error:
        raise CategoryMissing(where=name) from error
