"""Power to sign (P2), on values."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sad.kernel.errors import Refusal
from sad.kernel.money import Money


class Act(StrEnum):
    """What a delegation may cover."""

    ADMISSION = "admission"
    REFUSAL = "refusal"
    ADMISSION_WITHDRAWAL = "admission_withdrawal"
    WITHOUT_AWARD = "without_award"
    AWARD_DECISION = "award_decision"
    CONTRACT = "contract"
    NOTIFICATION = "notification"


class NoDelegation(Refusal):
    """« Aucune délégation en vigueur ne couvre cet acte. » (P2)"""

    code = "accounts.no_delegation"


@dataclass(frozen=True)
class Power:
    """A delegation as the rule reads it; the ceiling excludes tax, None is without ceiling."""

    scope: Collection[str]
    ceiling: Money | None
    executory_on: date
    valid_from: date
    valid_until: date
    revoked: bool = False


def covers(power: Power, act: Act, amount: Money | None, on: date) -> bool:
    """Whether the power covers this act, for this amount excluding tax, on this day (P2).

    A power is in force once executory, from its first to its last day included; `amount` None is an
    act without amount.
    """
    in_force = max(power.valid_from, power.executory_on) <= on <= power.valid_until
    within = power.ceiling is None or amount is None or amount <= power.ceiling
    return in_force and within and not power.revoked and act in power.scope
