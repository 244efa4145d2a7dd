"""What the officer does with money: lines, votes, envelopes, transfers, undoing.

Each act is pressed with a key (`once`): pressed twice, it is written once.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app.deps import once, reading
from app.rendering.french import euros
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import funding_words as says
from app.web.forms import answerable, parse, text, typed
from app.web.pages import errors_of, render
from sad.accounts.permissions import Permission, require
from sad.categories import queries as categories
from sad.db.work import Work
from sad.funding import queries, service
from sad.funding.checks import check_transfer
from sad.funding.rules import OtherLine
from sad.funding.schemas import EnvelopeChange, EnvelopeInput, EnvelopeView, LineInput, LineView
from sad.kernel.errors import Refusal
from sad.kernel.french import parse_money
from sad.kernel.money import ZERO, Money
from sad.systems import queries as systems

router = page_router("/credits")
Context = Callable[[Work], dict[str, Any]]

# A line


@router.get("/lignes/nouvelle")
def new_line(request: Request) -> Response:
    """The imputation and what was voted on it."""
    return _page(request, "funding/line_new.html", _systems)


@router.post("/lignes/nouvelle")
def create_line(request: Request, form: FormBody) -> Response:
    """Opens the line with its voted credits. VAT recovered: everything is counted HT (P5, P10)."""

    def do(work: Work) -> str:
        require(work, Permission.MANAGE_FUNDING)
        recovered = text(form, "vat_recovery") == "full"
        data = parse(LineInput, form, basis="ht" if recovered else "ttc")
        voted = parse_money(text(form, "voted"), "voted")
        return f"/credits/lignes/{service.create_line(work, data, voted, _cause(form)).id}"

    return _once(request, form, do, "funding/line_new.html", _systems)


@router.get("/lignes/{line_id:uuid}/credits-votes")
def new_vote(request: Request, line_id: UUID) -> Response:
    """More voted credits on a line."""
    return _page(request, "funding/vote.html", _line(line_id))


@router.post("/lignes/{line_id:uuid}/credits-votes")
def vote(request: Request, line_id: UUID, form: FormBody) -> Response:
    """Adds them, with the reference of the budget act."""

    def do(work: Work) -> str:
        require(work, Permission.MANAGE_FUNDING)
        amount, reference = parse_money(text(form, "amount"), "amount"), text(form, "reference")
        service.vote(work, line_id, amount, _cause(form), reference)
        return f"/credits/lignes/{line_id}"

    return _once(request, form, do, "funding/vote.html", _line(line_id))


@router.get("/lignes/{line_id:uuid}/virement")
def new_move(request: Request, line_id: UUID) -> Response:
    """Credits to another line."""
    return _page(request, "funding/move.html", _line(line_id, others=True))


@router.post("/lignes/{line_id:uuid}/virement")
def move(request: Request, line_id: UUID, form: FormBody) -> Response:
    """Moves them, under a budget act (P5)."""

    def do(work: Work) -> str:
        require(work, Permission.MANAGE_FUNDING)
        service.move_between_lines(
            work,
            line_id,
            _id(form, "target_id"),
            parse_money(text(form, "amount"), "amount"),
            reference=text(form, "reference"),
            reason=text(form, "reason"),
            cause=_cause(form),
        )
        return f"/credits/lignes/{line_id}"

    return _once(request, form, do, "funding/move.html", _line(line_id, others=True))


# An envelope


@router.get("/lignes/{line_id:uuid}/enveloppes/nouvelle")
def new_envelope(request: Request, line_id: UUID) -> Response:
    """An envelope for a category of the line's system."""
    return _page(request, "funding/envelope_new.html", _line(line_id))


