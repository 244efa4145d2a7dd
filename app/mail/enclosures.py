"""What a mail carries beside its words: made again from the rows as it leaves, never kept."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from app import receipts
from app.mail.render import Enclosure
from app.rendering.receipts import receipt_pdf
from sad.candidatures.filing import receipt_file
from sad.candidatures.tables import Candidature
from sad.db.work import Work
from sad.offers.register import read_deposits


def enclosures(work: Work, kind: str, facts: dict[str, Any]) -> tuple[Enclosure, ...]:
    """The files of a mail of this kind; most have none."""
    make = _MADE.get(kind)
    return () if make is None else make(work, facts)


def _receipts(work: Work, facts: dict[str, Any]) -> tuple[Enclosure, ...]:
    """The receipts named; the deadline is past, or they would not be (trust 1)."""
    of = [UUID(facts[name]) for name in ("organisation", "market", "applicant")]
    return tuple(
        Enclosure(f"{row.number}.pdf", receipt_pdf(receipts.of_deposit(work, row)))
        for row in read_deposits(work, *of)
        if str(row.id) in facts["receipts"] and row.signed is not None
    )


def _filed(work: Work, facts: dict[str, Any]) -> tuple[Enclosure, ...]:
    """The receipts of the candidatures sent together."""
    rows = [work.locate(Candidature, UUID(one)) for one in facts.get("candidatures", ())]
    files = [receipt_file(work, row) for row in rows]
    return tuple(Enclosure(f"{_number(one)}.pdf", receipt_pdf(one.encode())) for one in files)


def _number(file: str) -> str:
    return str(json.loads(json.loads(file)["receipt"])["number"])


_MADE: dict[str, Callable[[Work, dict[str, Any]], tuple[Enclosure, ...]]] = {
    "candidatures.received": _filed,
    "offer.receipts": _receipts,
}
