"""Approval before the launch: the draft goes to the officers and comes back."""

from uuid import UUID

from fastapi import Request, Response

from app.deps import redirect, writing
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.forms import text
from sad.markets import approving

router = page_router("/marches/{market_id}")
REMARK = 2000


@router.post("/valider")
def send_for_approval(request: Request, market_id: UUID) -> Response:
    """Sends the draft to the officers."""
    with writing(request) as work:
        approving.send_for_approval(work, market_id)
    return redirect(f"/marches/{market_id}")


@router.post("/reprendre")
def take_back(request: Request, market_id: UUID) -> Response:
    """Its author changes it again."""
    with writing(request) as work:
        approving.take_back(work, market_id)
    return redirect(f"/marches/{market_id}/preparation")


@router.post("/approuver")
def approve(request: Request, market_id: UUID) -> Response:
    """An officer says that it may be launched as it stands."""
    with writing(request) as work:
        approving.approve(work, market_id)
    return redirect(f"/marches/{market_id}")


@router.post("/renvoyer")
def send_back(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Returns it to its author with a remark."""
    with writing(request) as work:
        approving.send_back(work, market_id, text(form, "remark")[:REMARK])
    return redirect(f"/marches/{market_id}")
