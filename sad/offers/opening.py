"""The opening: an act of an authorised person, from a minute after the deadline, once.

One transaction: the market and its slots are locked in order, the market is marked by a conditional
UPDATE, each sealed deposit is opened and checked against its receipt, and offers, lines and files
are written in clear. A slot that does not open never blocks the others (OFF-07).
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from sad.accounts.permissions import Permission, require
from sad.accounts.tables import Person
from sad.audit.chains import market_chain
from sad.audit.service import record
from sad.candidatures.tables import Applicant
from sad.db.work import Work
from sad.kernel.canonical import instant
from sad.kernel.errors import NotFound
from sad.markets.rules import OPENING_AFTER
from sad.markets.states import MarketState
from sad.markets.tables import SpecificMarket
from sad.notifications.service import notify
from sad.offers.deposits import CLOCK_DOUBT
from sad.offers.found import Found
from sad.offers.opened import write_offer, write_unreadable
from sad.offers.register import DepositRow, in_force, promised_until, read_deposits
from sad.offers.rules import AlreadyOpened, NotLaunched, TooEarly
from sad.offers.sealing import (
    MarketKeyUnreadable,
    Place,
    market_private_key,
    market_public_key,
)
from sad.offers.states import DepositKind, OpeningAnomaly
from sad.offers.tables import Offer, OfferSlot
from sad.suppliers.tables import Supplier

_slot: Any = OfferSlot.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
_market: Any = SpecificMarket.__table__  # type: ignore[attr-defined]  # same
_applicant: Any = Applicant.__table__  # type: ignore[attr-defined]  # same
_supplier: Any = Supplier.__table__  # type: ignore[attr-defined]  # same

FORMAT = "sad-minutes-v1"


@dataclass(frozen=True)
class Opened:
    """What an opening gave. `anomalies`: what was found altered or unreadable, by name."""

    offers: int
    unreadable: int
    late: int
    anomalies: list[dict[str, str]] = field(default_factory=list)


def check_openable(market: SpecificMarket, work: Work) -> None:
    """Raises NotLaunched, AlreadyOpened or TooEarly; says nothing of what there is to open."""
    if market.opened_at is not None:
        raise AlreadyOpened(opened_at=market.opened_at)
    launched = market.state == MarketState.LAUNCHED
    if not launched or market.opening_from is None or market.deadline_at is None:
        raise NotLaunched()
    # The database's own check says the same, to whoever does not own the table.
    _check_instant(work, max(market.opening_from, market.deadline_at + OPENING_AFTER))


def _check_instant(work: Work, opening_from: datetime) -> None:
    if work.now < opening_from:
        raise TooEarly(opening_from=opening_from)


def open_offers(work: Work, market_id: UUID) -> Opened:
    """Opens every answer in force, writes the minutes, and moves the market to opened.

    Raises NotAllowed, NotFound, NotLaunched, TooEarly, AlreadyOpened.
    """
    require(work, Permission.OPEN_OFFERS)
    market = work.get(SpecificMarket, market_id, lock=True)
    if market.launched_at is None:
        raise NotFound()
    check_openable(market, work)
    slots = _locked_slots(work, market)
    session = _Session(work, market)
    if promised := promised_until(chain.from_iterable(session.deposits.values())):
        # A deadline brought forward by hand: receipts say until when nobody was to read.
        _check_instant(work, promised + OPENING_AFTER)
    _mark(work, market)
    for slot in slots:
        session.open(slot)
    minutes = session.minutes()
    market.minutes = minutes
    work.add(market)
    _journal(work, market, session)
    _tell(work, market)
    return Opened(
        session.count("opened"), session.count("unreadable"), len(session.late), session.anomalies
    )


def _locked_slots(work: Work, market: SpecificMarket) -> list[Any]:
    """Every slot of the market, held: no deposit in time can commit any more (`trust` 4)."""
    query = (
        select(
            _slot,
            _applicant.c.name,
            _supplier.c.id.label("supplier_id"),
            _supplier.c.vat_regime,
            _supplier.c.vat_rate,
        )
        .join(
            _applicant,
            (_applicant.c.organisation_id == _slot.c.organisation_id)
            & (_applicant.c.id == _slot.c.applicant_id),
        )
        .join(_supplier, _supplier.c.id == _applicant.c.supplier_id)
        .where(_slot.c.organisation_id == market.organisation_id, _slot.c.market_id == market.id)
        .order_by(_slot.c.applicant_id)
        .with_for_update(of=_slot)
    )
    return list(work.connection.execute(query))


def _mark(work: Work, market: SpecificMarket) -> None:
    """One opening: the row is taken by whoever first finds it not opened."""
    taken = work.connection.execute(
        update(_market)
        .where(
            _market.c.organisation_id == market.organisation_id,
            _market.c.id == market.id,
            _market.c.state == MarketState.LAUNCHED.value,
            _market.c.opened_at.is_(None),
            _market.c.opening_from <= work.now,
        )
        .values(
            opened_at=work.now,
            opened_by=work.actor.person_id,
            state=MarketState.OPENED.value,
            version=_market.c.version + 1,
        )
    )
    if taken.rowcount != 1:
        raise AlreadyOpened(opened_at=market.opened_at)
    work.session.refresh(market)


class _Session:
    """One opening in progress: keys, deposits, what was found."""

    def __init__(self, work: Work, market: SpecificMarket) -> None:
        self.work, self.market = work, market
        self.anomalies: list[dict[str, str]] = []
        self.offers: list[Offer] = []
        self.lines: list[dict[str, Any]] = []
        self.replaced: list[DepositRow] = []
        self.withdrawn: list[DepositRow] = []
        self.late: list[DepositRow] = []
        self.deposits: dict[UUID, list[DepositRow]] = defaultdict(list)
        for row in read_deposits(work, market.organisation_id, market.id):
            self.deposits[row.applicant_id].append(row)
        self.private = self._private_key()

    def count(self, state: str) -> int:
        """Offers in that state."""
        return sum(offer.state == state for offer in self.offers)

    def note(self, code: OpeningAnomaly, where: str = "") -> None:
        """Something altered or unreadable: named in the minutes and in the journal."""
        self.anomalies.append({"code": code.value, "where": where})

    def _private_key(self) -> bytes | None:
        """The market's key; None when it does not unwrap: the supplier's own side then serves."""
        market, rings = self.market, self.work.rings
        if self.work.notes.get(CLOCK_DOUBT):
            self.note(OpeningAnomaly.CLOCK_DOUBT)
        try:
            public = market_public_key(rings, market.id, market.public_key or b"")
            if hashlib.sha256(public).hexdigest() != market.key_fingerprint:
                self.note(OpeningAnomaly.PUBLIC_KEY_ALTERED)
        except MarketKeyUnreadable:
            self.note(OpeningAnomaly.PUBLIC_KEY_ALTERED)
        if market.deadline_at is None:
            return None
        try:
            return market_private_key(
                rings, market.id, market.deadline_at, market.private_key or b""
            )
        except MarketKeyUnreadable:
            self.note(OpeningAnomaly.PRIVATE_KEY_UNREADABLE)
            return None

    def open(self, slot: Any) -> None:
        """One slot: nothing, an offer, or an unreadable one."""
        rows = self.deposits[slot.applicant_id]
        self._sort(rows)
        for row in rows:
            if row.altered:
                self.note(OpeningAnomaly.RECEIPT_ALTERED, row.number)
        place = Place(slot.organisation_id, slot.market_id, slot.applicant_id)
        found = Found(self.work.rings, place, slot, self.private, self.note)
        chosen = in_force(rows)
        if chosen is None:
            chosen = found.without_row(withdrawn=bool(rows))
        if chosen is None:
            return
        payload = found.attested(chosen)
        if payload is None:
            offer = write_unreadable(self.work, self.market, slot, chosen, found.fault)
        else:
            known = found.own_files()
            offer = write_offer(self.work, self.market, slot, chosen, payload, known)
        self.offers.append(offer)
        self.lines.append(_listed(offer, chosen))

    def _sort(self, rows: list[DepositRow]) -> None:
        last: DepositRow | None = None
        for row in rows:
            if row.kind == DepositKind.LATE:
                self.late.append(row)
                continue
            if row.kind == DepositKind.WITHDRAWAL:
                self.withdrawn.append(row)
            elif last is not None and last.kind != DepositKind.WITHDRAWAL:
                self.replaced.append(last)
            last = row

    def minutes(self) -> dict[str, Any]:
        """The minutes of the opening, as the page and the paper print them."""
        market, work = self.market, self.work
        person = work.session.get(Person, work.actor.person_id) if work.actor.person_id else None
        return {
            "format": FORMAT,
            "opened_at": instant(work.now),
            "deadline_at": instant(market.deadline_at) if market.deadline_at else None,
            "operators": [
                {
                    "id": work.actor.label,
                    "name": person.name if person else "",
                    "role": work.actor.main_role,
                }
            ],
            "offers": self.lines,
            "late": [_by_hash(row) for row in self.late],
            "replaced": [_by_hash(row) for row in self.replaced],
            "withdrawn": [_by_hash(row) for row in self.withdrawn],
            "anomalies": self.anomalies,
        }


def _listed(offer: Offer, deposit: DepositRow) -> dict[str, Any]:
    files = offer.payload.get("files", []) if offer.payload else []
    return {
        "offer": str(offer.id),
        "name": offer.supplier_name,
        "receipt": deposit.receipt_sha256,
        "number": deposit.number,
        "received_at": instant(deposit.received_at),
        "state": str(offer.state),
        "fault": offer.fault,
        "files": len(files) if isinstance(files, list) else 0,
    }


def _by_hash(row: DepositRow) -> dict[str, str]:
    return {"receipt": row.receipt_sha256, "received_at": instant(row.received_at)}


def _journal(work: Work, market: SpecificMarket, session: _Session) -> None:
    """The one event: counts and hashes of receipts, no name."""
    record(
        work,
        market_chain(market.organisation_id, market.system_id, market.category_id, market.id),
        "market.opened",
        market.id,
        before={"state": MarketState.LAUNCHED.value},
        after={
            "state": MarketState.OPENED.value,
            "opened": session.count("opened"),
            "unreadable": session.count("unreadable"),
            "receipts": [line["receipt"] for line in session.lines],
            "late": [row.receipt_sha256 for row in session.late],
            "replaced": [row.receipt_sha256 for row in session.replaced],
            "withdrawn": [row.receipt_sha256 for row in session.withdrawn],
            "anomalies": [anomaly["code"] for anomaly in session.anomalies],
        },
    )


def _tell(work: Work, market: SpecificMarket) -> None:
    """Who follows the market, and did not open it, learns that it is open."""
    people = {market.created_by, market.launched_by} - {None, work.actor.person_id}
    persons = sorted((person for person in people if person is not None), key=str)
    if persons:
        notify(
            work,
            "offer.opened",
            persons=persons,
            facts={"number": market.number or "", "title": market.title},
            link=f"/marches/{market.id}/ouverture",
            organisation_id=market.organisation_id,
        )
