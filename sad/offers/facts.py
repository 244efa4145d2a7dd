"""What a supplier's desk reads and writes: the slot, then one row of facts on the market.

Statements made once, rows as tuples of their own: a deposit costs a few milliseconds of CPU.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, exists, select, update

from sad.accounts.tables import Organisation
from sad.candidatures.states import CandidatureState
from sad.candidatures.tables import Applicant, Candidature
from sad.frames.tables import ResponseFrame
from sad.markets.tables import Invitation, SpecificMarket
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


class Facts(NamedTuple):
    """The market, its buyer and who answers, as they are once the slot is held."""

    id: UUID
    organisation_id: UUID
    system_id: UUID
    category_id: UUID
    frame_id: UUID
    number: str
    title: str
    description: str
    state: str
    deadline_at: datetime
    opened_at: datetime | None
    frame_version: int
    partial_allowed: bool
    public_key: bytes
    buyer_name: str
    buyer_siret: str
    applicant_name: str
    supplier_id: UUID
    siret: str
    vat_regime: str
    vat_rate: Decimal | None
    content_sha256: str | None
    admitted: bool  # still, in the market's category


SLOT = (
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
    .order_by((_slot.c.applicant_id == bindparam("preferred")).desc(), _slot.c.applicant_id)
    .limit(1)
)
LOCKED = SLOT.with_for_update(of=_slot)
# In the order of the fields of Facts.
FACTS = (
    select(
        *(
            _market.c[name]
            for name in (
                "id", "organisation_id", "system_id", "category_id", "frame_id", "number", "title",
                "description", "state", "deadline_at", "opened_at", "frame_version",
                "partial_allowed", "public_key",
            )
        ),
        _organisation.c.name.label("buyer_name"),
        _organisation.c.siret.label("buyer_siret"),
        _applicant.c.name.label("applicant_name"),
        _supplier.c.id.label("supplier_id"),
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
WRITE = (
    update(_slot)
    .where(
        _slot.c.organisation_id == bindparam("organisation"),
        _slot.c.market_id == bindparam("market"),
        _slot.c.applicant_id == bindparam("applicant"),
    )
    .values(mine=bindparam("sealed_mine"), pli=bindparam("sealed_pli"))
)
