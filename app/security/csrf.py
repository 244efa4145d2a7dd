"""Cross-site requests are refused twice: by their origin, and by a token they cannot know."""

import hmac
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request
from starlette.datastructures import FormData

from app.multipart import MULTIPART, MultipartBody
from app.security.sessions import cookie_name, csrf_of
from sad.kernel.errors import Refusal

SAFE = {"GET", "HEAD", "OPTIONS"}
STREAMED = ("/reponse/", "/essai", "/mon-dossier/pieces")  # where a supplier sends files, or tries
URLENCODED = "application/x-www-form-urlencoded"
MOST_FIELDS = 20_000


class CrossSite(Refusal):
    """The request does not come from one of our own pages."""

    code = "security.cross_site"
    status = 403


async def read_form(request: Request) -> FormData:
    """The form typed, kept in memory when it is urlencoded; files only on agents' routes.

    On the routes of STREAMED Starlette's parser would spool to the disk in clear: the texts
    that precede the first file are read here, the endpoint goes on with `multipart_of(request)`.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == URLENCODED:
        body = await request.body()
        request.state.body = body
        text = body.decode("utf-8", "replace")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
        return FormData([(name, value) for name, value in pairs])
    if kind == MULTIPART and request.url.path.startswith(STREAMED):
        streamed = MultipartBody(request.headers["content-type"], request.stream())
        request.state.multipart = streamed
        return FormData([*await streamed.fields()])
    if kind == MULTIPART:
        return await request.form()
    return FormData()


FormBody = Annotated[FormData, Depends(read_form)]


def guard(request: Request, form: FormBody) -> None:
    """Refuses an unsafe request that another site may have made, signed in or not."""
    if request.method in SAFE:
        return
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise CrossSite()
    origin = request.headers.get("origin")
    if origin and origin != "null" and urlsplit(origin).netloc != request.headers.get("host"):
        raise CrossSite()
    token = request.cookies.get(cookie_name(request.app.state.wiring.settings.secure))
    if not token:
        return  # nobody is signed in: nothing to steal; sign-in pages are throttled
    given = request.headers.get("x-csrf-token") or str(form.get("csrf_token", ""))
    if not hmac.compare_digest(given.encode(), csrf_of(token).encode()):
        raise CrossSite()
