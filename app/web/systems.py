"""The officer prepares a system, section by section, publishes it, and keeps its period."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app.catalogue import category_input, families, family
from app.deps import once, reading, redirect, writing
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.forms import answerable, parse, text, texts, typed
from app.web.pages import errors_of, render
from sad.accounts.permissions import Permission, require
from sad.categories import queries as category_queries
from sad.categories import service as category_service
from sad.db.work import Work
from sad.kernel.calendar import at_paris
from sad.kernel.errors import Invalid, NotFound, Refusal
from sad.kernel.french import parse_money
from sad.systems import queries, service
from sad.systems.schemas import SystemChange, SystemInput
from sad.systems.tables import PurchasingSystem

router = page_router("/systemes")


class DateUnreadable(Invalid):
    """A day typed in a form that is not one."""

    code = "field.date"


class FamilyUnknown(Invalid):
    """The catalogue has no such family."""

    code = "field.choice"


SECTIONS = {
    "objet": ("Objet et besoin", "systems/section_object.html"),
    "avis": ("Avis et période", "systems/section_notice.html"),
    "actes": ("Actes et contrôle", "systems/section_acts.html"),
    "contact": ("Contact et présentation", "systems/section_contact.html"),
}


@router.get("")
def index(request: Request) -> Response:
    """Every system of the organisation."""
    with reading(request) as work:
        views = queries.of_organisation(work)
    return render(request, "systems/index.html", systems=views)


@router.get("/nouveau")
def new(request: Request) -> Response:
    """The first section: a title and a maximum are enough to start."""
    with reading(request) as work:
        require(work, Permission.MANAGE_SYSTEM)
    return render(request, "systems/new.html")


@router.post("/nouveau")
def create(request: Request, form: FormBody) -> Response:
    """Creates the draft."""
    try:
        with writing(request) as work:
            require(work, Permission.MANAGE_SYSTEM)
            maximum = parse_money(text(form, "maximum"), where="maximum")
            data = parse(SystemInput, form, maximum_cents=maximum.cents)
            system_id = service.create(work, data).id
    except Refusal as refusal:
        return _again(request, refusal, "systems/new.html", form)
    return redirect(f"/systemes/{system_id}")


@router.get("/{system_id}")
def show(request: Request, system_id: UUID) -> Response:
    """Where the system stands, what is missing, what may be done."""
    with reading(request) as work:
        context = _context(work, system_id)
    return render(request, "systems/show.html", **context)


@router.get("/{system_id}/rubriques/{section}")
def section(request: Request, system_id: UUID, section: str) -> Response:
    """One section of the notice."""
    title, template = _section(section)
    with reading(request) as work:
        require(work, Permission.MANAGE_SYSTEM)
        view = queries.one(work, system_id)
    return render(request, template, system=view, title=title, values=_values(view))


@router.post("/{system_id}/rubriques/{section}")
def save(request: Request, system_id: UUID, section: str, form: FormBody) -> Response:
    """Saves a section; somebody else's change meanwhile is shown, nothing is lost."""
    title, template = _section(section)
    try:
        with writing(request) as work:
            service.change(work, system_id, parse(SystemChange, form, **_read(form, section)))
    except Refusal as refusal:
        with reading(request) as work:
            view = queries.one(work, system_id)
        return _again(request, refusal, template, form, system=view, title=title)
    return redirect(f"/systemes/{system_id}")


@router.get("/{system_id}/categories")
def categories(request: Request, system_id: UUID) -> Response:
    """The families of the catalogue, those already taken marked."""
    with reading(request) as work:
        context = _context(work, system_id)
    taken = {category.code for category in context["categories"]}
    return render(request, "systems/categories.html", families=families(), taken=taken, **context)


@router.post("/{system_id}/categories")
def add_categories(request: Request, system_id: UUID, form: FormBody) -> Response:
    """Adds the families ticked."""
    with writing(request) as work:
        require(work, Permission.MANAGE_SYSTEM)
        work.get(PurchasingSystem, system_id)
        for code in texts(form, "codes"):
            entry = family(code)
            if entry is None:
                raise FamilyUnknown(where="codes")
            category_service.add(work, system_id, category_input(entry))
    return redirect(f"/systemes/{system_id}/categories")


@router.post("/{system_id}/categories/{category_id}/retirer")
def remove_category(request: Request, system_id: UUID, category_id: UUID) -> Response:
    """Takes a family out of a draft."""
    with writing(request) as work:
        category_service.remove(work, category_id)
    return redirect(f"/systemes/{system_id}/categories")


