"""What lets anybody check without trusting this server: the public keys and the journal's seals."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import JSONResponse

from app.deps import reading, wiring_of
from app.routing import page_router
from app.security.rings import public_document
from sad.audit.seals import seals_after

FEED = 1000  # seals in one answer; the next ones are asked with `after`

router = page_router()


@router.get("/.well-known/sad-keys.json")
def keys(request: Request) -> Response:
    """The published keys, oldest first, each signed by one before it."""
    return JSONResponse(public_document(wiring_of(request).rings))


@router.get("/scelles.json")
def seals(request: Request, after: Annotated[int, Query(ge=0, le=2**53)] = 0) -> Response:
    """The seals after a number, oldest first: what `sad audit verify --seals` compares."""
    with reading(request) as work:
        found = seals_after(work.session.connection(), after, FEED)
    return JSONResponse({"seals": [seal.file for seal in found]})
