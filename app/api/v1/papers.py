"""Papers by the JSON API: which are due, issuing one, taking its files."""

from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict

from app.api.acts import Key, Made, made_once
from app.deps import reading, wiring_of
from app.papers import draw, drawn_when_asked
from app.routing import api_router
from sad.attachments.names import disposition
from sad.db.work import Work
from sad.papers import files, queries, service
from sad.papers.queries import IssuedView, PaperLine
from sad.papers.states import PaperFormat, PaperKind

router = api_router("", "papers")


class IssueInput(BaseModel):
    """Which paper, about what; `reason` when it was issued before."""

    model_config = ConfigDict(extra="forbid")

    kind: PaperKind
    about_id: UUID
    reason: str = ""


@router.get("/markets/{market_id}/papers")
def of_market(request: Request, market_id: UUID) -> dict[str, Any]:
    """The papers of a market, due or not, and its letters; for its agents."""
    with reading(request) as work:
        found = queries.of_market(work, market_id)
    letters = [
        {
            "id": str(one.id),
            "kind": one.kind.value,
            "sha256": one.sha256,
            "issued_at": one.issued_at,
        }
        for one in found.letters
    ]
    return {"papers": [_line(line) for line in found.papers], "letters": letters}


@router.get("/systems/{system_id}/papers")
def of_system(request: Request, system_id: UUID) -> dict[str, Any]:
    """The papers of a system itself; for its agents."""
    with reading(request) as work:
        return {"papers": [_line(line) for line in queries.of_system(work, system_id)]}


@router.get("/candidatures/{candidature_id}/papers")
def of_candidature(request: Request, candidature_id: UUID) -> dict[str, Any]:
    """The papers of a candidature; for its agents."""
    with reading(request) as work:
        return {"papers": [_line(line) for line in queries.of_candidature(work, candidature_id)]}


@router.post("/papers", status_code=201)
def issue(request: Request, data: IssueInput, key: Key) -> Made:
    """Issues a paper: its content is frozen, its hash journalled, its files drawn."""
    wiring = wiring_of(request)
    issued: list[tuple[UUID, UUID]] = []

    def do(work: Work) -> UUID:
        site = wiring.settings.public_url
        paper = service.issue(work, data.kind, data.about_id, site=site, reason=data.reason)
        issued.append((paper.organisation_id, paper.id))
        return paper.id

    made = made_once(request, key, data, do)
    for organisation_id, paper_id in issued:
        draw(wiring, organisation_id, paper_id)
    return made


@router.get("/papers/{paper_id}")
def one(request: Request, paper_id: UUID) -> dict[str, Any]:
    """An issued paper: its frozen facts and its files; for whoever may read it."""
    with reading(request) as work:
        row = queries.paper(work, paper_id)
        return {**_version(queries.view(work, row)), "facts": row.facts}


@router.get("/papers/{paper_id}/{paper_format}")
def content(request: Request, paper_id: UUID, paper_format: PaperFormat) -> Response:
    """A file of an issued paper, byte for byte as it was drawn."""
    with reading(request) as work:
        row = queries.paper(work, paper_id)
    drawn_when_asked(wiring_of(request), row.organisation_id, row.id)
    with reading(request) as work:
        file = files.file_of(work, row, paper_format)
        blocks = files.content(work, file, wiring_of(request).store)
    name = f"{row.kind}-{row.number}-v{row.version}.{paper_format.value}"
    headers = {"Content-Disposition": disposition(name)}
    return StreamingResponse(blocks, media_type=files.MEDIA_TYPES[paper_format], headers=headers)


def _line(line: PaperLine) -> dict[str, Any]:
    return {
        "kind": line.kind.value,
        "about_id": str(line.about_id),
        "waits_for": line.waits_for.value if line.waits_for else None,
        "versions": [_version(one) for one in line.versions],
    }


def _version(one: IssuedView) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "kind": one.kind.value,
        "version": one.version,
        "reason": one.reason,
        "facts_sha256": one.facts_sha256,
        "issued_at": one.issued_at,
        "files": {
            form.value: {"sha256": file.sha256, "size": file.size}
            for form, file in one.files.items()
        },
    }
