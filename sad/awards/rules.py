"""What each step of an award needs: credits, papers, powers, order of dates (P1, P2, P6, P8).

A step with something missing lists all of it; the same list makes the page's checklist.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sad.awards.states import AwardState, Paper
from sad.kernel.errors import Problem
from sad.kernel.money import Money

VIGILANCE_FROM = Money(500_000)
"""5 000 € HT: from there the URSSAF vigilance certificate, again every six months (P8)."""
VIGILANCE_MONTHS = 6
ALWAYS = (Paper.TAX_CERTIFICATE, Paper.REGISTRATION, Paper.BANK_DETAILS, Paper.SIGNATORY_POWER)


@dataclass(frozen=True)
class Increase:
    """An increase of a lot's credits, with the instant it was recorded."""

    amount: Money
    recorded_at: datetime


@dataclass(frozen=True)
class HeldPaper:
    """A paper received and checked; None: it does not expire."""

    valid_until: date | None = None


@dataclass(frozen=True)
class Candidate:
    """The offer one wants to propose, and what surrounds it (EX-11).

    `skipped`: better ranked offers neither awarded nor set aside because they gave no papers.
    `bound_until`: last day the offer binds (P16), None when nothing says; `still_agreed`: the
    supplier's written agreement after it.
    """

    in_market: bool
    opened: bool
    evaluation_closed: bool
    eliminated: bool
    already_awarded: bool
    skipped: Sequence[str] = ()
    bound_until: date | None = None
    still_agreed: bool = False


@dataclass(frozen=True)
class SignatureFacts:
    """What the signature of the acte d'engagement leans on (P1, P2)."""

    signed_paper: bool
    supplier_signed: bool
    covered: bool
    engagement_number: str
    system_act: bool


@dataclass(frozen=True)
class NotificationFacts:
    """What the notification leans on; `subject` to the contrôle de légalité (P2)."""

    covered: bool
    subject: bool
    receipt_on: date | None = None
    signed_on: date | None = None


def credits_problems(
    amount: Money,
    credits: Money,
    increases: Sequence[Increase] = (),
    first_elimination_at: datetime | None = None,
) -> list[Problem]:
    """Why the lot's credits do not allow this award (P6, EX-03 L2152-3); all in one basis.

    `amount` is the sum of what is awarded in the lot. An increase counts when recorded before any
    offer of the lot was eliminated as unacceptable: later it would treat those tenderers unequally.
    """
    counted = [
        increase.amount
        for increase in increases
        if first_elimination_at is None or increase.recorded_at < first_elimination_at
    ]
    allowed = sum(counted, credits)
    if amount <= allowed:
        return []
    facts = {"amount": amount, "credits": allowed, "short": amount - allowed}
    if amount <= sum((increase.amount for increase in increases), credits):
        return [Problem("awards.increase_too_late", "credits", facts)]
    return [Problem("awards.above_credits", "credits", facts)]


def papers_needed(
    amount_ht: Money, *, insurance: bool = False, foreign_workers: bool = False
) -> tuple[Paper, ...]:
    """The papers asked of the proposed winner for this amount HT (P8, R2143-7, CAND-16)."""
    needed = [*ALWAYS]
    if amount_ht >= VIGILANCE_FROM:
        needed.insert(1, Paper.VIGILANCE_CERTIFICATE)
    if insurance:
        needed.append(Paper.INSURANCE)
    if foreign_workers:
        needed.append(Paper.FOREIGN_WORKERS)
    return tuple(needed)


def papers_problems(
    needed: Sequence[Paper], held: Mapping[Paper, HeldPaper], on: date
) -> list[Problem]:
    """Each needed paper that is missing, or past its last day on that date (P8)."""
    problems = []
    for paper in needed:
        have = held.get(paper)
        where = f"papers.{paper.value}"
        if have is None:
            problems.append(Problem("awards.paper_missing", where, {"paper": paper}))
        elif have.valid_until is not None and have.valid_until < on:
            facts = {"paper": paper, "valid_until": have.valid_until}
            problems.append(Problem("awards.paper_expired", where, facts))
    return problems


def proposal_problems(candidate: Candidate, on: date) -> list[Problem]:
    """Why this offer cannot be proposed (EX-09, EX-11, P16, CAND-18 R2144-7)."""
    problems = []
    if not candidate.in_market:
        return [Problem("awards.not_of_market", "offer")]
    if not candidate.opened:
        return [Problem("awards.not_opened", "offer")]
    if not candidate.evaluation_closed:
        problems.append(Problem("awards.evaluation_open", "offer"))
    if candidate.eliminated:
        problems.append(Problem("awards.offer_eliminated", "offer"))
    if candidate.already_awarded:
        problems.append(Problem("awards.already_awarded", "offer"))
    if candidate.skipped:
        facts = {"offers": sorted(candidate.skipped)}
        problems.append(Problem("awards.better_ranked", "offer", facts))
    problems += binding_problems(candidate.bound_until, candidate.still_agreed, on)
    return problems


def binding_problems(bound_until: date | None, still_agreed: bool, on: date) -> list[Problem]:
    """An award after the offer's last binding day needs the supplier's written agreement (P16)."""
    if bound_until is None or on <= bound_until or still_agreed:
        return []
    return [Problem("awards.offer_lapsed", "offer", {"bound_until": bound_until})]


def decision_problems(covered: bool, reasons: str) -> list[Problem]:
    """Why the award cannot be decided, beside credits_problems and papers_problems (P1, P2).

    The reasons are those that the rejection letters will give (END-02 R2181-3).
    """
    problems = []
    if not covered:
        problems.append(Problem("awards.not_covered", "delegation"))
    if not reasons.strip():
        problems.append(Problem("awards.reasons_missing", "reasons"))
    return problems


def signature_problems(facts: SignatureFacts) -> list[Problem]:
    """Why the acte d'engagement cannot be signed (P1, P2); for its papers, papers_problems."""
    checks = [
        (facts.covered, "awards.not_covered", "delegation"),
        (facts.supplier_signed, "awards.supplier_unsigned", "supplier_signed_on"),
        (facts.signed_paper, "awards.contract_missing", "contract"),
        (bool(facts.engagement_number.strip()), "awards.engagement_missing", "engagement_number"),
        (facts.system_act, "awards.system_act_missing", "system"),
    ]
    return [Problem(code, where) for present, code, where in checks if not present]


def notification_problems(facts: NotificationFacts, on: date) -> list[Problem]:
    """Why the contract cannot be notified: no power, no prefecture receipt (P2, END-08 R2182-5)."""
    problems = []
    if not facts.covered:
        problems.append(Problem("awards.not_covered", "delegation"))
    if facts.subject and facts.receipt_on is None:
        problems.append(Problem("awards.receipt_missing", "prefecture_receipt_on"))
    elif facts.subject and facts.receipt_on is not None and facts.receipt_on > on:
        receipt = {"receipt_on": facts.receipt_on}
        problems.append(Problem("awards.receipt_later", "prefecture_receipt_on", receipt))
    elif facts.subject and _before(facts.receipt_on, facts.signed_on):
        days = {"receipt_on": facts.receipt_on, "signed_on": facts.signed_on}
        problems.append(Problem("awards.receipt_earlier", "prefecture_receipt_on", days))
    return problems


def _before(day: date | None, other: date | None) -> bool:
    return day is not None and other is not None and day < other


def step_after_signature(subject: bool) -> AwardState:
    """Where a signed award goes: to the prefecture when it is subject to its control (P2)."""
    return AwardState.TRANSMITTED if subject else AwardState.NOTIFIED
