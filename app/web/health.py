"""`/healthz`: whether this process may serve. It says yes or no; the reasons are for the log."""

import logging
from collections.abc import Callable
from functools import cache

from fastapi import Request
from fastapi.responses import JSONResponse
from sqlalchemy import text

from app.deps import wiring_of
from app.routing import page_router
from app.wiring import Wiring
from sad.db.migrations.run import head_revision
from sad.kernel.ids import random_id

router = page_router()
log = logging.getLogger("sad.health")


@router.get("/healthz")
def healthz(request: Request) -> JSONResponse:
    """200: the database answers at the newest schema, the clock is sure, the storage answers."""
    wiring = wiring_of(request)
    wrong = [name for name, check in CHECKS if not _passes(name, check, wiring)]
    if wrong:
        return JSONResponse({"status": "unavailable"}, status_code=503)
    return JSONResponse({"status": "ok"})


def _passes(name: str, check: Callable[[Wiring], bool], wiring: Wiring) -> bool:
    try:
        passed = check(wiring)
    except Exception as error:  # noqa: BLE001 - whatever fails, the answer is « no »
        log.warning("not ready, %s: %s", name, type(error).__name__)
        return False
    if not passed:
        log.warning("not ready: %s", name)
    return passed


def _database(wiring: Wiring) -> bool:
    with wiring.engine.connect() as connection:
        return connection.execute(
            text("SELECT version_num FROM alembic_version")
        ).scalars().all() == [_head()]


def _clock(wiring: Wiring) -> bool:
    wiring.clock.now()  # re-aligns it when it is time
    return not getattr(wiring.clock, "doubt", False)


def _storage(wiring: Wiring) -> bool:
    return not wiring.store.exists(str(random_id()))


@cache
def _head() -> str:
    return head_revision()


CHECKS = (("database", _database), ("clock", _clock), ("storage", _storage))
