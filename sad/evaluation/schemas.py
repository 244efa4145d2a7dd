"""What is typed while offers are examined and scored; shared by pages and API."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from sad.evaluation.states import Verdict
from sad.frames.schemas import Amount
from sad.kernel.french import parse_decimal


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _number(value: Any) -> Any:
    return parse_decimal(value, 2) if isinstance(value, str) else value


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return value


Prose = Annotated[str, BeforeValidator(_stripped), Field(max_length=8000)]
Written = Annotated[str, BeforeValidator(_stripped), Field(min_length=1, max_length=8000)]
Mark = Annotated[Decimal, BeforeValidator(_number), Field(decimal_places=2)]
Instant = Annotated[datetime, AfterValidator(_aware)]


class Input(BaseModel):
    """Closed: an unknown field is refused rather than forgotten."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class JudgeInput(Input):
    """A verdict; `lot_number` for an offer unacceptable in one lot of several."""

    verdict: Literal[
        Verdict.REGULAR,
        Verdict.IRREGULAR,
        Verdict.UNACCEPTABLE,
        Verdict.INAPPROPRIATE,
        Verdict.ABNORMALLY_LOW,
    ]
    reasons: Prose = ""
    lot_number: Annotated[int, Field(ge=1, le=99)] | None = None


class CompletionInput(Input):
    """The one request to all the irregular: what each must complete, by offer; one delay."""

    due_at: Instant
    requests: dict[UUID, Written]


class CompletionAnswer(Input):
    """What came back. `lines`: the cells completed, as typed, by line then column key."""

    answer: Written
    received_at: Instant | None = None
    lines: dict[UUID, dict[str, Annotated[str, Field(max_length=2000)]]] = {}


class LowPriceQuestion(Input):
    """What is asked about a price that seems too low, and until when."""

    question: Written
    due_at: Instant


class LowPriceDecision(Input):
    """Whether the explanation holds; the reasons are kept either way (EX-08)."""

    abnormal: bool
    reasons: Written


class ScoreInput(Input):
    """One value on one criterion; without its reason it is a draft."""

    value: Mark
    reason: Prose = ""


class IncreaseInput(Input):
    """More credits on a lot, in the basis of its funding line (P6)."""

    lot_number: Annotated[int, Field(ge=1, le=99)] = 1
    amount: Amount
    reason: Written


class VisitInput(Input):
    """What two agents saw of the pieces of an offer (P20)."""

    held_on: date
    first_agent: Annotated[Written, Field(max_length=200)]
    second_agent: Annotated[Written, Field(max_length=200)]
    note: Written
