"""From the file of a lot to its frozen ranking.

A lot given whole is ranked on totals, of equal quantities only; line by line, each line is ranked
on the delivered price of one slice of it (P3): the quantity offered changes no score. A line that
is not cut in slices is one slice of its whole quantity.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sad.evaluation.file import CONSOLIDATED, File, LotOffer, kept_value, value_in
from sad.evaluation.states import Verdict
from sad.evaluation.tables import Score
from sad.frames.queries import ColumnView
from sad.frames.vocabulary import Role, Side
from sad.kernel.calendar import paris_date
from sad.kernel.canonical import canonical
from sad.kernel.errors import Problem
from sad.kernel.money import Money, half_up
from sad.markets.tables import Criterion as CriterionRow
from sad.markets.tables import Lot
from sad.offers.tables import Offer, OfferLine
from sad.scoring.frozen import freeze
from sad.scoring.rules import DEFAULT_MAX, Criterion, Entry, closing_problems
from sad.scoring.scoring import Offered, Result, score
from sad.scoring.states import Direction, Method

Values = Mapping[tuple[UUID, str], Entry]
"""Consolidated values by (offer, criterion code)."""


@dataclass(frozen=True)
class Group:
    """What is ranked together: a lot's totals, or one slice of a line (all of an uncut one)."""

    line: UUID | None
    label: str
    entries: Sequence[LotOffer]


def criterion_of(row: CriterionRow) -> Criterion:
    """The row as the formulas read it."""
    return Criterion(
        code=row.code,
        family=row.family,
        weight=row.weight,
        method=Method(row.method),
        n=row.n,
        max=row.maximum or DEFAULT_MAX,
        minimum=row.minimum if row.method == Method.JUDGED else None,
        direction=Direction(row.direction),
        fallback=Method(row.fallback) if row.fallback else None,
        label=row.label,
    )


def groups_of(file: File, lot: Lot) -> list[Group]:
    """What is ranked in a lot, with the price of each (P3)."""
    entrants = file.entrants(lot.number)
    if not file.by_line:
        return [Group(None, lot.title or file.market.title, entrants)]
    return [
        Group(
            line.id,
            line.label,
            [
                file.one_slice(entry.offer, lot.number, line.id)
                for entry in entrants
                if line.id in entry.lines
            ],
        )
        for line in file.lot_lines(lot.number)
        if any(line.id in entry.lines for entry in entrants)
    ]


def entries_of(
    file: File, rows: Sequence[Score], named: Sequence[UUID] = ()
) -> dict[tuple[UUID, str], Entry]:
    """The consolidated values; where there is one evaluator, theirs until they are consolidated."""
    codes = {criterion.id: criterion.code for criterion in file.criteria}
    found: dict[tuple[UUID, str], Entry] = {}
    scorers = [str(named[0])] if len(named) == 1 else []
    for scorer in (*scorers, CONSOLIDATED):
        for row in rows:
            if row.scorer == scorer and row.criterion_id in codes:
                key = (row.offer_id, codes[row.criterion_id])
                found[key] = Entry(row.value, row.reason)
    return found


def problems(file: File, values: Values, now: datetime) -> list[Problem]:
    """All that keeps the evaluation from closing now, in page order."""
    found = [
        Problem("evaluation.verdict_pending", str(offer.id), {"offer": offer.supplier_name})
        for offer in file.offers
        if offer.verdict == Verdict.PENDING
    ]
    for offer in file.offers:
        found += _waiting(offer, now)
    for lot in file.lots:
        found += _unequal(file, lot)
    return found + _unscored(file, values)


def rank(file: File, lot: Lot, values: Values) -> dict[str, Any]:
    """The frozen result of a lot: groups, marks, formulas, reasons. Raises Incomplete."""
    criteria = [criterion_of(row) for row in file.criteria]
    groups = []
    for group in groups_of(file, lot):
        offered = [_offered(file, lot, entry, group, values) for entry in group.entries]
        results = score(criteria, offered, file.market.tie_break)
        groups.append(_frozen_group(group, results))
    return {
        "format": "ranking-v1",
        "lot": lot.number,
        "mode": str(file.market.award_mode),
        "vat_recovery": file.bases[lot.number].recovery.value,
        "credits_cents": None if (left := file.credits(lot)) is None else left.cents,
        "criteria": [_criterion(criterion) for criterion in criteria],
        "tie_break": list(file.market.tie_break),
        "groups": groups,
        "reasons": _reasons(file, values),
        "eliminated": _eliminated(file, lot),
    }


def digest(result: Mapping[str, Any]) -> str:
    """SHA-256 of a frozen result."""
    return hashlib.sha256(canonical(dict(result))).hexdigest()


def _frozen_group(group: Group, results: Sequence[Result]) -> dict[str, Any]:
    line = None if group.line is None else str(group.line)
    return {"line": line, "label": group.label, **freeze(results)}


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {
        "code": criterion.code,
        "family": criterion.family,
        "label": criterion.name,
        "weight": f"{criterion.weight:f}",
        "method": criterion.method.value,
        "max": f"{criterion.max:f}",
        "minimum": None if criterion.minimum is None else f"{criterion.minimum:f}",
    }


