"""Systems and categories: public reads; an agent with a token also sees its drafts."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ConfigDict

from app.deps import reading
from app.routing import api_router
from sad.awards.public import PublicResult, results
from sad.categories import queries as categories
from sad.categories.schemas import CategoryView
from sad.markets.calls import open_calls
from sad.sourcing import queries as sourcing
from sad.sourcing.schemas import NextDemandView, PublishedSourcing
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


class CallView(BaseModel):
    """An open call: that it exists and until when; nobody reads who answers."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: str
    title: str
    category_id: UUID
    category: str
    launched_at: datetime
    deadline_at: datetime


class ResultView(BaseModel):
    """A notified contract. `ht_cents`: all the winner was given in that market."""

    number: str
    title: str
    category_id: UUID
    category: str
    winner: str
    ht_cents: int
    notified_at: datetime


@router.get("/{system_id}/calls")
def calls(request: Request, system_id: UUID) -> list[CallView]:
    """The open calls, the nearest deadline first."""
    with reading(request) as work:
        view = queries.public_one(work, system_id)
        found = open_calls(work, view.organisation_id, view.id)
    return [CallView.model_validate(one) for one in found]


@router.get("/{system_id}/results")
def its_results(request: Request, system_id: UUID) -> list[ResultView]:
    """The notified contracts, the newest first."""
    with reading(request) as work:
        view = queries.public_one(work, system_id)
        found = results(work, view.organisation_id, view.id)
    return [ResultView(ht_cents=one.ht.cents, **_but_money(one)) for one in found]


@router.get("/{system_id}/next-demands")
def next_demands(request: Request, system_id: UUID) -> list[NextDemandView]:
    """The demands to come, without commitment (P22)."""
    with reading(request) as work:
        return sourcing.next_demands(work, queries.public_one(work, system_id))


@router.get("/{system_id}/sourcing")
def told(request: Request, system_id: UUID) -> list[PublishedSourcing]:
    """What was said to structures before the markets, told to all (R2111-2)."""
    with reading(request) as work:
        return sourcing.published(work, queries.public_one(work, system_id))


def _but_money(one: PublicResult) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name != "ht"}
