"""The minutes of an opening, to keep and to file."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app.deps import reading, wiring_of
from app.rendering.minutes import minutes_pdf
from app.routing import page_router
from app.web.downloads import pdf_file
from app.web.openings import scans_said
from sad.accounts.permissions import Permission, require
from sad.accounts.tables import Organisation
from sad.markets.tables import SpecificMarket
from sad.offers import queries
from sad.offers.rules import NotOpened

router = page_router("/marches/{market_id}/ouverture")


@router.get("/proces-verbal.pdf")
def minutes(request: Request, market_id: UUID) -> Response:
    """The minutes with the register of deposits; nothing before the opening (OFF-10)."""
    with reading(request) as work:
        require(work, Permission.READ_FILE)
        market = work.get(SpecificMarket, market_id)
        buyer = work.shared(Organisation, market.organisation_id).name
        if market.minutes is None:
            raise NotOpened(market=market.title)
        offers = queries.offers_of(work, market_id)
    scans = scans_said(offers, scanner=wiring_of(request).scanner is not None)
    kept: dict[str, Any] = dict(market.minutes)
    number = market.number or ""
    paper = minutes_pdf(kept, number, market.title, buyer, scans)
    return pdf_file(paper, f"ouverture-{number}.pdf")
