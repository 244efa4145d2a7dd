"""What is typed from the proposal to the settlement; shared by pages and API."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sad.awards.states import Paper
from sad.frames.schemas import Amount, Quantity
from sad.markets.states import AwardMode


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_stripped), Field(max_length=200)]
Prose = Annotated[str, BeforeValidator(_stripped), Field(max_length=8000)]
Written = Annotated[str, BeforeValidator(_stripped), Field(min_length=1, max_length=8000)]
Reference = Annotated[str, BeforeValidator(_stripped), Field(min_length=1, max_length=80)]


class Input(BaseModel):
    """Closed: an unknown field is refused rather than forgotten."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class ProposalInput(Input):
    """Whom one means to propose: nobody named proposes the best ranked.

    `order` parts equals left by the announced tie-break, with its objective reason (EX-15),
    `orders` those of one line (its id) or lot (its number). `leave`: lines ended without award,
    with the reason that their tenderers will read (END-16, END-17). `agreed_on`: the day of the
    written agreement of a supplier no longer bound (P16); `declined`: the offers, no longer
    binding, whose suppliers do not extend them, with what they said.
    """

    offers: list[UUID] = []
    order: list[UUID] = []
    orders: dict[str, list[UUID]] = {}
    order_reason: Prose = ""
    leave: list[UUID] = []
    leave_reason: Prose = ""
    agreed_on: date | None = None
    declined: list[UUID] = []
    declined_reason: Prose = ""
    insurance: bool = False
    foreign_workers: bool = False


class PaperInput(Input):
    """A winner's paper received and checked (P8)."""

    kind: Paper
    reference: Text = ""
    expires_on: date | None = None


class DecisionInput(Input):
    """The décision d'attribution: its signatory, and the reasons that the letters quote."""

    delegation_id: UUID
    reasons: Prose = ""
    agreed_on: date | None = None


class SignatureInput(Input):
    """The acte d'engagement signed by both: the tool signs nothing (P1).

    `paper_kept`: it was signed by hand and its original is kept; else `attachment_id` is its file.
    """

    delegation_id: UUID
    engagement_number: Annotated[str, BeforeValidator(_stripped), Field(max_length=80)] = ""
    supplier_signed_on: date | None = None
    signed_on: date | None = None
    paper_kept: bool = False
    attachment_id: UUID | None = None


class TransmissionInput(Input):
    """Sent to the prefecture; its receipt may come later (P2)."""

    receipt_on: date | None = None


class NotificationInput(Input):
    """The notification: signatory, and what the essential data still lack (P21)."""

    delegation_id: UUID
    receipt_on: date | None = None
    place_code: Annotated[str, Field(pattern=r"^\d[\dAB]\d{3}$")] | None = None
    duration_months: Annotated[int, Field(ge=1, le=120)] = 1
    subcontracting: bool = False
    innovative: bool = False


class OrderInput(Input):
    """The order, with its delivery slot."""

    ordered_on: date
    slot: Text = ""


class DeliveryInput(Input):
    """What came, and when."""

    delivered_on: date
    note: Prose = ""


class AdmissionInput(Input):
    """The admission of a line; a réfaction in percent, a reason unless accepted as it is."""

    line_id: UUID
    verdict: Literal["accepted", "reduced", "refused"]
    reduction: Annotated[Decimal, Field(gt=0, lt=100, decimal_places=2)] | None = None
    reason: Prose = ""


class InvoiceInput(Input):
    """An invoice received: amounts excluding and including tax."""

    number: Reference
    ht: Amount
    paid: Amount
    received_on: date


class PaymentInput(Input):
    """The payment of an invoice already recorded."""

    number: Reference
    paid_on: date


class RelaunchInput(Input):
    """Lines launched again: all those free by default, their slices as they were unless said.

    `slices`: the size by line, null for a line no longer cut. `category_id`: another category.
    """

    lines: list[UUID] = []
    slices: dict[UUID, Quantity | None] = {}
    category_id: UUID | None = None
    award_mode: AwardMode | None = None
    title: Text = ""
