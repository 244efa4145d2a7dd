"""One place where a refusal or a failure becomes an answer: a page, or problem+json under /api/."""

import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.rendering.sentences import problems, sentence
from app.rendering.validation import Unreadable, problems_of_validation
from app.security.sessions import Viewer
from app.web.htmx import is_fragment
from app.web.pages import render
from sad.audit.chains import person_chain
from sad.audit.service import record
from sad.db.work import writing
from sad.kernel.actor import Actor
from sad.kernel.errors import Incomplete, NotFound, Refusal

log = logging.getLogger("sad")

TITLES = {
    401: "Connectez-vous pour continuer",
    403: "Cette action ne vous est pas ouverte",
    404: "Page introuvable",
    405: "Cette adresse ne répond pas à cette demande",
    409: "Ce n'est pas possible pour l'instant",
    413: "L'envoi est trop volumineux",
    422: "Il y a quelque chose à corriger",
    500: "Une erreur est survenue de notre côté",
}


def install(app: FastAPI) -> None:
    """Registers the handlers: nothing that happens shows a traceback to a person."""
    app.exception_handler(Refusal)(_on_refusal)
    app.exception_handler(RequestValidationError)(_on_validation)
    app.exception_handler(ValidationError)(_on_validation)
    app.exception_handler(HTTPException)(_on_http)
    app.exception_handler(Exception)(_on_failure)


def _on_refusal(request: Request, error: Refusal) -> Response:
    if error.journalled:
        journal_refusal(request, error)
    if error.status == 401 and not _api(request) and not is_fragment(request):
        # Back to the page itself, or to the one whose form was sent: a form is never sent again.
        page = request.url.path if request.method == "GET" else _back(request)
        return RedirectResponse(f"/connexion?suite={quote(page)}", status_code=303)
    found = problems(error)
    main = sentence(error.code, error.facts)
    if _api(request):
        return problem_json(
            error.status,
            error.code,
            main,
            found if isinstance(error, Incomplete) else [],
            where=error.where,
        )
    listed = [(item["message"], None) for item in found] if isinstance(error, Incomplete) else []
    return _page(request, error.status, main, problems=listed)


def _on_validation(request: Request, error: RequestValidationError | ValidationError) -> Response:
    """Pydantic's errors, in French, field by field."""
    found = problems_of_validation(error.errors())
    in_path = isinstance(error, RequestValidationError) and any(
        item["loc"] and item["loc"][0] == "path" for item in error.errors()
    )
    if in_path:
        return _on_refusal(request, NotFound())
    return _on_refusal(request, Unreadable(found))


def _on_http(request: Request, error: HTTPException) -> Response:
    if error.status_code == 404:
        return _on_refusal(request, NotFound())
    title = TITLES.get(error.status_code, TITLES[409])
    if _api(request):
        return problem_json(error.status_code, f"http_{error.status_code}", title, [])
    return _page(request, error.status_code, f"{title}.")


def _on_failure(request: Request, error: Exception) -> Response:
    """A fault of ours: logged by its type and place, never with values typed by people."""
    reference = getattr(request.state, "request_id", "")
    log.error("failure %s: %s", reference, _place(error))
    if _api(request):
        return problem_json(500, "failure", sentence("failure", {}), [])
    return _page(request, 500, sentence("failure", {}), reference=reference)


class Silenced:
    """The application as a server runs it: a failure, already answered and logged, ends here.

    Starlette raises it again for the server to print, with the values its message carries.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:
            if scope["type"] != "http":
                raise
            if not started:  # the page of errors failed too
                log.error("failure without its page: %s", _place(error))
                await PlainTextResponse(sentence("failure", {}), 500)(scope, receive, send)


def _place(error: BaseException) -> str:
    """Type and lines of a failure, without its message: a message may carry what somebody typed."""
    frames, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rsplit('/', 3)[-1]}:{trace.tb_lineno}:{code.co_name}")
        trace = trace.tb_next
    return f"{type(error).__name__} at {' < '.join(reversed(frames[-8:]))}"


def problem_json(
    status: int, code: str, detail: str, listed: Sequence[Any], where: str | None = None
) -> JSONResponse:
    """RFC 9457, with our stable `code`."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status, TITLES[409]),
        "status": status,
        "code": code,
        "detail": detail,
    }
    if where:
        body["where"] = where
    if listed:
        body["problems"] = list(listed)
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def _page(request: Request, status: int, main: str, **context: Any) -> Response:
    block = "message" if is_fragment(request) else None
    title = TITLES.get(status, TITLES[409])
    return render(
        request,
        "errors/page.html",
        block=block,
        status=status,
        title=title,
        sentence=main,
        back=_back(request),
        **context,
    )


def _back(request: Request) -> str:
    """Where the person came from, on this site only."""
    referer = request.headers.get("referer", "")
    base = str(request.base_url)
    return "/" + referer.removeprefix(base) if referer.startswith(base) else "/"


def _api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def journal_refusal(request: Request, error: Refusal) -> None:
    """A person refused leaves a trace on its own chain (ELEC-04, acceptance 9).

    A page that answers such a refusal by itself calls it.
    """
    viewer: Viewer | None = getattr(request.state, "viewer", None)
    if viewer is None or viewer.person_id is None:
        return
    wiring = request.app.state.wiring
    actor = Actor(viewer.person_id, viewer.organisation_id, viewer.supplier_id, viewer.roles)
    with writing(
        wiring.engine, wiring.clock, wiring.rings, actor, request.state.request_id
    ) as work:
        record(
            work,
            person_chain(viewer.person_id),
            "access.refused",
            viewer.person_id,
            after={"code": error.code, "method": request.method, "path": request.url.path},
        )
