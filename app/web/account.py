"""« Mon compte »: sessions, password, tokens of the JSON API."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app.deps import reading, redirect, writing
from app.rendering.sentences import label
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.entering import current_session
from app.web.forms import answerable, parse, texts, typed
from app.web.pages import errors_of, render
from sad.accounts import account, sessions
from sad.accounts.account import PasswordWrong
from sad.accounts.hats import hats
from sad.accounts.passwords import hash_password, verify_password
from sad.accounts.permissions import Permission
from sad.accounts.rules import check_password
from sad.accounts.schemas import TokenInput
from sad.accounts.tables import ApiToken
from sad.db.work import Work
from sad.kernel.errors import Refusal

router = page_router("/mon-compte")
HOME = "/mon-compte"


@router.get("")
def show(request: Request) -> Response:
    """Everything about one's own access."""
    with reading(request) as work:
        view = _view(work, request)
    return render(request, "accounts/account.html", **view)


@router.post("/sessions/{session_id}/fermer")
def close(request: Request, session_id: UUID) -> Response:
    """Ends one of one's sessions."""
    with writing(request) as work:
        sessions.revoke(work, session_id)
    return redirect(HOME)


@router.post("/sessions/fermer-les-autres")
def close_others(request: Request) -> Response:
    """Ends all of them but this one."""
    with writing(request) as work:
        sessions.revoke_others(work, current_session(request))
    return redirect(HOME)


@router.post("/mot-de-passe")
def set_password(request: Request, form: FormBody) -> Response:
    """Chooses or changes the password: the current one is asked, hashes stay out of the lock."""
    new = str(form.get("password", ""))
    try:
        with reading(request) as work:
            person = account.me(work)
        check_password(new, person.email)
        if person.password_hash and not verify_password(
            person.password_hash, str(form.get("current", ""))
        ):
            raise PasswordWrong("current")
        hashed = hash_password(new)
        with writing(request) as work:
            account.set_password(work, hashed, current_session(request))
    except Refusal as refusal:
        return _again(request, refusal)
    return redirect(HOME)


@router.post("/mot-de-passe/retirer")
def remove_password(request: Request) -> Response:
    """Back to mailed links."""
    with writing(request) as work:
        account.remove_password(work)
    return redirect(HOME)


@router.post("/jetons")
def create_token(request: Request, form: FormBody) -> Response:
    """Makes a token, and shows it the only time."""
    try:
        data = parse(TokenInput, form, scopes=texts(form, "scopes"))
        with writing(request) as work:
            made = account.create_token(work, data)
            view = _view(work, request)
    except Refusal as refusal:
        return _again(request, refusal, values=typed(form) | {"scopes": texts(form, "scopes")})
    return render(request, "accounts/account.html", **view | {"secret": made.secret})


@router.post("/jetons/{token_id}/revoquer")
def revoke_token(request: Request, token_id: UUID) -> Response:
    """Ends one of one's tokens."""
    with writing(request) as work:
        account.revoke_token(work, token_id)
    return redirect(HOME)


def _view(work: Work, request: Request) -> dict[str, Any]:
    person = account.me(work)
    return {
        "account": person,
        "sessions": sessions.sessions(work),
        "current": current_session(request),
        "hats": hats(work, person.id),
        "tokens": [(row, _words(row)) for row in account.tokens(work)],
        "scopes": [(scope.value, label(scope)) for scope in account.scopes_of(work)],
        "secret": None,
    }


def _words(token: ApiToken) -> str:
    return ", ".join(label(Permission(scope)) for scope in token.scopes)


def _again(request: Request, refusal: Refusal, **context: Any) -> Response:
    if not answerable(refusal):
        raise refusal
    with reading(request) as work:
        view = _view(work, request)
    page = view | context | {"errors": errors_of(refusal)}
    return render(request, "accounts/account.html", status=refusal.status, **page)
