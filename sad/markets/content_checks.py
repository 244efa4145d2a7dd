"""The checks of what is asked: need, grid, criteria, conditions, delivery, how it is given."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from sad.kernel.calendar import paris_date
from sad.kernel.errors import Problem
from sad.kernel.money import Money
from sad.markets.checking import blocks, warns
from sad.markets.facts import LaunchFacts, LineFacts, LotFacts
from sad.markets.states import AwardMode, Section
from sad.systems.rules import Regime, regime

GRID_WARNINGS = {"frames.code_twice"}
NOTICE = {"evaluation.family_unannounced", "evaluation.weight_outside_range"}
LAWFUL = {
    "evaluation.no_criterion",
    "evaluation.weights_total",
    "evaluation.price_only",
    "evaluation.price_missing",
    "evaluation.environment_missing",
}
HEAVY_PRICE = Decimal(60)
STORAGE_DAYS = 60  # P16
LONG_VALIDITY = 60  # P16: 30 days by default
EQUAL_TOTALS = "Pratique P3"
"""Totals for different quantities are never ranked: known before the launch, not at the ranking."""
ONE_NEED = "Articles R2121-4 et R2121-6"
LOTS = "Articles L2113-10 et L2113-11"


@blocks("C11")
def need_unsaid(facts: LaunchFacts) -> Iterable[Problem]:
    """An object and a description in plain words."""
    if not facts.title.strip():
        yield Problem("markets.title_missing", Section.NEED)
    if not facts.description.strip():
        yield Problem("markets.description_missing", Section.NEED)


@blocks("C12", ONE_NEED)
def need_unconfirmed(facts: LaunchFacts) -> Iterable[Problem]:
    """The buyer's word that no share of the need is bought elsewhere undeclared (P4)."""
    if not facts.need_confirmed:
        yield Problem("markets.need_unconfirmed", Section.NEED)


@blocks("C30")
def grid_incomplete(facts: LaunchFacts) -> Iterable[Problem]:
    """Lines with a designation and a quantity, a column for the price, identical slices."""
    for problem in facts.grid_problems:
        if problem.code not in GRID_WARNINGS:
            yield Problem(problem.code, Section.LINES, problem.facts)


@warns("C31")
def codes_twice(facts: LaunchFacts) -> Iterable[Problem]:
    """Two lines with one code are hard to tell apart in an answer."""
    for problem in facts.grid_problems:
        if problem.code in GRID_WARNINGS:
            yield Problem(problem.code, Section.LINES, problem.facts)


@blocks("C32")
def lots_and_lines_disagree(facts: LaunchFacts) -> Iterable[Problem]:
    """Each line in a known lot, a line in each lot."""
    known = {lot.number for lot in facts.lots}
    for line in facts.lines:
        if line.lot_number not in known:
            named: dict[str, object] = {"line": line.label, "lot": str(line.lot_number)}
            yield Problem("markets.lot_unknown", Section.LINES, named)
    empty = known - {line.lot_number for line in facts.lines} if facts.lines else set()
    for number in sorted(empty):
        yield Problem("markets.lot_without_line", Section.LINES, {"lot": str(number)})


@blocks("C33", EQUAL_TOTALS)
def slices_compared_as_totals(facts: LaunchFacts) -> Iterable[Problem]:
    """A line cut in slices is given line by line (P3)."""
    for line in facts.lines:
        if line.slice_size is not None and facts.award_mode is not AwardMode.LINES:
            yield Problem("markets.slices_unused", Section.LINES, _cut(line))


def _cut(line: LineFacts) -> dict[str, object]:
    return {"line": line.label, "quantity": line.quantity, "size": line.slice_size}


@blocks("C40", "Article R2152-7")
def criteria_unlawful(facts: LaunchFacts) -> Iterable[Problem]:
    """The price and the environment at least, for a total of 100 (EX-12)."""
    yield from (problem for problem in facts.criteria_problems if problem.code in LAWFUL)


@blocks("C41", "Article R2162-51")
def criteria_outside_the_notice(facts: LaunchFacts) -> Iterable[Problem]:
    """The families of the notice, inside their ranges (MS-07, P9)."""
    yield from (problem for problem in facts.criteria_problems if problem.code in NOTICE)


@blocks("C42", "Articles L2152-8 et R2152-11")
def methods_unfit(facts: LaunchFacts) -> Iterable[Problem]:
    """A formula or a scale that would neutralise a weight, or apply to nothing (SC-02 to SC-05)."""
    for problem in facts.criteria_problems:
        if problem.code not in LAWFUL | NOTICE:
            yield problem


@warns("C43", "Article R2152-7")
def price_heavy(facts: LaunchFacts) -> Iterable[Problem]:
    """Above 60 points nothing else separates."""
    if facts.price_weight > HEAVY_PRICE:
        yield Problem("markets.price_heavy", Section.CRITERIA, {"weight": facts.price_weight})


