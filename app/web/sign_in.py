"""Coming in and going out: a mailed link, a password, the choice of a hat."""

from typing import Any

from fastapi import Request, Response

from app.deps import reading, redirect, signed_in, writing
from app.routing import page_router
from app.security.cookies import browser_of, drop_session, keep_session, network_of
from app.security.csrf import FormBody
from app.security.sessions import Viewer
from app.web.entering import current_session, entered, home, without_dead_session
from app.web.forms import answerable, text, typed
from app.web.pages import errors_of, render
from sad.accounts import sessions, sign_in
from sad.accounts.hats import hats
from sad.accounts.passwords import verify_password
from sad.accounts.rules import local_path
from sad.accounts.sign_in import LinkUnusable, PasswordRefused
from sad.kernel.errors import Refusal

router = page_router()

ASK, SENT, PASSWORD = "accounts/ask.html", "accounts/sent.html", "accounts/password.html"
ENTER, CHOOSE = "accounts/enter.html", "accounts/choose.html"


@router.get("/connexion")
def ask(request: Request, suite: str = "") -> Response:
    """The address to send a link to."""
    return _page(request, ASK, suite=local_path(suite) or "")


@router.post("/connexion")
def send(request: Request, form: FormBody) -> Response:
    """Writes that a link is asked, and says the same to everybody."""
    suite = local_path(text(form, "suite")) or ""
    try:
        with writing(request) as work:
            sign_in.ask_link(work, text(form, "email"), network_of(request), suite)
    except Refusal as refusal:
        return _again(request, ASK, refusal, suite=suite, values=typed(form))
    return redirect("/connexion/envoye")


@router.get("/connexion/envoye")
def sent(request: Request) -> Response:
    """What to do now, whoever asked."""
    shown = request.app.state.wiring.settings.smtp_url is None
    return _page(request, SENT, mails_shown=shown)


@router.get("/connexion/mot-de-passe")
def password(request: Request, suite: str = "") -> Response:
    """For those who chose one."""
    return _page(request, PASSWORD, suite=local_path(suite) or "")


@router.post("/connexion/mot-de-passe")
def check_password(request: Request, form: FormBody) -> Response:
    """One answer for an unknown address, a wrong password and too many of them."""
    suite = local_path(text(form, "suite")) or ""
    browser = browser_of(request)
    try:
        with reading(request) as work:
            kept = sign_in.kept_password(work, text(form, "email"))
        right = verify_password(kept.hash, str(form.get("password", "")))  # outside of any lock
        with writing(request) as work:
            replaced = current_session(request)
            made = sign_in.enter_with_password(work, kept, right, browser, suite, replaced)
        if made is None:
            raise PasswordRefused("password")
    except Refusal as refusal:
        shown = {"email": text(form, "email")}
        return _again(request, PASSWORD, refusal, suite=suite, values=shown)
    return entered(request, made, browser)


@router.get("/entrer/{token}")
def look(request: Request, token: str, suite: str = "") -> Response:
    """Whose link it is, and a button: reading this page, as mail scanners do, uses nothing.

    A mail opened again by who is already in leads straight where it led.
    """
    going = local_path(suite) or ""
    try:
        with reading(request) as work:
            entrance = sign_in.look(work, token)
    except LinkUnusable as refusal:
        if going and _viewer(request).person_id is not None:
            return redirect(going)
        return _unusable(request, refusal, going)
    if going and _viewer(request).person_id == entrance.person_id:
        return redirect(going)
    return _page(request, ENTER, entrance=entrance, token=token, suite=going)


@router.post("/entrer/{token}")
def enter(request: Request, token: str, suite: str = "") -> Response:
    """Uses the link."""
    browser = browser_of(request)
    try:
        with writing(request) as work:
            made = sign_in.enter(work, token, browser, current_session(request))
    except LinkUnusable as refusal:
        return _unusable(request, refusal, local_path(suite) or "")
    return entered(request, made, browser)


@router.get("/choisir")
def choices(request: Request, suite: str = "") -> Response:
    """For people of several organisations or suppliers."""
    with reading(request) as work:
        found = hats(work, signed_in(work))
    return render(request, CHOOSE, hats=found, suite=local_path(suite) or "")


@router.post("/choisir")
def choose(request: Request, form: FormBody) -> Response:
    """Puts a hat on: the session's secret changes with what it may do."""
    browser = browser_of(request)
    with writing(request) as work:
        signed_in(work)
        session = _viewer(request).session_id
        assert session is not None  # noqa: S101 - somebody is signed in, by a cookie
        made = sessions.wear(work, session, text(form, "hat"), text(form, "suite"))
    response = redirect(made.next_path or home(made.hat))
    keep_session(request, response, made.token, made.expires_at, browser.device)
    return response


@router.post("/deconnexion")
def leave(request: Request) -> Response:
    """Ends the session; already over, it is the same."""
    with writing(request) as work:
        session = current_session(request)
        if session is not None:
            sessions.sign_out(work, session)
    return drop_session(request, redirect("/"))


def _viewer(request: Request) -> Viewer:
    viewer: Viewer = request.state.viewer
    return viewer


def _page(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    if getattr(request.state, "viewer", None) is None:
        with reading(request):
            pass  # who looks at the page
    return without_dead_session(request, render(request, template, status=status, **context))


def _again(request: Request, template: str, refusal: Refusal, **context: Any) -> Response:
    if not answerable(refusal):
        raise refusal
    return _page(request, template, refusal.status, errors=errors_of(refusal), **context)


def _unusable(request: Request, refusal: Refusal, suite: str) -> Response:
    said = errors_of(refusal)
    return _page(request, ENTER, refusal.status, entrance=None, errors=said, suite=suite)
