"""What follows a sign-in: the cookies, and the first page one sees."""

from urllib.parse import quote
from uuid import UUID

from fastapi import Request, Response

from app.deps import redirect
from app.security.cookies import drop_session, keep_session
from app.security.sessions import Viewer, cookie_name
from sad.accounts.hats import Hat
from sad.accounts.permissions import GRANTS, Permission
from sad.accounts.sessions import Browser, NewSession

CHOOSE = "/choisir"


def entered(request: Request, made: NewSession, browser: Browser) -> Response:
    """The answer to a sign-in: the session's cookie, and where to go."""
    response = redirect(first_page(made))
    keep_session(request, response, made.token, made.expires_at, browser.device)
    return response


def first_page(made: NewSession) -> str:
    """Where the link led, else the home of the hat; with several hats, one is chosen first."""
    if made.hat is None and made.choices > 1:
        return f"{CHOOSE}?suite={quote(made.next_path)}" if made.next_path else CHOOSE
    return made.next_path or home(made.hat)


def home(hat: Hat | None) -> str:
    """The page of who comes in: the desk, the markets, the settings for those who read no file."""
    if hat is None:
        return "/"
    if hat.supplier_id is not None:
        return "/bureau"
    reads = GRANTS[Permission.READ_FILE] & set(hat.roles)
    return "/marches" if reads else "/parametres"


def without_dead_session(request: Request, response: Response) -> Response:
    """A cookie whose session is over is taken back, or its forms would be refused as foreign."""
    viewer: Viewer = request.state.viewer
    secure = request.app.state.wiring.settings.secure
    if viewer.person_id is None and cookie_name(secure) in request.cookies:
        drop_session(request, response)
    return response


def current_session(request: Request) -> UUID | None:
    """The session of the browser, if it is alive; after `reading` or `writing`."""
    viewer: Viewer = request.state.viewer
    return viewer.session_id
