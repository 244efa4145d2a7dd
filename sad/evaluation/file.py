"""The file of an evaluation: its rows read once, and what each offer amounts to in a lot."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from sqlmodel import col, select

from sad.db.work import Work
from sad.evaluation.states import ELIMINATED, Verdict
from sad.evaluation.tables import Judgement
from sad.frames import queries as frames
from sad.frames.cells import Value, restored
from sad.frames.queries import ColumnView, FrameView, LineView
from sad.frames.vocabulary import Role
from sad.funding.tables import FundingLine
from sad.kernel.money import ZERO, Money, line_ht
from sad.kernel.vat import VatRateMissing, VatRecovery, VatRegime, compared_total, payable
from sad.markets.measuring import column_for
from sad.markets.rows import criteria_of, lots_of
from sad.markets.states import AwardMode
from sad.markets.tables import Criterion, Lot, SpecificMarket
from sad.offers.tables import Offer, OfferLine

CONSOLIDATED = "consolidated"


@dataclass(frozen=True)
class Basis:
    """How a lot's money is read: `recovery` for the price compared (P10), `ttc` for the credits."""

    recovery: VatRecovery
    ttc: bool

    def of(self, ht: Money, paid: Money) -> Money:
        """The amount that the credits are held against."""
        return paid if self.ttc else ht


@dataclass(frozen=True)
class LotOffer:
    """An offer in one lot. `compared` is the price ranked, `charged` the one the credits bear."""

    offer: Offer
    lines: Mapping[UUID, OfferLine]
    ht: Money
    paid: Money
    compared: Money
    charged: Money

    @property
    def asked(self) -> frozenset[tuple[UUID, Decimal]]:
        """The lines answered with their quantities: totals compare only when these are equal."""
        return frozenset((line.line_id, line.quantity) for line in self.lines.values())


