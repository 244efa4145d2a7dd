"""The supplier behind the token: its file, its people, its pause."""

from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel

from app.deps import reading, writing
from app.routing import api_router
from sad.suppliers import papers, queries, service
from sad.suppliers.schemas import (
    MemberView,
    PaperView,
    PersonInput,
    SupplierChange,
    SupplierView,
)

router = api_router("/suppliers", "suppliers")


class Invited(BaseModel):
    """The person invited."""

    person_id: UUID


@router.get("/me")
def mine(request: Request) -> SupplierView:
    """The supplier's own file."""
    with reading(request) as work:
        return queries.mine(work)


@router.patch("/me")
def change(request: Request, body: SupplierChange) -> SupplierView:
    """Changes the fields given."""
    with writing(request) as work:
        service.change(work, body)
        return queries.mine(work)


@router.get("/me/people")
def people(request: Request) -> list[MemberView]:
    """Its people."""
    with reading(request) as work:
        return queries.members(work)


@router.post("/me/people", status_code=201)
def invite(request: Request, body: PersonInput) -> Invited:
    """Invites a colleague by mail."""
    with writing(request) as work:
        return Invited(person_id=service.invite(work, body))


@router.delete("/me/people/{person_id}", status_code=204)
def end_person(request: Request, person_id: UUID) -> Response:
    """Ends a colleague's access."""
    with writing(request) as work:
        service.end_person(work, person_id)
    return Response(status_code=204)


@router.get("/me/papers")
def its_papers(request: Request) -> list[PaperView]:
    """The papers it keeps ready."""
    with reading(request) as work:
        return papers.kept(work, queries.mine(work).id)


@router.post("/me/pause", status_code=204)
def pause(request: Request) -> Response:
    """No mails from now on; still invited."""
    with writing(request) as work:
        service.pause(work)
    return Response(status_code=204)


@router.post("/me/resume", status_code=204)
def resume(request: Request) -> Response:
    """Mails leave again."""
    with writing(request) as work:
        service.resume(work)
    return Response(status_code=204)
