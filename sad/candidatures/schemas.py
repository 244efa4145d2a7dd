"""What is typed about candidatures, and what pages and the API show of them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field

from sad.accounts.rules import read_email
from sad.candidatures.states import CandidatureAction, CandidatureState, DecisionKind
from sad.suppliers.schemas import Input, PersonInput, Siret, SupplierInput


def _email(value: Any) -> Any:
    return read_email(value) if isinstance(value, str) and value.strip() else ""


OptionalEmail = Annotated[str, BeforeValidator(_email)]
LongText = Annotated[str, Field(max_length=4000)]


class MemberInput(Input):
    """A member of a group; the mandataire is one of them."""

    siret: Siret
    name: str = Field(min_length=1, max_length=200)
    mandataire: bool = False
    email: OptionalEmail = ""  # whom to tell; never shown to the buyer


class GroupInput(Input):
    """A group as its mandataire types it; habilitations are signed at award only (P18)."""

    form: Literal["conjoint", "solidary"] = "conjoint"
    members: list[MemberInput] = Field(default_factory=list, max_length=30)


class DraftInput(Input):
    """A draft for one category, alone or as a group."""

    category_id: UUID
    capacity: LongText = ""
    group: GroupInput | None = None


class DraftChange(Input):
    """Fields of a draft to change; those left out stay. `version` is the one that was read.

    `documents`: for each document demanded, the paper of the file that is it.
    """

    version: int
    capacity: LongText | None = None
    group: GroupInput | None = None
    documents: dict[str, UUID] | None = Field(default=None, max_length=100)


class ChoiceInput(Input):
    """The categories of one system a supplier joins, in one go."""

    category_ids: list[UUID] = Field(min_length=1, max_length=100)
    capacity: LongText = ""
    group: GroupInput | None = None


class Declaration(Input):
    """Who declares. `reserve` explains a ground that concerns the structure: it blocks nothing."""

    declarant_name: str = Field(default="", max_length=200)
    declarant_function: str = Field(default="", max_length=200)
    no_ground: bool = False
    reserve: LongText = ""
    declared: bool = False


class SubmissionInput(Declaration):
    """The drafts sent together, and their declaration."""

    candidature_ids: list[UUID] = Field(default_factory=list, max_length=100)


class DecisionInput(Input):
    """A decision: its reasons, its delegation, and after an earlier one the appeal behind it."""

    reasons: LongText = ""
    delegation_id: UUID
    appeal: str = Field(default="", max_length=400)


class RequestInput(Input):
    """Something asked of suppliers: complements, an update, an answer to a letter."""

    text: LongText = ""
    due_on: date | None = None


class DictationInput(Input):
    """A candidature typed under dictation; its supplier confirms it by link (P18)."""

    category_ids: list[UUID] = Field(min_length=1, max_length=100)
    supplier: SupplierInput
    person: PersonInput
    capacity: LongText = ""


class ClockView(BaseModel):
    """The decision's clock; days are working days."""

    received_on: date
    decide_by: date
    watch_until: date
    extended: bool
    days_left: int
    soon: bool
    late: bool


class DecisionView(BaseModel):
    """A decision as it was taken."""

    kind: DecisionKind
    reasons: str
    appeal: str
    signatory: str
    decided_at: datetime


class MemberView(BaseModel):
    """A member of a group."""

    siret: str
    name: str
    mandataire: bool


class CandidatureView(BaseModel):
    """A candidature with its clock, its decisions and what may be done with it."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    system_id: UUID
    system_title: str
    category_id: UUID
    category_name: str
    applicant_id: UUID
    applicant_name: str
    group_form: str
    members: list[MemberView]
    supplier_id: UUID
    state: CandidatureState
    capacity: str
    declarant_name: str
    declarant_function: str
    reserve: str
    dictated: bool
    submitted_at: datetime | None
    clock: ClockView | None
    extension_reason: str
    completion_text: str
    completion_due_on: date | None
    completion_asked_at: datetime | None
    completion_answer: str
    completed_at: datetime | None
    completion_papers: list[dict[str, Any]]
    update_text: str
    update_due_on: date | None
    updated_at: datetime | None
    updated_snapshot: dict[str, Any] | None
    hearing_text: str
    hearing_due_on: date | None
    hearing_answer: str
    snapshot: dict[str, Any] | None
    decisions: list[DecisionView]
    reasons: str
    decided_at: datetime | None
    receipt_number: str
    actions: list[CandidatureAction]
    version: int


class ListItem(BaseModel):
    """One line of the officer's list."""

    id: UUID
    applicant_name: str
    group: bool
    category_name: str
    system_title: str
    state: CandidatureState
    submitted_at: datetime
    clock: ClockView
    completed: bool


class DictatedView(BaseModel):
    """A dictated draft its supplier has not confirmed yet."""

    applicant_name: str
    category_name: str
    created_at: datetime
