"""The reference's clock is stepped by an hour: nothing is refused, everybody is told."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from tests.faults.yard import Process, Yard, wait
from tests.support.missing import require_component

Shown = Callable[[str], None]
Step = Callable[[int], None]
OURS = (
    "CREATE FUNCTION stepped.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
    " 'SELECT pg_catalog.clock_timestamp() + seconds * interval ''1 second'' FROM stepped.clock'"
)
REALIGNED = 25  # seconds: the clock is compared every ten


def faketime() -> Path | None:
    """The library that moves a child's clock."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    return found[0] if found else None


def stepped_host(yard: Yard) -> Step:
    """Embedded, the reference is the host's clock: `faketime`, in the child alone."""
    library = faketime()
    require_component("faketime (Debian: faketime)", library is not None)
    file = yard.folder / "clock"
    yard.settings |= {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }

    def step(seconds: int) -> None:
        aside = file.with_suffix(".new")
        aside.write_text(f"{seconds:+d}\n")
        aside.replace(file)

    step(0)
    return step


def stepped_database(yard: Yard) -> Step:
    """Otherwise it is the database's: its `clock_timestamp` is hidden by ours, in this one."""
    with yard.engine.begin() as connection:
        for statement in (
            "CREATE SCHEMA stepped",
            "CREATE TABLE stepped.clock AS SELECT 0 AS seconds",
            OURS,
        ):
            connection.execute(text(statement))
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(
            text(f'ALTER DATABASE "{name}" SET search_path = stepped, pg_catalog, public')
        )

    def step(seconds: int) -> None:
        with yard.engine.begin() as connection:
            connection.execute(text(f"UPDATE stepped.clock SET seconds = {seconds}"))

    return step


def test_a_clock_stepped_refuses_nobody(yard: Yard, shown: Shown) -> None:
    scene = yard.market()
    digest = yard.draft(scene, "alder")
    step = stepped_host(yard) if yard.kind == "sqlite" else stepped_database(yard)
    server = yard.serve()
    assert "clock_doubt" not in _receipt(yard, server, scene.market_id, digest)
    for hours in (1, -1):
        step(hours * 3600)
        wait(lambda: yard.caller(server).status("/healthz") == 503, REALIGNED, server)
        doubted = _receipt(yard, server, scene.market_id, digest)
        true = datetime.now(UTC)
        assert doubted["clock_doubt"] is True and doubted["in_time"] is True
        stamp = datetime.fromisoformat(str(doubted["received_at"]))
        assert abs((stamp - true).total_seconds()) < 5
        step(0)
        wait(lambda: yard.caller(server).status("/healthz") == 200, REALIGNED, server)
        assert "clock_doubt" not in _receipt(yard, server, scene.market_id, digest)
    assert yard.verified().intact
    shown(
        f"{yard.kind}, +1 h then -1 h: not ready (503), the deposit is received all the same, its"
        " receipt says clock_doubt at the true instant; set right, ready again"
    )


def _receipt(yard: Yard, server: Process, market: UUID, digest: str) -> dict[str, object]:
    """An answer sent; what its receipt says."""
    alder = yard.caller(server, "alder")
    given = alder.submit(market, digest)
    assert given.status == 201, given.text
    file = alder.receipt(market, given.body["id"])
    receipt: dict[str, object] = json.loads(str(file["receipt"]))
    return receipt
