"""Before the markets, for agents: demands to come, and the register of meetings (P22)."""

from uuid import UUID

from fastapi import Request

from app.api.acts import Key, Made, made_once
from app.deps import reading, writing
from app.routing import api_router
from sad.sourcing import queries, service
from sad.sourcing.schemas import (
    NextDemandChange,
    NextDemandInput,
    NextDemandView,
    SourcingChange,
    SourcingInput,
    SourcingView,
)

router = api_router("/sourcing/{system_id}", "sourcing")


@router.get("/next-demands")
def demands(request: Request, system_id: UUID) -> list[NextDemandView]:
    """Every announcement, those of past months too."""
    with reading(request) as work:
        return queries.announced(work, system_id)


@router.post("/next-demands", status_code=201)
def announce(request: Request, system_id: UUID, data: NextDemandInput, key: Key) -> Made:
    """Announces a demand to come."""
    return made_once(request, key, data, lambda work: service.announce(work, system_id, data).id)


@router.put("/next-demands/{demand_id}")
def rewrite(
    request: Request, system_id: UUID, demand_id: UUID, data: NextDemandChange
) -> NextDemandView:
    """Says it otherwise."""
    with writing(request) as work:
        service.rewrite(work, system_id, demand_id, data)
        return queries.one_demand(work, system_id, demand_id)


@router.delete("/next-demands/{demand_id}", status_code=204)
def remove(request: Request, system_id: UUID, demand_id: UUID) -> None:
    """Takes it away."""
    with writing(request) as work:
        service.remove(work, system_id, demand_id)


@router.get("/meetings")
def register(request: Request, system_id: UUID) -> list[SourcingView]:
    """The register, the newest meeting first."""
    with reading(request) as work:
        return queries.register(work, system_id)


@router.post("/meetings", status_code=201)
def record(request: Request, system_id: UUID, data: SourcingInput, key: Key) -> Made:
    """Enters a meeting."""
    return made_once(
        request, key, data, lambda work: service.record_meeting(work, system_id, data).id
    )


@router.put("/meetings/{entry_id}")
def correct(
    request: Request, system_id: UUID, entry_id: UUID, data: SourcingChange
) -> SourcingView:
    """Corrects an entry not yet published."""
    with writing(request) as work:
        return SourcingView.model_validate(service.correct_meeting(work, system_id, entry_id, data))


@router.post("/meetings/{entry_id}/publish")
def publish(request: Request, system_id: UUID, entry_id: UUID) -> SourcingView:
    """Tells everybody what was said."""
    with writing(request) as work:
        return SourcingView.model_validate(service.publish(work, system_id, entry_id))
