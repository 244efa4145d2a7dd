"""Money on values: what a movement does to what is available, and what is refused (P5, P6).

Amounts are signed whole cents. A line's or an envelope's balance is the sum of its movements.
"""

from dataclasses import dataclass
from enum import StrEnum

from sad.funding.states import MovementKind
from sad.kernel.errors import Invalid, Refusal
from sad.kernel.money import ZERO, Money


class LineExceeded(Refusal):
    """The funding line would be overdrawn; this level always blocks (P5)."""

    code = "funding.line_exceeded"


class EnvelopeExceeded(Refusal):
    """The envelope would be overdrawn and is set to block."""

    code = "funding.envelope_exceeded"


class PlanExceedsLine(Refusal):
    """The envelopes of a line cannot plan more than the credits voted on it."""

    code = "funding.plan_exceeds_line"


class NotPositive(Invalid):
    """An amount of money that must be above zero."""

    code = "funding.not_positive"


class ReasonMissing(Invalid):
    """A transfer or a reversal says why."""

    code = "funding.reason_missing"


class ReferenceMissing(Invalid):
    """An engagement has its number; moving between lines has its budget act (P5)."""

    code = "funding.reference_missing"


class OtherLine(Refusal):
    """Envelopes of two funding lines: moving credits needs the reference of the budget act (P5)."""

    code = "funding.other_line"


class EnvelopeElsewhere(Refusal):
    """An envelope only moves with the funding line it rests on."""

    code = "funding.envelope_elsewhere"


class EnvelopeTaken(Refusal):
    """The category already has its envelope on this line, for that year or the whole period."""

    code = "funding.envelope_taken"


class PlanLacks(Refusal):
    """What is taken out of an envelope's plan must still be there, whatever its mode."""

    code = "funding.plan_lacks"


class VotedBelowPlan(Refusal):
    """Credits cannot leave a line below what its envelopes plan."""

    code = "funding.voted_below_plan"


class LiquidationExceeds(Refusal):
    """An invoice is paid within what was engaged: more takes another engagement first (P5)."""

    code = "funding.liquidation_exceeds"


class EngagementSettled(Refusal):
    """The solde freed what was left: nothing more is paid on this engagement."""

    code = "funding.engagement_settled"


class EngagementUsed(Refusal):
    """An engagement on which something is paid is not undone: the payment is, first."""

    code = "funding.engagement_used"


class ExcludingAboveIncluding(Invalid):
    """An amount excluding tax above the same amount including tax."""

    code = "funding.ht_above_ttc"


class NotReversible(Refusal):
    """A reversal or a release is not undone: the act itself is done again."""

    code = "funding.not_reversible"


class AlreadyReversed(Refusal):
    """A movement is reversed once."""

    code = "funding.already_reversed"


class Overshoot(StrEnum):
    """What happens when an envelope, the buyer's plan, would be overdrawn."""

    WARN = "warn"
    BLOCK = "block"


@dataclass(frozen=True)
class Effect:
    """What a movement changes of what is available, in the line's basis."""

    line: Money
    envelope: Money


@dataclass(frozen=True)
class Engaged:
    """An engagement: what it took, what was paid on it, whether its solde closed it."""

    ht: Money
    ttc: Money
    paid_ht: Money
    paid_ttc: Money
    settled: bool

    @property
    def left_ht(self) -> Money:
        """Excluding tax, still to be paid; never below zero."""
        return max(self.ht - self.paid_ht, ZERO)

    @property
    def left_ttc(self) -> Money:
        """Including tax, still to be paid; never below zero."""
        return max(self.ttc - self.paid_ttc, ZERO)


def effect(kind: MovementKind, amount: Money) -> Effect:
    """The effect of a positive amount, by kind; a transfer's or a reversal's sign is its caller's.

    A liquidation consumes the engagement, never what is available (P5).
    """
    match kind:
        case MovementKind.VOTE:
            return Effect(amount, ZERO)
        case MovementKind.ALLOCATION | MovementKind.TRANSFER:
            return Effect(ZERO, amount)
        case MovementKind.RESERVATION | MovementKind.ENGAGEMENT:
            return Effect(-amount, -amount)
        case MovementKind.RELEASE | MovementKind.SOLDE:
            return Effect(amount, amount)
        case MovementKind.LIQUIDATION:
            return Effect(ZERO, ZERO)
    raise ValueError(f"{kind} has the effect of what it reverses")


def check_positive(amount: Money, where: str) -> None:
    """Refuses zero and less."""
    if amount <= ZERO:
        raise NotPositive(where=where, amount=amount)


def check_line(available: Money, change: Money) -> None:
    """A funding line is never overdrawn (P5; acceptance 18)."""
    if available + change < ZERO:
        raise LineExceeded(wanted=-change, left=available, short=-(available + change))


def check_envelope(available: Money, change: Money, overshoot: Overshoot) -> bool:
    """True when the change overshoots and is only warned about; EnvelopeExceeded when it blocks."""
    if available + change >= ZERO or change >= ZERO:
        return False
    if overshoot is Overshoot.BLOCK:
        raise EnvelopeExceeded(wanted=-change, left=available, short=-(available + change))
    return True


def check_plan(available: Money, taken: Money, label: str) -> None:
    """A transfer or the reversal of a plan never takes what an envelope no longer has."""
    if taken > available:
        raise PlanLacks(where="amount", envelope=label, left=max(available, ZERO), wanted=taken)


def check_voted(voted: Money, planned: Money) -> None:
    """What stays voted on a line still covers what its envelopes plan."""
    if voted < planned:
        raise VotedBelowPlan(planned=planned, voted=voted, short=planned - voted)


def check_liquidation(owed: Engaged, ht: Money, ttc: Money, basis: str) -> None:
    """An invoice fits in what is engaged and not yet paid, in the basis of the line (P5)."""
    check_positive(ttc, "ttc")
    check_positive(ht, "ht")
    if ht > ttc:
        raise ExcludingAboveIncluding(where="ht", ht=ht, ttc=ttc)
    if owed.settled:
        raise EngagementSettled()
    wanted, left = (ttc, owed.left_ttc) if basis == "ttc" else (ht, owed.left_ht)
    if wanted > left:
        raise LiquidationExceeds(where=basis, wanted=wanted, left=left, short=wanted - left)


def used_percent(allocated: Money, available: Money) -> int:
    """The share of an envelope already reserved or engaged, in whole percent, rounded down."""
    if allocated.cents <= 0:
        return 0
    return (allocated.cents - available.cents) * 100 // allocated.cents
