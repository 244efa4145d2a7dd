"""Erasing personal details of events: the hole is itself an event, which verification accepts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select

from sad.audit.chains import Chain
from sad.audit.service import append_now
from sad.audit.tables import audit_detail
from sad.db.work import Work


def erase_details(work: Work, chain: Chain, events: Sequence[int], object: str | UUID) -> list[int]:
    """Erases the details of these events of a chain; the numbers of those that had some.

    `object` is whose data they were. The events themselves stay: they carry nothing personal.
    """
    connection = work.session.connection()
    columns = audit_detail.c
    chosen = (columns.chain == chain.name) & columns.seq.in_(list(events))
    found = sorted(connection.scalars(select(columns.seq).where(chosen)))
    if found:
        append_now(work, chain, "detail.erased", object, after={"events": found})
        connection.execute(delete(audit_detail).where(chosen))
    return found
