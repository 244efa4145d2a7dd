"""The opening of the answers, for agents: when, the act itself, and its minutes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app import answer_files
from app.deps import once, reading, wiring_of
from app.rendering.french import counted
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.pages import render
from sad.accounts.permissions import Permission, may, require
from sad.attachments.copies import LARGE, THUMBNAIL
from sad.attachments.scanning import Verdict
from sad.attachments.tables import Attachment
from sad.db.work import Work
from sad.frames.queries import FrameView
from sad.kernel.errors import NotFound
from sad.markets.states import MarketState
from sad.markets.tables import SpecificMarket
from sad.offers import queries
from sad.offers.deposits import CLOCK_DOUBT
from sad.offers.opening import open_offers
from sad.offers.queries import FileView, OfferView
from sad.offers.scans import check_readable
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
    context["scans"] = scans_said(context["offers"], scanner=wiring_of(request).scanner is not None)
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
    file = _readable(request, market_id, file_id)
    return answer_files.serve(request, file.name, file.media_type, file.object_name, file.file_key)


@router.get("/fichiers/{file_id}/vignette")
def thumbnail(request: Request, market_id: UUID, file_id: UUID) -> Response:
    """A photograph of an opened offer, small, without metadata."""
    return answer_files.serve_copy(
        request, _readable(request, market_id, file_id).copies, THUMBNAIL
    )


@router.get("/fichiers/{file_id}/image")
def image(request: Request, market_id: UUID, file_id: UUID) -> Response:
    """The same, as wide as a screen."""
    return answer_files.serve_copy(request, _readable(request, market_id, file_id).copies, LARGE)


def _readable(request: Request, market_id: UUID, file_id: UUID) -> Attachment:
    """A file that may be given: not before the scan of the day, never from quarantine (OFF-07)."""
    with reading(request) as work:
        file = queries.offer_file(work, market_id, file_id)
        check_readable(file, scanner=wiring_of(request).scanner is not None)
    return file


def _context(work: Work, market: SpecificMarket) -> dict[str, Any]:
    opened = market.opened_at is not None
    minutes: Any = market.minutes or {}
    offers = queries.offers_of(work, market.id) if opened else []
    return {
        "market": market,
        "opened": opened,
        "launched": market.state == MarketState.LAUNCHED,
        "ready": market.opening_from is not None and work.now >= market.opening_from,
        "may_open": may(work, Permission.OPEN_OFFERS),
        "may_end": may(work, Permission.END_MARKET),
        "moment_now": work.now,
        "minutes": minutes,
        "offers": offers,
        "anomalies": [
            (OpeningAnomaly(one["code"]), one["where"]) for one in minutes.get("anomalies", ())
        ],
        "crumbs": [
            ("Marchés", "/marches"),
            (market.title, f"/marches/{market.id}"),
            ("Ouverture", None),
        ],
    }


def scans_said(offers: Sequence[OfferView], *, scanner: bool) -> str:
    """What the antivirus said of the files since the opening, as the minutes print it (OFF-07)."""
    files = [(offer, file) for offer in offers for file in offer.files]
    seen = [file for _, file in files if file.scanned_at is not None]
    if not files:
        return "aucun fichier"
    if not seen and not scanner:
        return "aucun n’est installé"
    told = [
        (sum(file.scan is verdict for file in seen), words)
        for verdict, words in (
            (Verdict.CLEAN, "sans rien de suspect"),
            (Verdict.INFECTED, "en quarantaine"),
            (Verdict.UNKNOWN, "que l’antivirus n’a pas pu examiner"),
        )
    ]
    told.append((len(files) - len(seen), "à examiner"))
    counts = ", ".join(f"{counted(number, 'fichier')} {words}" for number, words in told if number)
    held = [
        f"{offer.supplier_name}, {file.name} : {file.scan_detail}"
        for offer, file in files
        if file.quarantined
    ]
    return " ; ".join([counts, *held])


def files_by_line(
    work: Work, market_id: UUID, offer_id: UUID, frame: FrameView
) -> list[tuple[str, list[FileView]]]:
    """An offer's files under the words of their line, in the order of the grid; the others last."""
    under: dict[UUID | None, list[FileView]] = {}
    for file in queries.files_of(work, market_id, offer_id):
        under.setdefault(file.line_id, []).append(file)
    lines = [(line.id, f"{line.label} · {line.designation}") for line in frame.lines]
    places = [*lines, (None, "Pour toute l’offre")]
    return [(words, under[line_id]) for line_id, words in places if line_id in under]
