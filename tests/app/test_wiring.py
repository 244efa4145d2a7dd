"""The clock of a demonstration is read inside transactions: it must never wait for their pool."""

from datetime import timedelta
from threading import Thread
from time import monotonic, sleep

from sqlalchemy import Engine, text

from app.wiring import REALIGN, LegalClock
from sad.db.engine import POOL
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


def test_the_clock_of_postgresql_asks_beside_the_pool(postgresql_database: Engine) -> None:
    """Every connection of the pool is taken: the time is told at once, and compared too."""
    legal = LegalClock(postgresql_database)
    taken = [postgresql_database.connect() for _ in range(POOL)]
    legal._checked -= 2 * REALIGN
    legal._origin = legal._origin[0] - timedelta(hours=1), legal._origin[1]
    start = monotonic()
    legal.now()
    assert monotonic() - start < 1
    while not legal.doubt and monotonic() - start < 10:
        sleep(0.01)
    assert legal.doubt
    for connection in taken:
        connection.close()


def test_a_clock_a_little_late_follows_and_one_a_little_early_waits(
    sqlite_database: Engine,
) -> None:
    legal = LegalClock(sqlite_database)
    for shift, moved in ((-0.5, True), (0.5, False), (-3600.0, False), (3600.0, False)):
        base, since = legal._origin
        legal._origin = base + timedelta(seconds=shift), since
        before = legal._origin
        legal._checked -= 2 * REALIGN
        legal.now()
        assert (legal._origin != before, legal.doubt) == (moved, abs(shift) > 1)
        legal._origin = base, since
