"""Why a supplier was not invited to a market, and its way out (acceptance of MS-01, MS-10)."""

from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import select

from sad.candidatures.states import CandidatureState
from sad.candidatures.tables import Applicant, Candidature
from sad.categories.tables import Category
from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.markets.tables import SpecificMarket
from sad.offers.rules import (
    AdmissionWithdrawn,
    AdmittedElsewhere,
    AdmittedLater,
    CandidaturePending,
    CandidatureRefused,
    MayNotAnswer,
)
from sad.systems.tables import PurchasingSystem

S = CandidatureState
_market: Any = SpecificMarket.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
_category: Any = Category.__table__  # type: ignore[attr-defined]  # same
_system: Any = PurchasingSystem.__table__  # type: ignore[attr-defined]  # same
_applicant: Any = Applicant.__table__  # type: ignore[attr-defined]  # same
_candidature: Any = Candidature.__table__  # type: ignore[attr-defined]  # same

_BY_STATE: dict[CandidatureState, type[MayNotAnswer]] = {
    S.SUBMITTED: CandidaturePending,
    S.COMPLETING: CandidaturePending,
    S.ADMITTED: AdmittedLater,
    S.ADMISSION_WITHDRAWN: AdmissionWithdrawn,
    S.REFUSED: CandidatureRefused,
}
_ORDER = list(_BY_STATE)


def refuse_not_invited(work: Work, market_id: UUID, supplier_id: UUID) -> NoReturn:
    """Raises the MayNotAnswer that says why; NotFound for a market that is not launched."""
    market = work.connection.execute(
        select(
            _market.c.title,
            _market.c.organisation_id,
            _market.c.category_id,
            _market.c.system_id,
            _category.c.name.label("category"),
            _system.c.title.label("system"),
        )
        .join(
            _category,
            (_category.c.organisation_id == _market.c.organisation_id)
            & (_category.c.id == _market.c.category_id),
        )
        .join(
            _system,
            (_system.c.organisation_id == _market.c.organisation_id)
            & (_system.c.id == _market.c.system_id),
        )
        .where(_market.c.id == market_id, _market.c.launched_at.is_not(None))
    ).one_or_none()
    if market is None:
        raise NotFound()
    facts = {
        "market": market.title,
        "category": market.category,
        "system": market.system,
        "way_out": f"/rejoindre/{market.system_id}",
    }
    here, elsewhere = _candidatures(work, market, supplier_id)
    for state in _ORDER:
        if state in here:
            raise _BY_STATE[state](**facts)
    if elsewhere:
        raise AdmittedElsewhere(**facts, categories=elsewhere)
    raise MayNotAnswer(**facts)


def _candidatures(work: Work, market: Any, supplier_id: UUID) -> tuple[set[S], list[str]]:
    """The states of its candidatures in the category, and the other categories it is in."""
    rows = work.connection.execute(
        select(_candidature.c.category_id, _candidature.c.state, _category.c.name)
        .join(
            _applicant,
            (_applicant.c.organisation_id == _candidature.c.organisation_id)
            & (_applicant.c.id == _candidature.c.applicant_id),
        )
        .join(
            _category,
            (_category.c.organisation_id == _candidature.c.organisation_id)
            & (_category.c.id == _candidature.c.category_id),
        )
        .where(
            _candidature.c.organisation_id == market.organisation_id,
            _candidature.c.system_id == market.system_id,
            _applicant.c.supplier_id == supplier_id,
        )
        .order_by(_category.c.position, _category.c.name)
    )
    here: set[S] = set()
    elsewhere: list[str] = []
    for row in rows:
        if row.category_id == market.category_id:
            here.add(S(row.state))
        elif row.state == S.ADMITTED.value:
            elsewhere.append(row.name)
    return here, elsewhere
