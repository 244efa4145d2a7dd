"""What a dynamic purchasing system may announce, and which regime its need falls under."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sad.kernel.calendar import Calendar
from sad.kernel.dates import first_candidatures
from sad.kernel.errors import Invalid, Problem, Refusal
from sad.kernel.money import Money

# THR-03: EU threshold for supplies and services of authorities other than central ones, HT.
FORMAL_FROM = Money(216_000_00)


REQUIRED = {
    "title": "systems.missing_title",
    "object": "systems.missing_object",
    "opening_at": "systems.missing_opening_at",
    "closing_at": "systems.missing_closing_at",
    "notice_support": "systems.missing_notice_support",
    "notice_sent_on": "systems.missing_notice_sent_on",
    "notice_reference": "systems.missing_notice_reference",
    "first_candidatures_on": "systems.missing_first_candidatures_on",
    "contact_name": "systems.missing_contact_name",
    "contact_phone": "systems.missing_contact_phone",
}


class Regime(StrEnum):
    """The need alone decides it (P4): it switches delays, notices and reports."""

    ADAPTED = "adapted"
    FORMAL = "formal"


class Frozen(Refusal):
    """Object, buyer and nature of a published system do not change (acceptance 2)."""

    code = "systems.frozen"


class ClosingUnchanged(Invalid):
    """The new closing date is the old one."""

    code = "systems.closing_unchanged"


class ClosingPast(Invalid):
    """A system is not closed in the past."""

    code = "systems.closing_past"


class ReasonMissing(Invalid):
    """A change of period says why (SAD-09, R2162-40)."""

    code = "systems.reason_missing"


class AlreadyPublished(Refusal):
    """Published once."""

    code = "systems.already_published"


class SystemClosed(Refusal):
    """Nothing new after the closing; running markets finish (acceptance 22)."""

    code = "systems.closed"


@dataclass(frozen=True)
class Announcement:
    """What publishing needs of the system itself (R2162-39, -42, P12)."""

    title: str
    object: str
    opening_at: datetime | None
    closing_at: datetime | None
    notice_support: str
    notice_sent_on: date | None
    notice_reference: str
    first_candidatures_on: date | None
    contact_name: str
    contact_phone: str
    variants_allowed: bool | None
    deliberation_number: str


def regime(maximum: Money, outside: Money) -> Regime:
    """The regime of a need: announced maximum plus purchases outside, HT (P4, SAD-14)."""
    return Regime.FORMAL if maximum + outside >= FORMAL_FROM else Regime.ADAPTED


def missing_to_publish(said: Announcement, calendar: Calendar) -> list[Problem]:
    """What keeps the notice from being published, in page order (SAD-03, SAD-11, P12)."""
    found = [Problem(code, name) for name, code in REQUIRED.items() if not getattr(said, name)]
    if said.variants_allowed is None:
        found.append(Problem("systems.missing_variants", "variants_allowed"))
    return found + first_date_problems(said.notice_sent_on, said.first_candidatures_on, calendar)


def first_date_problems(
    sent_on: date | None, first_on: date | None, calendar: Calendar
) -> list[Problem]:
    """First candidatures: at least 30 days from the sending of the notice (CAND-01, R2162-44)."""
    if sent_on is None or first_on is None:
        return []
    earliest = first_candidatures(sent_on, calendar)
    if first_on >= earliest:
        return []
    facts = {"sent_on": sent_on, "earliest": earliest}
    return [Problem("systems.first_candidatures_too_early", "first_candidatures_on", facts)]


def publication_warnings(said: Announcement) -> list[Problem]:
    """What publishing only warns about: the SAD's own act (P2) blocks at signature, not here."""
    if said.deliberation_number:
        return []
    return [Problem("systems.deliberation_missing", "deliberation_number")]


def check_new_closing(old: datetime, new: datetime, now: datetime, reason: str) -> None:
    """A closing date moves to another instant still to come, with a reason (acceptance 2)."""
    if new == old:
        raise ClosingUnchanged(where="closing_at", closing_at=old)
    if new <= now:
        raise ClosingPast(where="closing_at")
    if not reason.strip():
        raise ReasonMissing(where="reason")