@warns("C44", "Article L2152-8")
def reuse_separates_nobody(facts: LaunchFacts) -> Iterable[Problem]:
    """« Part de réemploi » where everybody must offer 100 % (P9)."""
    if facts.same_reuse_for_all:
        yield Problem("markets.reuse_separates_nobody", Section.CRITERIA)


@warns("C45", "Article R2152-11")
def tie_break_unsaid(facts: LaunchFacts) -> Iterable[Problem]:
    """The Code has no tie-break (EX-15): what is not announced cannot be applied."""
    if facts.criteria and not facts.tie_break:
        yield Problem("markets.tie_break_unsaid", Section.CRITERIA)


@warns("C46", "Article L2152-8")
def scale_unsaid(facts: LaunchFacts) -> Iterable[Problem]:
    """A judged scale says what its marks mean, or at least what will be looked at (EX-13)."""
    vague = [one.label for one in facts.criteria if one.judged and not one.explained]
    if vague:
        yield Problem("markets.scale_unsaid", Section.CRITERIA, {"criteria": vague})


@blocks("C50", "Article L2112-2")
def condition_missing(facts: LaunchFacts) -> Iterable[Problem]:
    """An environmental condition of performance in each market (P9, EX-18)."""
    if not facts.condition_of_performance.strip():
        yield Problem("markets.condition_missing", Section.CONDITIONS)


@warns("C51", "Article L2112-2-1")
def social_condition_missing(facts: LaunchFacts) -> Iterable[Problem]:
    """From the European threshold, a social one too, or the reason why none (EX-19)."""
    formal = regime(facts.system.maximum, facts.system.outside) is Regime.FORMAL
    if formal and not facts.social_condition.strip():
        yield Problem("markets.social_condition_missing", Section.CONDITIONS)


@blocks("C60")
def delivery_unsaid(facts: LaunchFacts) -> Iterable[Problem]:
    """Where, and until when, after the answers."""
    if not facts.delivery_place.strip():
        yield Problem("markets.delivery_place_missing", Section.DELIVERY)
    until, deadline = facts.delivery_until, facts.deadline_at
    if until is None:
        yield Problem("markets.delivery_date_missing", Section.DELIVERY)
    elif deadline is not None and until <= paris_date(deadline):
        told: dict[str, object] = {"until": until, "deadline": deadline}
        yield Problem("markets.delivery_before_deadline", Section.DELIVERY, told)


@warns("C61", "Pratique P16")
def storage_unsaid(facts: LaunchFacts) -> Iterable[Problem]:
    """Few workshops can keep unique pieces for more than 60 days (P16)."""
    first = facts.delivery_from or facts.delivery_until
    days = (first - paris_date(facts.now)).days if first is not None else 0
    if days > STORAGE_DAYS and not facts.storage.strip():
        yield Problem("markets.storage_unsaid", Section.DELIVERY, {"days": days})


@warns("C62", "Pratique P20")
def visit_without_criterion(facts: LaunchFacts) -> Iterable[Problem]:
    """Seeing the pieces feeds an announced criterion and never makes one (P20)."""
    if facts.visit.planned and not facts.visit.criterion_known:
        yield Problem("markets.visit_without_criterion", Section.DELIVERY)


@warns("C63", "Pratique P20")
def visit_without_checklist(facts: LaunchFacts) -> Iterable[Problem]:
    """The same points are looked at everywhere, and written (P20)."""
    if facts.visit.planned and not facts.visit.checklist.strip():
        yield Problem("markets.visit_without_checklist", Section.DELIVERY)


@warns("C64", "Pratique P16")
def bound_too_long(facts: LaunchFacts) -> Iterable[Problem]:
    """30 days by default: who is bound for months sells nothing meanwhile (P16)."""
    if facts.validity_days > LONG_VALIDITY:
        told: dict[str, object] = {"days": facts.validity_days}
        yield Problem("markets.validity_long", Section.DELIVERY, told)


@blocks("C70", "Articles L2151-2 et R2151-8")
def variants_unsaid(facts: LaunchFacts) -> Iterable[Problem]:
    """Allowed by default since 28 May 2026: always said (OFF-04)."""
    if facts.variants_allowed is None:
        yield Problem("markets.variants_unsaid", Section.AWARD)


@blocks("C71", EQUAL_TOTALS)
def partial_totals(facts: LaunchFacts) -> Iterable[Problem]:
    """Who leaves lines out is compared line by line (P3)."""
    if facts.partial_allowed and facts.award_mode is not AwardMode.LINES:
        yield Problem("markets.partial_totals", Section.AWARD)


