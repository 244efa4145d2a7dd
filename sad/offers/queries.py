"""What each reader may know of answers.

A supplier reads its own, for ever. Agents read nothing before the opening, not even whether there
is one; after it, the offers, their lines and totals per lot.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sad.accounts.permissions import Permission, require
from sad.attachments.copies import Kept
from sad.attachments.scanning import Verdict
from sad.attachments.tables import Attachment
from sad.db.work import Work
from sad.frames.queries import FrameView, frame
from sad.frames.totals import PricedLine, totals
from sad.frames.vocabulary import Role
from sad.kernel.errors import NotFound
from sad.kernel.money import ZERO, Money
from sad.kernel.vat import VatRegime
from sad.markets.tables import SpecificMarket
from sad.offers.desk import Desk, take_desk
from sad.offers.opened import ON_LINE, OWNER
from sad.offers.payload import Draft, sent_draft
from sad.offers.register import DepositRow, read_deposits
from sad.offers.rules import FileUnknown, NotOpened, ReceiptUnknown
from sad.offers.states import DepositKind, OfferState, Standing
from sad.offers.tables import Offer, OfferLine

_offer: Any = Offer.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
_line: Any = OfferLine.__table__  # type: ignore[attr-defined]  # same
_attachment: Any = Attachment.__table__  # type: ignore[attr-defined]  # same


@dataclass(frozen=True)
class OwnAnswer:
    """A supplier's own answer, for itself alone."""

    desk: Desk
    draft: Draft
    deposits: Sequence[DepositRow]

    @cached_property
    def standing(self) -> Standing:
        """Where it stands."""
        answer = self.draft.answer
        sent = answer.in_force_sent
        if sent is not None:
            return Standing.SENT if sent.content == self.draft.payload else Standing.CHANGED
        if any(one.kind == DepositKind.WITHDRAWAL for one in answer.sent):
            return Standing.WITHDRAWN
        return Standing.NOTHING if answer.empty else Standing.DRAFT

    @property
    def in_force(self) -> DepositRow | None:
        """The act whose answer the opening would read."""
        wanted = self.draft.answer.in_force
        return next((row for row in self.deposits if str(row.id) == wanted), None)

    @property
    def version_sent(self) -> int | None:
        """The version of the grid that the answer in force was made on."""
        deposit = self.in_force
        if deposit is None:
            return None
        version: int | None = deposit.receipt.get("consultation", {}).get("version")
        return version

    @property
    def outdated(self) -> bool:
        """An addendum changed the grid since the answer in force: « faite sur la version n »."""
        return self.version_sent not in (None, self.desk.market.frame_version)


def own_answer(work: Work, market_id: UUID) -> OwnAnswer:
    """The actor's own answer. Raises MayNotAnswer or NotFound."""
    desk = take_desk(work, market_id)
    place = desk.place
    deposits = read_deposits(work, place.organisation_id, market_id, place.applicant_id)
    return OwnAnswer(desk, desk.draft(), deposits)


def own_receipt(work: Work, market_id: UUID, deposit_id: UUID) -> DepositRow:
    """One of the actor's receipts. Raises ReceiptUnknown."""
    place = take_desk(work, market_id).place
    for row in read_deposits(work, place.organisation_id, market_id, place.applicant_id):
        if row.id == deposit_id and row.signed is not None:
            return row
    raise ReceiptUnknown()


def own_payload(work: Work, market_id: UUID, deposit_id: UUID) -> bytes:
    """The exact `reponse.json` of one of the actor's acts. Raises ReceiptUnknown."""
    for sent in take_desk(work, market_id).answer.sent:
        if sent.id == str(deposit_id) and (payload := sent.content) is not None:
            return payload
    raise ReceiptUnknown()


def own_sent(work: Work, market_id: UUID, deposit_id: UUID) -> Draft:
    """What one of the actor's acts sent, read with the grid as it is now. Raises ReceiptUnknown."""
    return sent_draft(take_desk(work, market_id).draft(), own_payload(work, market_id, deposit_id))


