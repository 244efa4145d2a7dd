"""For whom an answer is, where a supplier is invited alone and for its group: programs say it.

On the pages a person chooses at its desk, and each page says for whom; a program that says nothing
would write in one answer for the other.
"""

from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from sad.candidatures.tables import Applicant
from sad.db.work import Work
from sad.kernel.errors import Incomplete, Problem
from sad.markets.tables import Invitation


class ApplicantUnsaid(Incomplete):
    """Invited more than once, or named for somebody else: `problems` says for whom one may answer.

    The `where` of each is the id to give.
    """

    code = "offers.applicant_unsaid"
    status = 409


def check_said(work: Work, market_id: UUID, supplier_id: UUID) -> None:
    """By a token nothing is guessed. Raises ApplicantUnsaid."""
    if work.actor.token_scopes is None:
        return
    query = (
        select(col(Applicant.id), col(Applicant.name))
        .join(
            Invitation,
            (col(Invitation.organisation_id) == col(Applicant.organisation_id))
            & (col(Invitation.applicant_id) == col(Applicant.id)),
        )
        .where(col(Invitation.market_id) == market_id, col(Invitation.supplier_id) == supplier_id)
        .order_by(col(Applicant.id))
    )
    invited = work.connection.execute(query).all()
    said = work.actor.applicant_id
    if not invited or said in {row.id for row in invited} or (said is None and len(invited) == 1):
        return
    raise ApplicantUnsaid(
        [Problem("offers.applicant_invited", str(row.id), {"name": row.name}) for row in invited]
    )
