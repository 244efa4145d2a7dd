"""Who a token speaks for, and one's own tokens: listed and revoked, never made by another token."""

from datetime import datetime
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel

from app.deps import reading, writing
from app.routing import api_router
from sad.accounts import account
from sad.accounts.tables import ApiToken

router = api_router("/me", "me")


class Me(BaseModel):
    """The person behind the token, the hat it wears, what the token may do."""

    person_id: UUID
    name: str
    email: str
    organisation_id: UUID | None
    supplier_id: UUID | None
    roles: list[str]
    scopes: list[str]


class TokenView(BaseModel):
    """A token without its secret."""

    id: UUID
    label: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, row: ApiToken) -> "TokenView":
        """From its row."""
        return cls(
            id=row.id,
            label=row.label,
            scopes=row.scopes,
            created_at=row.created_at,
            expires_at=row.expires_at,
        )


@router.get("")
def me(request: Request) -> Me:
    """The person and the hat."""
    with reading(request) as work:
        person, actor = account.me(work), work.actor
    return Me(
        person_id=person.id,
        name=person.name,
        email=person.email,
        organisation_id=actor.organisation_id,
        supplier_id=actor.supplier_id,
        roles=sorted(actor.roles),
        scopes=sorted(actor.token_scopes or ()),
    )


@router.get("/tokens")
def tokens(request: Request) -> list[TokenView]:
    """One's own tokens still alive."""
    with reading(request) as work:
        return [TokenView.of(row) for row in account.tokens(work)]


@router.delete("/tokens/{token_id}", status_code=204)
def revoke(request: Request, token_id: UUID) -> None:
    """Ends one of them; the one used for this request may be it."""
    with writing(request) as work:
        account.revoke_token(work, token_id)
