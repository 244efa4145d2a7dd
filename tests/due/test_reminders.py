"""Before a deadline all the invited are told, once, whoever has answered or not."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

import storage
from app.settings import load
from app.wiring import Wiring
from app.worker.tasks import watch
from sad.due.reminders import markets_to_remind
from sad.markets import amending
from sad.notifications.outbox import kept_letters
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.clock import FixedClock
from tests.support.markets import DEADLINE, launched, ready
from tests.support.rings import FixedRings


def reminded(work: OpenWork) -> list[str]:
    with work() as w:
        return sorted(one.to for one in kept_letters(w) if one.kind == "market.reminded")


def test_all_the_invited_are_told_once_two_days_before(
    database: Engine,
    work: OpenWork,
    cast: Cast,
    clock: FixedClock,
    rings: FixedRings,
    tmp_path: Path,
) -> None:
    files = storage.open_store((tmp_path / "files").as_uri())
    wiring = Wiring(
        load({"DATA_DIR": str(tmp_path)}), database, clock, rings, files, "demonstration"
    )
    with work() as w:
        launched(w, cast, ready(w, cast))
    told = []
    for before in (timedelta(hours=48, seconds=1), timedelta(hours=48), timedelta(minutes=1)):
        clock.set(DEADLINE - before)
        watch(wiring, "one")
        watch(wiring, "two")
        told.append(reminded(work))
    everybody = ["alder@brume.example", "birch@brume.example"]
    assert told == [[], everybody, everybody]
    clock.set(DEADLINE + timedelta(hours=1))
    watch(wiring, "one")
    assert reminded(work) == everybody


def test_nobody_is_told_twice_within_two_days(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work() as w:
        market = launched(w, cast, ready(w, cast))
    clock.set(DEADLINE - timedelta(hours=60))
    with work(cast.actor("buyer")) as w:
        amending.remind(w, market.id)
    clock.set(DEADLINE - timedelta(hours=24))
    with work() as w:
        assert markets_to_remind(w) == []
