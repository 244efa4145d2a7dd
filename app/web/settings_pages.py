"""« Paramètres »: the organisation, its people and their roles, its delegations."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app.deps import reading, redirect, writing
from app.rendering.french import euros
from app.rendering.sentences import label
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.forms import answerable, parse, text, texts, typed
from app.web.pages import errors_of, render
from sad.accounts import delegations, people, queries
from sad.accounts.permissions import Permission, may, require
from sad.accounts.rules import Act
from sad.accounts.schemas import (
    AGENT_ROLES,
    Accent,
    DelegationInput,
    InvitationInput,
    OrganisationInput,
)
from sad.accounts.tables import Delegation, Organisation
from sad.kernel.actor import Role
from sad.kernel.errors import Refusal
from sad.kernel.money import Money
from sad.papers.rights import TEMPLATES_KEPT_BY

router = page_router("/parametres")

TICKED = ("alsace_moselle", "approval_required")
ORGANISATION, PEOPLE = "accounts/organisation.html", "accounts/people.html"
DELEGATIONS, DELEGATION = "accounts/delegations.html", "accounts/delegation.html"


@router.get("")
def overview(request: Request) -> Response:
    """The parts the viewer may open."""
    with reading(request) as work:
        require(work, Permission.MANAGE_DELEGATIONS)
        context: dict[str, Any] = {
            "administers": may(work, Permission.MANAGE_PEOPLE),
            "templates": may(work, TEMPLATES_KEPT_BY),
            "settings": queries.organisation(work),
        }
    return render(request, "accounts/settings.html", **context)


@router.get("/organisation")
def organisation(request: Request) -> Response:
    """What dresses the pages and the letters."""
    return _organisation(request)


@router.post("/organisation")
def save_organisation(request: Request, form: FormBody) -> Response:
    """Saves it."""
    try:
        ticked = {name: bool(text(form, name)) for name in TICKED}
        data = parse(OrganisationInput, form, **ticked)
        with writing(request) as work:
            people.update_organisation(work, data)
    except Refusal as refusal:
        return _organisation(request, refusal, typed(form))
    return redirect("/parametres/organisation?fait=1")


@router.get("/personnes")
def agents(request: Request) -> Response:
    """Who works here, and what each may do."""
    return _people(request)


@router.post("/personnes")
def invite(request: Request, form: FormBody) -> Response:
    """Gives roles to somebody, and mails the invitation."""
    try:
        data = parse(InvitationInput, form, roles=texts(form, "roles"))
        with writing(request) as work:
            people.invite(work, data)
    except Refusal as refusal:
        return _people(request, refusal, typed(form) | {"roles": texts(form, "roles")})
    return redirect("/parametres/personnes")


@router.post("/personnes/{person_id}/inviter")
def invite_again(request: Request, person_id: UUID) -> Response:
    """Another link, for somebody whose invitation is too old."""
    with writing(request) as work:
        people.invite_again(work, person_id)
    return redirect("/parametres/personnes")


@router.post("/personnes/roles/{membership_id}/retirer")
def end_role(request: Request, membership_id: UUID) -> Response:
    """Takes a role back."""
    try:
        with writing(request) as work:
            people.end_role(work, membership_id)
    except Refusal as refusal:
        return _people(request, refusal, {})
    return redirect("/parametres/personnes")


@router.get("/delegations")
def all_delegations(request: Request) -> Response:
    """Who may sign what (P2)."""
    with reading(request) as work:
        views = queries.delegations(work)
    return render(request, DELEGATIONS, delegations=[(view, _scope(view.row)) for view in views])


@router.get("/delegations/nouvelle")
def new_delegation(request: Request) -> Response:
    """To copy from its act."""
    with reading(request) as work:
        require(work, Permission.MANAGE_DELEGATIONS)
    return _delegation_form(request, None, {})


@router.post("/delegations/nouvelle")
def create_delegation(request: Request, form: FormBody) -> Response:
    """Records it."""
    try:
        with writing(request) as work:
            require(work, Permission.MANAGE_DELEGATIONS)
            delegations.create(work, parse(DelegationInput, form, scope=texts(form, "scope")))
    except Refusal as refusal:
        return _delegation_again(request, None, form, refusal)
    return redirect("/parametres/delegations")


@router.get("/delegations/{delegation_id}")
def delegation(request: Request, delegation_id: UUID) -> Response:
    """One of them, to correct or to withdraw."""
    with reading(request) as work:
        view = queries.delegation(work, delegation_id)
    return _delegation_form(request, view, _values(view))


@router.post("/delegations/{delegation_id}")
def amend_delegation(request: Request, delegation_id: UUID, form: FormBody) -> Response:
    """Corrects it, unless somebody else just did."""
    version = text(form, "version")
    try:
        data = parse(DelegationInput, form, scope=texts(form, "scope"))
        with writing(request) as work:
            delegations.amend(work, delegation_id, data, int(version) if version.isdigit() else 0)
    except Refusal as refusal:
        with reading(request) as work:
            view = queries.delegation(work, delegation_id)
        return _delegation_again(request, view, form, refusal)
    return redirect("/parametres/delegations")


@router.post("/delegations/{delegation_id}/retirer")
def revoke_delegation(request: Request, delegation_id: UUID) -> Response:
    """Withdraws it from now on."""
    with writing(request) as work:
        delegations.revoke(work, delegation_id)
    return redirect("/parametres/delegations")


def _organisation(
    request: Request, refusal: Refusal | None = None, values: dict[str, Any] | None = None
) -> Response:
    _or_raise(refusal)
    if refusal is None:
        return organisation_page(request)
    return organisation_page(request, refusal.status, errors_of(refusal), values)


def organisation_page(
    request: Request,
    status: int = 200,
    errors: dict[str, str] | None = None,
    values: dict[str, Any] | None = None,
) -> Response:
    """The organisation's settings, with what was typed and what is wrong of it."""
    with reading(request) as work:
        require(work, Permission.MANAGE_ORGANISATION)
        row = queries.organisation(work)
    return render(
        request,
        ORGANISATION,
        status=status,
        settings=row,
        values=_settings(row) if values is None else values,
        accents=[(accent.value, label(accent)) for accent in Accent],
        saved="fait" in request.query_params,
        errors=errors or {},
    )


