"""Candidatures already sent or decided, for the tests that start after them."""

from uuid import UUID

from sad.candidatures import decisions, drafts, service
from sad.candidatures.schemas import DecisionInput, Declaration, DraftInput, GroupInput
from sad.candidatures.tables import Candidature
from sad.db.work import Work

DECLARED = Declaration(
    declarant_name="Samira Haddad",
    declarant_function="Gérante",
    no_ground=True,
    declared=True,
)
CAPACITY = "Tables et chaises de réemploi, deux ateliers."


def draft(work: Work, category_id: UUID, group: GroupInput | None = None) -> Candidature:
    """A draft ready to be sent, of the supplier of `work`."""
    return drafts.start(work, DraftInput(category_id=category_id, capacity=CAPACITY, group=group))


def submitted(work: Work, category_id: UUID, group: GroupInput | None = None) -> UUID:
    """The id of a candidature sent by the supplier of `work`."""
    return service.submit(work, [draft(work, category_id, group).id], DECLARED)[0].id


def decision(delegation_id: UUID, reasons: str = "Répond au critère annoncé.") -> DecisionInput:
    """A decision under a delegation of the cast."""
    return DecisionInput(reasons=reasons, delegation_id=delegation_id)


def admit(work: Work, candidature_id: UUID, delegation_id: UUID) -> None:
    """Admits, as the officer of `work`."""
    decisions.admit(work, candidature_id, decision(delegation_id))
