"""Before the markets, for agents: demands to come, and the register of meetings (P22)."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app.deps import reading, redirect, writing
from app.rendering.french import month
from app.rendering.sourcing import register_pdf
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.forms import answerable, parse, text, typed
from app.web.pages import errors_of, render
from sad.accounts.tables import Organisation
from sad.attachments.names import disposition
from sad.categories import queries as categories
from sad.db.work import Work
from sad.kernel.errors import Conflict, Invalid, Refusal
from sad.sourcing import queries, service
from sad.sourcing.rules import months_ahead
from sad.sourcing.schemas import (
    NextDemandChange,
    NextDemandInput,
    SourcingChange,
    SourcingInput,
)
from sad.systems import queries as systems

router = page_router("/systemes/{system_id}")


class DateUnreadable(Invalid):
    """A day typed in a form that is not one."""

    code = "field.date"


@router.get("/prochaines-demandes")
def demands(request: Request, system_id: UUID) -> Response:
    """What is announced, past months included."""
    with reading(request) as work:
        context: dict[str, Any] = {
            "system": systems.one(work, system_id),
            "demands": [
                (one, queries.is_over(one, work.today))
                for one in queries.announced(work, system_id)
            ],
            "editable": service.may_prepare(work),
        }
    return render(request, "sourcing/demands.html", **context)


@router.get("/prochaines-demandes/nouvelle")
def new_demand(request: Request, system_id: UUID) -> Response:
    """The form of an announcement."""
    with reading(request) as work:
        context = _demand_context(work, system_id)
    return render(request, "sourcing/demand.html", **context)


@router.post("/prochaines-demandes/nouvelle")
def announce(request: Request, system_id: UUID, form: FormBody) -> Response:
    """Announces a demand to come."""
    try:
        with writing(request) as work:
            service.require_preparer(work)
            service.announce(work, system_id, parse(NextDemandInput, form))
    except Refusal as refusal:
        return _demand_again(request, refusal, system_id, form)
    return redirect(f"/systemes/{system_id}/prochaines-demandes")


@router.get("/prochaines-demandes/{demand_id}")
def edit_demand(request: Request, system_id: UUID, demand_id: UUID) -> Response:
    """The form of an announcement already made."""
    with reading(request) as work:
        shown = queries.one_demand(work, system_id, demand_id)
        context = _demand_context(work, system_id)
    values = shown.model_dump() | {"month": shown.month.isoformat()}
    return render(request, "sourcing/demand.html", demand_id=demand_id, values=values, **context)


@router.post("/prochaines-demandes/{demand_id}")
def rewrite(request: Request, system_id: UUID, demand_id: UUID, form: FormBody) -> Response:
    """Says it otherwise."""
    try:
        with writing(request) as work:
            service.require_preparer(work)
            service.rewrite(work, system_id, demand_id, parse(NextDemandChange, form))
    except Refusal as refusal:
        return _demand_again(request, refusal, system_id, form, demand_id=demand_id)
    return redirect(f"/systemes/{system_id}/prochaines-demandes")


@router.post("/prochaines-demandes/{demand_id}/retirer")
def remove(request: Request, system_id: UUID, demand_id: UUID) -> Response:
    """Takes it away."""
    with writing(request) as work:
        service.remove(work, system_id, demand_id)
    return redirect(f"/systemes/{system_id}/prochaines-demandes")


@router.get("/sourcing")
def register(request: Request, system_id: UUID) -> Response:
    """The register: whom the agents met, what they said, whether it is told to all."""
    with reading(request) as work:
        context: dict[str, Any] = {
            "system": systems.one(work, system_id),
            "entries": queries.register(work, system_id),
            "editable": service.may_prepare(work),
        }
    return render(request, "sourcing/register.html", **context)


@router.get("/sourcing/registre.pdf")
def printed(request: Request, system_id: UUID) -> Response:
    """The register as a paper, for the file."""
    with reading(request) as work:
        system = systems.one(work, system_id)
        entries = queries.register(work, system_id)
        buyer = work.shared(Organisation, system.organisation_id).name
        content = register_pdf(system, entries, buyer, work.now)
    name = f"{system.number} - registre de sourcing.pdf"
    headers = {"Content-Disposition": disposition(name)}
    return Response(content, media_type="application/pdf", headers=headers)


@router.get("/sourcing/nouveau")
def new_meeting(request: Request, system_id: UUID) -> Response:
    """The form of a meeting."""
    with reading(request) as work:
        service.require_preparer(work)
        system, today = systems.one(work, system_id), work.today
    values = {"met_on": today.isoformat()}
    return render(request, "sourcing/meeting.html", system=system, values=values)


@router.post("/sourcing/nouveau")
def record(request: Request, system_id: UUID, form: FormBody) -> Response:
    """Enters a meeting in the register."""
    try:
        with writing(request) as work:
            service.require_preparer(work)
            data = parse(SourcingInput, form, met_on=_day(form, "met_on"))
            service.record_meeting(work, system_id, data)
    except Refusal as refusal:
        return _meeting_again(request, refusal, system_id, form)
    return redirect(f"/systemes/{system_id}/sourcing")


@router.get("/sourcing/{entry_id}")
def edit_meeting(request: Request, system_id: UUID, entry_id: UUID) -> Response:
    """The form of an entry not yet published; a published one is read on the register."""
    with reading(request) as work:
        service.require_preparer(work)
        system = systems.one(work, system_id)
        entry = queries.one_meeting(work, system_id, entry_id)
    if entry.published_at is not None:
        return redirect(f"/systemes/{system_id}/sourcing#echange-{entry_id}")
    values = entry.model_dump() | {"met_on": entry.met_on.isoformat()}
    return render(request, "sourcing/meeting.html", system=system, entry_id=entry_id, values=values)


@router.post("/sourcing/{entry_id}")
def correct(request: Request, system_id: UUID, entry_id: UUID, form: FormBody) -> Response:
    """Corrects an entry not yet published."""
    try:
        with writing(request) as work:
            service.require_preparer(work)
            data = parse(SourcingChange, form, met_on=_day(form, "met_on"))
            service.correct_meeting(work, system_id, entry_id, data)
    except Refusal as refusal:
        return _meeting_again(request, refusal, system_id, form, entry_id=entry_id)
    return redirect(f"/systemes/{system_id}/sourcing")


@router.post("/sourcing/{entry_id}/publier")
def publish(request: Request, system_id: UUID, entry_id: UUID) -> Response:
    """Tells everybody, in one press."""
    with writing(request) as work:
        service.publish(work, system_id, entry_id)
    return redirect(f"/systemes/{system_id}/sourcing#echange-{entry_id}")


def _demand_context(work: Work, system_id: UUID) -> dict[str, Any]:
    service.require_preparer(work)
    system = systems.one(work, system_id)
    listed = categories.of_system(work, system.organisation_id, system.id)
    return {
        "system": system,
        "categories": [(str(one.id), one.name) for one in listed],
        "months": [(one.isoformat(), month(one)) for one in months_ahead(work.today)],
    }


def _demand_again(
    request: Request, refusal: Refusal, system_id: UUID, form: FormData, **context: Any
) -> Response:
    if not answerable(refusal):
        raise refusal
    with reading(request) as work:
        context |= _demand_context(work, system_id)
        if isinstance(refusal, Conflict):
            context["theirs"] = queries.one_demand(work, system_id, context["demand_id"])
    context |= _typed_again(refusal, form, context)
    return render(request, "sourcing/demand.html", status=refusal.status, **context)


def _meeting_again(
    request: Request, refusal: Refusal, system_id: UUID, form: FormData, **context: Any
) -> Response:
    if not answerable(refusal):
        raise refusal
    with reading(request) as work:
        context["system"] = systems.one(work, system_id)
        if isinstance(refusal, Conflict):
            context["theirs"] = queries.one_meeting(work, system_id, context["entry_id"])
    context |= _typed_again(refusal, form, context)
    return render(request, "sourcing/meeting.html", status=refusal.status, **context)


def _typed_again(refusal: Refusal, form: FormData, context: dict[str, Any]) -> dict[str, Any]:
    """What was typed; after somebody else's change, with the version that lets it be kept."""
    if (theirs := context.get("theirs")) is not None:
        return {"values": typed(form) | {"version": theirs.version}, "errors": {}}
    return {"values": typed(form), "errors": errors_of(refusal)}


def _day(form: FormData, name: str) -> date:
    try:
        return date.fromisoformat(text(form, name))
    except ValueError as error:
        raise DateUnreadable(where=name) from error
