"""The clock of a demonstration is read inside transactions: it must never wait for their pool."""

from threading import Thread

from sqlalchemy import Engine, text

from app.wiring import LegalClock
from sad.db.tables import Installation
from sad.db.work import writing
from tests.support.clock import FixedClock
from tests.support.rings import FixedRings


def test_more_writers_than_connections(
    sqlite_database: Engine, clock: FixedClock, rings: FixedRings
) -> None:
    with writing(sqlite_database, clock, rings) as work:
        work.add(Installation(kind="demonstration", created_at=work.now))
    legal, done = LegalClock(sqlite_database), []

    def write() -> None:
        with writing(sqlite_database, legal, rings) as work:
            work.session.connection().execute(
                text("UPDATE installation SET clock_offset_us = clock_offset_us + 1")
            )
            done.append(work.now)

    threads = [Thread(target=write) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(done) == 24
