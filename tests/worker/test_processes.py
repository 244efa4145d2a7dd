"""`sad worker` as real processes: each mail once, one of them killed without warning."""

import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, update
from sqlmodel import col, select

from app.cli.migrate import prepare
from app.settings import load
from app.wiring import Wiring, build
from sad.db.tables import Lease
from sad.db.work import reading, writing
from sad.notifications.outbox import LEASE, claim
from sad.notifications.service import enqueue
from sad.notifications.tables import Outbox
from tests.mail.relay import Relay, running_relay
from tests.support.server import ROOT, SAD, child_environment

FACTS = {"name": "Zoé", "minutes": 30}


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[tuple[Wiring, Relay, dict[str, str]]]:
    """A demonstration whose mails go to a relay on loopback."""
    with running_relay() as relay:
        settings = {"DATA_DIR": str(tmp_path), "SMTP_URL": relay.url}
        prepare(load(settings), kind="demonstration")
        wiring = build(load(settings))
        yield wiring, relay, settings
        wiring.engine.dispose()


def start(settings: dict[str, str]) -> subprocess.Popen[str]:
    """A worker, once it says that it works."""
    process = subprocess.Popen(
        [str(SAD), "worker"],
        env=child_environment(settings),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    assert "Tâches de fond en cours" in process.stdout.readline()
    return process


def write(wiring: Wiring, prefix: str, number: int) -> set[str]:
    names = {f"{prefix}{n}@brume.example" for n in range(number)}
    with writing(wiring.engine, wiring.clock, wiring.rings) as work:
        for email in sorted(names):
            enqueue(work, "accounts.link", email, FACTS, "/entrer/x")
    return names


def wait(ready: Callable[[], bool], seconds: float = 30) -> None:
    limit = time.monotonic() + seconds
    while not ready() and time.monotonic() < limit:
        time.sleep(0.1)
    assert ready()


def test_two_workers_then_one_is_killed(
    installation: tuple[Wiring, Relay, dict[str, str]],
) -> None:
    wiring, relay, settings = installation
    with writing(wiring.engine, wiring.clock, wiring.rings) as work:
        enqueue(work, "accounts.link", "lost@brume.example", FACTS, "/entrer/x")
        claim(work, "a worker killed while it sent")
    workers = [start(settings) for _ in range(2)]
    try:
        first = write(wiring, "first", 15)
        # Marked, not only received: killed between the two, a worker lets the mail leave twice.
        wait(lambda: _sent(wiring) >= len(first))
        leader = _leader(wiring)
        killed = next(one for one in workers if f":{one.pid}:" in leader)
        killed.kill()
        killed.wait()
        second = write(wiring, "second", 5)
        _end_of_leases(wiring)  # as if the time had passed
        wait(lambda: len(relay.received) >= 21)
        received = Counter(str(mail["to"]) for mail in relay.received)
        assert received == Counter(first | second | {"lost@brume.example"})
    finally:
        for one in workers:
            one.terminate()
            one.wait(timeout=20)
            assert one.stdout is not None
            said = one.stdout.read()
            one.stdout.close()
            assert "brume" not in said and "Traceback" not in said


def _sent(wiring: Wiring) -> int:
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        return work.session.exec(
            select(func.count()).select_from(Outbox).where(col(Outbox.sent_at).is_not(None))
        ).one()


def _leader(wiring: Wiring) -> str:
    with writing(wiring.engine, wiring.clock, wiring.rings) as work:
        lease = work.session.get(Lease, "mails")
        assert lease is not None
        return lease.holder


def _end_of_leases(wiring: Wiring) -> None:
    past = datetime.now(UTC) - LEASE
    with writing(wiring.engine, wiring.clock, wiring.rings) as work:
        connection = work.session.connection()
        connection.execute(update(Lease).values(until=past))
        connection.execute(
            update(Outbox).where(Outbox.claimed_by.is_not(None)).values(claimed_until=past)  # type: ignore[union-attr]  # a column
        )
