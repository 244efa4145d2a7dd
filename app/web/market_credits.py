"""The fiche de crédits of a launched market, on a page and as a paper (P6)."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app.deps import reading
from app.rendering.credit_sheet import read_sheet, sheet_pdf
from app.routing import page_router
from app.web.downloads import pdf_file
from app.web.markets import context_of
from app.web.pages import render
from sad.accounts.permissions import Permission, require
from sad.accounts.tables import Organisation
from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.markets.tables import SpecificMarket

router = page_router("/marches/{market_id}")


@router.get("/fiche-de-credits")
def sheet(request: Request, market_id: UUID) -> Response:
    """What was fixed at the launch, lot by lot."""
    with reading(request) as work:
        kept = _kept(work, market_id)
        context = context_of(work, market_id)
    return render(request, "markets/credit_sheet.html", sheet=read_sheet(kept), **context)


@router.get("/fiche-de-credits.pdf")
def paper(request: Request, market_id: UUID) -> Response:
    """The same, to sign and to file."""
    with reading(request) as work:
        kept = _kept(work, market_id)
        buyer = work.shared(Organisation, work.organisation_id).name
    return pdf_file(sheet_pdf(kept, buyer), f"fiche-de-credits-{kept['market']}.pdf")


def _kept(work: Work, market_id: UUID) -> dict[str, Any]:
    """What the launch froze; NotFound before it."""
    require(work, Permission.READ_FUNDING)
    require(work, Permission.READ_FILE)
    found = work.get(SpecificMarket, market_id).credit_sheet
    if found is None:
        raise NotFound(kind="credit_sheet")
    return dict(found)