def _reasons(file: File, values: Values) -> dict[str, dict[str, str]]:
    """What evaluators wrote, by offer then criterion: letters quote it."""
    found: dict[str, dict[str, str]] = {}
    for (offer_id, code), entry in values.items():
        if entry.reason:
            found.setdefault(str(offer_id), {})[code] = entry.reason
    return {offer: dict(sorted(said.items())) for offer, said in sorted(found.items())}


def _eliminated(file: File, lot: Lot) -> dict[str, dict[str, str]]:
    found = {}
    for offer in file.offers:
        judgement = file.out(offer, lot.number)
        if judgement is not None:
            found[str(offer.id)] = {
                "verdict": judgement.verdict,
                "reasons": judgement.reasons,
            }
    return found


def _offered(file: File, lot: Lot, entry: LotOffer, group: Group, values: Values) -> Offered:
    offer = entry.offer
    given = {
        criterion.code: value
        for criterion in file.criteria
        if (value := _value(file, criterion, entry, values)) is not None
    }
    return Offered(
        id=str(offer.id),
        price=entry.compared,
        values=given,
        eliminated=file.out(offer, lot.number) is not None,
        label=offer.supplier_name,
    )


def _value(file: File, criterion: CriterionRow, entry: LotOffer, values: Values) -> Decimal | None:
    view = file.measured.get(criterion.code)
    if view is not None and view.column.side is Side.OFFER:
        return _number(file, kept_value(view, entry.offer.answers.get(view.key)))
    if view is not None:
        return measure(file, view, criterion, list(entry.lines.values()))
    found = values.get((entry.offer.id, criterion.code))
    return None if found is None else found.value


def measure(
    file: File, view: ColumnView, criterion: CriterionRow, lines: Sequence[OfferLine]
) -> Decimal | None:
    """What a column says of an offer: its worst line, or a share weighted by the lines' amounts.

    A date counts in days from the deadline, one at least. None when a line says nothing.
    """
    numbers = [_number(file, value_in(view, line)) for line in lines]
    known = [number for number in numbers if number is not None]
    if not known or len(known) < len(numbers):
        return None
    if view.column.role is Role.REUSE_SHARE:
        return _weighted(known, lines)
    return max(known) if criterion.direction == Direction.LOWER else min(known)


def _weighted(shares: Sequence[Decimal], lines: Sequence[OfferLine]) -> Decimal:
    """Mean of shares by amount excluding tax, 2 decimals, half up."""
    amounts = [Decimal(line.ht_cents or 0) for line in lines]
    total = sum(amounts, Decimal(0))
    if not total:
        return half_up(sum(shares, Decimal(0)) / len(shares), 2)
    weighted = (share * amount for share, amount in zip(shares, amounts, strict=True))
    return half_up(sum(weighted, Decimal(0)) / total, 2)


def _number(file: File, value: object) -> Decimal | None:
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if isinstance(value, Money):
        return value.euros
    if isinstance(value, date) and file.market.deadline_at is not None:
        days = (value - paris_date(file.market.deadline_at)).days
        return Decimal(max(1, days))
    return None


def _waiting(offer: Offer, now: datetime) -> list[Problem]:
    """A completion still awaited, and a price questioned without a decision."""
    named: dict[str, object] = {"offer": offer.supplier_name}
    where = str(offer.id)
    completed, due = offer.completed_at, offer.completion_due_at
    if due is not None and completed is None and now <= due:
        return [Problem("evaluation.completion_running", where, {**named, "due_at": due})]
    if offer.low_price_asked_at and not offer.low_price_decision:
        return [Problem("evaluation.low_price_undecided", where, named)]
    return []


def _unequal(file: File, lot: Lot) -> list[Problem]:
    """P3: totals for different quantities are never ranked."""
    if file.by_line:
        return []
    remaining = file.remaining(lot.number)
    if len({entry.asked for entry in remaining}) < 2:
        return []
    labels = {line.id: line.label for line in file.lot_lines(lot.number)}
    whole = frozenset[tuple[UUID, Decimal]]().union(*(entry.asked for entry in remaining))
    found = []
    for entry in remaining:
        missing = [labels[id_] for id_, _ in sorted(whole - entry.asked, key=str)]
        if missing:
            facts: dict[str, object] = {
                "offer": entry.offer.supplier_name,
                "lines": sorted(set(missing)),
            }
            found.append(Problem("evaluation.totals_unequal", str(entry.offer.id), facts))
    return found


_SAID = {
    "evaluation.value_missing": "evaluation.score_missing",
    "evaluation.reason_missing": "evaluation.score_reason_missing",
}


def _unscored(file: File, values: Values) -> list[Problem]:
    """Values and reasons missing, offer by offer, with the supplier's name."""
    names = {str(offer.id): offer.supplier_name for offer in file.offers}
    typed = [criterion_of(row) for row in file.typed()]
    given = {(str(offer), code): entry for (offer, code), entry in values.items()}
    still = [str(offer.id) for offer in file.still_in()]
    return [
        Problem(
            _SAID.get(problem.code, problem.code),
            problem.where,
            {"offer": names[(problem.where or "/").split("/")[0]], **problem.facts},
        )
        for problem in closing_problems(typed, still, given)
    ]
