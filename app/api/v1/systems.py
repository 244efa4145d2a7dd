"""Systems and categories: public reads; an agent with a token also sees its drafts."""

from uuid import UUID

from fastapi import Request

from app.deps import reading
from app.routing import api_router
from sad.categories import queries as categories
from sad.categories.schemas import CategoryView
from sad.systems import queries
from sad.systems.schemas import SystemView

router = api_router("/systems", "systems")


@router.get("")
def listed(request: Request) -> list[SystemView]:
    """The published systems."""
    with reading(request) as work:
        return queries.published(work)


@router.get("/{system_id}")
def one(request: Request, system_id: UUID) -> SystemView:
    """A published system, or a draft of one's own organisation."""
    with reading(request) as work:
        return queries.public_one(work, system_id)


@router.get("/{system_id}/categories")
def its_categories(request: Request, system_id: UUID) -> list[CategoryView]:
    """The categories of a system, with their criteria ranges."""
    with reading(request) as work:
        view = queries.public_one(work, system_id)
        return categories.of_system(work, view.organisation_id, view.id)
