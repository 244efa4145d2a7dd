"""What is typed while a market is prepared, asked, amended or ended; shared by pages and API.

Each section's input is the whole section. Amounts are `Money`, or texts as people type them.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from sad.frames.schemas import Amount, LineInput
from sad.kernel.french import parse_percent
from sad.markets.states import AwardMode


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _percent(value: Any) -> Any:
    return parse_percent(value) if isinstance(value, str) else value


# Days the legal calendar can count (sad.kernel.calendar): beyond, no page could be computed.
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2099, 12, 31))]
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(1990, 1, 1, tzinfo=UTC), le=datetime(2099, 12, 31, tzinfo=UTC)),
]
Text = Annotated[str, BeforeValidator(_stripped), Field(max_length=200)]
Prose = Annotated[str, BeforeValidator(_stripped), Field(max_length=8000)]
Written = Annotated[str, BeforeValidator(_stripped), Field(min_length=1, max_length=8000)]
Weight = Annotated[Decimal, BeforeValidator(_percent), Field(gt=0, le=100, decimal_places=2)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]


class Input(BaseModel):
    """Closed: an unknown field is refused rather than forgotten."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class NeedInput(Input):
    """What is asked, in plain words; `need_confirmed`: no share of it is bought elsewhere (P4)."""

    title: Annotated[str, BeforeValidator(_stripped), Field(min_length=1, max_length=200)]
    description: Prose = ""
    need_confirmed: bool = False
    service_code: Annotated[str, BeforeValidator(_stripped), Field(max_length=40)] | None = None


class CriterionInput(Input):
    """One criterion, within a family of the notice (MS-07). `weight` in points out of 100.

    `evidence`: keys of the columns and questions it is judged on; a computed one reads the first.
    """

    code: Code
    family: Code
    label: Annotated[str, BeforeValidator(_stripped), Field(min_length=1, max_length=200)]
    weight: Weight
    method: Literal["proportional", "linear", "min_max", "judged"] = "judged"
    n: Annotated[Decimal, Field(decimal_places=3)] | None = None
    maximum: Annotated[Decimal, Field(gt=0, le=100, decimal_places=3)] | None = None
    minimum: Annotated[Decimal, Field(ge=0, decimal_places=3)] | None = None
    direction: Literal["lower", "higher"] = "lower"
    fallback: Literal["proportional"] | None = None
    anchors: Annotated[list[Text], Field(max_length=20)] = []
    guidance: Prose = ""
    evidence: list[Annotated[str, Field(min_length=1, max_length=80)]] | None = None  # None: kept


class CriteriaInput(Input):
    """All the criteria, and the codes that part equal totals, in order (EX-15)."""

    criteria: Annotated[list[CriterionInput], Field(max_length=20)]
    tie_break: Annotated[list[Code], Field(max_length=20)] = []


class ConditionsInput(Input):
    """Conditions of performance: environmental (always, P9) and social."""

    condition_of_performance: Prose = ""
    social_condition: Prose = ""


class DeliveryInput(Input):
    """Where, when and how the pieces come; P16 and P20."""

    delivery_place: Prose = ""
    delivery_from: Day | None = None
    delivery_until: Day | None = None
    storage: Prose = ""
    access: Prose = ""
    visit: Prose = ""
    visit_checklist: Prose = ""
    visit_who: Literal["all", "first"] | None = None  # of the admissible tenderers
    visit_first: Annotated[int, Field(ge=1, le=50)] | None = None
    visit_criterion: Code | None = None
    warranty: Prose = ""
    buyer_supplies: Prose = ""
    validity_days: Annotated[int, Field(ge=10, le=180)] = 30
    advance_percent: Annotated[int, Field(ge=0, le=60)] = 0


class AwardInput(Input):
    """How it is given, and what may be answered. Variants are always said (OFF-04)."""

    award_mode: AwardMode = AwardMode.LINES
    variants_allowed: bool | None = None
    partial_allowed: bool = True


class DeadlineInput(Input):
    """The deadline for answers; `short_deadline_agreement` below ten days (MS-05)."""

    deadline_at: Moment
    short_deadline_agreement: Prose = ""


class LotInput(Input):
    """A lot's money (P6). `credits` in the funding line's basis; `estimate` excludes tax."""

    number: Annotated[int, Field(ge=1, le=99)] = 1
    title: Text = ""
    estimate: Amount | None = None
    credits: Amount | None = None
    credits_ht: Amount | None = None
    funding_line_id: UUID | None = None
    envelope_id: UUID | None = None


class CreditsInput(Input):
    """The lots, one at least."""

    lots: Annotated[list[LotInput], Field(min_length=1, max_length=99)]


class QuestionInput(Input):
    """A question, or a request to put the deadline off (P19)."""

    text: Annotated[str, BeforeValidator(_stripped), Field(min_length=1, max_length=4000)]
    line_position: Annotated[int, Field(ge=1)] | None = None
    kind: Literal["question", "postponement"] = "question"
    wished_on: Day | None = None  # the last day hoped for, where more time is asked


class AnswerInput(Input):
    """What all the invited will read. `public_text`: the question without what names its author."""

    answer: Written
    public_text: Prose = ""


class GrantInput(AnswerInput):
    """More time, for all: the answer is the text of the addendum that moves the deadline."""

    new_deadline_at: Moment


class LineChange(LineInput):
    """A line as it becomes; without `id` it is a new one."""

    id: UUID | None = None


class AddendumInput(Input):
    """A change after launch (acceptance 19). Lines or criteria given make it significant."""

    text: Written
    significant: bool = False
    new_deadline_at: Moment | None = None
    lines: list[LineChange] = []
    criteria: CriteriaInput | None = None
    description: Prose | None = None
    delivery: DeliveryInput | None = None


class EndingInput(Input):
    """Ending without award: the reasons go to those who took part (END-17)."""

    kind: Literal["unsuccessful", "withdrawn"] = "withdrawn"
    reasons: Written
    delegation_id: UUID


class MarketDefaults(Input):
    """What the catalogue proposes to a new market of its family; values only."""

    condition_of_performance: Prose = ""
    social_condition: Prose = ""
    warranty: Prose = ""
    visit_checklist: Prose = ""
    validity_days: int = 30


class CarryInput(Input):
    """A market's reservation, and the envelope of a later year it is made again on."""

    movement_id: UUID
    envelope_id: UUID
