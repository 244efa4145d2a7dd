"""Acts done once over the JSON API: their key, and what they made."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import Header, Request
from pydantic import BaseModel

from app.deps import once_api
from sad.db.work import Work

Key = Annotated[UUID, Header(alias="Idempotency-Key")]


class Made(BaseModel):
    """What an act made; the same key again gives the same answer."""

    id: UUID


def made_once(request: Request, key: UUID, data: BaseModel, do: Callable[[Work], UUID]) -> Made:
    """Does the act, or gives again what its key made. Raises ActReused, and what `do` raises."""

    def outcome(work: Work) -> dict[str, str]:
        return {"id": str(do(work))}

    return Made.model_validate(once_api(request, key, data.model_dump_json().encode(), outcome))
