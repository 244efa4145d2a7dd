"""Joining a system in three short screens: who we are, what we can do, the sworn declaration."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app.deps import once, reading, redirect, signed_in, writing
from app.routing import page_router
from app.security.cookies import browser_of, keep_session, network_of
from app.security.csrf import FormBody
from app.web.forms import answerable, parse, text, texts, typed
from app.web.pages import errors_of, render
from app.web.supplier_contact import buyer
from sad.accounts import sessions, sign_in
from sad.accounts.permissions import Permission, may
from sad.accounts.tables import Person
from sad.candidatures import declaration as sworn
from sad.candidatures import drafts, service, views
from sad.candidatures.filing import members_of
from sad.candidatures.rules import NothingToSubmit
from sad.candidatures.schemas import ChoiceInput, Declaration, GroupInput, MemberInput
from sad.candidatures.tables import Applicant, Candidature
from sad.categories import queries as categories
from sad.db.work import Work
from sad.kernel.errors import Incomplete, Problem, Refusal
from sad.suppliers import queries as suppliers
from sad.suppliers import service as supplier_service
from sad.suppliers.schemas import PersonInput, SupplierChange, SupplierInput
from sad.suppliers.states import SupplierKind
from sad.systems import queries as systems
from sad.systems.schemas import SystemView
from sad.systems.states import SystemState

router = page_router("/rejoindre/{system_id}")

START, STRUCTURE = "candidatures/join_start.html", "candidatures/join_structure.html"
CATEGORIES, DECLARE = "candidatures/join_categories.html", "candidatures/join_declaration.html"
CHECK, DONE = "candidatures/join_check.html", "candidatures/join_done.html"
MEMBER_ROWS = 5


@router.get("")
def first(request: Request, system_id: UUID) -> Response:
    """The first screen; before it, the address to sign in with; closed or not open, why."""
    with reading(request) as work:
        context = _system(work, system_id)
        if context["system"].state != SystemState.OPEN or work.actor.person_id is None:
            return render(request, START, sent=False, **context)
        if work.actor.organisation_id is not None:
            dictates = may(work, Permission.DECIDE_CANDIDATURE)
            return render(request, START, sent=False, dictates=dictates, **context)
        context |= _structure(work)
    return render(request, STRUCTURE, **context)


@router.post("/entrer")
def ask_link(request: Request, system_id: UUID, form: FormBody) -> Response:
    """Mails a link that comes back here; a new address becomes a person, without account yet."""
    try:
        with writing(request) as work:
            _system(work, system_id)
            person = parse(PersonInput, form)
            supplier_service.person_named(work, person)
            path = f"/rejoindre/{system_id}"
            sign_in.ask_link(work, person.email, network_of(request), path)
    except Refusal as refusal:
        return _again(request, refusal, START, system_id, form, sent=False)
    with reading(request) as work:
        context = _system(work, system_id)
    return render(request, START, sent=True, **context)


@router.post("/structure")
def save_structure(request: Request, system_id: UUID, form: FormBody) -> Response:
    """Opens the structure's account, or brings its file up to date; then the second screen."""
    following = f"/rejoindre/{system_id}/categories"
    try:
        with writing(request) as work:
            signed_in(work)
            if work.actor.supplier_id is not None:
                supplier_service.change(work, parse(SupplierChange, form))
                return redirect(following)
            supplier = supplier_service.create(
                work, parse(SupplierInput, form), text(form, "function")
            )
            made = sessions.wear(
                work, request.state.viewer.session_id, f"supplier:{supplier.id}", following
            )
    except Refusal as refusal:
        return _again(request, refusal, STRUCTURE, system_id, form, _structure)
    response = redirect(following)
    device = browser_of(request).device
    keep_session(request, response, made.token, made.expires_at, device)
    return response


@router.get("/categories")
def choose_categories(request: Request, system_id: UUID) -> Response:
    """The second screen: categories, two lines on what one can do, alone or as a group."""
    with reading(request) as work:
        context = _system(work, system_id)
        context |= _choice(work, context["system"])
    return render(request, CATEGORIES, **context)


