"""Files of opened offers, examined again with the signatures of the day before any download.

An infected one is kept in quarantine and leaves its trace: in its row, in the minutes, in the
journal; the backup copy may then be opened (OFF-07). A scanner that stays away does not hold the
buyer for ever: the file is then « unknown », and says so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sad.attachments.scanning import Finding, Silence, Verdict
from sad.attachments.tables import UNSCANNED, Attachment
from sad.audit.chains import market_chain
from sad.audit.service import record
from sad.db.work import Work
from sad.kernel.canonical import instant
from sad.markets.tables import SpecificMarket
from sad.notifications.service import notify
from sad.offers.opened import OWNER
from sad.offers.rules import FileQuarantined, FileUnderScan
from sad.offers.tables import Offer

PATIENCE = timedelta(minutes=15)
"""After the opening, how long a scanner that does not answer is waited for."""
UNREADABLE = Finding(Verdict.UNKNOWN, Silence.UNREADABLE)
"""Of a file whose bytes are gone or altered: nobody will be given it."""

Held = list[tuple[str, str]]

_attachment: Any = Attachment.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
_offer: Any = Offer.__table__  # type: ignore[attr-defined]  # same
_market: Any = SpecificMarket.__table__  # type: ignore[attr-defined]  # same


@dataclass(frozen=True)
class Unscanned:
    """A file of an opened offer, not yet examined since the opening."""

    organisation_id: UUID
    id: UUID
    object_name: str
    key: bytes
    opened_at: datetime


def waiting(work: Work, most: int) -> list[Unscanned]:
    """Files to examine, those opened first, `most` of them."""
    of = _attachment.c
    same = _offer.c.organisation_id == of.organisation_id
    rows = work.connection.execute(
        select(of.organisation_id, of.id, of.object_name, of.file_key, _market.c.opened_at)
        .join(_offer, same & (_offer.c.id == of.owner_id))
        .join(
            _market,
            (_market.c.organisation_id == of.organisation_id)
            & (_market.c.id == _offer.c.market_id),
        )
        .where(UNSCANNED)
        .order_by(_market.c.opened_at, of.id)
        .limit(most)
    )
    return [Unscanned(*row) for row in rows]


def note(work: Work, file: Unscanned, found: Finding) -> None:
    """Keeps the verdict of the day; one found infected is journalled (OFF-07)."""
    if found.worth_retrying and work.now < file.opened_at + PATIENCE:
        return
    row = work.session.get(
        Attachment, (file.organisation_id, file.id), with_for_update=True, populate_existing=True
    )
    if row is None or row.scanned_at is not None:
        return
    if row.scan != Verdict.CLEAN or found.verdict is not Verdict.UNKNOWN:
        row.scan = found.verdict.value  # « clean » yesterday says more than no answer today
    row.scan_detail, row.scanned_at = found.detail or None, work.now
    work.add(row)
    if found.verdict is Verdict.INFECTED:
        _quarantined(work, row)


def _quarantined(work: Work, row: Attachment) -> None:
    offer = work.get_in(Offer, row.organisation_id, row.owner_id)
    market = work.get_in(SpecificMarket, row.organisation_id, offer.market_id)
    record(
        work,
        market_chain(market.organisation_id, market.system_id, market.category_id, market.id),
        "offer.file_quarantined",
        row.id,
        after={"offer": str(offer.id), "sha256": row.sha256, "malware": row.scan_detail or ""},
    )
    notify(
        work,
        "offer.file_quarantined",
        suppliers=[offer.supplier_id],
        facts={
            "number": market.number,
            "title": market.title,
            "file": row.name,
            "malware": row.scan_detail or "",
            "found_at": instant(work.now),
        },
        link=f"/reponse/{market.id}",
        organisation_id=market.organisation_id,
    )


def quarantined_of(work: Work, organisation_id: UUID, market_id: UUID, applicant_id: UUID) -> Held:
    """(name, what was found) of an applicant's files kept in quarantine, for itself."""
    of = _attachment.c
    rows = work.connection.execute(
        select(of.name, of.scan_detail)
        .join(
            _offer, (_offer.c.organisation_id == of.organisation_id) & (_offer.c.id == of.owner_id)
        )
        .where(
            _offer.c.organisation_id == organisation_id,
            _offer.c.market_id == market_id,
            _offer.c.applicant_id == applicant_id,
            of.owner_kind == OWNER,
            of.scan == Verdict.INFECTED.value,
        )
        .order_by(of.name, of.id)
    )
    return [(row.name, row.scan_detail or "") for row in rows]


def check_readable(row: Attachment, *, scanner: bool) -> None:
    """Whether the buyer may be given a file; `scanner`: one is configured.

    Raises FileUnderScan before the scan of the day, FileQuarantined.
    """
    if row.scan == Verdict.INFECTED:
        raise FileQuarantined(name=row.name, malware=row.scan_detail or "")
    if scanner and row.scanned_at is None:
        raise FileUnderScan()
