"""What anybody may read: the systems, their categories, what is asked, what was given."""

from typing import Any, NamedTuple
from uuid import UUID

from fastapi import Request, Response

from app.deps import reading
from app.routing import page_router
from app.web.pages import render
from app.web.public_words import compared
from app.web.supplier_contact import buyer
from sad.accounts.tables import Organisation
from sad.awards.public import results
from sad.categories import queries as categories
from sad.categories.schemas import CategoryView
from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.markets.calls import OpenCall, open_calls
from sad.papers import queries as papers
from sad.sourcing import queries as sourcing
from sad.sourcing.schemas import NextDemandView
from sad.systems import queries as systems
from sad.systems.schemas import SystemView

router = page_router()

SHOWN = 3
"""Results and demands on a system's page; the others are one press away."""


class Asked(NamedTuple):
    """A system or a category, and what is asked there now and later."""

    categories: list[CategoryView]
    calls: list[OpenCall]
    demands: list[NextDemandView]


@router.get("/")
def home(request: Request) -> Response:
    """The published systems."""
    with reading(request) as work:
        cards = [
            {
                "system": view,
                "buyer": work.shared(Organisation, view.organisation_id).name,
                "asked": _asked(work, view),
            }
            for view in systems.published(work)
        ]
    return render(request, "systems/home.html", cards=cards)


@router.get("/sad/{system_id}")
def system(request: Request, system_id: UUID) -> Response:
    """A system: what is bought, from whom, until when, how to join, what was given."""
    with reading(request) as work:
        view = systems.public_one(work, system_id)
        context: dict[str, Any] = {
            "system": view,
            "asked": _asked(work, view),
            "shown": SHOWN,
            "results": results(work, view.organisation_id, view.id),
            "told": sourcing.published(work, view),
            "changes": systems.period_changes(work, view),
            "organisation": buyer(work, view),
            "issued": papers.public(work, view.organisation_id, view.id),
        }
    return render(request, "systems/public.html", **context)


@router.get("/sad/{system_id}/prochaines-demandes")
def next_demands(request: Request, system_id: UUID) -> Response:
    """What the buyer expects to ask, month by month, without commitment (P22)."""
    with reading(request) as work:
        view = systems.public_one(work, system_id)
        asked, organisation = _asked(work, view), buyer(work, view)
    return render(
        request, "sourcing/public.html", system=view, asked=asked, organisation=organisation
    )


@router.get("/sad/{system_id}/resultats")
def all_results(request: Request, system_id: UUID) -> Response:
    """Every notified contract of a system."""
    with reading(request) as work:
        view = systems.public_one(work, system_id)
        found = results(work, view.organisation_id, view.id)
        organisation = buyer(work, view)
    return render(
        request, "systems/results.html", system=view, results=found, organisation=organisation
    )


@router.get("/sad/{system_id}/categories/{category_id}")
def category(request: Request, system_id: UUID, category_id: UUID) -> Response:
    """A category in plain words: what is asked, how to join, how answers are compared."""
    with reading(request) as work:
        view = systems.public_one(work, system_id)
        shown = public_category(work, view, category_id)
        context: dict[str, Any] = {
            "system": view,
            "category": shown,
            "calls": open_calls(work, view.organisation_id, view.id, shown.id),
            "demands": [
                one for one in sourcing.next_demands(work, view) if one.category_id == shown.id
            ],
            "results": results(work, view.organisation_id, view.id, shown.id),
            "compared": [compared(one) for one in shown.ranges],
            "shown": SHOWN,
            "organisation": buyer(work, view),
        }
    return render(request, "categories/public.html", **context)


@router.get("/accessibilite")
def accessibility(request: Request) -> Response:
    """The accessibility statement (ELEC-08)."""
    with reading(request):
        pass
    return render(request, "systems/accessibility.html")


@router.get("/donnees-ouvertes")
def open_data(request: Request) -> Response:
    """What may be taken and reused, and where."""
    with reading(request) as work:
        views = systems.published(work)
    return render(request, "systems/open_data.html", systems=views)


def public_category(work: Work, system: SystemView, category_id: UUID) -> CategoryView:
    """A category of this very system, for who may read it. Raises NotFound."""
    found = categories.public_one(work, category_id)
    if found.system_id != system.id:
        raise NotFound()
    return found


def _asked(work: Work, view: SystemView) -> Asked:
    return Asked(
        categories.of_system(work, view.organisation_id, view.id),
        open_calls(work, view.organisation_id, view.id),
        sourcing.next_demands(work, view),
    )
