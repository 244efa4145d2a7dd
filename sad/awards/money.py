"""The credits of a market as its awards go on: kept, given back, engaged.

A reservation does not name its lot: what a market keeps is counted by funding line and envelope.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sad.awards.rules import Increase, credits_problems
from sad.awards.states import AwardState
from sad.awards.tables import Award
from sad.db.work import Work
from sad.evaluation.file import File
from sad.evaluation.states import Verdict
from sad.funding import service as funding
from sad.funding.tables import FundingLine, Movement
from sad.kernel.errors import Problem
from sad.kernel.money import ZERO, Money, half_up
from sad.markets.tables import Lot

Place = tuple[UUID, UUID]
"""A funding line and an envelope."""


@dataclass(frozen=True)
class Both:
    """An amount excluding and including tax."""

    ht: Money
    ttc: Money

    def __add__(self, other: "Both") -> "Both":
        return Both(self.ht + other.ht, self.ttc + other.ttc)


NOTHING = Both(ZERO, ZERO)
UNSIGNED = frozenset({AwardState.PROPOSED, AwardState.DECIDED})


def above_credits(file: File, awards: Sequence[Award]) -> list[Problem]:
    """Why the credits of a lot do not allow what is awarded in it (P6, EX-03)."""
    found = []
    for lot in file.lots:
        mine = [award for award in awards if award.lot_number == lot.number]
        basis = file.bases[lot.number]
        amount = sum(
            (basis.of(Money(a.ht_cents), Money(a.payable_cents)) for a in mine),
            ZERO,
        )
        if mine:
            found += credits_problems(
                amount, Money(lot.credits_cents or 0), _increases(lot), _first_out(file, lot)
            )
    return found


def keep_for_lots(work: Work, file: File, numbers: Collection[int], cause: str) -> None:
    """Keeps the whole credits of these lots reserved, and gives back the others'."""
    kept = _empty(file)
    for lot in file.lots:
        place = place_of(lot)
        if lot.number in numbers and place is not None:
            kept[place] = kept.get(place, NOTHING) + credits_of(work, lot)
    for place in sorted(kept, key=str):
        _keep(work, file, place, kept[place], cause)


def engage(work: Work, file: File, award: Award, awards: Iterable[Award]) -> Movement:
    """Turns the reservation into an engagement, keeping what the other winners still await (P5).

    One transaction: given back, engaged, the rest reserved again.
    """
    lot = file.lot(award.lot_number)
    place = place_of(lot) if lot is not None else None
    if place is None:
        raise ValueError("a lot launched without its funding line")
    waiting = NOTHING
    for other in awards:
        other_lot = file.lot(other.lot_number)
        same = other_lot is not None and place_of(other_lot) == place
        if same and other.id != award.id and AwardState(other.state) in UNSIGNED:
            waiting += Both(Money(other.ht_cents), Money(other.payable_cents))
    cause = f"award:{award.id}:signed"
    for reservation in _open(work, file, place):
        funding.release(work, reservation, f"{cause}:{reservation.id}", reason="engagement")
    engaged = funding.engage(
        work,
        funding_line_id=place[0],
        envelope_id=place[1],
        ht=Money(award.ht_cents),
        ttc=Money(award.payable_cents),
        market_id=award.market_id,
        award_id=award.id,
        number=award.engagement_number,
        cause=f"{cause}:engaged",
    )
    if waiting.ttc > ZERO:
        _reserve(work, file, place, waiting, f"{cause}:kept")
    return engaged


def place_of(lot: Lot) -> Place | None:
    """Where the lot's money lies."""
    if lot.funding_line_id is None or lot.envelope_id is None:
        return None
    return lot.funding_line_id, lot.envelope_id


def credits_of(work: Work, lot: Lot) -> Both:
    """The lot's credits with its increases, excluding and including tax."""
    whole = Money((lot.credits_cents or 0) + lot.increase_cents)
    if lot.funding_line_id is None or not lot.credits_cents or not lot.credits_ht_cents:
        return Both(whole, whole)
    if work.get(FundingLine, lot.funding_line_id).basis == "ht":
        return Both(whole, whole)
    ratio = Decimal(lot.credits_ht_cents) / Decimal(lot.credits_cents)
    return Both(Money(int(half_up(whole.cents * ratio, 0))), whole)


def _keep(work: Work, file: File, place: Place, wanted: Both, cause: str) -> None:
    """Nothing moves when what is reserved is already what is wanted."""
    mine = _open(work, file, place)
    basis = work.get(FundingLine, place[0]).basis
    amount = wanted.ttc if basis == "ttc" else wanted.ht
    if amount.cents == -sum(row.line_cents for row in mine):
        return
    for row in mine:
        funding.release(work, row, f"{cause}:{row.id}", reason="lot sans titulaire")
    if amount > ZERO:
        _reserve(work, file, place, wanted, cause)


def _reserve(work: Work, file: File, place: Place, wanted: Both, cause: str) -> None:
    funding.reserve(
        work,
        funding_line_id=place[0],
        envelope_id=place[1],
        ht=wanted.ht,
        ttc=wanted.ttc,
        market_id=file.market.id,
        cause=cause,
    )


def _open(work: Work, file: File, place: Place) -> list[Movement]:
    found = funding.open_reservations(work, file.organisation_id, file.market.id)
    return [row for row in found if (row.funding_line_id, row.envelope_id) == place]


def _empty(file: File) -> dict[Place, Both]:
    found: dict[Place, Both] = defaultdict(lambda: NOTHING)
    for lot in file.lots:
        place = place_of(lot)
        if place is not None:
            found[place] = NOTHING
    return found


def _increases(lot: Lot) -> list[Increase]:
    if lot.increased_at is None or not lot.increase_cents:
        return []
    return [Increase(Money(lot.increase_cents), lot.increased_at)]


def _first_out(file: File, lot: Lot) -> datetime | None:
    """When an offer of the lot was first found above the credits; None: never."""
    return min(
        (
            judgement.judged_at
            for made in file.judgements.values()
            for judgement in made
            if judgement.verdict == Verdict.UNACCEPTABLE and judgement.lot_number == lot.number
        ),
        default=None,
    )
