"""The checks of what surrounds a market: its system, the candidatures, the whole need."""

from collections.abc import Iterable

from sad.kernel.calendar import paris_date
from sad.kernel.errors import Problem
from sad.kernel.money import ZERO, Money
from sad.markets.checking import blocks, warns
from sad.markets.facts import LaunchFacts
from sad.markets.states import Section
from sad.systems.rules import FORMAL_FROM

ALERT_PERCENT = 80  # P4
SYSTEM = "Article R2162-39"
CANDIDATURES = "Articles R2162-43 à R2162-45 et R2162-49"
INVITED = "Article R2162-49"
WHOLE_NEED = "Articles R2121-6 et R2121-8"


@blocks("C01", SYSTEM)
def unpublished(facts: LaunchFacts) -> Iterable[Problem]:
    """No market before the notice."""
    if not facts.system.published:
        yield Problem("markets.system_unpublished")


@blocks("C02", SYSTEM)
def outside_the_period(facts: LaunchFacts) -> Iterable[Problem]:
    """Markets are launched while the system lives; those launched outlive it."""
    opening, closing = facts.system.opening_at, facts.system.closing_at
    if opening is not None and facts.now < opening:
        yield Problem("markets.system_not_started", None, {"opening_at": opening})
    if closing is not None and facts.now > closing:
        yield Problem("markets.system_closed", None, {"closing_at": closing})


@blocks("C03", CANDIDATURES)
def before_the_first_date(facts: LaunchFacts) -> Iterable[Problem]:
    """The first market waits for the first candidature date (P12)."""
    first = facts.system.first_candidatures_on
    waiting = first is not None and paris_date(facts.now) <= first
    if waiting and not facts.system.first_market_launched:
        yield Problem("markets.before_first_candidatures", None, {"day": first})


@blocks("C04", CANDIDATURES)
def first_candidatures_undecided(facts: LaunchFacts) -> Iterable[Problem]:
    """It waits for the decision of every candidature received by then too (P12)."""
    count = facts.candidatures.first_undecided
    if count and not facts.system.first_market_launched:
        yield Problem("markets.first_undecided", None, {"count": count})


@blocks("C05", CANDIDATURES)
def candidature_overdue(facts: LaunchFacts) -> Iterable[Problem]:
    """A candidature past its limit would have been invited (P12)."""
    if facts.candidatures.overdue:
        yield Problem("markets.candidature_overdue", None, {"count": facts.candidatures.overdue})


@warns("C06", CANDIDATURES)
def candidature_pending(facts: LaunchFacts) -> Iterable[Problem]:
    """One still in its time will not be invited (P12)."""
    if facts.candidatures.pending:
        yield Problem("markets.candidature_pending", None, {"count": facts.candidatures.pending})


@blocks("C07", INVITED)
def nobody_admitted(facts: LaunchFacts) -> Iterable[Problem]:
    """All the admitted are invited: there must be one."""
    if not facts.candidatures.admitted:
        yield Problem("markets.no_admitted")


@warns("C08", "Article L3")
def single_admitted(facts: LaunchFacts) -> Iterable[Problem]:
    """One admitted supplier: the call compares nothing."""
    if facts.candidatures.admitted == 1:
        yield Problem("markets.single_admitted")


@warns("C09", "Articles L3 et R2122-8")
def usual_supplier(facts: LaunchFacts) -> Iterable[Problem]:
    """The last awards of the category went to one supplier (THR-01)."""
    if facts.usual_supplier:
        yield Problem("markets.usual_supplier", None, {"supplier": facts.usual_supplier})


@blocks("C10")
def not_approved(facts: LaunchFacts) -> Iterable[Problem]:
    """Where the organisation asks for it, an officer approves what is launched, as it stands."""
    if facts.approval_awaited:
        yield Problem("markets.approval_missing")


@blocks("C15", WHOLE_NEED)
def need_exceeded(facts: LaunchFacts) -> Iterable[Problem]:
    """Never beyond the announced value (P4, SAD-14)."""
    used, told = _used(facts)
    maximum = facts.system.maximum
    if used > maximum:
        yield Problem("markets.need_exceeded", Section.CREDITS, told | {"over": used - maximum})


@warns("C16", WHOLE_NEED)
def need_nearly_reached(facts: LaunchFacts) -> Iterable[Problem]:
    """An alert from 80 % (P4)."""
    used, told = _used(facts)
    maximum = facts.system.maximum
    if used <= maximum and used.cents * 100 >= maximum.cents * ALERT_PERCENT:
        percent = used.cents * 100 // maximum.cents
        yield Problem("markets.need_alert", Section.CREDITS, told | {"percent": percent})


@blocks("C17", "Annexe 2 du code de la commande publique")
def threshold_exceeded(facts: LaunchFacts) -> Iterable[Problem]:
    """An adapted procedure stays below the European threshold, purchases outside included (P4)."""
    used, _ = _used(facts)
    if facts.system.maximum < FORMAL_FROM <= used:
        told: dict[str, object] = {"used": used, "threshold": FORMAL_FROM}
        yield Problem("markets.threshold_exceeded", Section.CREDITS, told)


def _used(facts: LaunchFacts) -> tuple[Money, dict[str, object]]:
    """What of the need would be taken with this market, HT."""
    asked = sum((lot.credits_ht or ZERO for lot in facts.lots), ZERO)
    used = facts.system.committed + facts.system.outside + asked
    return used, {"used": used, "maximum": facts.system.maximum, "asked": asked}


GATES = (
    unpublished,
    outside_the_period,
    before_the_first_date,
    first_candidatures_undecided,
    candidature_overdue,
    candidature_pending,
    nobody_admitted,
    single_admitted,
    usual_supplier,
    not_approved,
)
NEED = (need_exceeded, need_nearly_reached, threshold_exceeded)
