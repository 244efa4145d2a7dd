"""When an answer is received, late or refused; every refusal of the concept. Pure."""

import base64
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from sad.kernel.errors import Incomplete, Invalid, NotFound, Refusal

COMMIT_WITHIN = timedelta(seconds=30)
"""A deposit is recorded within this time of its stamp or answers « not recorded »."""

MOST_DEPOSITS = 50
"""Acts acknowledged to one supplier in one market."""

MOST_ACTS = 20
"""Last act keys kept in a slot, so that a second press answers what the first one did."""

MOST_INFECTED = 20
"""Traces of files refused by the antivirus kept in a slot."""


class MayNotAnswer(Refusal):
    """The supplier was not invited. Facts: `market`, `category`, `system`, `way_out` (a path)."""

    code: ClassVar[str] = "offers.not_admitted"
    status = 403


class AdmittedElsewhere(MayNotAnswer):
    """Admitted in other categories of the system only. Fact: `categories`."""

    code = "offers.admitted_elsewhere"


class CandidaturePending(MayNotAnswer):
    """The candidature was not decided when the market was launched, and still is not."""

    code = "offers.candidature_pending"


class CandidatureRefused(MayNotAnswer):
    """The candidature was refused; a new one is always possible."""

    code = "offers.candidature_refused"


class AdmissionWithdrawn(MayNotAnswer):
    """The admission was withdrawn (P11); a new candidature is possible."""

    code = "offers.admission_withdrawn"


class AdmittedLater(MayNotAnswer):
    """Launched before the supplier's admission: equality of those invited (MS-10)."""

    code = "offers.admitted_later"


class MarketOver(Refusal):
    """The market ended, or its contract is made: nothing can be written any more."""

    code = "offers.market_over"


class LineUnknown(Invalid):
    """The grid has no such line. Fact: `line`."""

    code = "offers.line_unknown"


class ColumnUnknown(Invalid):
    """The supplier's side of the grid has no such column (GRID-02). Fact: `column`."""

    code = "offers.column_unknown"


class CellsRefused(Incomplete):
    """Cells that cannot be read; nothing of the request was saved."""

    code = "offers.cells_refused"
    status = 422


class CellChanged(Refusal):
    """Somebody else wrote in the cell since it was shown. Facts: `cell`, `kept`, `typed`."""

    code = "offers.cell_changed"


class OfferIncomplete(Incomplete):
    """Required cells are empty, listed line by line; the answer stays a draft."""

    code = "offers.incomplete"


class DigestMissing(Invalid):
    """A sending without the digest of what was reviewed."""

    code = "offers.digest_missing"


class ReviewChanged(Refusal):
    """The answer is no longer the one reviewed: it is shown again before it is sent."""

    code = "offers.review_changed"


class Superseded(Refusal):
    """A colleague's act, received after this one, is already recorded (OFF-02)."""

    code = "offers.superseded"


class NotRecorded(Refusal):
    """Not committed soon enough after its last byte: nothing is recorded (OFF-06)."""

    code = "offers.not_recorded"
    status = 503


class TooManyDeposits(Refusal):
    """Fact: `most`."""

    code = "offers.too_many_deposits"


class NothingToWithdraw(Refusal):
    """No answer is in force: never sent, or already withdrawn."""

    code = "offers.nothing_to_withdraw"


class TooLateToWithdraw(Refusal):
    """After the deadline an answer binds its author. Fact: `deadline`."""

    code = "offers.too_late_to_withdraw"


class TooManyFiles(Refusal):
    """Fact: `most`."""

    code = "offers.too_many_files"
    status = 413


class FileUnderScan(Refusal):
    """The antivirus has not yet seen it with the signatures of the opening: not before (OFF-07)."""

    code = "offers.file_under_scan"


class FileQuarantined(Refusal):
    """The antivirus found something in it: kept, and given to nobody. Facts: `name`, `malware`."""

    code = "offers.file_quarantined"


class FileUnknown(NotFound):
    """No such file in this supplier's answer."""

    code = "offers.file_unknown"


class ReceiptUnknown(NotFound):
    """No such receipt for this supplier."""

    code = "offers.receipt_unknown"


class NotLaunched(Refusal):
    """A draft market, or one that ended, has nothing to open."""

    code = "offers.not_launched"


class TooEarly(Refusal):
    """The opening is possible a minute after the deadline. Fact: `opening_from` (OFF-10)."""

    code = "offers.too_early"


class AlreadyOpened(Refusal):
    """One opening only. Fact: `opened_at`."""

    code = "offers.already_opened"


class NotOpened(Refusal):
    """Before the opening nobody but each supplier learns anything of an answer (OFF-10)."""

    code = "offers.not_opened"


def in_time(received_at: datetime, deadline: datetime) -> bool:
    """Received at the very deadline is in time; compared to the microsecond, never rounded."""
    return received_at <= deadline


def check_recorded_in(since_stamp: timedelta) -> None:
    """The act is committed soon enough after its stamp. Raises NotRecorded."""
    if since_stamp > COMMIT_WITHIN:
        raise NotRecorded(most=COMMIT_WITHIN)


def receipt_number(deposit_id: UUID) -> str:
    """« AR-7F3K-9Q2M-X4TD »: random as the id it comes from, so it tells neither rank nor count."""
    text = base64.b32encode(deposit_id.bytes[:4] + deposit_id.bytes[10:14]).decode()[:12]
    return f"AR-{text[:4]}-{text[4:8]}-{text[8:]}"