@dataclass(frozen=True)
class File:
    """A market opened, with its offers in clear, by the names of their suppliers."""

    market: SpecificMarket
    frame: FrameView
    lots: Sequence[Lot]
    criteria: Sequence[Criterion]
    offers: Sequence[Offer]
    lines: Mapping[UUID, Mapping[UUID, OfferLine]]
    judgements: Mapping[UUID, Sequence[Judgement]]
    bases: Mapping[int, Basis]

    @property
    def organisation_id(self) -> UUID:
        """The buyer."""
        return self.market.organisation_id

    @property
    def by_line(self) -> bool:
        """Whether each line is ranked and given on its own (P3)."""
        return self.market.award_mode == AwardMode.LINES

    def lot(self, number: int) -> Lot | None:
        """The lot with that number."""
        return next((lot for lot in self.lots if lot.number == number), None)

    def offer(self, offer_id: UUID) -> Offer | None:
        """An offer of this market."""
        return next((offer for offer in self.offers if offer.id == offer_id), None)

    def lot_lines(self, number: int) -> list[LineView]:
        """The lines of a lot, in the order of the grid."""
        return [line for line in self.frame.lines if line.lot_number == number]

    def in_lot(self, offer: Offer, number: int) -> LotOffer:
        """What an offer amounts to in a lot; an unreadable one has no line."""
        key = offer.id, number, None
        if key not in self._amounts:
            self._amounts[key] = self._whole(offer, number)
        return self._amounts[key]

    def one_slice(self, offer: Offer, number: int, line_id: UUID) -> LotOffer:
        """One slice of a line, all of an uncut one: what lines given apart are compared on (P3)."""
        key = offer.id, number, line_id
        if key not in self._amounts:
            self._amounts[key] = self.share(offer, number, {line_id: 1})
        return self._amounts[key]

    @cached_property
    def _amounts(self) -> dict[tuple[UUID, int, UUID | None], LotOffer]:
        """Amounts already counted: a page of 200 lines × 40 offers asks for each several times."""
        return {}

    def _whole(self, offer: Offer, number: int) -> LotOffer:
        mine = {
            id_: line
            for id_, line in self.lines.get(offer.id, {}).items()
            if self._lot_of.get(id_) == number and line.ht_cents is not None and line.quantity > 0
        }
        by_rate: dict[Decimal, Money] = defaultdict(lambda: ZERO)
        for line in mine.values():
            by_rate[self.rate_of(offer, line)] += Money(line.ht_cents or 0)
        return self._priced(offer, number, mine, by_rate)

    def share(self, offer: Offer, number: int, slices: Mapping[UUID, int]) -> LotOffer:
        """The same for a number of slices of each line (P3): the unit price does not vary."""
        mine = {id_: self.lines[offer.id][id_] for id_ in slices}
        by_rate: dict[Decimal, Money] = defaultdict(lambda: ZERO)
        for id_, line in mine.items():
            quantity = self._sizes[id_] * slices[id_]
            by_rate[self.rate_of(offer, line)] += line_ht(line.unit_cents or 0, quantity)
        return self._priced(offer, number, mine, by_rate)

    def least(self, offer: Offer, number: int) -> Money:
        """What the credits of a lot must at least bear for this offer to win something in it.

        Its total; line by line, one slice of its cheapest line: an offer is not unacceptable for
        answering many lines, since the quantity offered changes nothing (EX-03, P3).
        """
        whole = self.in_lot(offer, number)
        if not self.by_line:
            return whole.charged
        return min(
            (self.one_slice(offer, number, id_).charged for id_ in whole.lines), default=ZERO
        )

    def _priced(
        self,
        offer: Offer,
        number: int,
        lines: Mapping[UUID, OfferLine],
        by_rate: Mapping[Decimal, Money],
    ) -> LotOffer:
        regime, basis = VatRegime(offer.vat_regime), self.bases[number]
        ht, paid = sum(by_rate.values(), ZERO), payable(by_rate, regime)
        compared = compared_total(by_rate, regime, basis.recovery)
        return LotOffer(offer, lines, ht, paid, compared, basis.of(ht, paid))

    def rate_of(self, offer: Offer, line: OfferLine) -> Decimal:
        """A line's VAT rate in percent: its own where the grid asks it, else the supplier's.

        Raises VatRateMissing for a liable supplier without any.
        """
        if offer.vat_regime != VatRegime.LIABLE:
            return Decimal(0)
        view = self._rate_column
        own = None if view is None else line.values.get(view.key)
        rate = offer.vat_rate if own in (None, "") else Decimal(str(own))
        if rate is None:
            raise VatRateMissing(where="vat_rate")
        return rate

    def entrants(self, number: int) -> list[LotOffer]:
        """The offers that answer something in a lot, out of it or not."""
        found = [self.in_lot(offer, number) for offer in self.offers]
        return [entry for entry in found if entry.lines]

    def remaining(self, number: int) -> list[LotOffer]:
        """Those of them that are compared."""
        return [entry for entry in self.entrants(number) if not self.out(entry.offer, number)]

    def out(self, offer: Offer, number: int) -> Judgement | None:
        """The verdict that puts an offer out of a lot, if any; the newest counts."""
        for judgement in reversed(self.judgements.get(offer.id, ())):
            if judgement.lot_number == number:
                return judgement if Verdict(judgement.verdict) in ELIMINATED else None
            if judgement.lot_number is None:
                return judgement if Verdict(judgement.verdict) in ELIMINATED else None
        return None

    def credits(self, lot: Lot) -> Money | None:
        """The credits of a lot with the increases recorded (P6); None when never fixed."""
        if lot.credits_cents is None:
            return None
        return Money(lot.credits_cents + lot.increase_cents)

    @cached_property
    def _sizes(self) -> Mapping[UUID, Decimal]:
        """What one slice of each line holds; of an uncut one, all of it."""
        return {line.id: line.slice_size or line.quantity for line in self.frame.lines}

    @cached_property
    def _lot_of(self) -> Mapping[UUID, int]:
        """The lot of each line."""
        return {line.id: line.lot_number for line in self.frame.lines}

    @cached_property
    def _rate_column(self) -> ColumnView | None:
        """Where the grid asks the VAT rate of each line, if it does."""
        return self.frame.supplier_column(Role.VAT_RATE)

    @cached_property
    def measured(self) -> Mapping[str, ColumnView]:
        """The column or question behind each computed criterion, by criterion code."""
        found = {}
        for criterion in self.criteria:
            if criterion.method != "judged" and criterion.family != "price":
                view = column_for(self.frame, criterion.code, criterion.family, criterion.evidence)
                if view is not None:
                    found[criterion.code] = view
        return found

    def typed(self) -> list[Criterion]:
        """The criteria people give a value for: judged, or computed without a column."""
        return [c for c in self.criteria if c.family != "price" and c.code not in self.measured]

    def still_in(self) -> list[Offer]:
        """The offers left in at least one lot."""
        ids = {entry.offer.id for lot in self.lots for entry in self.remaining(lot.number)}
        return [offer for offer in self.offers if offer.id in ids]


