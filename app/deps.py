"""What every endpoint starts with: a Work for the person at the other end.

    with writing(request) as work:
        markets.service.launch(work, market_id)
    return redirect(f"/marches/{market_id}")

Leaving the `with` commits, so the answer is made after the commit.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from app.security.readonly import check_may_write
from app.security.sessions import identify, touch
from app.wiring import Wiring
from sad.accounts.permissions import SignInNeeded
from sad.db import acts
from sad.db import work as works
from sad.db.work import Work
from sad.kernel.actor import ANONYMOUS
from sad.kernel.errors import Invalid


class ActKeyMissing(Invalid):
    """A confirmation came without its key."""

    code = "acts.key_missing"


def wiring_of(request: Request) -> Wiring:
    """The process's wiring."""
    wiring: Wiring = request.app.state.wiring
    return wiring


@contextmanager
def writing(request: Request) -> Iterator[Work]:
    """A writing transaction for the viewer; its note `received_at` is the request's last byte."""
    wiring = wiring_of(request)
    with works.writing(
        wiring.engine, wiring.clock, wiring.rings, ANONYMOUS, request.state.request_id
    ) as work:
        check_may_write(identify(work, request), request)
        work.notes["received_at"] = getattr(request.state, "received_at", work.now)
        if touched := getattr(request.state, "touch", None):
            touch(work, touched)
            request.state.touch = None
        yield work


@contextmanager
def reading(request: Request) -> Iterator[Work]:
    """A reading transaction for the viewer."""
    wiring = wiring_of(request)
    with works.reading(
        wiring.engine, wiring.clock, wiring.rings, ANONYMOUS, request.state.request_id
    ) as work:
        identify(work, request)
        yield work
    if touched := getattr(request.state, "touch", None):
        with works.writing(wiring.engine, wiring.clock, wiring.rings) as work:
            touch(work, touched)


def signed_in(work: Work) -> UUID:
    """The person; SignInNeeded for nobody."""
    if work.actor.person_id is None:
        raise SignInNeeded()
    return work.actor.person_id


def redirect(path: str) -> RedirectResponse:
    """303 after a success: a reload does not post again."""
    return RedirectResponse(path, status_code=303)


def once(request: Request, form: FormData, do: Callable[[Work], str]) -> RedirectResponse:
    """Does a confirmed act once for its `act_key`, then goes where `do` says.

    A second press only goes there.
    """
    key = act_key_of(form)
    with writing(request) as work:
        signed_in(work)
        stored = acts.begin(work, key, request.url.path, _body(form))
        if stored is not None:
            return redirect(str(stored.get("location", "/")))
        location = do(work)
        acts.finish(work, key, {"location": location})
    return redirect(location)


def once_api(
    request: Request, key: UUID, body: bytes, do: Callable[[Work], dict[str, Any]]
) -> dict[str, Any]:
    """The same for the JSON API and its `Idempotency-Key`; gives the first outcome again."""
    with writing(request) as work:
        signed_in(work)
        stored = acts.begin(work, key, request.url.path, body)
        if stored is not None:
            return stored
        outcome = do(work)
        acts.finish(work, key, outcome)
    return outcome


def act_key_of(form: FormData) -> UUID:
    """The key of a confirmation. Raises ActKeyMissing."""
    try:
        return UUID(str(form.get("act_key", "")))
    except ValueError as error:
        raise ActKeyMissing(where="act_key") from error


def _body(form: FormData) -> bytes:
    """What was confirmed, without the tokens."""
    kept = [f"{k}={v}" for k, v in form.multi_items() if k not in {"csrf_token", "act_key"}]
    return "\n".join(kept).encode()
