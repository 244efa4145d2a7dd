"""The opening of the answers, for agents: when, the act itself, and its minutes."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app import answer_files
from app.deps import once, reading, wiring_of
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.pages import render
from sad.accounts.permissions import Permission, may, require
from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.markets.states import MarketState
from sad.markets.tables import SpecificMarket
from sad.offers import queries
from sad.offers.deposits import CLOCK_DOUBT
from sad.offers.opening import open_offers
from sad.offers.states import OpeningAnomaly

router = page_router("/marches/{market_id}/ouverture")


@router.get("")
def show(request: Request, market_id: UUID) -> Response:
    """Before: when it will be possible, and nothing else. After: the minutes and the offers."""
    with reading(request) as work:
        require(work, Permission.READ_FILE)
        market = work.get(SpecificMarket, market_id)
        if market.launched_at is None:
            raise NotFound()
        context = _context(work, market)
    return render(request, "offers/opening.html", **context)


@router.post("")
def open_them(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Opens, once."""

    def do(work: Work) -> str:
        work.notes[CLOCK_DOUBT] = bool(getattr(wiring_of(request).clock, "doubt", False))
        open_offers(work, market_id)
        return f"/marches/{market_id}/ouverture"

    return once(request, form, do)


@router.get("/fichiers/{file_id}")
def download(request: Request, market_id: UUID, file_id: UUID) -> Response:
    """A file of an opened offer, decrypted as it goes."""
    with reading(request) as work:
        file = queries.offer_file(work, market_id, file_id)
    return answer_files.serve(request, file.name, file.media_type, file.object_name, file.file_key)


def _context(work: Work, market: SpecificMarket) -> dict[str, Any]:
    opened = market.opened_at is not None
    minutes: Any = market.minutes or {}
    return {
        "market": market,
        "opened": opened,
        "launched": market.state == MarketState.LAUNCHED,
        "ready": market.opening_from is not None and work.now >= market.opening_from,
        "may_open": may(work, Permission.OPEN_OFFERS),
        "may_end": may(work, Permission.END_MARKET),
        "moment_now": work.now,
        "minutes": minutes,
        "offers": queries.offers_of(work, market.id) if opened else [],
        "anomalies": [
            (OpeningAnomaly(one["code"]), one["where"]) for one in minutes.get("anomalies", ())
        ],
        "crumbs": [
            ("Marchés", "/marches"),
            (market.title, f"/marches/{market.id}"),
            ("Ouverture", None),
        ],
    }
