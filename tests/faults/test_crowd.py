"""A crowd at the deadline: twelve in the same second, and stamps that no queue delays."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

from sqlalchemy import text

from tests.faults.yard import Answered, Yard

Shown = Callable[[str], None]


def test_twelve_suppliers_in_the_same_second(yard: Yard, shown: Shown) -> None:
    scene = yard.market(suppliers=12)
    server = yard.serve(workers=2)
    callers = {part: yard.caller(server, part) for part in scene.applicants}
    digests = {part: caller.put(scene.market_id) for part, caller in callers.items()}
    together = Barrier(12)

    def press(part: str) -> tuple[Answered, float]:
        together.wait()
        start = time.monotonic()
        return callers[part].submit(scene.market_id, digests[part]), time.monotonic() - start

    with ThreadPoolExecutor(12) as pool:
        given = list(pool.map(press, callers))
    assert [answer.status for answer, _ in given] == [201] * 12
    assert len({answer.body["number"] for answer, _ in given}) == 12
    assert yard.kept(scene).whole and len(yard.kept(scene).rows) == 12
    assert yard.verified().intact
    assert server.said == ""
    slowest = max(seconds for _, seconds in given)
    shown(f"{yard.kind}: 12 receipts of 12 asked once each, the slowest in {slowest:.2f} s")


def test_a_stamp_waits_for_no_queue(postgresql_yard: Yard, shown: Shown) -> None:
    """Every thread and connection of a process is held: who comes is stamped as it comes."""
    yard = postgresql_yard
    scene = yard.market(suppliers=4)
    others = [part for part in scene.applicants if part != "alder"]
    digests = {part: yard.draft(scene, part) for part in scene.applicants}
    server = yard.serve()

    def press(part: str) -> Answered:
        return yard.caller(server, part).submit(scene.market_id, digests[part])

    asked: dict[str, datetime] = {}
    with ThreadPoolExecutor(20) as pool:
        with yard.engine.connect() as holder:
            holder.execute(
                text("SELECT 1 FROM offer_slot WHERE applicant_id = :a FOR UPDATE"),
                {"a": scene.applicants["alder"]},
            )
            blocked = [pool.submit(press, "alder") for _ in range(16)]
            time.sleep(11)  # the clock is due for its next comparison with the database's
            given = {}
            for part in others:
                asked[part] = datetime.now(UTC)
                given[part] = pool.submit(press, part)
                time.sleep(1)
            assert not any(answer.done() for answer in blocked)
            holder.rollback()
        assert {answer.result(60).status for answer in blocked} <= {201, 409}
    late = []
    for part, answer in given.items():
        assert answer.result().status == 201
        file = yard.caller(server, part).receipt(scene.market_id, answer.result().body["id"])
        stamp = datetime.fromisoformat(json.loads(file["receipt"])["received_at"])
        late.append((stamp - asked[part]).total_seconds())
    shown(f"every thread held 14 s: stamps at most {max(late) * 1000:.0f} ms after the requests")
    assert max(late) < 0.5
