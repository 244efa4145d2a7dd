"""The web application: `create_app` puts the gate, the routers and the error pages together."""

import gc
import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from fastapi import FastAPI
from fastapi.routing import APIRouter
from starlette.staticfiles import StaticFiles

import app.api.v1
import app.web
from app import errors
from app.gate import Gate
from app.web.pages import STATIC
from app.wiring import Wiring
from app.worker.worker import Worker
from sad.db.engine import POOL

BUSIEST = {"offers", "markets"}
"""Modules of the API tried first: a request is matched against each route in turn."""


class LongLived(StaticFiles):
    """Static files: their address changes with their content, so browsers may keep them a year."""

    def file_response(self, *args: Any, **options: Any) -> Any:
        response = super().file_response(*args, **options)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def create_app(wiring: Wiring) -> FastAPI:
    """The application for an installation already wired."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # One thread a database connection: more would only wait for one.
        anyio.to_thread.current_default_thread_limiter().total_tokens = POOL
        worker = Worker(wiring) if wiring.settings.embedded_worker else None
        if worker is not None:
            worker.start()
        # What the start made stays for ever: collections no longer walk through it.
        gc.collect()
        gc.freeze()
        yield
        if worker is not None:
            worker.stop()

    application = FastAPI(
        title="Système d'acquisition dynamique",
        version="1",
        lifespan=lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    application.state.wiring = wiring
    application.mount("/static", LongLived(directory=STATIC), name="static")
    # Routes are tried in order: the API, which programs call often, comes first.
    for router in _routers(app.api.v1):
        application.include_router(router, prefix="/api/v1")
    for router in _routers(app.web):
        application.include_router(router)
    errors.install(application)
    application.add_middleware(Gate, clock=wiring.clock)
    return application


def _routers(package: Any) -> list[APIRouter]:
    """The `router` of each module of a package: adding a page family is adding a module."""
    names = [info.name for info in pkgutil.iter_modules(package.__path__)]
    found = []
    for name in sorted(names, key=lambda name: name not in BUSIEST):
        module = importlib.import_module(f"{package.__name__}.{name}")
        if isinstance(router := getattr(module, "router", None), APIRouter):
            found.append(router)
    return found
