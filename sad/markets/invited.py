"""Who was invited, and who has opened the invitation: never who has answered (trust.md 1).

That a page was opened says nothing of what followed: the fact is written once, on a page the
supplier reads before it writes anything, and no act on an answer touches it.
"""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, select
from sqlmodel import col

from sad.accounts.permissions import Permission, require
from sad.candidatures.tables import Applicant
from sad.db.work import Work
from sad.kernel.calendar import paris_date
from sad.markets.tables import Invitation, SpecificMarket


class Invited(NamedTuple):
    """One invited structure. `seen_on`: the day it first opened the invitation, not the hour."""

    applicant_id: UUID
    name: str
    sent_at: datetime
    seen_on: date | None


def invited(work: Work, market_id: UUID) -> list[Invited]:
    """The invited of a market by name, for its agents; NotFound for those of other buyers."""
    require(work, Permission.READ_FILE)
    work.get(SpecificMarket, market_id)
    query = (
        select(
            col(Invitation.applicant_id),
            col(Applicant.name),
            col(Invitation.sent_at),
            col(Invitation.seen_at),
        )
        .join(
            Applicant,
            and_(
                col(Applicant.organisation_id) == col(Invitation.organisation_id),
                col(Applicant.id) == col(Invitation.applicant_id),
            ),
        )
        .where(
            col(Invitation.organisation_id) == work.organisation_id,
            col(Invitation.market_id) == market_id,
        )
        .order_by(col(Applicant.name), col(Invitation.applicant_id))
    )
    return [
        Invited(applicant_id, name, sent_at, None if seen_at is None else paris_date(seen_at))
        for applicant_id, name, sent_at, seen_at in work.connection.execute(query)
    ]
