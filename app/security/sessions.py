"""Who is at the other end: a browser's session cookie, or an API's Bearer token."""

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import Request
from sqlalchemy import and_, bindparam, select, update
from sqlmodel import col

from sad.accounts.logos import logo_address
from sad.accounts.sessions import IDLE_AGENT, IDLE_SUPPLIER
from sad.accounts.tables import ApiToken, Membership, Organisation, Person, SessionRow
from sad.accounts.tokens import digest as digest  # what is kept of a session's secret
from sad.db.work import Work
from sad.kernel.actor import Actor, Role
from sad.kernel.errors import Invalid, Refusal
from sad.suppliers.tables import Supplier, SupplierPerson

TOUCH_EVERY = timedelta(minutes=1)
APPLICANT = "x-applicant"
"""The header by which a program says for whom it answers: the supplier alone, or its group."""


class TokenRefused(Refusal):
    """The Bearer token is unknown, expired or revoked."""

    code = "accounts.token_refused"
    status = 401


class ApplicantUnreadable(Invalid):
    """What the header says is no identifier."""

    code = "field.identifier"


@dataclass(frozen=True)
class Viewer:
    """What a page needs to know of who looks at it."""

    person_id: UUID | None = None
    name: str = ""
    email: str = ""
    organisation_id: UUID | None = None
    supplier_id: UUID | None = None
    supplier_name: str = ""
    roles: frozenset[Role] = frozenset()
    session_id: UUID | None = None
    csrf: str = ""
    organisation: dict[str, Any] | None = field(default=None)
    applicant_id: UUID | None = None

    @property
    def agent(self) -> bool:
        """Wears an organisation's hat."""
        return self.organisation_id is not None


def cookie_name(secure: bool) -> str:
    """`__Host-` binds the cookie to https and this host; a loopback demonstration has neither."""
    return "__Host-sad" if secure else "sad"


def csrf_of(token: str) -> str:
    """The form token of a session: useless to who does not hold the cookie."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def identify(work: Work, request: Request) -> Viewer:
    """Sets the actor of the work and returns the viewer, anonymous without a live session."""
    if request.url.path.startswith("/api/"):
        viewer, scopes = _bearer(work, request)
    else:
        viewer, scopes = _cookie(work, request), None
    work.actor = Actor(
        person_id=viewer.person_id,
        organisation_id=viewer.organisation_id,
        supplier_id=viewer.supplier_id,
        roles=viewer.roles,
        token_scopes=scopes,
        applicant_id=viewer.applicant_id,
    )
    request.state.viewer = viewer
    return viewer


def _columns(source: Any) -> Any:
    """One query: the session or token, its person, and the hat it wears with its roles."""
    return (
        select(
            col(source.id).label("id"),
            col(source.person_id).label("person_id"),
            col(source.expires_at).label("expires_at"),
            col(Person.name).label("name"),
            col(Person.email).label("email"),
            col(source.organisation_id).label("organisation_id"),
            col(source.supplier_id).label("supplier_id"),
            col(Membership.role).label("role"),
            col(SupplierPerson.id).label("supplier_person"),
            col(Supplier.name).label("supplier_name"),
            col(Organisation.name).label("organisation_name"),
            col(Organisation.accent).label("accent"),
            col(Organisation.logo).label("logo"),
            col(Organisation.contact_name).label("contact_name"),
            col(Organisation.contact_phone).label("contact_phone"),
            col(Organisation.contact_email).label("contact_email"),
        )
        .join(Person, and_(col(Person.id) == source.person_id, col(Person.disabled_at).is_(None)))
        .outerjoin(
            Membership,
            and_(
                col(Membership.organisation_id) == source.organisation_id,
                col(Membership.person_id) == source.person_id,
                col(Membership.ended_at).is_(None),
            ),
        )
        .outerjoin(Organisation, col(Organisation.id) == source.organisation_id)
        .outerjoin(
            SupplierPerson,
            and_(
                col(SupplierPerson.supplier_id) == source.supplier_id,
                col(SupplierPerson.person_id) == source.person_id,
                col(SupplierPerson.ended_at).is_(None),
            ),
        )
        .outerjoin(Supplier, col(Supplier.id) == source.supplier_id)
        .where(col(source.revoked_at).is_(None))
    )


_SESSION = (
    _columns(SessionRow)
    .add_columns(
        col(SessionRow.seen_at).label("seen_at"),
        col(SessionRow.applicant_id).label("applicant_id"),
    )
    .where(col(SessionRow.token_sha256) == bindparam("digest"))
)
_TOKEN = (
    _columns(ApiToken)
    .add_columns(col(ApiToken.scopes).label("scopes"))
    .where(col(ApiToken.token_sha256) == bindparam("digest"))
)


def _cookie(work: Work, request: Request) -> Viewer:
    settings = request.app.state.wiring.settings
    token = request.cookies.get(cookie_name(settings.secure))
    if not token:
        return Viewer()
    rows = work.connection.execute(_SESSION, {"digest": digest(token)}).all()
    if not rows or not _alive(rows[0], work.real):
        return Viewer()
    if work.real - rows[0].seen_at > TOUCH_EVERY:
        request.state.touch = rows[0].id
    return replace(_viewer(rows, csrf_of(token)), applicant_id=rows[0].applicant_id)


def _alive(row: Any, real: datetime) -> bool:
    idle = IDLE_AGENT if row.organisation_id else IDLE_SUPPLIER
    return bool(real < row.expires_at and real - row.seen_at < idle)


def _viewer(rows: Any, csrf: str) -> Viewer:
    """From the joined rows. A hat that was taken away leaves a person without one."""
    first = rows[0]
    roles = frozenset(Role(row.role) for row in rows if row.role)
    supplier = first.supplier_id if first.supplier_person else None
    organisation = first.organisation_id if roles else None
    return Viewer(
        person_id=first.person_id,
        name=first.name,
        email=first.email,
        organisation_id=organisation,
        supplier_id=supplier,
        supplier_name=first.supplier_name or "" if supplier else "",
        roles=frozenset({Role.SUPPLIER}) if supplier else roles,
        session_id=first.id,
        csrf=csrf,
        organisation=_organisation(first) if organisation else None,
    )


def _organisation(row: Any) -> dict[str, Any]:
    return {
        "name": row.organisation_name,
        "accent": row.accent,
        "logo": logo_address(row.organisation_id, row.logo),
        "contact": {
            "name": row.contact_name,
            "phone": row.contact_phone,
            "mail": row.contact_email,
            "role": "service commande publique",
        },
    }


def _bearer(work: Work, request: Request) -> tuple[Viewer, frozenset[str] | None]:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return Viewer(), frozenset()
    rows = work.connection.execute(_TOKEN, {"digest": digest(token)}).all()
    if not rows or work.real >= rows[0].expires_at:
        raise TokenRefused()
    applicant = _applicant_said(request)
    return replace(_viewer(rows, ""), applicant_id=applicant), frozenset(rows[0].scopes)


def _applicant_said(request: Request) -> UUID | None:
    """For whom a program answers, where its supplier is invited alone and for its group."""
    said = request.headers.get(APPLICANT)
    if said is None:
        return None
    try:
        return UUID(said)
    except ValueError as error:
        raise ApplicantUnreadable(APPLICANT) from error


def touch(work: Work, session_id: UUID) -> None:
    """The session was used; written at most once a minute."""
    work.connection.execute(
        update(SessionRow).where(col(SessionRow.id) == session_id).values(seen_at=work.real)
    )
