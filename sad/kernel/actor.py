"""Who acts: carried by each Work, asked by permissions, named in the journal."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person is, for one organisation or one supplier. One person may hold several."""

    OFFICER = "officer"  # procurement officer (service de la commande publique)
    BUYER = "buyer"
    EVALUATOR = "evaluator"
    AUDITOR = "auditor"  # read-only, sees all after the deadlines
    ADMINISTRATOR = "administrator"  # people and settings of an organisation, no offers
    SIGNATORY = "signatory"
    SUPPLIER = "supplier"


@dataclass(frozen=True)
class Actor:
    """A person acting for an organisation or a supplier; the engine itself; or nobody."""

    person_id: UUID | None = None
    organisation_id: UUID | None = None
    supplier_id: UUID | None = None
    roles: frozenset[Role] = frozenset()
    token_scopes: frozenset[str] | None = None  # None: a browser session, not an API token
    engine: bool = False  # the worker, migrations and start-up tasks
    applicant_id: UUID | None = None  # where a supplier is invited twice: alone, or for its group

    @property
    def label(self) -> str:
        """What the journal writes: the person's id, `engine` or `anonymous`; never a name."""
        if self.person_id is not None:
            return str(self.person_id)
        return "engine" if self.engine else "anonymous"

    @property
    def main_role(self) -> str:
        """The roles as the journal writes them, sorted and joined."""
        return "+".join(sorted(self.roles)) or self.label


ENGINE = Actor(engine=True)
ANONYMOUS = Actor()