def _settings(row: Organisation) -> dict[str, Any]:
    return {name: getattr(row, name) for name in OrganisationInput.model_fields}


def _people(
    request: Request, refusal: Refusal | None = None, values: dict[str, Any] | None = None
) -> Response:
    _or_raise(refusal)
    with reading(request) as work:
        found = queries.agents(work)
    return render(
        request,
        PEOPLE,
        status=refusal.status if refusal else 200,
        agents=found,
        roles=[(role.value, label(role).capitalize(), ROLE_HINTS[role]) for role in AGENT_ROLES],
        values=values or {},
        errors=errors_of(refusal) if refusal else {},
    )


def _delegation_form(
    request: Request,
    view: queries.DelegationView | None,
    values: dict[str, Any],
    refusal: Refusal | None = None,
) -> Response:
    return render(
        request,
        DELEGATION,
        status=refusal.status if refusal else 200,
        delegation=view,
        acts=[(act.value, label(act).capitalize()) for act in Act],
        values=values,
        errors=errors_of(refusal) if refusal else {},
    )


def _delegation_again(
    request: Request, view: queries.DelegationView | None, form: FormBody, refusal: Refusal
) -> Response:
    _or_raise(refusal)
    values = typed(form) | {"scope": texts(form, "scope")}
    return _delegation_form(request, view, values, refusal)


def _values(view: queries.DelegationView) -> dict[str, Any]:
    row = view.row
    ceiling = "" if row.ceiling_cents is None else euros(Money(row.ceiling_cents))
    return {
        **{name: getattr(row, name) for name in DelegationInput.model_fields if hasattr(row, name)},
        "email": view.email,
        "ceiling": ceiling.removesuffix("\u00a0€"),
        "version": row.version,
    }


def _scope(row: Delegation) -> str:
    return ", ".join(label(Act(act)) for act in row.scope)


def _or_raise(refusal: Refusal | None) -> None:
    if refusal is not None and not answerable(refusal):
        raise refusal


ROLE_HINTS = {
    Role.OFFICER: "Ouvre les systèmes, décide des candidatures, tient les crédits, vérifie tout.",
    Role.BUYER: "Prépare et lance les demandes de prix, ouvre et compare les réponses.",
    Role.EVALUATOR: "Note les réponses qu’on lui confie.",
    Role.AUDITOR: "Lit tout, ne change rien.",
    Role.ADMINISTRATOR: "Gère les personnes et l’organisation, sans accès aux réponses.",
    Role.SIGNATORY: "Décide et signe, dans la limite de sa délégation.",
}
