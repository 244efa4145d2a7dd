"""A supplier at its slot: the slot locked first, the market read after, both columns written."""

import hashlib
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from sad.accounts.permissions import require_supplier
from sad.audit.chains import Chain, offer_chain
from sad.audit.receipts import Party
from sad.db.work import Work
from sad.kernel.canonical import instant
from sad.kernel.vat import VatRegime
from sad.markets.states import MarketState
from sad.offers.answer import Answer
from sad.offers.applicants import check_said
from sad.offers.facts import FACTS, LOCKED, SLOT, WRITE, Facts
from sad.offers.grid import Grid, grid_of
from sad.offers.invitees import refuse_not_invited
from sad.offers.payload import Draft, Terms
from sad.offers.rules import AdmissionWithdrawn, MarketOver
from sad.offers.sealing import Place, market_public_key, read_slot, write_slot

WRITABLE = {
    MarketState.LAUNCHED,
    MarketState.OPENED,
    MarketState.RANKED,
    MarketState.PROPOSED,
    MarketState.DECIDED,
}
"""After the deadline an answer is still received, stamped and set aside (OFF-01)."""


@dataclass
class Desk:
    """A supplier at its slot. `market` is read once the slot is held."""

    work: Work
    place: Place
    market: Facts
    answer: Answer
    seen: bool = True  # the invitation was already read
    since: float = field(default_factory=time.monotonic)

    @property
    def received_at(self) -> datetime:
        """The request's last byte; the work's instant where no request came (`trust` 4)."""
        moment: datetime = self.work.notes.get("received_at", self.work.now)
        return moment

    @property
    def since_stamp(self) -> timedelta:
        """Time gone since the request's last byte, waits for the slot included."""
        waited = timedelta(seconds=time.monotonic() - self.since)
        return max(self.work.now - self.received_at, timedelta()) + waited

    @property
    def state(self) -> MarketState:
        """The market's, as stored."""
        return MarketState(self.market.state)

    @property
    def writable(self) -> bool:
        """Whether anything can still be typed or received."""
        return self.state in WRITABLE and self.market.admitted

    @cached_property
    def grid(self) -> Grid:
        """The grid as this supplier answers it."""
        m = self.market
        return grid_of(
            self.work,
            m.organisation_id,
            m.frame_id,
            m.frame_version,
            m.content_sha256,
            self.regime,
        )

    @property
    def regime(self) -> VatRegime:
        """The supplier's own, asked once in its file (P17)."""
        return VatRegime(self.market.vat_regime)

    @property
    def rate(self) -> Decimal | None:
        """Its usual rate, in percent; None outside the liable regime."""
        return self.market.vat_rate

    @property
    def terms(self) -> Terms:
        """What the draft is read with."""
        m = self.market
        return Terms(
            self.place, m.frame_version, m.content_sha256, self.regime, self.rate, m.partial_allowed
        )

    def draft(self) -> Draft:
        """The draft as it stands, read with its grid."""
        return Draft(self.answer, self.grid, self.terms)

    @property
    def chain(self) -> Chain:
        """The journal of this applicant's acts in this market."""
        m = self.market
        return offer_chain(
            m.organisation_id, m.system_id, m.category_id, m.id, self.place.applicant_id
        )

    @property
    def buyer(self) -> Party:
        """Whom the answer is sent to."""
        return Party(self.market.buyer_name, self.market.buyer_siret)

    @property
    def operator(self) -> Party:
        """Who answers: the supplier, or the group under its mandataire's number."""
        return Party(self.market.applicant_name, self.market.siret)

    @cached_property
    def public_key(self) -> bytes:
        """The key the answers are sealed to. Raises MarketKeyUnreadable if it was swapped."""
        return market_public_key(self.work.rings, self.place.market_id, self.market.public_key)


def take_desk(work: Work, market_id: UUID, *, lock: bool = False) -> Desk:
    """The actor's slot in a market. Raises MayNotAnswer or NotFound when it has none.

    Raises ApplicantUnsaid for a token that must say for whom it answers. `lock` holds the slot
    until the end of the work, before the market is read.
    """
    check_said(work, market_id, require_supplier(work))
    return desk_in(work, market_id, lock=lock)


def desk_in(work: Work, market_id: UUID, *, lock: bool = False) -> Desk:
    """The same in any market one looks back at, whoever one answers for now."""
    supplier_id = require_supplier(work)
    since = time.monotonic()
    preferred = work.actor.applicant_id or supplier_id  # invited twice: the one it chose
    asked = {"market": market_id, "supplier": supplier_id, "preferred": preferred}
    found = work.connection.execute(LOCKED if lock else SLOT, asked).one_or_none()
    if found is None:
        refuse_not_invited(work, market_id, supplier_id)
    organisation_id, applicant_id, mine, seen_at = found
    named = {"organisation": organisation_id, "market": market_id, "applicant": applicant_id}
    market = Facts._make(work.connection.execute(FACTS, named).one())
    place = Place(organisation_id, market_id, applicant_id)
    answer = Answer.from_dict(read_slot(work.rings, place, mine))
    return Desk(work, place, market, answer, seen_at is not None, since)


def check_writable(desk: Desk) -> None:
    """Raises MarketOver, or AdmissionWithdrawn for who was admitted at the launch only (P11)."""
    if desk.state not in WRITABLE:
        raise MarketOver(market=desk.market.title)
    if not desk.market.admitted:
        raise AdmissionWithdrawn(
            market=desk.market.title, way_out=f"/rejoindre/{desk.market.system_id}"
        )


def save(desk: Desk) -> None:
    """Writes both columns of the slot: the supplier's state, and what the opening would read."""
    desk.answer.saved_at = instant(desk.work.now)
    write_answer(desk.work, desk.place, desk.answer, desk.public_key)


def write_answer(work: Work, place: Place, answer: Answer, public_key: bytes) -> None:
    """Seals an answer in its slot, which the caller holds."""
    in_force = answer.in_force_sent
    sealed = write_slot(
        work.rings,
        place,
        answer.to_dict(),
        in_force.content if in_force else None,
        public_key,
    )
    work.connection.execute(
        WRITE,
        {
            "organisation": place.organisation_id,
            "market": place.market_id,
            "applicant": place.applicant_id,
            "sealed_mine": sealed.mine,
            "sealed_pli": sealed.pli,
        },
    )


def body_sha256(*parts: str) -> str:
    """What an act was asked with, so that its key is not used for another."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