@dataclass(frozen=True)
class FileView:
    """A file of an offer opened; `line_id` None for the whole answer."""

    id: UUID
    line_id: UUID | None
    name: str
    media_type: str
    size: int
    sha256: str
    scan: Verdict
    scan_detail: str | None
    scanned_at: datetime | None  # since the opening
    copies: Sequence[Kept] = ()

    @property
    def quarantined(self) -> bool:
        """Found infected: given to nobody."""
        return self.scan is Verdict.INFECTED


@dataclass(frozen=True)
class OfferLineView:
    """One line answered. Amounts exclude tax; `values`: the supplier's columns as kept, by key."""

    line_id: UUID
    quantity: Decimal
    slices: int | None
    unit_price: Money | None
    ht: Money | None
    values: Mapping[str, Any]


@dataclass(frozen=True)
class LotTotal:
    """What an offer asks for one lot."""

    ht: Money
    payable: Money


@dataclass(frozen=True)
class OfferView:
    """An offer as opened. `lines` by line id; `fault` says why an unreadable one is."""

    id: UUID
    market_id: UUID
    applicant_id: UUID
    supplier_id: UUID
    supplier_name: str
    deposit_id: UUID
    received_at: datetime
    state: OfferState
    fault: str
    frame_version: int
    regime: VatRegime
    rate: Decimal | None
    ht: Money | None
    payable: Money | None
    lines: Mapping[UUID, OfferLineView] = field(default_factory=dict)
    files: Sequence[FileView] = ()
    lots: Mapping[int, LotTotal] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)  # asked once for the offer, by key

    @property
    def readable(self) -> bool:
        """Opened whole; otherwise the backup copy may be opened (OFF-07)."""
        return self.state is OfferState.OPENED


def opened_market(work: Work, market_id: UUID) -> SpecificMarket:
    """The market, once opened. Raises NotAllowed, NotFound, NotOpened."""
    require(work, Permission.READ_FILE)
    market = work.get(SpecificMarket, market_id)
    if market.launched_at is None:
        raise NotFound()
    if market.opened_at is None:
        raise NotOpened(market=market.title)
    return market


def offers_of(work: Work, market_id: UUID) -> list[OfferView]:
    """Every offer with its lines, files and totals per lot, by supplier's name.

    For agents with READ_FILE, only after the opening. Raises NotAllowed, NotFound, NotOpened.
    """
    market = opened_market(work, market_id)
    connection = work.connection
    mine = _offer.c.organisation_id == market.organisation_id
    rows = connection.execute(
        select(_offer)
        .where(mine, _offer.c.market_id == market_id)
        .order_by(_offer.c.supplier_name, _offer.c.id)
    ).all()
    ids = [row.id for row in rows]
    lines, files = _lines(work, market, ids), _files(work, market, ids)
    grid = frame(work, market.organisation_id, market.frame_id)
    return [_view(row, lines[row.id], files[row.id], grid) for row in rows]


def offer(work: Work, market_id: UUID, offer_id: UUID) -> OfferView:
    """One offer of the market. Raises as `offers_of`, NotFound when it is not one of them."""
    for view in offers_of(work, market_id):
        if view.id == offer_id:
            return view
    raise NotFound()


def files_of(work: Work, market_id: UUID, offer_id: UUID) -> list[FileView]:
    """The files of one offer of the market, by name. Raises as `offers_of`."""
    return _files(work, opened_market(work, market_id), [offer_id])[offer_id]


def photographs_of(work: Work, market_id: UUID) -> dict[tuple[UUID, UUID], list[FileView]]:
    """Photographs that can be shown small, by offer and line. Raises as `offers_of`."""
    market = opened_market(work, market_id)
    mine = _offer.c.organisation_id == market.organisation_id
    query = select(_offer.c.id).where(mine, _offer.c.market_id == market_id)
    ids = list(work.connection.execute(query).scalars())
    found: dict[tuple[UUID, UUID], list[FileView]] = defaultdict(list)
    for offer_id, files in _files(work, market, ids).items():
        for file in files:
            if file.line_id is not None and file.copies and not file.quarantined:
                found[offer_id, file.line_id].append(file)
    return found


