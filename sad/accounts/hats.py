"""The hats a person may wear: agent of an organisation, or member of a supplier."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from sad.accounts.tables import Membership, Organisation
from sad.db.work import Work
from sad.kernel.actor import Role


@dataclass(frozen=True)
class Hat:
    """One of them; exactly one of the two ids is set."""

    organisation_id: UUID | None
    supplier_id: UUID | None
    name: str
    roles: tuple[Role, ...]

    @property
    def key(self) -> str:
        """What the choosing page sends back."""
        kind = "organisation" if self.organisation_id else "supplier"
        return f"{kind}:{self.organisation_id or self.supplier_id}"


def hats(work: Work, person_id: UUID) -> list[Hat]:
    """The person's hats, organisations first, each group by name."""
    return [*_organisations(work, person_id), *_suppliers(work, person_id)]


def _organisations(work: Work, person_id: UUID) -> list[Hat]:
    query = (
        select(col(Organisation.id), col(Organisation.name), col(Membership.role))
        .join(Membership, col(Membership.organisation_id) == col(Organisation.id))
        .where(col(Membership.person_id) == person_id, col(Membership.ended_at).is_(None))
        .order_by(col(Organisation.name), col(Organisation.id), col(Membership.role))
    )
    found: dict[UUID, tuple[str, list[Role]]] = {}
    for row in work.session.connection().execute(query):
        found.setdefault(row.id, (row.name, []))[1].append(Role(row.role))
    return [Hat(key, None, name, tuple(roles)) for key, (name, roles) in found.items()]


def _suppliers(work: Work, person_id: UUID) -> list[Hat]:
    # Tables named by their metadata: suppliers are a higher concept.
    tables = Organisation.metadata.tables
    supplier, member = tables["supplier"], tables["supplier_person"]
    query = (
        select(supplier.c.id, supplier.c.name)
        .join(member, member.c.supplier_id == supplier.c.id)
        .where(member.c.person_id == person_id, member.c.ended_at.is_(None))
        .order_by(supplier.c.name, supplier.c.id)
    )
    rows = work.session.connection().execute(query)
    return [Hat(None, row.id, row.name, (Role.SUPPLIER,)) for row in rows]
