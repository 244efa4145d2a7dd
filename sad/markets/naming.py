"""The names of what the journal speaks of by ids: chains, and the people who acted."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlmodel import col

from sad.accounts.tables import Membership, Organisation, Person
from sad.candidatures.tables import Applicant, Candidature
from sad.categories.tables import Category
from sad.db.work import Work
from sad.funding.tables import FundingLine
from sad.markets.tables import SpecificMarket
from sad.suppliers.tables import Supplier, SupplierPerson
from sad.systems.tables import PurchasingSystem


def people(work: Work, actors: Collection[str]) -> dict[str, str]:
    """Names of those who acted: agents by theirs, suppliers' people by that of their supplier."""
    ids = [found for text in set(actors) if (found := _uuid(text)) is not None]
    agents = (
        select(col(Person.id), col(Person.name))
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(col(Membership.organisation_id) == work.organisation_id, col(Person.id).in_(ids))
    )
    suppliers = (
        select(col(SupplierPerson.person_id), col(Supplier.name))
        .join(Supplier, col(Supplier.id) == col(SupplierPerson.supplier_id))
        .where(col(SupplierPerson.person_id).in_(ids))
    )
    return _named(work, suppliers) | _named(work, agents)


def agents(work: Work) -> list[tuple[UUID, str]]:
    """Everybody who is or was an agent of the organisation, by name."""
    query = (
        select(col(Person.id), col(Person.name))
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(col(Membership.organisation_id) == work.organisation_id)
        .distinct()
        .order_by(col(Person.name), col(Person.id))
    )
    return [(row[0], row[1]) for row in work.session.connection().execute(query)]


def only_agents(work: Work) -> list[UUID]:
    """Agents who belong to no supplier: their own chains tell nothing of an answer."""
    members = select(col(SupplierPerson.person_id))
    query = select(col(Membership.person_id)).where(
        col(Membership.organisation_id) == work.organisation_id,
        col(Membership.person_id).not_in(members),
    )
    return list(work.session.connection().scalars(query.distinct()))


def concerned(work: Work, ids: Collection[str]) -> dict[str, str]:
    """The supplier an award, an offer or a letter is about, by the id an event gives.

    Awards and offers are higher concepts, read by the names of their tables; they have rows only
    once the answers are opened.
    """
    found = [known for text in set(ids) if (known := _uuid(text)) is not None]
    tables = SpecificMarket.metadata.tables
    award, offer, organisation = tables["award"].c, tables["offer"].c, work.organisation_id
    queries = (
        select(col(Supplier.id), col(Supplier.name)).where(col(Supplier.id).in_(found)),
        select(offer.id, offer.supplier_name).where(
            offer.organisation_id == organisation, offer.id.in_(found)
        ),
        select(award.id, col(Supplier.name))
        .join(Supplier, col(Supplier.id) == award.supplier_id)
        .where(award.organisation_id == organisation, award.id.in_(found)),
    )
    named: dict[str, str] = {}
    for query in queries:
        named |= _named(work, query)
    return named


def things(work: Work, chains: Iterable[str]) -> dict[str, str]:
    """The name of what each chain is about, in the organisation; those of others are left out."""
    ids: dict[str, set[UUID]] = {}
    for chain in chains:
        kind, _, rest = chain.partition(":")
        if (found := _uuid(rest.partition(":")[0])) is not None:
            ids.setdefault("market" if kind == "offer" else kind, set()).add(found)
    named: dict[str, str] = {}
    for kind, query in _queries(work.organisation_id).items():
        if wanted := ids.get(kind):
            rows = work.session.connection().execute(query(wanted))
            named |= {f"{kind}:{row[0]}": " ".join(filter(None, row[1:])) for row in rows}
    return named


def _queries(organisation: UUID) -> dict[str, Any]:
    market, line = SpecificMarket, FundingLine
    return {
        "market": lambda ids: _of(market, organisation, ids, col(market.number), col(market.title)),
        "system": lambda ids: _of(PurchasingSystem, organisation, ids, col(PurchasingSystem.title)),
        "category": lambda ids: _of(Category, organisation, ids, col(Category.name)),
        "funding": lambda ids: _of(line, organisation, ids, col(line.label)),
        "candidature": lambda ids: (
            select(col(Candidature.id), col(Applicant.name) + ", " + col(Category.name))
            .join(
                Applicant,
                (col(Applicant.organisation_id) == col(Candidature.organisation_id))
                & (col(Applicant.id) == col(Candidature.applicant_id)),
            )
            .join(
                Category,
                (col(Category.organisation_id) == col(Candidature.organisation_id))
                & (col(Category.id) == col(Candidature.category_id)),
            )
            .where(col(Candidature.organisation_id) == organisation, col(Candidature.id).in_(ids))
        ),
        "organisation": lambda ids: select(col(Organisation.id), col(Organisation.name)).where(
            col(Organisation.id) == organisation, col(Organisation.id).in_(ids)
        ),
    }


def _of(table: Any, organisation: UUID, ids: set[UUID], *columns: Any) -> Select[Any]:
    return select(col(table.id), *columns).where(
        col(table.organisation_id) == organisation, col(table.id).in_(ids)
    )


def _named(work: Work, query: Any) -> dict[str, str]:
    return {str(row[0]): row[1] for row in work.session.connection().execute(query)}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
