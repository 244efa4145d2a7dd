"""What anybody may read: the systems, their categories, how to join."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app.deps import reading
from app.routing import page_router
from app.web.pages import render
from app.web.supplier_contact import buyer
from sad.accounts.tables import Organisation
from sad.categories import queries as categories
from sad.systems import queries as systems

router = page_router()


@router.get("/")
def home(request: Request) -> Response:
    """The published systems."""
    with reading(request) as work:
        views = systems.published(work)
        cards = [
            {
                "system": view,
                "buyer": work.shared(Organisation, view.organisation_id).name,
                "categories": categories.of_system(work, view.organisation_id, view.id),
            }
            for view in views
        ]
    return render(request, "systems/home.html", cards=cards)


@router.get("/sad/{system_id}")
def system(request: Request, system_id: UUID) -> Response:
    """A system: what is bought, from whom, until when, how to join."""
    with reading(request) as work:
        view = systems.public_one(work, system_id)
        context: dict[str, Any] = {
            "system": view,
            "categories": categories.of_system(work, view.organisation_id, view.id),
            "changes": systems.period_changes(work, view),
            "organisation": buyer(work, view),
        }
    return render(request, "systems/public.html", **context)


@router.get("/sad/{system_id}/categories/{category_id}")
def category(request: Request, system_id: UUID, category_id: UUID) -> Response:
    """A category in plain words."""
    with reading(request) as work:
        view = systems.public_one(work, system_id)
        shown = categories.public_one(work, category_id)
        organisation = buyer(work, view)
    return render(
        request, "categories/public.html", system=view, category=shown, organisation=organisation
    )


@router.get("/accessibilite")
def accessibility(request: Request) -> Response:
    """The accessibility statement (ELEC-08)."""
    with reading(request):
        pass
    return render(request, "systems/accessibility.html")


@router.get("/donnees-ouvertes")
def open_data(request: Request) -> Response:
    """What may be taken and reused, and where."""
    with reading(request):
        pass
    return render(request, "systems/open_data.html")