@router.post("/lignes/{line_id:uuid}/enveloppes/nouvelle")
def create_envelope(request: Request, line_id: UUID, form: FormBody) -> Response:
    """Opens it, with its first allocation if an amount was typed."""

    def do(work: Work) -> str:
        require(work, Permission.MANAGE_FUNDING)
        data = parse(EnvelopeInput, form, funding_line_id=line_id)
        amount = parse_money(text(form, "amount") or "0", "amount")
        envelope = service.create_envelope(work, data)
        if amount > ZERO:
            service.allocate(work, envelope.id, amount, _cause(form))
        return f"/credits/lignes/{line_id}"

    return _once(request, form, do, "funding/envelope_new.html", _line(line_id))


@router.get("/enveloppes/{envelope_id:uuid}/reglages")
def settings(request: Request, envelope_id: UUID) -> Response:
    """Its name, its mode, its alert level."""
    return _page(request, "funding/envelope_settings.html", _envelope(envelope_id))


@router.post("/enveloppes/{envelope_id:uuid}/reglages")
def change_envelope(request: Request, envelope_id: UUID, form: FormBody) -> Response:
    """Keeps them; refused if somebody changed them meanwhile."""

    def do(work: Work) -> str:
        require(work, Permission.MANAGE_FUNDING)
        service.change_envelope(work, envelope_id, parse(EnvelopeChange, form))
        return f"/credits/enveloppes/{envelope_id}"

    return _once(request, form, do, "funding/envelope_settings.html", _envelope(envelope_id))


@router.get("/enveloppes/{envelope_id:uuid}/abonder")
def new_allocation(request: Request, envelope_id: UUID) -> Response:
    """More of the line's credits planned for it."""
    return _page(request, "funding/allocate.html", _envelope(envelope_id))


@router.post("/enveloppes/{envelope_id:uuid}/abonder")
def allocate(request: Request, envelope_id: UUID, form: FormBody) -> Response:
    """Plans them."""

    def do(work: Work) -> str:
        require(work, Permission.MANAGE_FUNDING)
        service.allocate(
            work, envelope_id, parse_money(text(form, "amount"), "amount"), _cause(form)
        )
        return f"/credits/enveloppes/{envelope_id}"

    return _once(request, form, do, "funding/allocate.html", _envelope(envelope_id))


@router.get("/enveloppes/{envelope_id:uuid}/virement")
def new_transfer(request: Request, envelope_id: UUID) -> Response:
    """To another envelope of the same line."""
    return _page(request, "funding/transfer.html", _envelope(envelope_id))


@router.post("/enveloppes/{envelope_id:uuid}/virement/verifier")
def confirm_transfer(request: Request, envelope_id: UUID, form: FormBody) -> Response:
    """What it changes, in figures, before it is done; nothing is written."""
    try:
        with reading(request) as work:
            require(work, Permission.MANAGE_FUNDING)
            line, source = queries.envelope(work, envelope_id)
            target = _other(line, source, _id(form, "target_id"))
            amount = check_transfer(
                work, source.id, parse_money(text(form, "amount"), "amount"), text(form, "reason")
            )
    except Refusal as refusal:
        return _again(request, refusal, form, "funding/transfer.html", _envelope(envelope_id))
    consequence = (
        f"« {source.label} » passera de {euros(source.available)} à"
        f" {euros(source.available - amount.cents)} disponibles,"
        f" « {target.label} » de {euros(target.available)} à"
        f" {euros(target.available + amount.cents)}."
    )
    return render(
        request,
        "funding/transfer_check.html",
        line=line,
        envelope=source,
        target=target,
        amount=amount,
        consequence=consequence,
        values=typed(form),
    )


@router.post("/enveloppes/{envelope_id:uuid}/virement")
def transfer(request: Request, envelope_id: UUID, form: FormBody) -> Response:
    """Moves the plan, with its reason."""

    def do(work: Work) -> str:
        require(work, Permission.MANAGE_FUNDING)
        amount = parse_money(text(form, "amount"), "amount")
        target = _id(form, "target_id")
        service.transfer(work, envelope_id, target, amount, text(form, "reason"), _cause(form))
        return f"/credits/enveloppes/{envelope_id}"

    return _once(request, form, do, "funding/transfer.html", _envelope(envelope_id))


