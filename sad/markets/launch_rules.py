"""What stands between a draft and its launch, as pure functions on values.

`missing_to_launch` gives everything at once, in the order of the preparation's pages: it fills the
checklist, disables the button and is the body of the refusal.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

from sad.kernel.calendar import paris_date
from sad.kernel.dates import (
    PROPOSED_DAYS_IN_HOLIDAYS,
    earliest_offers,
    touches_holidays,
    whole_last_day,
)
from sad.kernel.errors import Problem
from sad.kernel.money import ZERO
from sad.markets.facts import Finding, LaunchFacts, LeftFacts, LineFacts
from sad.markets.states import AwardMode, Section
from sad.systems.rules import FORMAL_FROM

ALERT_PERCENT = 80  # P4
GRID_WARNINGS = {"frames.code_twice"}
HEAVY_PRICE = Decimal(60)
STORAGE_DAYS = 60  # P16
EQUAL_TOTALS = "Pratique P3"
"""Totals for different quantities are never ranked: known before the launch, not at the ranking."""
_LOCAL = re.compile(
    r"\b(entreprises?|fournisseurs?|artisans?|structures?|acteurs?)"
    r" (locales?|loca(l|ux)|du territoire)"
    r"|préférence locale|proximité|distance|kilom|circuits? courts?|\bimplant(é|ation)",
    re.IGNORECASE,
)


def missing_to_launch(facts: LaunchFacts) -> list[Finding]:
    """Everything that blocks (first of each page) or deserves a look, in the order of the pages."""
    return [
        *_gates(facts),
        *_need(facts),
        *_lines(facts),
        *_criteria(facts),
        *_conditions(facts),
        *_delivery(facts),
        *_award(facts),
        *_deadline(facts),
        *_credits(facts),
    ]


def _block(code: Problem, article: str = "") -> Finding:
    return Finding(code, blocking=True, article=article)


def _warn(code: Problem, article: str = "") -> Finding:
    return Finding(code, blocking=False, article=article)


def _gates(facts: LaunchFacts) -> Iterable[Finding]:
    """The system's own gates: period, first market, candidatures waiting (P12)."""
    system, waiting = facts.system, facts.candidatures
    article = "Articles R2162-43 à R2162-45 et R2162-49"
    if not system.published:
        yield _block(Problem("markets.system_unpublished"), "Article R2162-39")
        return
    if system.opening_at is not None and facts.now < system.opening_at:
        yield _block(
            Problem("markets.system_not_started", None, {"opening_at": system.opening_at}),
            "Article R2162-39",
        )
    if system.closing_at is not None and facts.now > system.closing_at:
        yield _block(
            Problem("markets.system_closed", None, {"closing_at": system.closing_at}),
            "Article R2162-39",
        )
    first = system.first_candidatures_on
    if not system.first_market_launched and first is not None:
        if paris_date(facts.now) <= first:
            yield _block(
                Problem("markets.before_first_candidatures", None, {"day": first}), article
            )
        if waiting.first_undecided:
            yield _block(
                Problem("markets.first_undecided", None, {"count": waiting.first_undecided}),
                article,
            )
    if waiting.overdue:
        yield _block(
            Problem("markets.candidature_overdue", None, {"count": waiting.overdue}), article
        )
    if waiting.pending:
        yield _warn(
            Problem("markets.candidature_pending", None, {"count": waiting.pending}), article
        )
    if not waiting.admitted:
        yield _block(Problem("markets.no_admitted"), "Article R2162-49")


def _need(facts: LaunchFacts) -> Iterable[Finding]:
    if not facts.title.strip():
        yield _block(Problem("markets.title_missing", Section.NEED))
    if not facts.description.strip():
        yield _block(Problem("markets.description_missing", Section.NEED))
    if not facts.need_confirmed:
        yield _block(
            Problem("markets.need_unconfirmed", Section.NEED), "Articles R2121-4 et R2121-6"
        )
    if _LOCAL.search(facts.description):
        yield _warn(Problem("markets.local_preference", Section.NEED), "Article L3")
    yield from _whole_need(facts)