@router.post("/categories")
def save_categories(request: Request, system_id: UUID, form: FormBody) -> Response:
    """Keeps one draft a category."""
    try:
        with writing(request) as work:
            if not texts(form, "categories"):
                raise NothingToSubmit(where="categories")
            group = _group(work, form)
            data = parse(ChoiceInput, form, category_ids=texts(form, "categories"), group=group)
            drafts.choose(work, system_id, data)
            if "kinds_asked" in form:
                mine = suppliers.mine(work)
                kinds = [SupplierKind(kind) for kind in texts(form, "kinds")]
                supplier_service.change(work, SupplierChange(version=mine.version, kinds=kinds))
    except Refusal as refusal:
        return _again(request, refusal, CATEGORIES, system_id, form, _choice_of(system_id))
    return redirect(f"/rejoindre/{system_id}/declaration")


@router.get("/declaration")
def declaration(request: Request, system_id: UUID) -> Response:
    """The third screen: every ground is listed, no box is ever ticked beforehand."""
    with reading(request) as work:
        context = _system(work, system_id)
        found = _drafts(work, context["system"])
        if not found:
            return redirect(f"/rejoindre/{system_id}/categories")
        context |= _declaration(work) | {"values": _declared(work, found[0])}
    return render(request, DECLARE, **context)


@router.post("/declaration")
def declare(request: Request, system_id: UUID, form: FormBody) -> Response:
    """Writes the declaration on the drafts; then everything is read again."""
    try:
        with writing(request) as work:
            boxes = {name: text(form, name) == "oui" for name in ("no_ground", "declared")}
            drafts.declare_current(work, system_id, parse(Declaration, form, **boxes))
    except Refusal as refusal:
        return _again(request, refusal, DECLARE, system_id, form, _declaration)
    return redirect(f"/rejoindre/{system_id}/verifier")


@router.get("/verifier")
def check(request: Request, system_id: UUID) -> Response:
    """Check your answers, and what is still missing."""
    with reading(request) as work:
        context = _system(work, system_id)
        found = _drafts(work, context["system"])
        if not found:
            return redirect(f"/rejoindre/{system_id}/categories")
        context |= _check(work, found)
    return render(request, CHECK, **context)


@router.post("/envoyer")
def send(request: Request, system_id: UUID, form: FormBody) -> Response:
    """Sends every draft of the system at once, once."""

    def do(work: Work) -> str:
        view = systems.public_one(work, system_id)
        service.submit(work, [draft.id for draft in _drafts(work, view)])
        return f"/rejoindre/{system_id}/recu"

    try:
        return once(request, form, do)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = _system(work, system_id)
            found = _drafts(work, context["system"])
            context |= _check(work, found) if found else {"candidatures": [], "missing": []}
        return render(
            request, CHECK, status=refusal.status, **context | {"errors": errors_of(refusal)}
        )


@router.get("/recu")
def done(request: Request, system_id: UUID) -> Response:
    """What was received, its receipts, and what happens next."""
    with reading(request) as work:
        context = _system(work, system_id)
        sent = [v for v in views.mine(work) if v.system_id == system_id and v.submitted_at]
        if not sent:
            return redirect(f"/rejoindre/{system_id}")
        last = max(v.submitted_at for v in sent if v.submitted_at)
    context["sent"] = [v for v in sent if v.submitted_at == last]
    return render(request, DONE, **context)


def _system(work: Work, system_id: UUID) -> dict[str, Any]:
    view = systems.public_one(work, system_id)
    return {"system": view, "organisation": buyer(work, view)}


def _structure(work: Work) -> dict[str, Any]:
    """What is known of who joins: the structure's file, or nothing but the person."""
    known = suppliers.mine(work) if work.actor.supplier_id is not None else None
    values = known.model_dump(exclude_none=True) if known else {}
    return {"supplier": known, "values": values}


def _choice_of(system_id: UUID) -> Any:
    return lambda work: _choice(work, systems.public_one(work, system_id))