@router.get("/{system_id}/publier")
def confirm_publication(request: Request, system_id: UUID) -> Response:
    """What publishing does, before it is done."""
    with reading(request) as work:
        require(work, Permission.MANAGE_SYSTEM)
        context = _context(work, system_id)
    return render(request, "systems/publish.html", **context)


@router.post("/{system_id}/publier")
def publish(request: Request, system_id: UUID, form: FormBody) -> Response:
    """Publishes, once."""

    def do(work: Work) -> str:
        category_service.publish(work, system_id)
        return f"/systemes/{system_id}"

    return once(request, form, do)


@router.get("/{system_id}/periode")
def period(request: Request, system_id: UUID) -> Response:
    """The closing date, and those it had."""
    with reading(request) as work:
        require(work, Permission.MANAGE_SYSTEM)
        context = _context(work, system_id)
    return render(request, "systems/period.html", **context)


@router.post("/{system_id}/periode")
def move_period(request: Request, system_id: UUID, form: FormBody) -> Response:
    """Moves the closing date, with its reason."""
    try:
        with writing(request) as work:
            closing = _end_of_day(form, "closing_at")
            if closing is None:
                raise DateUnreadable(where="closing_at")
            service.move_closing(work, system_id, closing, text(form, "reason"))
    except Refusal as refusal:
        with reading(request) as work:
            context = _context(work, system_id)
        return _again(request, refusal, "systems/period.html", form, **context)
    return redirect(f"/systemes/{system_id}")


def _context(work: Work, system_id: UUID) -> dict[str, Any]:
    view = queries.one(work, system_id)
    row = work.get(PurchasingSystem, system_id)
    return {
        "system": view,
        "categories": category_queries.of_system(work, view.organisation_id, view.id),
        "missing": [] if view.published_at else category_service.missing(work, row),
        "warnings": category_service.warnings(row),
        "changes": queries.period_changes(work, view),
        "sections": SECTIONS,
        "section_of": SECTION_OF,
    }


SECTION_OF = {
    "title": "objet",
    "object": "objet",
    "variants_allowed": "objet",
    "opening_at": "avis",
    "closing_at": "avis",
    "notice_support": "avis",
    "notice_sent_on": "avis",
    "notice_reference": "avis",
    "first_candidatures_on": "avis",
    "deliberation_number": "actes",
    "contact_name": "contact",
    "contact_phone": "contact",
    "categories": "categories",
}


def _section(name: str) -> tuple[str, str]:
    if name not in SECTIONS:
        raise NotFound()
    return SECTIONS[name]


def _values(view: Any) -> dict[str, Any]:
    """The view as the form shows it: money and days as people type them."""
    values = {name: value for name, value in view.model_dump().items() if value is not None}
    for name in ("variants_allowed", "legal_control"):
        if name in values:
            values[name] = "oui" if values[name] else "non"
    return values


def _read(form: FormData, section: str) -> dict[str, Any]:
    """What the section's own kinds of fields say; the rest is text."""
    read: dict[str, Any] = {}
    if section == "objet":
        read["maximum_cents"] = parse_money(text(form, "maximum"), where="maximum").cents
        read["outside_cents"] = parse_money(text(form, "outside") or "0", where="outside").cents
        if text(form, "variants_allowed"):
            read["variants_allowed"] = text(form, "variants_allowed") == "oui"
    if section == "avis":
        read["opening_at"] = _start_of_day(form, "opening_at")
        read["closing_at"] = _end_of_day(form, "closing_at")
        for name in ("notice_sent_on", "first_candidatures_on"):
            read[name] = _day(form, name)
    if section == "actes":
        for name in ("deliberation_on", "prefecture_receipt_on"):
            read[name] = _day(form, name)
        if text(form, "legal_control"):
            read["legal_control"] = text(form, "legal_control") == "oui"
    return read


def _day(form: FormData, name: str) -> date | None:
    typed_day = text(form, name)
    if not typed_day:
        return None
    try:
        return date.fromisoformat(typed_day)
    except ValueError as error:
        raise DateUnreadable(where=name) from error


def _start_of_day(form: FormData, name: str) -> datetime | None:
    day = _day(form, name)
    return None if day is None else at_paris(day, time(0, 0), where=name)


def _end_of_day(form: FormData, name: str) -> datetime | None:
    day = _day(form, name)
    return None if day is None else at_paris(day, time(23, 59), where=name)


def _again(
    request: Request, refusal: Refusal, template: str, form: FormData, **context: Any
) -> Response:
    """The page again, with what was typed and what is wrong."""
    if not answerable(refusal):
        raise refusal
    context = {"values": typed(form), "errors": errors_of(refusal)} | context
    return render(request, template, status=refusal.status, **context)