def offer_file(work: Work, market_id: UUID, file_id: UUID) -> Attachment:
    """A file of an opened offer, with its key. Raises as `offers_of`, FileUnknown."""
    market = opened_market(work, market_id)
    row = work.session.get(Attachment, (market.organisation_id, file_id))
    owner = None if row is None else work.session.get(Offer, (market.organisation_id, row.owner_id))
    if row is None or row.owner_kind != OWNER or owner is None or owner.market_id != market_id:
        raise FileUnknown()
    return row


def _view(
    row: Any, lines: dict[UUID, OfferLineView], files: list[FileView], grid: FrameView
) -> OfferView:
    regime = VatRegime(row.vat_regime)
    return OfferView(
        id=row.id,
        market_id=row.market_id,
        applicant_id=row.applicant_id,
        supplier_id=row.supplier_id,
        supplier_name=row.supplier_name,
        deposit_id=row.deposit_id,
        received_at=row.received_at,
        state=OfferState(row.state),
        fault=row.fault,
        frame_version=row.frame_version,
        regime=regime,
        rate=row.vat_rate,
        ht=None if row.ht_cents is None else Money(row.ht_cents),
        payable=None if row.payable_cents is None else Money(row.payable_cents),
        lines=lines,
        files=files,
        lots=_lots(grid, lines, regime, row.vat_rate),
        answers=row.answers,
    )


def _lots(
    grid: FrameView,
    lines: Mapping[UUID, OfferLineView],
    regime: VatRegime,
    rate: Decimal | None,
) -> dict[int, LotTotal]:
    """Totals of each lot, VAT rounded per rate on the lot's own lines."""
    rates = grid.supplier_column(Role.VAT_RATE)
    priced: dict[int, list[PricedLine]] = defaultdict(list)
    for asked in grid.lines:
        line = lines.get(asked.id)
        if line is None or line.unit_price is None or not line.quantity:
            continue
        own = line.values.get(rates.key) if rates else None
        priced[asked.lot_number].append(
            PricedLine(
                str(asked.id),
                line.unit_price,
                line.quantity,
                Decimal(str(own)) if own is not None else None,
            )
        )
    found = {lot: totals(of_lot, regime, rate) for lot, of_lot in priced.items()}
    asked_lots = sorted({line.lot_number for line in grid.lines})
    return {
        lot: LotTotal(found[lot].ht, found[lot].payable) if lot in found else LotTotal(ZERO, ZERO)
        for lot in asked_lots
    }


def _lines(
    work: Work, market: SpecificMarket, ids: list[UUID]
) -> dict[UUID, dict[UUID, OfferLineView]]:
    found: dict[UUID, dict[UUID, OfferLineView]] = defaultdict(dict)
    query = select(_line, _line.c["values"].label("typed")).where(
        _line.c.organisation_id == market.organisation_id, _line.c.offer_id.in_(ids)
    )
    for row in work.connection.execute(query):
        found[row.offer_id][row.line_id] = OfferLineView(
            line_id=row.line_id,
            quantity=row.quantity,
            slices=row.slices,
            unit_price=None if row.unit_cents is None else Money(row.unit_cents),
            ht=None if row.ht_cents is None else Money(row.ht_cents),
            values=row.typed,
        )
    return found


def _files(work: Work, market: SpecificMarket, ids: list[UUID]) -> dict[UUID, list[FileView]]:
    found: dict[UUID, list[FileView]] = defaultdict(list)
    query = (
        select(_attachment)
        .where(
            _attachment.c.organisation_id == market.organisation_id,
            _attachment.c.owner_kind == OWNER,
            _attachment.c.owner_id.in_(ids),
        )
        .order_by(_attachment.c.name, _attachment.c.id)
    )
    for row in work.connection.execute(query):
        on_line = row.purpose.removeprefix(ON_LINE) if row.purpose.startswith(ON_LINE) else None
        found[row.owner_id].append(
            FileView(
                id=row.id,
                line_id=UUID(on_line) if on_line else None,
                name=row.name,
                media_type=row.media_type,
                size=row.size,
                sha256=row.sha256,
                scan=Verdict(row.scan),
                scan_detail=row.scan_detail,
                scanned_at=row.scanned_at,
                copies=row.copies or (),
            )
        )
    return found