def _whole_need(facts: LaunchFacts) -> Iterable[Finding]:
    """The announced need: an alert at 80 %, then blocked (P4, SAD-14)."""
    system, article = facts.system, "Articles R2121-8 et R2121-6"
    asked = sum((lot.credits_ht or ZERO for lot in facts.lots), ZERO)
    used = system.committed + system.outside + asked
    told = {"used": used, "maximum": system.maximum, "asked": asked}
    if used > system.maximum:
        over = told | {"over": used - system.maximum}
        yield _block(Problem("markets.need_exceeded", Section.CREDITS, over), article)
    elif used.cents * 100 >= system.maximum.cents * ALERT_PERCENT:
        told_percent = told | {"percent": used.cents * 100 // system.maximum.cents}
        yield _warn(Problem("markets.need_alert", Section.CREDITS, told_percent), article)
    adapted = system.maximum < FORMAL_FROM
    if adapted and used >= FORMAL_FROM:
        threshold: dict[str, object] = {"used": used, "threshold": FORMAL_FROM}
        yield _block(
            Problem("markets.threshold_exceeded", Section.CREDITS, threshold),
            "Annexe 2 du code de la commande publique",
        )


def _lines(facts: LaunchFacts) -> Iterable[Finding]:
    for problem in facts.grid_problems:
        here = Problem(problem.code, Section.LINES, problem.facts)
        yield _warn(here) if problem.code in GRID_WARNINGS else _block(here)
    known = {lot.number for lot in facts.lots}
    for line in facts.lines:
        named: dict[str, object] = {"line": line.label, "lot": str(line.lot_number)}
        if line.lot_number not in known:
            yield _block(Problem("markets.lot_unknown", Section.LINES, named))
        if line.slice_size is not None and facts.award_mode is not AwardMode.LINES:
            yield _block(Problem("markets.slices_unused", Section.LINES, _cut(line)), EQUAL_TOTALS)
    empty = known - {line.lot_number for line in facts.lines} if facts.lines else set()
    for number in sorted(empty):
        yield _block(Problem("markets.lot_without_line", Section.LINES, {"lot": str(number)}))


def _cut(line: LineFacts) -> dict[str, object]:
    return {"line": line.label, "quantity": line.quantity, "size": line.slice_size}


def _criteria(facts: LaunchFacts) -> Iterable[Finding]:
    for problem in facts.criteria_problems:
        yield _block(problem, "Articles R2152-7 et R2162-51")
    if facts.price_weight > HEAVY_PRICE:
        told = {"weight": facts.price_weight}
        yield _warn(Problem("markets.price_heavy", Section.CRITERIA, told))
    if any(_LOCAL.search(label) for label in facts.criteria_labels):
        yield _warn(Problem("markets.local_criterion", Section.CRITERIA), "Article L3")
    if facts.same_reuse_for_all:
        yield _warn(Problem("markets.reuse_separates_nobody", Section.CRITERIA))
    if facts.criteria_labels and not facts.tie_break:
        yield _warn(Problem("markets.tie_break_unsaid", Section.CRITERIA))


def _conditions(facts: LaunchFacts) -> Iterable[Finding]:
    if not facts.condition_of_performance.strip():
        yield _block(Problem("markets.condition_missing", Section.CONDITIONS), "Article L2112-2")


def _delivery(facts: LaunchFacts) -> Iterable[Finding]:
    if not facts.delivery_place.strip():
        yield _block(Problem("markets.delivery_place_missing", Section.DELIVERY))
    if facts.delivery_until is None:
        yield _block(Problem("markets.delivery_date_missing", Section.DELIVERY))
        return
    first = facts.delivery_from or facts.delivery_until
    days = (first - paris_date(facts.now)).days
    if facts.deadline_at is not None and facts.delivery_until <= paris_date(facts.deadline_at):
        told: dict[str, object] = {"until": facts.delivery_until, "deadline": facts.deadline_at}
        yield _block(Problem("markets.delivery_before_deadline", Section.DELIVERY, told))
    if days > STORAGE_DAYS and not facts.storage.strip():
        yield _warn(Problem("markets.storage_unsaid", Section.DELIVERY, {"days": days}))


def _award(facts: LaunchFacts) -> Iterable[Finding]:
    if facts.variants_allowed is None:
        yield _block(
            Problem("markets.variants_unsaid", Section.AWARD), "Articles L2151-2 et R2151-8"
        )
    if facts.partial_allowed and facts.award_mode is not AwardMode.LINES:
        yield _block(Problem("markets.partial_totals", Section.AWARD), EQUAL_TOTALS)
    if facts.award_mode is AwardMode.LOTS and len(facts.lots) < 2:
        yield _warn(Problem("markets.single_lot", Section.AWARD), "Article L2113-10")
    elif facts.award_mode is AwardMode.SINGLE and len(facts.lots) > 1:
        yield _block(Problem("markets.lots_given_whole", Section.AWARD), "Article L2113-10")


def _deadline(facts: LaunchFacts) -> Iterable[Finding]:
    """Ten days at least, counted by R2162-50 and regulation 1182/71 (MS-04, MS-05, MS-06)."""
    article = "Article R2162-50"
    if facts.deadline_at is None:
        yield _block(Problem("markets.deadline_missing", Section.DEADLINE), article)
        return
    today, due = paris_date(facts.now), paris_date(facts.deadline_at)
    if facts.deadline_at <= facts.now:
        past: dict[str, object] = {"deadline": facts.deadline_at}
        yield _block(Problem("markets.deadline_past", Section.DEADLINE, past))
        return
    earliest = earliest_offers(today, facts.calendar)
    told: dict[str, object] = {"deadline": facts.deadline_at, "earliest": earliest}
    if due < earliest:
        if facts.short_deadline_agreement.strip():
            yield _warn(Problem("markets.deadline_agreed", Section.DEADLINE, told), article)
        else:
            yield _block(Problem("markets.deadline_short", Section.DEADLINE, told), article)
    elif facts.deadline_at < whole_last_day(earliest):
        yield _warn(Problem("markets.deadline_before_midnight", Section.DEADLINE, told), article)
    if not facts.calendar.is_working(due):
        yield _warn(Problem("markets.deadline_on_holiday", Section.DEADLINE, told))
    days = (due - today).days
    if touches_holidays(today, due) and days < PROPOSED_DAYS_IN_HOLIDAYS:
        counted: dict[str, object] = {"days": days, "proposed": PROPOSED_DAYS_IN_HOLIDAYS}
        yield _warn(Problem("markets.deadline_in_holidays", Section.DEADLINE, counted))


def _credits(facts: LaunchFacts) -> Iterable[Finding]:
    """The credits are fixed before the launch, on a line that can bear them (EX-03, P6)."""
    article = "Article L2152-3"
    for lot in facts.lots:
        named: dict[str, object] = {"lot": str(lot.number)}
        if lot.estimate is None:
            yield _block(
                Problem("markets.estimate_missing", Section.CREDITS, named), "Article R2121-1"
            )
        if lot.credits is None:
            yield _block(Problem("markets.credits_missing", Section.CREDITS, named), article)
        elif lot.estimate is not None and lot.credits < lot.estimate:
            amounts = {"credits": lot.credits, "estimate": lot.estimate}
            yield _block(Problem("markets.credits_low", Section.CREDITS, named | amounts), article)
        if lot.funding_line is None:
            yield _block(Problem("markets.funding_line_missing", Section.CREDITS, named), article)
        if lot.envelope is None:
            yield _block(Problem("markets.envelope_missing", Section.CREDITS, named))
    for line in facts.funding_lines:
        if line.asked > line.left:
            yield _block(Problem("markets.line_exceeded", Section.CREDITS, _short(line)), article)
    for envelope in facts.envelopes:
        if envelope.asked > envelope.left:
            problem = Problem("markets.envelope_exceeded", Section.CREDITS, _short(envelope))
            yield _block(problem) if envelope.blocks else _warn(problem)


def _short(facts: LeftFacts) -> dict[str, object]:
    return {
        "label": facts.label,
        "left": facts.left,
        "asked": facts.asked,
        "short": facts.asked - facts.left,
    }
