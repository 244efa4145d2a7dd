"""Names and parents of the journal's chains: one chain for each thing whose story is told."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Chain:
    """A chain of events. Its birth is an event of its parent; only `installation` has none."""

    kind: str
    id: str = ""
    parent: "Chain | None" = None

    @property
    def name(self) -> str:
        """`kind:uuid`, `offer:<market>:<applicant>`, or `installation`."""
        return f"{self.kind}:{self.id}" if self.id else self.kind

    @property
    def organisation(self) -> str | None:
        """Id of the organisation it belongs to; None for people, suppliers, the installation."""
        chain: Chain | None = self
        while chain is not None:
            if chain.kind == "organisation":
                return chain.id
            chain = chain.parent
        return None


INSTALLATION = Chain("installation")


def organisation_chain(organisation_id: UUID) -> Chain:
    """People, settings and delegations of an organisation."""
    return Chain("organisation", str(organisation_id), INSTALLATION)


def supplier_chain(supplier_id: UUID) -> Chain:
    """A supplier's own file and people."""
    return Chain("supplier", str(supplier_id), INSTALLATION)


def person_chain(person_id: UUID) -> Chain:
    """A person's sign-ins and refused acts."""
    return Chain("person", str(person_id), INSTALLATION)


def system_chain(organisation_id: UUID, system_id: UUID) -> Chain:
    """A dynamic purchasing system."""
    return Chain("system", str(system_id), organisation_chain(organisation_id))


def category_chain(organisation_id: UUID, system_id: UUID, category_id: UUID) -> Chain:
    """A category of a system."""
    return Chain("category", str(category_id), system_chain(organisation_id, system_id))


def candidature_chain(
    organisation_id: UUID, system_id: UUID, category_id: UUID, candidature_id: UUID
) -> Chain:
    """One candidature for one category."""
    parent = category_chain(organisation_id, system_id, category_id)
    return Chain("candidature", str(candidature_id), parent)


def funding_chain(organisation_id: UUID, funding_line_id: UUID) -> Chain:
    """A funding line and its movements."""
    return Chain("funding", str(funding_line_id), organisation_chain(organisation_id))


def market_chain(
    organisation_id: UUID, system_id: UUID, category_id: UUID, market_id: UUID
) -> Chain:
    """A specific market, from its draft to its end."""
    parent = category_chain(organisation_id, system_id, category_id)
    return Chain("market", str(market_id), parent)


def offer_chain(
    organisation_id: UUID,
    system_id: UUID,
    category_id: UUID,
    market_id: UUID,
    applicant_id: UUID,
) -> Chain:
    """The deposits of one applicant in one market.

    Born at launch for every invited applicant (`service.open_chains`): born at the first deposit,
    its birth in the market's chain would tell that somebody answered.
    """
    parent = market_chain(organisation_id, system_id, category_id, market_id)
    return Chain("offer", f"{market_id}:{applicant_id}", parent)
