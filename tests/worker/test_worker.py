"""The worker: one leader a task, a failure stops nothing, what it does happens once."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

import storage
from app.settings import load
from app.wiring import Wiring
from app.worker.leases import give_back, lead
from app.worker.tasks import TASKS, Task, forget, seal, send_links
from app.worker.worker import Worker
from sad.accounts.sign_in import ask_link
from sad.audit.chains import person_chain
from sad.audit.seals import seals_after
from sad.audit.service import record
from sad.kernel.actor import ANONYMOUS
from sad.notifications.outbox import kept_letters
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.clock import FixedClock
from tests.support.rings import FixedRings

MINUTE = timedelta(minutes=1)


@pytest.fixture
def wiring(database: Engine, clock: FixedClock, rings: FixedRings, tmp_path: Path) -> Wiring:
    """An installation without relay."""
    files = storage.open_store((tmp_path / "files").as_uri())
    settings = load({"DATA_DIR": str(tmp_path)})
    return Wiring(settings, database, clock, rings, files, "demonstration")


def test_one_leader_until_its_lease_ends(wiring: Wiring, clock: FixedClock) -> None:
    assert lead(wiring, "links", "one", MINUTE)
    assert not lead(wiring, "links", "two", MINUTE)
    assert lead(wiring, "mails", "two", MINUTE)  # each task has its own
    clock.advance(seconds=50)
    assert lead(wiring, "links", "one", MINUTE)  # renewed
    clock.advance(seconds=50)
    assert not lead(wiring, "links", "two", MINUTE)
    clock.advance(seconds=11)  # killed: nothing more from it
    assert lead(wiring, "links", "two", MINUTE)
    assert not lead(wiring, "links", "one", MINUTE)


def test_a_worker_that_stops_leaves_at_once(wiring: Wiring) -> None:
    assert lead(wiring, "links", "one", MINUTE)
    give_back(wiring, "one")
    assert lead(wiring, "links", "two", MINUTE)


def test_twenty_at_once_one_leads(wiring: Wiring) -> None:
    from threading import Barrier, Thread

    together, leading = Barrier(20), []

    def ask(name: str) -> None:
        together.wait()
        if lead(wiring, "links", name, MINUTE):
            leading.append(name)

    threads = [Thread(target=ask, args=(f"worker {n}",)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(leading) == 1


def test_a_failing_task_logs_its_type_and_stops_nothing(
    wiring: Wiring, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Wiring, holder: str) -> None:
        raise ValueError("zoe@brume.example typed this")

    ran: list[str] = []
    worker = Worker(wiring)
    with caplog.at_level(logging.DEBUG):
        worker.run(Task("failing", 1, fail))
        worker.run(Task("working", 1, lambda _, holder: ran.append(holder)))
    assert ran == [worker.name]
    assert "worker task failing failed: ValueError" in caplog.text
    assert "brume" not in caplog.text


def test_asked_links_are_sent(wiring: Wiring, work: OpenWork, cast: Cast) -> None:
    with work(ANONYMOUS) as w:
        ask_link(w, "buyer@brume.example", "192.0.2.1")
    for holder in ("one", "two"):
        send_links(wiring, holder)
    with work() as w:
        assert [letter.to for letter in kept_letters(w)] == ["buyer@brume.example"]


def test_the_journal_is_sealed_when_something_happened(
    wiring: Wiring, work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    def sizes() -> list[int]:
        with work() as w:
            return [s.facts["size"] for s in seals_after(w.session.connection())]

    def happen() -> None:
        with work() as w:
            record(w, person_chain(cast.people["buyer"]), "person.signed_in", "x")

    happen()
    seal(wiring, "one")
    seal(wiring, "one")
    assert len(sizes()) == 1
    happen()
    clock.advance(minutes=10)
    seal(wiring, "one")
    assert len(sizes()) == 1  # not before a quarter of an hour
    clock.advance(minutes=5)
    seal(wiring, "one")
    assert len(sizes()) == 2
    clock.advance(hours=23)
    seal(wiring, "one")
    assert len(sizes()) == 2  # nothing happened
    clock.advance(hours=1)
    seal(wiring, "one")
    assert sizes()[2:] == [0]  # the daily one
    assert wiring.store.locked_names() == [f"seal-{n:08d}.json" for n in (1, 2, 3)]


def test_every_task_runs_on_an_empty_installation(wiring: Wiring) -> None:
    worker = Worker(wiring)
    for task in TASKS:
        task.run(wiring, worker.name)
    forget(wiring, "again")


def test_the_scheduler_runs_what_is_asked_by_one_worker_of_two(
    wiring: Wiring, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[str] = []
    tasks = (Task("counting", 1, lambda _, holder: ran.append(holder)),)
    workers = [Worker(wiring, tasks) for _ in range(2)]
    for worker in workers:
        worker.start()
    try:
        _wait(lambda: len(ran) >= 2)
    finally:
        for worker in workers:
            worker.stop()
    assert len(set(ran)) == 1
    assert "failed" not in caplog.text


def _wait(ready: Callable[[], bool]) -> None:
    limit = time.monotonic() + 10
    while not ready() and time.monotonic() < limit:
        time.sleep(0.05)
    assert ready()
