"""What the checks before a launch read, gathered at one instant, and what they answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sad.kernel.calendar import Calendar
from sad.kernel.errors import Problem
from sad.kernel.money import Money
from sad.markets.states import AwardMode, Section


@dataclass(frozen=True)
class Finding:
    """One point of the checks. `article` is shown under « Pourquoi ? »; empty for practice."""

    problem: Problem
    blocking: bool
    article: str = ""
    check: str = ""  # the id of the check that found it

    @property
    def section(self) -> Section | None:
        """The page where it is put right."""
        where = (self.problem.where or "").split("[")[0].split(".")[0]
        where = "criteria" if where == "tie_break" else where
        return Section(where) if where in set(Section) else None


@dataclass(frozen=True)
class SystemFacts:
    """The system at the launch. `committed`: notified and credits of open markets, HT."""

    published: bool
    opening_at: datetime | None
    closing_at: datetime | None
    first_candidatures_on: date | None
    first_market_launched: bool
    maximum: Money
    outside: Money
    committed: Money


@dataclass(frozen=True)
class CandidatureFacts:
    """Counts: admitted, pending and past their limit in the category; first ones not decided."""

    admitted: int
    pending: int = 0
    overdue: int = 0
    first_undecided: int = 0


@dataclass(frozen=True)
class LotFacts:
    """A lot's money. `credits` in the basis of its funding line; the gates read `credits_ht`."""

    number: int
    estimate: Money | None
    credits: Money | None
    credits_ht: Money | None
    funding_line: str | None  # its label
    envelope: str | None


@dataclass(frozen=True)
class LeftFacts:
    """What a funding line or an envelope still has, and what the lots ask of it."""

    label: str
    left: Money
    asked: Money
    blocks: bool = True

    def shortfall(self) -> dict[str, object]:
        """What is told of it when too much is asked."""
        short = self.asked - self.left
        return {"label": self.label, "left": self.left, "asked": self.asked, "short": short}


@dataclass(frozen=True)
class LineFacts:
    """A line asked, as the checks read it."""

    label: str
    quantity: Decimal
    slice_size: Decimal | None
    lot_number: int


@dataclass(frozen=True)
class CriterionFacts:
    """A criterion as the checks read it; `explained`: it has anchors, or says what is looked at."""

    label: str
    judged: bool
    explained: bool


@dataclass(frozen=True)
class VisitFacts:
    """Seeing the pieces (P20), if it is planned."""

    planned: bool = False
    checklist: str = ""
    criterion_known: bool = False


@dataclass(frozen=True)
class Text:
    """Something written freely, on the page of a section."""

    section: Section
    words: str


@dataclass(frozen=True)
class LaunchFacts:
    """Everything the checks read, at one instant."""

    now: datetime
    calendar: Calendar
    system: SystemFacts
    candidatures: CandidatureFacts
    title: str
    description: str
    need_confirmed: bool
    lines: Sequence[LineFacts]
    grid_problems: Sequence[Problem]
    criteria_problems: Sequence[Problem]
    criteria: Sequence[CriterionFacts]
    price_weight: Decimal
    same_reuse_for_all: bool  # « part de réemploi » where everybody must offer 100 % (P9)
    tie_break: Sequence[str]
    condition_of_performance: str
    social_condition: str
    delivery_place: str
    delivery_from: date | None
    delivery_until: date | None
    storage: str
    visit: VisitFacts
    validity_days: int
    award_mode: AwardMode
    partial_allowed: bool
    variants_allowed: bool | None
    deadline_at: datetime | None
    short_deadline_agreement: str
    lots: Sequence[LotFacts]
    texts: Sequence[Text] = ()
    usual_supplier: str = ""  # who had the last awards of the category, when it is always the same
    approval_awaited: bool = False  # the organisation wants an approval, and it is not given
    funding_lines: Sequence[LeftFacts] = ()
    envelopes: Sequence[LeftFacts] = ()
