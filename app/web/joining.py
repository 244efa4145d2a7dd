"""Joining a system in three short screens: who we are, what we can do, the sworn declaration."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app.deps import once, reading, redirect, signed_in, writing
from app.routing import page_router
from app.security.cookies import browser_of, keep_session, network_of
from app.security.csrf import FormBody
from app.web import joining_views as shown
from app.web.forms import answerable, parse, text, texts, typed
from app.web.pages import errors_of, render
from sad.accounts import sessions, sign_in
from sad.accounts.permissions import Permission, may
from sad.candidatures import drafts, groups, joining, service, views
from sad.candidatures.rules import NothingToSubmit
from sad.candidatures.schemas import ChoiceInput, Declaration
from sad.candidatures.states import Screen
from sad.db.work import Work
from sad.kernel.errors import Invalid, NotFound, Refusal
from sad.suppliers import queries as suppliers
from sad.suppliers import service as supplier_service
from sad.suppliers.schemas import PersonInput, SupplierChange, SupplierInput
from sad.suppliers.states import SupplierKind
from sad.systems import queries as systems
from sad.systems.states import SystemState

router = page_router("/rejoindre/{system_id}")

START, STRUCTURE = "candidatures/join_start.html", "candidatures/join_structure.html"
CATEGORIES, PAPERS = "candidatures/join_categories.html", "candidatures/join_papers.html"
DECLARE, CHECK = "candidatures/join_declaration.html", "candidatures/join_check.html"
DONE = "candidatures/join_done.html"

Known = Callable[[Work, UUID], dict[str, Any]]


class PaperUnreadable(Invalid):
    """A paper was not chosen from the list."""

    code = "field.identifier"


@router.get("")
def first(request: Request, system_id: UUID) -> Response:
    """The first screen; before it, the address to sign in with; closed or not open, why."""
    with reading(request) as work:
        context = shown.system(work, system_id)
        if context["system"].state != SystemState.OPEN or work.actor.person_id is None:
            return render(request, START, sent="", **context)
        if work.actor.organisation_id is not None:
            dictates = may(work, Permission.DECIDE_CANDIDATURE)
            return render(request, START, sent="", dictates=dictates, **context)
        context |= shown.structure(work, system_id)
    return render(request, STRUCTURE, **context)


@router.post("/entrer")
def ask_link(request: Request, system_id: UUID, form: FormBody) -> Response:
    """Mails a link that comes back here; a new address becomes a person when the mail leaves."""
    try:
        with writing(request) as work:
            shown.system(work, system_id)
            person = parse(PersonInput, form)
            path = f"/rejoindre/{system_id}"
            sign_in.ask_link(work, person.email, network_of(request), path, person.name)
    except Refusal as refusal:
        return _again(request, refusal, START, system_id, form, sent="")
    with reading(request) as work:
        context = shown.system(work, system_id)
    return render(request, START, sent=person.email, **context)


@router.post("/brouillon/{screen}")
def keep(request: Request, system_id: UUID, screen: str, form: FormBody) -> Response:
    """Keeps what a screen shows as it is typed; the sworn boxes are never kept."""
    if screen not in set(Screen):
        raise NotFound()
    with writing(request) as work:
        joining.keep(work, system_id, Screen(screen), typed(form))
    return Response(status_code=204)


@router.post("/structure")
def save_structure(request: Request, system_id: UUID, form: FormBody) -> Response:
    """Opens the structure's account, or brings its file up to date; then the second screen."""
    following = f"/rejoindre/{system_id}/categories"
    try:
        with writing(request) as work:
            signed_in(work)
            joining.forget(work, system_id, Screen.STRUCTURE)
            if work.actor.supplier_id is not None:
                supplier_service.change(work, parse(SupplierChange, form))
                return redirect(following)
            supplier = supplier_service.create(work, parse(SupplierInput, form))
            if groups.join_groups(work, supplier):
                following = "/mes-candidatures"
            made = sessions.wear(
                work, request.state.viewer.session_id, f"supplier:{supplier.id}", following
            )
    except Refusal as refusal:
        return _again(request, refusal, STRUCTURE, system_id, form, shown.structure)
    response = redirect(following)
    device = browser_of(request).device
    keep_session(request, response, made.token, made.expires_at, device)
    return response


@router.get("/categories")
def choose_categories(request: Request, system_id: UUID, aussi: str = "") -> Response:
    """The second screen: categories, two lines on what one can do, alone or as a group."""
    with reading(request) as work:
        context = shown.system(work, system_id) | shown.choice(work, system_id, aussi)
    return render(request, CATEGORIES, **context)


