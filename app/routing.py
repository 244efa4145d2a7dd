"""Routers as this application makes them: guarded, and replayed when the database asks for it."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from sqlalchemy.exc import OperationalError

from app.security.csrf import guard

REPLAYS = 3
SERIALIZATION = {"40001", "40P01"}


class ReplayedRoute(APIRoute):
    """A route whose endpoint runs again, three times at most, on a deadlock or a locked database.

    Nothing was written the first times: the transaction was rolled back whole.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if not inspect.iscoroutinefunction(endpoint):
            endpoint = replayed(endpoint)
        super().__init__(path, endpoint, **options)


def replayed(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint, tried again on 40001, 40P01 or « database is locked »."""

    @functools.wraps(endpoint)
    def again(*args: Any, **options: Any) -> Any:
        for _ in range(REPLAYS - 1):
            try:
                return endpoint(*args, **options)
            except OperationalError as error:
                if not _transient(error):
                    raise
        return endpoint(*args, **options)

    return again


def _transient(error: OperationalError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return state in SERIALIZATION or "locked" in str(error.orig)


def page_router(prefix: str = "") -> APIRouter:
    """A router of pages: forms are checked against cross-site requests before anything else."""
    return APIRouter(
        prefix=prefix,
        route_class=ReplayedRoute,
        dependencies=[Depends(guard)],
        include_in_schema=False,
    )


def api_router(prefix: str, tag: str) -> APIRouter:
    """A router of the JSON API; its callers carry a Bearer token, so no cookie can be abused."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=ReplayedRoute)
