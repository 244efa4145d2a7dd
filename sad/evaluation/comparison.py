"""The offers of a lot side by side, line by line: for agents only, and only once opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sad.evaluation.file import File, LotOffer, value_in
from sad.evaluation.ranking import groups_of
from sad.evaluation.tables import Judgement
from sad.frames.cells import Value
from sad.frames.queries import ColumnView, LineView
from sad.frames.vocabulary import Role
from sad.kernel.money import Money
from sad.markets.tables import Lot
from sad.offers.tables import OfferLine
from sad.scoring.low_prices import Screen, Suspect, screen


@dataclass(frozen=True)
class Cell:
    """What one supplier wrote on one line; `best`: the lowest unit price compared of the line."""

    line: OfferLine | None
    unit: Money | None
    total: Money | None
    best: bool
    others: Sequence[tuple[ColumnView, Value]]


@dataclass(frozen=True)
class ComparisonLine:
    """A line asked, and a cell for each of the lot's offers."""

    line: LineView
    cells: Sequence[Cell]


@dataclass(frozen=True)
class LotView:
    """A lot compared: lines × suppliers, totals, credits, prices that seem low."""

    lot: Lot
    credits: Money | None
    offers: Sequence[LotOffer]
    out: Mapping[UUID, Judgement | None]
    lines: Sequence[ComparisonLine]
    suspects: Sequence[Suspect]
    suspect_on: Mapping[str, str]  # by offer, the line where its price is questioned
    screens: Sequence[tuple[str, Screen]]  # by line (empty: the lot's totals), with the figures
    by_line: bool
    lowest: Money | None
    ttc: bool
    recovered: bool


def compared(file: File, lot: Lot) -> LotView:
    """The comparison of a lot, for agents only."""
    offers = file.entrants(lot.number)
    remaining = file.remaining(lot.number)
    unequal = len({entry.asked for entry in remaining}) > 1 and not file.by_line
    basis = file.bases[lot.number]
    screens = [] if unequal else _screens(file, lot)
    suspects = {one.offer: (line, one) for line, found in screens for one in found.suspects}
    return LotView(
        lot=lot,
        credits=file.credits(lot),
        offers=offers,
        out={entry.offer.id: file.out(entry.offer, lot.number) for entry in offers},
        lines=[_line(file, lot, line, offers) for line in file.lot_lines(lot.number)],
        suspects=[suspect for _, suspect in suspects.values()],
        suspect_on={offer: line for offer, (line, _) in suspects.items()},
        screens=screens,
        by_line=file.by_line,
        lowest=None
        if unequal or file.by_line
        else min((entry.compared for entry in remaining), default=None),
        ttc=basis.ttc,
        recovered=basis.recovery == "full",
    )


def _screens(file: File, lot: Lot) -> list[tuple[str, Screen]]:
    """The prices compared together, seen through both screens (OAB-01, OAB-02)."""
    found = []
    for group in groups_of(file, lot):
        prices = {
            str(entry.offer.id): entry.compared
            for entry in group.entries
            if entry.compared.cents > 0 and not file.out(entry.offer, lot.number)
        }
        seen = screen(prices)
        if seen is not None:
            found.append((group.label if group.line else "", seen))
    return found


def _line(file: File, lot: Lot, line: LineView, offers: Sequence[LotOffer]) -> ComparisonLine:
    units = {
        entry.offer.id: file.one_slice(entry.offer, lot.number, line.id).compared
        for entry in offers
        if line.id in entry.lines and not file.out(entry.offer, lot.number)
    }
    lowest = min(units.values(), default=None)
    shown = [
        view
        for view in file.frame.supplier
        if view.column.role not in {Role.UNIT_PRICE, Role.LINE_TOTAL, Role.PROPOSED, Role.AVAILABLE}
    ]
    cells = []
    for entry in offers:
        row = entry.lines.get(line.id)
        if row is None:
            cells.append(Cell(None, None, None, False, ()))
            continue
        values = [(view, value) for view in shown if (value := value_in(view, row)) is not None]
        cells.append(
            Cell(
                line=row,
                unit=None if row.unit_cents is None else Money(row.unit_cents),
                total=None if row.ht_cents is None else Money(row.ht_cents),
                best=lowest is not None and units.get(entry.offer.id) == lowest,
                others=values,
            )
        )
    return ComparisonLine(line, cells)
