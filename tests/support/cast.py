"""The cast of the tests: a buyer, an officer, an auditor, two competing suppliers, a stranger."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sad.accounts.tables import Delegation, Membership, Organisation, Person
from sad.db.work import Work
from sad.kernel.actor import Actor, Role
from sad.suppliers.tables import Supplier, SupplierPerson

AGENTS = {
    "officer": Role.OFFICER,
    "buyer": Role.BUYER,
    "evaluator": Role.EVALUATOR,
    "auditor": Role.AUDITOR,
    "administrator": Role.ADMINISTRATOR,
}
ALL_ACTS = [
    "admission",
    "refusal",
    "admission_withdrawal",
    "without_award",
    "award_decision",
    "contract",
    "notification",
]


@dataclass
class Cast:
    """Who is there. `people` holds each person's id by part; two suppliers, alder and birch."""

    organisation_id: UUID
    other_organisation_id: UUID
    delegation_id: UUID
    suppliers: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)

    def actor(self, part: str) -> Actor:
        """The actor of a part: officer, buyer, …, alder, birch, stranger, other_officer."""
        person = self.people[part]
        if part in self.suppliers:
            return Actor(person, None, self.suppliers[part], frozenset({Role.SUPPLIER}))
        if part == "stranger":
            return Actor(person)
        if part == "other_officer":
            return Actor(person, self.other_organisation_id, None, frozenset({Role.OFFICER}))
        return Actor(person, self.organisation_id, None, frozenset({AGENTS[part]}))


def make_cast(work: Work) -> Cast:
    """Writes the cast directly: what is under test is elsewhere."""
    agglomeration = _organisation(work, "Agglomération de Brume", "99900000300015", "brume")
    other = _organisation(work, "Ville voisine", "99900000400013", "voisine")
    people: dict[str, UUID] = {}
    for part, role in AGENTS.items():
        people[part] = _agent(work, part, agglomeration, role)
    people["other_officer"] = _agent(work, "other_officer", other, Role.OFFICER)
    people["stranger"] = _person(work, "stranger")
    cast = Cast(
        agglomeration, other, _delegation(work, agglomeration, people["officer"]), {}, people
    )
    for part, siret in (("alder", "99900001100018"), ("birch", "73282932000074")):
        supplier = work.add(
            Supplier(siret=siret, name=f"Atelier {part}", city="Brume", created_at=work.now)
        )
        cast.suppliers[part] = supplier.id
        people[part] = _person(work, part)
        work.add(
            SupplierPerson(supplier_id=supplier.id, person_id=people[part], created_at=work.now)
        )
    return cast


def _organisation(work: Work, name: str, siret: str, slug: str) -> UUID:
    row = Organisation(
        name=name,
        siret=siret,
        slug=slug,
        contact_name="Claude Martin",
        contact_phone="02 96 00 00 00",
        contact_email="commande@brume.example",
        created_at=work.now,
    )
    return UUID(str(work.add(row).id))


def _person(work: Work, part: str) -> UUID:
    row = Person(email=f"{part}@brume.example", name=part.capitalize(), created_at=work.now)
    return UUID(str(work.add(row).id))


def _agent(work: Work, part: str, organisation: UUID, role: Role) -> UUID:
    person = _person(work, part)
    work.add(
        Membership(organisation_id=organisation, person_id=person, role=role, created_at=work.now)
    )
    return person


def _delegation(work: Work, organisation: UUID, person: UUID) -> UUID:
    row = Delegation(
        organisation_id=organisation,
        person_id=person,
        person_name="Dominique Le Goff",
        quality="Vice-présidente déléguée à la commande publique",
        act_number="2026-014",
        executory_on=date(2026, 1, 5),
        scope=ALL_ACTS,
        ceiling_cents=9_000_000,
        valid_from=date(2026, 1, 5),
        valid_until=date(2030, 12, 31),
        created_at=work.now,
    )
    return UUID(str(work.add(row).id))
