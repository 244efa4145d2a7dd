"""What several keys of a family file must agree on. Each check names in its parameters the parts of
the entry it reads: it runs when those parts are well formed, even if others are not, so that one
reading lists every fault.
"""

from collections.abc import Callable, Sequence

from catalog_categories import columns_checks, criteria_checks
from catalog_categories.findings import Findings, repeated
from catalog_categories.schema import (
    Caution,
    Condition,
    Cpv,
    Criterion,
    Delivery,
    Requirement,
    Visit,
    Warranty,
)


def unique_codes(
    cpv: Sequence[Cpv],
    criteria: Sequence[Criterion],
    conditions: Sequence[Condition],
    requirements: Sequence[Requirement],
    warnings: Sequence[Caution],
) -> Findings:
    """A code names one thing of its list."""
    yield from repeated(cpv, "cpv")
    yield from repeated(criteria, "criteria")
    yield from repeated(conditions, "conditions")
    yield from repeated(requirements, "requirements")
    yield from repeated(warnings, "warnings")
    for rank, criterion in enumerate(criteria):
        for path, text in repeated(criterion.sub_criteria, "sub_criteria"):
            yield ("criteria", rank, *path), text


def environmental_condition(conditions: Sequence[Condition]) -> Findings:
    """At least one environmental condition of performance by default (EX-18, P9)."""
    if not any(one.kind == "environment" and one.default for one in conditions):
        yield (
            ("conditions",),
            "il manque une condition d'exécution « environment » avec default = true (L2112-2).",
        )


def warranty_derogation(warranty: Warranty | None) -> Findings:
    """Less than a year derogates from the CCAG-FS, a year or more does not (PERF-05)."""
    if warranty is not None and warranty.derogates != (warranty.months < 12):
        yield (
            ("warranty", "derogates"),
            "à true si la garantie dure moins de 12 mois (dérogation au CCAG-FS), à false sinon.",
        )


def visit_feeds(visit: Visit | None, criteria: Sequence[Criterion]) -> Findings:
    """A visit feeds an announced criterion, never the price (P20)."""
    codes = {one.code for one in criteria if one.family != "price"}
    if visit is not None and visit.feeds not in codes:
        accepted = ", ".join(sorted(codes))
        yield ("visit", "feeds"), f"« {visit.feeds} » n'est pas un critère noté : {accepted}."


def goods_are_whole(
    route: str, delivery: Delivery, warranty: Warranty | None, visit: Visit | None
) -> Findings:
    """What is delivered has its warranty, its visit and the clause of unique pieces (P16, P20)."""
    if route == "service":
        return
    said = {"warranty": warranty, "visit": visit}
    for name, part in said.items():
        if part is None:
            yield (name,), "cette partie manque ; seule une prestation s'en passe."
    if delivery.unique_piece_clause is None:
        yield (
            ("delivery", "unique_piece_clause"),
            "cette clause manque ; seule une prestation s'en passe.",
        )


CHECKS: tuple[Callable[..., Findings], ...] = (
    unique_codes,
    columns_checks.unique_columns,
    columns_checks.column_shapes,
    columns_checks.buyer_frame,
    columns_checks.supplier_frame,
    columns_checks.example_lines,
    criteria_checks.weights,
    criteria_checks.families,
    criteria_checks.methods,
    criteria_checks.evidence,
    criteria_checks.no_local_preference,
    environmental_condition,
    warranty_derogation,
    visit_feeds,
    goods_are_whole,
)
