"""The relay kit of a system, for anybody: link, QR code, one-page sheet, ready mail (P22)."""

from uuid import UUID

from fastapi import Request, Response

from app.deps import reading, wiring_of
from app.rendering import relay
from app.routing import page_router
from app.web.pages import render
from app.web.supplier_contact import buyer
from sad.attachments.names import disposition
from sad.categories import queries as categories
from sad.db.work import Work
from sad.sourcing import queries as sourcing
from sad.systems import queries as systems
from sad.systems.schemas import SystemView

router = page_router("/sad/{system_id}")


@router.get("/relais")
def kit(request: Request, system_id: UUID) -> Response:
    """Everything a network needs to pass the system on."""
    with reading(request) as work:
        view = systems.public_one(work, system_id)
        passed = _relay(request, work, view)
        organisation = buyer(work, view)
    return render(
        request,
        "sourcing/relay.html",
        system=view,
        address=passed.address,
        mail=relay.mail(passed),
        organisation=organisation,
    )


@router.get("/qr.svg")
def qr(request: Request, system_id: UUID) -> Response:
    """The QR code of the system's page."""
    with reading(request) as work:
        address = _address(request, systems.public_one(work, system_id))
    return Response(relay.qr_svg(address), media_type="image/svg+xml")


@router.get("/fiche.pdf")
def sheet(request: Request, system_id: UUID) -> Response:
    """The system on one page."""
    with reading(request) as work:
        view = systems.public_one(work, system_id)
        content = relay.sheet(_relay(request, work, view), work.now)
    headers = {"Content-Disposition": disposition(f"{view.number} - {view.title}.pdf")}
    return Response(content, media_type="application/pdf", headers=headers)


def _relay(request: Request, work: Work, view: SystemView) -> relay.Relay:
    organisation = buyer(work, view)
    contact = {name: organisation["contact"][name] for name in ("name", "phone", "mail")}
    return relay.Relay(
        system=view,
        buyer=organisation["name"],
        contact=contact,
        categories=categories.of_system(work, view.organisation_id, view.id),
        demands=sourcing.next_demands(work, view),
        address=_address(request, view),
    )


def _address(request: Request, view: SystemView) -> str:
    return f"{wiring_of(request).settings.public_url}/sad/{view.id}"