@warns("C72", LOTS)
def single_lot(facts: LaunchFacts) -> Iterable[Problem]:
    """Lot by lot, with one lot."""
    if facts.award_mode is AwardMode.LOTS and len(facts.lots) < 2:
        yield Problem("markets.single_lot", Section.AWARD)


@blocks("C73", LOTS)
def lots_given_whole(facts: LaunchFacts) -> Iterable[Problem]:
    """Several lots are given lot by lot."""
    if facts.award_mode is AwardMode.SINGLE and len(facts.lots) > 1:
        yield Problem("markets.lots_given_whole", Section.AWARD)


@warns("C74", LOTS)
def undivided(facts: LaunchFacts) -> Iterable[Problem]:
    """Lots are the rule: giving several lines whole is justified in writing (THR-09)."""
    several = len(facts.lines) > 1 and len(facts.lots) < 2
    if facts.award_mode is AwardMode.SINGLE and several:
        yield Problem("markets.undivided", Section.AWARD, {"count": len(facts.lines)})


@blocks("C90", "Articles R2121-1 et L2152-3")
def amounts_missing(facts: LaunchFacts) -> Iterable[Problem]:
    """Estimate and credits are fixed before the launch: without them no offer is too dear (P6)."""
    for lot in facts.lots:
        named: dict[str, object] = {"lot": _named(lot, facts)}
        if lot.estimate is None:
            yield Problem("markets.estimate_missing", Section.CREDITS, named)
        if lot.credits is None:
            yield Problem("markets.credits_missing", Section.CREDITS, named)


@blocks("C91", "Article L2152-3")
def credits_below_estimate(facts: LaunchFacts) -> Iterable[Problem]:
    """Credits cover the estimate at least (P6)."""
    for lot in facts.lots:
        amounts = (lot.credits, lot.estimate)
        if _below(*amounts):
            told = {"lot": _named(lot, facts), "credits": lot.credits, "estimate": lot.estimate}
            yield Problem("markets.credits_low", Section.CREDITS, told)


def _named(lot: LotFacts, facts: LaunchFacts) -> str:
    """As its page calls it: a market given whole has no lot to speak of."""
    return f"Lot {lot.number}" if len(facts.lots) > 1 else "Montants"


def _below(credits: Money | None, estimate: Money | None) -> bool:
    return credits is not None and estimate is not None and credits < estimate


@blocks("C92", "Article L2152-3")
def imputation_missing(facts: LaunchFacts) -> Iterable[Problem]:
    """Each lot on a funding line and in an envelope (P5)."""
    for lot in facts.lots:
        named: dict[str, object] = {"lot": _named(lot, facts)}
        if lot.envelope is None:  # choosing it chooses its line
            yield Problem("markets.envelope_missing", Section.CREDITS, named)
        elif lot.funding_line is None:
            yield Problem("markets.funding_line_missing", Section.CREDITS, named)


@blocks("C93", "Article L2152-3")
def line_exceeded(facts: LaunchFacts) -> Iterable[Problem]:
    """The funding line blocks (P5)."""
    for line in facts.funding_lines:
        if line.asked > line.left:
            yield Problem("markets.line_exceeded", Section.CREDITS, line.shortfall())


@blocks("C94", "Pratique P5")
def strict_envelope_exceeded(facts: LaunchFacts) -> Iterable[Problem]:
    """An envelope set so blocks (P5)."""
    yield from _over(facts, blocks=True)


@warns("C95", "Pratique P5")
def envelope_exceeded(facts: LaunchFacts) -> Iterable[Problem]:
    """The others warn (P5)."""
    yield from _over(facts, blocks=False)


def _over(facts: LaunchFacts, *, blocks: bool) -> Iterator[Problem]:
    for envelope in facts.envelopes:
        if envelope.blocks is blocks and envelope.asked > envelope.left:
            yield Problem("markets.envelope_exceeded", Section.CREDITS, envelope.shortfall())


NEED = (need_unsaid, need_unconfirmed)
LINES = (grid_incomplete, codes_twice, lots_and_lines_disagree, slices_compared_as_totals)
CRITERIA = (
    criteria_unlawful,
    criteria_outside_the_notice,
    methods_unfit,
    price_heavy,
    reuse_separates_nobody,
    tie_break_unsaid,
    scale_unsaid,
)
CONDITIONS = (condition_missing, social_condition_missing)
DELIVERY = (
    delivery_unsaid,
    storage_unsaid,
    visit_without_criterion,
    visit_without_checklist,
    bound_too_long,
)
AWARD = (variants_unsaid, partial_totals, single_lot, lots_given_whole, undivided)
CREDITS = (
    amounts_missing,
    credits_below_estimate,
    imputation_missing,
    line_exceeded,
    strict_envelope_exceeded,
    envelope_exceeded,
)
