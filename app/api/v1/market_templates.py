"""Markets kept as templates, over JSON: `POST /markets/{id}/copy` makes a draft of one."""

from uuid import UUID

from fastapi import Request, Response

from app.api.market_json import answer_json, plain
from app.deps import reading, writing
from app.routing import api_router
from sad.markets import templates

router = api_router("/market-templates", "markets")


@router.get("")
def listed(request: Request) -> Response:
    """The templates whose system can still launch."""
    with reading(request) as work:
        found = templates.listed(work)
    return answer_json({"templates": [plain(one._asdict()) for one in found]})


@router.put("/{market_id}", status_code=204)
def keep(request: Request, market_id: UUID) -> Response:
    """Keeps a market as a template, once."""
    with writing(request) as work:
        templates.keep(work, market_id)
    return Response(status_code=204)


@router.delete("/{market_id}", status_code=204)
def drop(request: Request, market_id: UUID) -> Response:
    """Proposes it no longer."""
    with writing(request) as work:
        templates.drop(work, market_id)
    return Response(status_code=204)
