"""A supplier at its slot: the slot locked first, the market read after, both columns written.

Statements are SQLAlchemy Core, made once: a deposit costs a few milliseconds of CPU.
"""

import hashlib
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, select, update

from sad.accounts.permissions import require_supplier
from sad.accounts.tables import Organisation
from sad.audit.chains import Chain, offer_chain
from sad.audit.receipts import Party
from sad.candidatures.states import CandidatureState
from sad.candidatures.tables import Applicant, Candidature
from sad.db.work import Work
from sad.frames.tables import ResponseFrame
from sad.kernel.canonical import instant
from sad.kernel.vat import VatRegime
from sad.markets.states import MarketState
from sad.markets.tables import Invitation, SpecificMarket
from sad.offers.answer import Answer
from sad.offers.grid import Grid, grid_of
from sad.offers.invitees import refuse_not_invited
from sad.offers.payload import Draft, Terms
from sad.offers.rules import AdmissionWithdrawn, MarketOver
from sad.offers.sealing import Place, market_public_key, read_slot, write_slot
from sad.offers.tables import OfferSlot
from sad.suppliers.tables import Supplier

_slot: Any = OfferSlot.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
_invitation: Any = Invitation.__table__  # type: ignore[attr-defined]  # same
_market: Any = SpecificMarket.__table__  # type: ignore[attr-defined]  # same
_organisation: Any = Organisation.__table__  # type: ignore[attr-defined]  # same
_applicant: Any = Applicant.__table__  # type: ignore[attr-defined]  # same
_supplier: Any = Supplier.__table__  # type: ignore[attr-defined]  # same
_frame: Any = ResponseFrame.__table__  # type: ignore[attr-defined]  # same
_candidature: Any = Candidature.__table__  # type: ignore[attr-defined]  # same

WRITABLE = {
    MarketState.LAUNCHED,
    MarketState.OPENED,
    MarketState.RANKED,
    MarketState.PROPOSED,
    MarketState.DECIDED,
}
"""After the deadline an answer is still received, stamped and set aside (OFF-01)."""

_SLOT = (
    select(_slot.c.organisation_id, _slot.c.applicant_id, _slot.c.mine, _invitation.c.seen_at)
    .join(
        _invitation,
        (_invitation.c.organisation_id == _slot.c.organisation_id)
        & (_invitation.c.market_id == _slot.c.market_id)
        & (_invitation.c.applicant_id == _slot.c.applicant_id),
    )
    .where(
        _invitation.c.market_id == bindparam("market"),
        _invitation.c.supplier_id == bindparam("supplier"),
    )
    .order_by(_slot.c.applicant_id)
    .limit(1)
)
_LOCKED = _SLOT.with_for_update(of=_slot)
_FACTS = (
    select(
        *(
            _market.c[name]
            for name in (
                "id", "organisation_id", "system_id", "category_id", "frame_id", "number", "title",
                "description", "state", "deadline_at", "opening_from", "opened_at",
                "frame_version", "partial_allowed", "public_key",
            )
        ),
        _organisation.c.name.label("buyer_name"),
        _organisation.c.siret.label("buyer_siret"),
        _applicant.c.name.label("applicant_name"),
        _applicant.c.kind.label("applicant_kind"),
        _supplier.c.id.label("supplier_id"),
        _supplier.c.name.label("supplier_name"),
        _supplier.c.siret,
        _supplier.c.vat_regime,
        _supplier.c.vat_rate,
        _frame.c.content_sha256,
        exists()
        .where(
            _candidature.c.organisation_id == _market.c.organisation_id,
            _candidature.c.applicant_id == _applicant.c.id,
            _candidature.c.category_id == _market.c.category_id,
            _candidature.c.state == CandidatureState.ADMITTED.value,
        )
        .label("admitted"),
    )
    .join(_organisation, _organisation.c.id == _market.c.organisation_id)
    .join(
        _applicant,
        (_applicant.c.organisation_id == _market.c.organisation_id)
        & (_applicant.c.id == bindparam("applicant")),
    )
    .join(_supplier, _supplier.c.id == _applicant.c.supplier_id)
    .join(
        _frame,
        (_frame.c.organisation_id == _market.c.organisation_id)
        & (_frame.c.id == _market.c.frame_id),
    )
    .where(
        _market.c.organisation_id == bindparam("organisation"), _market.c.id == bindparam("market")
    )
)  # fmt: skip
_WRITE = (
    update(_slot)
    .where(
        _slot.c.organisation_id == bindparam("organisation"),
        _slot.c.market_id == bindparam("market"),
        _slot.c.applicant_id == bindparam("applicant"),
    )
    .values(mine=bindparam("sealed_mine"), pli=bindparam("sealed_pli"))
)


@dataclass
class Desk:
    """A supplier at its slot. `market` is a row of facts read once the slot is held."""

    work: Work
    place: Place
    market: Any
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
        return self.state in WRITABLE and bool(self.market.admitted)

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
        rate: Decimal | None = self.market.vat_rate
        return rate

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

    `lock` holds the slot until the end of the work, before the market is read.
    """
    supplier_id = require_supplier(work)
    since = time.monotonic()
    connection = work.session.connection()
    asked = {"market": market_id, "supplier": supplier_id}
    row = connection.execute(_LOCKED if lock else _SLOT, asked).one_or_none()
    if row is None:
        refuse_not_invited(work, market_id, supplier_id)
    place = Place(row.organisation_id, market_id, row.applicant_id)
    facts = connection.execute(
        _FACTS,
        {
            "organisation": row.organisation_id,
            "market": market_id,
            "applicant": row.applicant_id,
        },
    ).one()
    answer = Answer.from_dict(read_slot(work.rings, place, row.mine))
    return Desk(work, place, facts, answer, row.seen_at is not None, since)


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
    work, place, answer = desk.work, desk.place, desk.answer
    answer.saved_at = instant(work.now)
    in_force = answer.in_force_sent
    sealed = write_slot(
        work.rings,
        place,
        answer.to_dict(),
        in_force.content if in_force else None,
        desk.public_key,
    )
    work.session.connection().execute(
        _WRITE,
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
