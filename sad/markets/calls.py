"""The open calls anybody may read: that they exist, and until when; never who answers, nor if.

The instant of a call's last change is that of its last addendum, which all the invited were told:
nothing here moves when somebody answers (trust.md 1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from sad.categories.tables import Category
from sad.db.work import Work
from sad.markets.queries import ITS_CATEGORY
from sad.markets.states import MarketState
from sad.markets.tables import Addendum, SpecificMarket


@dataclass(frozen=True)
class OpenCall:
    """A launched market whose deadline has not passed. `revision`: how many addenda it has had."""

    id: UUID
    number: str
    title: str
    category_id: UUID
    category: str
    launched_at: datetime
    deadline_at: datetime
    changed_at: datetime
    revision: int


def open_calls(
    work: Work, organisation_id: UUID, system_id: UUID, category_id: UUID | None = None
) -> list[OpenCall]:
    """The open calls of a system, or of one category, the nearest deadline first."""
    query = (
        select(
            *(
                col(getattr(SpecificMarket, name))
                for name in ("id", "number", "title", "category_id", "launched_at", "deadline_at")
            ),
            col(Category.name).label("category"),
        )
        .join(Category, ITS_CATEGORY)
        .where(
            col(SpecificMarket.organisation_id) == organisation_id,
            col(SpecificMarket.system_id) == system_id,
            col(SpecificMarket.state) == MarketState.LAUNCHED,
            col(SpecificMarket.deadline_at) >= work.now,
        )
        .order_by(col(SpecificMarket.deadline_at), col(SpecificMarket.number))
    )
    if category_id is not None:
        query = query.where(col(SpecificMarket.category_id) == category_id)
    rows = work.session.connection().execute(query).mappings().all()
    changes = _changes(work, organisation_id, [row["id"] for row in rows])
    found = []
    for row in rows:
        revision, changed_at = changes.get(row["id"], (0, row["launched_at"]))
        found.append(OpenCall(**row, changed_at=changed_at, revision=revision))
    return found


def _changes(
    work: Work, organisation_id: UUID, markets: Sequence[UUID]
) -> Mapping[UUID, tuple[int, datetime]]:
    """How many addenda each market has had, and the instant of the last."""
    query = (
        select(col(Addendum.market_id), func.count(), func.max(col(Addendum.made_at)))
        .where(
            col(Addendum.organisation_id) == organisation_id,
            col(Addendum.market_id).in_(markets),
        )
        .group_by(col(Addendum.market_id))
    )
    return {row[0]: (row[1], row[2]) for row in work.session.connection().execute(query)}