def value_in(view: ColumnView, line: OfferLine) -> Value:
    """What the supplier wrote in a column of a line; None when it is empty or unreadable."""
    return kept_value(view, line.values.get(view.key))


def kept_value(view: ColumnView, raw: object) -> Value:
    """A value as it was kept in the column; None when it is empty or unreadable."""
    if raw is None or not isinstance(raw, str | int | bool):
        return None
    try:
        return restored(view.column, raw)
    except ValueError:
        return None


def load(work: Work, organisation_id: UUID, market_id: UUID, *, lock: bool = False) -> File:
    """The whole file; `lock` holds the market's row until the end of the work."""
    market = work.get_in(SpecificMarket, organisation_id, market_id, lock=lock)
    lots = lots_of(work, market)
    offers = work.session.exec(
        select(Offer)
        .where(col(Offer.organisation_id) == organisation_id, col(Offer.market_id) == market_id)
        .order_by(col(Offer.supplier_name), col(Offer.id))
    ).all()
    return File(
        market=market,
        frame=frames.frame(work, organisation_id, market.frame_id),
        lots=lots,
        criteria=criteria_of(work, market),
        offers=offers,
        lines=_lines(work, organisation_id, offers),
        judgements=_judgements(work, market),
        bases={lot.number: _basis(work, lot) for lot in lots},
    )


def _lines(
    work: Work, organisation_id: UUID, offers: Iterable[Offer]
) -> dict[UUID, dict[UUID, OfferLine]]:
    found: dict[UUID, dict[UUID, OfferLine]] = {offer.id: {} for offer in offers}
    query = select(OfferLine).where(
        col(OfferLine.organisation_id) == organisation_id, col(OfferLine.offer_id).in_(found)
    )
    for line in work.session.exec(query):
        found[line.offer_id][line.line_id] = line
    return found


def _judgements(work: Work, market: SpecificMarket) -> dict[UUID, list[Judgement]]:
    found: dict[UUID, list[Judgement]] = defaultdict(list)
    query = (
        select(Judgement)
        .where(
            col(Judgement.organisation_id) == market.organisation_id,
            col(Judgement.market_id) == market.id,
        )
        .order_by(col(Judgement.seq))
    )
    for judgement in work.session.exec(query):
        found[judgement.offer_id].append(judgement)
    return found


def _basis(work: Work, lot: Lot) -> Basis:
    """Without a funding line: payable amounts."""
    if lot.funding_line_id is None:
        return Basis(VatRecovery.NONE, ttc=True)
    line = work.get_in(FundingLine, lot.organisation_id, lot.funding_line_id)
    return Basis(VatRecovery(line.vat_recovery), ttc=line.basis == "ttc")