@router.post("/categories")
def save_categories(request: Request, system_id: UUID, form: FormBody) -> Response:
    """Keeps one draft a category; the documents come next only where a category demands some."""
    try:
        with writing(request) as work:
            if not texts(form, "categories"):
                raise NothingToSubmit(where="categories")
            group = shown.group_typed(work, form)
            shown.check_free(work, system_id, texts(form, "categories"), group=group is not None)
            data = parse(ChoiceInput, form, category_ids=texts(form, "categories"), group=group)
            drafts.choose(work, system_id, data)
            if "kinds_asked" in form:
                mine = suppliers.mine(work)
                kinds = [SupplierKind(kind) for kind in texts(form, "kinds")]
                supplier_service.change(work, SupplierChange(version=mine.version, kinds=kinds))
            joining.forget(work, system_id, Screen.CATEGORIES)
            demanded = shown.demanded(work, systems.public_one(work, system_id))["asked"]
    except Refusal as refusal:
        known = partial(shown.choice, also=text(form, "aussi"))
        return _again(request, refusal, CATEGORIES, system_id, form, known)
    return redirect(f"/rejoindre/{system_id}/{'pieces' if demanded else 'declaration'}")


@router.get("/pieces")
def documents(request: Request, system_id: UUID) -> Response:
    """The documents the chosen categories demand; those of the file are proposed."""
    with reading(request) as work:
        context = shown.system(work, system_id)
        context |= shown.demanded(work, context["system"])
    if not context["asked"]:
        return redirect(f"/rejoindre/{system_id}/declaration")
    return render(request, PAPERS, **context)


@router.post("/pieces")
def name_documents(request: Request, system_id: UUID, form: FormBody) -> Response:
    """Says which paper of the file is each document; those still missing are said at the end."""
    with writing(request) as work:
        view = systems.public_one(work, system_id)
        asked = shown.demanded(work, view)["asked"]
        chosen = {
            one["name"]: _paper(text(form, f"document.{place}"))
            for place, one in enumerate(asked)
            if text(form, f"document.{place}")
        }
        drafts.name_papers(work, system_id, chosen)
    return redirect(f"/rejoindre/{system_id}/declaration")


@router.get("/declaration")
def declaration(request: Request, system_id: UUID) -> Response:
    """The third screen: every ground is listed, no box is ever ticked beforehand."""
    with reading(request) as work:
        context = shown.system(work, system_id)
        if not shown.own_drafts(work, context["system"]):
            return redirect(f"/rejoindre/{system_id}/categories")
        context |= shown.declaration(work, system_id)
    return render(request, DECLARE, **context)


@router.post("/declaration")
def declare(request: Request, system_id: UUID, form: FormBody) -> Response:
    """Writes the declaration on the drafts; then everything is read again."""
    try:
        with writing(request) as work:
            boxes = {name: text(form, name) == "oui" for name in ("no_ground", "declared")}
            drafts.declare_current(work, system_id, parse(Declaration, form, **boxes))
            joining.forget(work, system_id, Screen.DECLARATION)
    except Refusal as refusal:
        return _again(request, refusal, DECLARE, system_id, form, shown.declaration)
    return redirect(f"/rejoindre/{system_id}/verifier")


@router.get("/verifier")
def check(request: Request, system_id: UUID) -> Response:
    """Check your answers, and what is still missing."""
    with reading(request) as work:
        context = shown.system(work, system_id)
        found = shown.own_drafts(work, context["system"])
        if not found:
            return redirect(f"/rejoindre/{system_id}/categories")
        context |= shown.checked(work, found)
    return render(request, CHECK, **context)


@router.post("/envoyer")
def send(request: Request, system_id: UUID, form: FormBody) -> Response:
    """Sends every draft of the system at once, once."""

    def do(work: Work) -> str:
        view = systems.public_one(work, system_id)
        service.submit(work, [draft.id for draft in shown.own_drafts(work, view)])
        return f"/rejoindre/{system_id}/recu"

    try:
        return once(request, form, do)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = shown.system(work, system_id)
            found = shown.own_drafts(work, context["system"])
            context |= shown.checked(work, found) if found else {"candidatures": [], "missing": []}
        return render(
            request, CHECK, status=refusal.status, **context | {"errors": errors_of(refusal)}
        )


@router.get("/recu")
def done(request: Request, system_id: UUID) -> Response:
    """What was received, its receipts, and what happens next."""
    with reading(request) as work:
        context = shown.system(work, system_id)
        sent = [v for v in views.mine(work) if v.system_id == system_id and v.submitted_at]
        if not sent:
            return redirect(f"/rejoindre/{system_id}")
        last = max(v.submitted_at for v in sent if v.submitted_at)
    context["sent"] = [v for v in sent if v.submitted_at == last]
    return render(request, DONE, **context)


def _paper(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise PaperUnreadable() from error


def _again(
    request: Request,
    refusal: Refusal,
    template: str,
    system_id: UUID,
    form: FormData,
    known: Known | None = None,
    **more: Any,
) -> Response:
    """The screen again, with what was typed and what is wrong."""
    if not answerable(refusal):
        raise refusal
    with reading(request) as work:
        context = shown.system(work, system_id) | (known(work, system_id) if known else {})
    typed_values = typed(form)
    for name in shown.LISTS:
        if name in form:
            typed_values[name] = texts(form, name)
    values = context.get("values", {}) | typed_values
    context |= {"values": values, "errors": errors_of(refusal)} | more
    if "rows" in context:
        context["rows"] = range(shown.rows_of(values))
    return render(request, template, status=refusal.status, **context)
