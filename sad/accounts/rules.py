"""Power to sign (P2), what an address and a password must be, where one may be sent: on values."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sad.kernel.errors import Invalid, Refusal
from sad.kernel.money import Money

LABEL = r"[^@\s<>,;:\"()\[\]\\.]+"
ADDRESS = re.compile(rf"{LABEL}(?:\.{LABEL})*@{LABEL}(?:\.{LABEL})+")
LONGEST_ADDRESS = 254
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
WRONG_PASSWORDS = 10
LOCAL_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")
LONGEST_PATH = 500


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
    journalled = True


class DelegationPeriod(Invalid):
    """The last day precedes the first."""

    code = "accounts.delegation_period"


class DelegationNotExecutory(Invalid):
    """It would start before being executory; fact `executory_on`."""

    code = "accounts.delegation_not_executory"


class DelegationCeiling(Invalid):
    """A ceiling of zero is no power."""

    code = "accounts.delegation_ceiling"


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


class EmailUnreadable(Invalid):
    """What was typed is not a mail address."""

    code = "accounts.email_unreadable"


class PasswordLength(Invalid):
    """A password is long rather than complicated; facts `shortest` and `longest`."""

    code = "accounts.password_length"


class PasswordIsAddress(Invalid):
    """A password cannot be the person's own mail address."""

    code = "accounts.password_is_address"


def read_email(text: str, where: str = "email") -> str:
    """The mail address typed, in lower case, without outer spaces. Raises EmailUnreadable."""
    address = text.strip().lower()
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        raise EmailUnreadable(where)
    return address


def check_password(password: str, email: str, where: str = "password") -> None:
    """Twelve characters at least, any of them. Raises PasswordLength or PasswordIsAddress."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise PasswordLength(where, shortest=SHORTEST_PASSWORD, longest=LONGEST_PASSWORD)
    if password.lower() == email:
        raise PasswordIsAddress(where)


def local_path(path: str | None) -> str | None:
    """The path if it stays on this site, None otherwise: nobody is sent elsewhere by a link."""
    if path and len(path) <= LONGEST_PATH and LOCAL_PATH.fullmatch(path):
        return path
    return None


def short_name(name: str) -> str:
    """« Claude M. » for « Claude Martin »: enough for its owner to know, no more."""
    first, *others = name.split() or ["…"]
    return f"{first} {others[-1][0]}." if others else first


def short_email(email: str) -> str:
    """« c…@… » for « claude@example.org »."""
    return f"{email[:1]}…@…"