def _choice(work: Work, view: SystemView) -> dict[str, Any]:
    found = _drafts(work, view)
    offered = categories.of_system(work, view.organisation_id, view.id)
    standing = views.standing(work, view.organisation_id, view.id)
    mine = suppliers.mine(work)
    values: dict[str, Any] = {
        "categories": [str(draft.category_id) for draft in found],
        "capacity": found[0].capacity if found else mine.capacity,
        "kinds": mine.kinds,
        "alone": "oui",
    }
    if found:
        applicant = work.get_in(Applicant, found[0].organisation_id, found[0].applicant_id)
        others = [m for m in members_of(work, applicant) if not m.mandataire]
        values |= {f"members.{i}.siret": m.siret for i, m in enumerate(others)}
        values |= {f"members.{i}.name": m.name for i, m in enumerate(others)}
        values |= {"alone": "non" if others else "oui", "form": applicant.form or "conjoint"}
    return {
        "offered": [one for one in offered if one.id not in standing],
        "standing": [(one.name, standing[one.id]) for one in offered if one.id in standing],
        "reserved": any(one.reservation != "none" for one in offered),
        "kinds": list(SupplierKind),
        "rows": range(MEMBER_ROWS),
        "values": values,
    }


def _group(work: Work, form: FormData) -> GroupInput | None:
    """The group typed, its mandataire first: the structure itself. None when it applies alone."""
    if text(form, "alone") != "non":
        return None
    mine = suppliers.mine(work)
    members = [MemberInput(siret=mine.siret, name=mine.name, mandataire=True)]
    problems: list[Problem] = []
    for row in range(MEMBER_ROWS):
        siret, name = text(form, f"members.{row}.siret"), text(form, f"members.{row}.name")
        if not siret and not name:
            continue
        try:
            members.append(MemberInput(siret=siret, name=name or siret))
        except Refusal as refusal:
            problems.append(Problem(refusal.code, f"members.{row}.siret", refusal.facts))
    if problems:
        raise Incomplete(problems)
    form_of_group = "solidary" if text(form, "form") == "solidary" else "conjoint"
    return GroupInput(form=form_of_group, members=members)


def _drafts(work: Work, view: SystemView) -> list[Candidature]:
    return drafts.current(work, view.organisation_id, view.id, suppliers.mine(work).id)


def _declaration(work: Work) -> dict[str, Any]:
    return {
        "mandatory": sworn.MANDATORY,
        "optional": sworn.OPTIONAL,
        "disabled_workers": sworn.DISABLED_WORKERS,
        "supplier": suppliers.mine(work),
    }


def _declared(work: Work, draft: Candidature) -> dict[str, Any]:
    """Name and function as known; the boxes are never ticked."""
    name = draft.declarant_name or work.shared(Person, signed_in(work)).name
    function = draft.declarant_function or next(
        (member.function for member in suppliers.members(work) if member.me), ""
    )
    return {"declarant_name": name, "declarant_function": function, "reserve": draft.reserve}


def _check(work: Work, found: list[Candidature]) -> dict[str, Any]:
    missing = {(p.code, str(p.facts)): p for draft in found for p in service.missing(work, draft)}
    return {
        "supplier": suppliers.mine(work),
        "candidatures": [views.mine_one(work, draft.id) for draft in found],
        "missing": list(missing.values()),
    }


def _again(
    request: Request,
    refusal: Refusal,
    template: str,
    system_id: UUID,
    form: FormData,
    known: Any = None,
    **more: Any,
) -> Response:
    """The screen again, with what was typed and what is wrong."""
    if not answerable(refusal):
        raise refusal
    with reading(request) as work:
        context = _system(work, system_id) | (known(work) if known else {})
    typed_values = typed(form)
    for name in ("categories", "kinds"):
        if name in form:
            typed_values[name] = texts(form, name)
    values = context.get("values", {}) | typed_values
    context |= {"values": values, "errors": errors_of(refusal)} | more
    return render(request, template, status=refusal.status, **context)
