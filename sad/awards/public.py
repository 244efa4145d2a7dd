"""What everybody may read of a contract, once it is notified: what the essential data will say.

The winner's name and the amount of its contract, never a line's price, nor who else answered (P13).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import and_
from sqlmodel import col, select

from sad.awards.states import AwardState
from sad.awards.tables import Award
from sad.categories.tables import Category
from sad.db.work import Work
from sad.kernel.money import Money
from sad.markets.tables import SpecificMarket
from sad.offers.tables import Offer

PUBLIC = frozenset({AwardState.NOTIFIED, AwardState.PERFORMED, AwardState.SETTLED})


@dataclass(frozen=True)
class PublicResult:
    """One winner of one market. `ht`: all it was given there, lots together, excluding tax."""

    number: str
    title: str
    category_id: UUID
    category: str
    winner: str
    ht: Money
    notified_at: datetime


def results(
    work: Work, organisation_id: UUID, system_id: UUID, category_id: UUID | None = None
) -> list[PublicResult]:
    """The notified contracts of a system, or of one category, the newest first.

    A winner of several lots shows once the last of them is notified: two sums on two days would
    tell each lot's.
    """
    query = (
        select(Award, SpecificMarket, Category.name, Offer.supplier_name)
        .join(SpecificMarket, _same(SpecificMarket, Award.market_id))
        .join(Category, _same(Category, SpecificMarket.category_id))
        .join(Offer, _same(Offer, Award.offer_id))
        .where(
            col(Award.organisation_id) == organisation_id,
            col(SpecificMarket.system_id) == system_id,
            col(Award.state) != AwardState.CANCELLED,
        )
        .order_by(col(Award.market_id), col(Award.applicant_id))
    )
    if category_id is not None:
        query = query.where(col(SpecificMarket.category_id) == category_id)
    found = []
    for _, rows in groupby(work.session.exec(query), key=lambda row: _contract(row[0])):
        if (result := _result(list(rows))) is not None:
            found.append(result)
    return sorted(found, key=lambda one: (one.notified_at, one.number, one.winner), reverse=True)


def _contract(award: Award) -> tuple[UUID, UUID]:
    return award.market_id, award.applicant_id


def _result(rows: Sequence[Any]) -> PublicResult | None:
    awards = [row[0] for row in rows]
    if any(award.state not in PUBLIC for award in awards):
        return None
    _, market, category, winner = rows[0]
    return PublicResult(
        number=market.number,
        title=market.title,
        category_id=market.category_id,
        category=category,
        winner=winner,
        ht=Money(sum(award.ht_cents for award in awards)),
        notified_at=max(award.notified_at for award in awards),
    )


def _same(table: Any, id_column: Any) -> Any:
    """The row of the same organisation that the column names."""
    return and_(
        col(table.organisation_id) == col(Award.organisation_id), col(table.id) == id_column
    )