# Undoing


@router.get("/mouvements/{movement_id:uuid}/annuler")
def new_reversal(request: Request, movement_id: UUID) -> Response:
    """What undoing a movement does, and why it is undone."""
    return _page(request, "funding/reverse.html", _movement(movement_id))


@router.post("/mouvements/{movement_id:uuid}/annuler")
def reverse(request: Request, movement_id: UUID, form: FormBody) -> Response:
    """Writes the opposite movement; both stay."""

    def do(work: Work) -> str:
        require(work, Permission.MANAGE_FUNDING)
        made = service.reverse(work, movement_id, text(form, "reason"), _cause(form))
        return f"/credits/lignes/{made.funding_line_id}"

    return _once(request, form, do, "funding/reverse.html", _movement(movement_id))


# What these pages share


def _page(request: Request, template: str, context: Context) -> Response:
    with reading(request) as work:
        require(work, Permission.MANAGE_FUNDING)
        found = context(work)
    return render(request, template, says=says, **found)


def _once(
    request: Request,
    form: FormData,
    do: Callable[[Work], str],
    template: str,
    context: Context,
) -> Response:
    try:
        return once(request, form, do)
    except Refusal as refusal:
        return _again(request, refusal, form, template, context)


def _again(
    request: Request, refusal: Refusal, form: FormData, template: str, context: Context
) -> Response:
    """The page again, with what was typed and what is wrong."""
    if not answerable(refusal):
        raise refusal
    with reading(request) as work:
        found = context(work)
    shown = found | {"values": typed(form), "errors": errors_of(refusal)}
    return render(request, template, status=refusal.status, says=says, **shown)


def _cause(form: FormData) -> str:
    """What makes the movement: this press of this page."""
    return f"act:{text(form, 'act_key')}"


def _id(form: FormData, name: str) -> UUID:
    try:
        return UUID(text(form, name))
    except ValueError as error:
        raise OtherLine(where=name) from error


def _systems(work: Work) -> dict[str, Any]:
    shown = systems.of_organisation(work)
    year = work.today.year
    return {"systems": [(view.id, view.title) for view in shown], "values": {"year": year}}


def _line(line_id: UUID, *, others: bool = False) -> Context:
    def found(work: Work) -> dict[str, Any]:
        line = queries.line(work, line_id)
        listed = categories.of_system(work, work.organisation_id, line.system_id)
        context: dict[str, Any] = {
            "line": line,
            "categories": [(view.id, view.name) for view in listed],
            "unplanned": Money(line.voted - line.allocated),
        }
        if others:
            context["others"] = [
                (view.id, f"{view.label} ({says.imputation(view)})")
                for view in queries.overview(work)
                if view.id != line_id
            ]
        return context

    return found


def _envelope(envelope_id: UUID) -> Context:
    def found(work: Work) -> dict[str, Any]:
        line, envelope = queries.envelope(work, envelope_id)
        return {
            "line": line,
            "envelope": envelope,
            "unplanned": Money(line.voted - line.allocated),
            "others": [
                (view.id, f"{view.label} ({euros(view.available)} disponibles)")
                for view in line.envelopes
                if view.id != envelope_id
            ],
            "values": envelope.model_dump(include={"label", "overshoot", "alert_percent"}),
        }

    return found


def _movement(movement_id: UUID) -> Context:
    def found(work: Work) -> dict[str, Any]:
        movement = queries.movement(work, movement_id)
        return {"movement": movement, "line": queries.line(work, movement.funding_line_id)}

    return found


def _other(line: LineView, source: EnvelopeView, target_id: UUID) -> EnvelopeView:
    for view in line.envelopes:
        if view.id == target_id and view.id != source.id:
            return view
    raise OtherLine(where="target_id")
