"""Receipts mailed as PDF once the deadline has passed (trust 1): before it, mails say nothing.

One mail a supplier, with all its receipts of the market that were not mailed yet. A deadline that
moved later makes them wait for the new one; what arrives late is mailed in its turn.
"""

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlmodel import col

from sad.accounts.tables import Organisation
from sad.candidatures.tables import Applicant
from sad.db.work import Work
from sad.markets.tables import SpecificMarket
from sad.notifications.service import notify
from sad.offers.tables import Deposit, ReceiptDue

_due: Any = ReceiptDue.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
_deposit: Any = Deposit.__table__  # type: ignore[attr-defined]  # same


def markets_to_mail(work: Work) -> list[tuple[UUID, UUID]]:
    """(organisation, market) past their deadline, with receipts to mail."""
    query = (
        select(_deposit.c.organisation_id, _deposit.c.market_id)
        .join(_due, (_due.c.deposit_id == _deposit.c.id))
        .join(
            SpecificMarket,
            (col(SpecificMarket.organisation_id) == _deposit.c.organisation_id)
            & (col(SpecificMarket.id) == _deposit.c.market_id),
        )
        .where(col(SpecificMarket.deadline_at) < work.now)
        .distinct()
    )
    return [(row.organisation_id, row.market_id) for row in work.connection.execute(query)]


def mail(work: Work, organisation_id: UUID, market_id: UUID) -> None:
    """Each supplier gets its receipts; one that another worker has just mailed is left alone."""
    market = work.get_in(SpecificMarket, organisation_id, market_id)
    buyer = work.shared(Organisation, organisation_id).name
    for applicant_id, receipts in _take(work, organisation_id, market_id).items():
        applicant = work.get_in(Applicant, organisation_id, applicant_id)
        notify(
            work,
            "offer.receipts",
            suppliers=[applicant.supplier_id],
            facts={
                "number": market.number,
                "title": market.title,
                "buyer": buyer,
                "count": len(receipts),
                "organisation": str(organisation_id),
                "market": str(market_id),
                "applicant": str(applicant_id),
                "receipts": receipts,
            },
            link=f"/reponse/{market_id}/accuses",
            organisation_id=organisation_id,
        )


def _take(work: Work, organisation_id: UUID, market_id: UUID) -> dict[UUID, list[str]]:
    """The receipts still due, by applicant; taken off the list, so that each is mailed once."""
    mine = select(_deposit.c.id).where(
        _deposit.c.organisation_id == organisation_id, _deposit.c.market_id == market_id
    )
    gone = (
        delete(_due)
        .where(_due.c.organisation_id == organisation_id, _due.c.deposit_id.in_(mine))
        .returning(_due.c.deposit_id)
    )
    taken = set(work.connection.execute(gone).scalars())
    query = (
        select(_deposit.c.id, _deposit.c.applicant_id)
        .where(
            _deposit.c.organisation_id == organisation_id,
            _deposit.c.market_id == market_id,
            _deposit.c.id.in_(taken),
        )
        .order_by(_deposit.c.received_at)
    )
    found: dict[UUID, list[str]] = defaultdict(list)
    for row in work.connection.execute(query):
        found[row.applicant_id].append(str(row.id))
    return found
