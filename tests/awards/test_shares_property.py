"""Any market given line by line: never above what is asked nor offered, totals that add up."""

from decimal import Decimal
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from sad.awards.shares import Ranked, Share, lines_given, shares
from sad.evaluation.file import Basis, File
from sad.frames.queries import FrameView, LineView
from sad.kernel.money import ZERO, Money
from sad.kernel.vat import VatRecovery, VatRegime
from sad.markets.states import AwardMode
from sad.markets.tables import Lot, SpecificMarket
from sad.offers.tables import Offer, OfferLine
from sad.scoring.scoring import Result

ORG = UUID(int=1)
LINE = st.tuples(st.integers(1, 12), st.integers(1, 5), st.booleans())  # slices, their size, cut
BID = st.one_of(st.none(), st.tuples(st.integers(1, 90_000), st.integers(0, 15)))


def _line(place: int, slices: int, size: int, cut: bool) -> LineView:
    return LineView(
        id=UUID(int=100 + place),
        lot_number=1,
        position=place + 1,
        number=str(place + 1),
        code="",
        designation="Chaise",
        quantity=Decimal(slices * size),
        unit="",
        mandatory=False,
        slice_size=Decimal(size) if cut else None,
        maximum_price=None,
        values={},
        picture_id=None,
    )


def _answer(line: LineView, bid: tuple[int, int]) -> OfferLine:
    cents, slices = bid
    quantity = line.quantity if line.slice_size is None else line.slice_size * slices
    count = None if line.slice_size is None else slices
    return OfferLine(line_id=line.id, unit_cents=cents, slices=count, quantity=quantity, ht_cents=1)


@st.composite
def markets(draw: st.DrawFn) -> tuple[File, Ranked]:
    """A file of up to five lines and five offers, each line ranked in its own order."""
    lines = [_line(i, *one) for i, one in enumerate(draw(st.lists(LINE, min_size=1, max_size=5)))]
    count = draw(st.integers(1, 5))
    offers = [
        Offer(id=UUID(int=10 + i), supplier_name=f"S{i}", vat_regime=VatRegime.FRANCHISE)
        for i in range(count)
    ]
    answers: dict[UUID, dict[UUID, OfferLine]] = {offer.id: {} for offer in offers}
    groups = []
    for line in lines:
        bids = [(offer, draw(BID)) for offer in offers]
        entered = [(offer, bid) for offer, bid in bids if bid is not None]
        for offer, bid in entered:
            answers[offer.id][line.id] = _answer(line, bid)
        order = draw(st.permutations([offer for offer, _ in entered]))
        results = [
            Result(str(offer.id), Money(1), (), Decimal(90 - place), place)
            for place, offer in enumerate(order, start=1)
        ]
        groups.append((line.id, results))
    file = File(
        market=SpecificMarket(organisation_id=ORG, award_mode=AwardMode.LINES),
        frame=FrameView(UUID(int=2), (), (), tuple(lines)),
        lots=[Lot(number=1)],
        criteria=[],
        offers=offers,
        lines=answers,
        judgements={},
        bases={1: Basis(VatRecovery.NONE, ttc=True)},
    )
    return file, Ranked(1, groups)


@given(made=markets(), data=st.data())
@settings(deadline=None, max_examples=60)
def test_any_lines_are_given_within_what_is_asked_and_offered(
    made: tuple[File, Ranked], data: st.DataObject
) -> None:
    file, lot = made
    found = shares(file, [lot], ())
    for line in file.frame.lines:
        won = [(share, share.slices.get(line.id, 0)) for share in found]
        size = line.slice_size or line.quantity
        assert sum(count for _, count in won) * size <= line.quantity
        for share, count in won:
            assert not count or count * size <= file.lines[share.offer.id][line.id].quantity
    for share in found:
        assert share.amount.ht == _sum(file, share) == share.amount.paid
    groups = [(line, data.draw(st.permutations(results))) for line, results in lot.groups]
    mixed = Ranked(1, data.draw(st.permutations(groups)))
    assert [_told(one) for one in shares(file, [mixed], ())] == [_told(one) for one in found]


def _sum(file: File, share: Share) -> Money:
    rows = lines_given(file, share.offer.id, 1, share.slices)
    return sum((row.ht for row in rows), ZERO)


def _told(share: Share) -> tuple[UUID, int, dict[UUID, int], Money]:
    return share.offer.id, share.rank, dict(share.slices), share.amount.ht
