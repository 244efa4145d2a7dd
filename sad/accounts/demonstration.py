"""The demonstration's own powers: moving legal time forward. They exist in that kind only."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col

from sad.audit.chains import INSTALLATION
from sad.audit.service import record
from sad.db.tables import Installation
from sad.db.work import Work
from sad.kernel.calendar import paris_date
from sad.kernel.canonical import instant
from sad.kernel.errors import Invalid, NotFound

LAST_YEAR = 2090  # holidays are known until 2100, and periods run for years
MICROSECOND = timedelta(microseconds=1)


class OnlyForward(Invalid):
    """Legal time never goes back; fact `now`."""

    code = "demonstration.only_forward"


class TooFar(Invalid):
    """Beyond what the calendar knows; fact `year`, as text."""

    code = "demonstration.too_far"


def advance_to(work: Work, moment: datetime, where: str | None = None) -> None:
    """Moves legal time forward to this instant. Raises OnlyForward, TooFar; NotFound elsewhere."""
    if moment <= work.now:
        raise OnlyForward(where, now=work.now)
    advance(work, moment - work.now, where)


def advance(work: Work, by: timedelta, where: str | None = None) -> None:
    """Moves legal time forward by this much, for every process at once; journalled."""
    if by <= timedelta(0):
        raise OnlyForward(where, now=work.now)
    if by > timedelta(days=366 * 100) or paris_date(work.now + by).year > LAST_YEAR:
        raise TooFar(where, year=str(LAST_YEAR))
    moved = work.session.connection().execute(
        update(Installation)
        .where(col(Installation.id) == 1, col(Installation.kind) == "demonstration")
        .values(clock_offset_us=Installation.clock_offset_us + by // MICROSECOND)
    )
    if moved.rowcount != 1:
        raise NotFound()
    before, after = {"at": instant(work.now)}, {"at": instant(work.now + by)}
    record(
        work, INSTALLATION, "installation.time_advanced", "installation", before=before, after=after
    )
