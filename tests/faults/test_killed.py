"""`kill -9`: a receipt given is a deposit kept, and a press heard twice is one deposit."""

import hashlib
import json
import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from uuid import UUID, uuid4

from sqlalchemy import text

from sad.offers import queries
from tests.faults.yard import Answered, Process, Yard, wait
from tests.offers.scene import Scene, as_supplier

Shown = Callable[[str], None]
ROUNDS, RECEIPTS = 2, 40
EARLY, LATE = 1, 3  # servers killed as the request leaves; as the deposit is seen committed


class Rush:
    """Twelve suppliers who send answer after answer; what each was told."""

    def __init__(self, yard: Yard, scene: Scene) -> None:
        self.yard, self.scene = yard, scene
        self.given: dict[str, tuple[str, str]] = {}  # deposit: supplier, digest
        self.files: dict[str, object] = {}  # deposit: its receipt, as read before the kill
        self.over = Event()

    def send(self, server: Process, part: str) -> None:
        """Until the process is gone."""
        caller, number = self.yard.caller(server, part), 0
        market = self.scene.market_id
        while not self.over.is_set():
            number += 1
            digest = caller.put(market, price=f"{number},{random.randrange(10, 99)}")
            if not digest:
                return
            answer = caller.submit(market, digest)
            if answer.status == 0:
                return
            assert answer.status == 201, answer.text
            self.given[answer.body["id"]] = (part, digest)
            if number % 2 and (file := caller.receipt(market, answer.body["id"])):
                self.files[answer.body["id"]] = file

    def until_killed(self, server: Process, receipts: int) -> None:
        """Kills the processes in the middle of it."""
        wanted = len(self.given) + receipts
        with ThreadPoolExecutor(12) as pool:
            sent = [pool.submit(self.send, server, part) for part in self.scene.applicants]
            wait(lambda: len(self.given) >= wanted, 60, server)
            time.sleep(random.random() / 20)
            server.kill()
            self.over.set()
            for one in sent:
                one.result(60)
        self.over.clear()


def test_a_receipt_given_is_found_after_the_kill(yard: Yard, shown: Shown) -> None:
    scene = yard.market(suppliers=12)
    rush = Rush(yard, scene)
    for _ in range(ROUNDS):
        rush.until_killed(yard.serve(workers=2), RECEIPTS)
    server = yard.serve()
    for deposit, (part, digest) in rush.given.items():
        file = yard.caller(server, part).receipt(scene.market_id, deposit)
        assert file, f"the receipt {deposit} is lost"
        assert rush.files.get(deposit, file) == file
        receipt = json.loads(str(file["receipt"]))
        assert receipt["documents"][0]["sha256"] == digest
        with yard.read(as_supplier(scene.cast, part)) as work:
            payload = queries.own_payload(work, scene.market_id, UUID(deposit))
        assert hashlib.sha256(payload).hexdigest() == digest
    kept = yard.kept(scene)
    assert kept.whole and kept.rows >= set(rush.given)
    report = yard.verified()
    assert report.intact, report.faults
    unread = len(kept.rows) - len(rush.given)
    shown(
        f"{yard.kind}: {ROUNDS} kills, {len(rush.given)} receipts given, all found with their"
        f" bytes; {unread} kept whose answer was cut; {report.events} events intact"
    )


def test_the_same_key_after_a_kill_gives_one_receipt(yard: Yard, shown: Shown) -> None:
    """The process dies between the writing of the slot and its answer, or just before."""
    scene = yard.market()
    last = yard.serve()
    cut = lost = 0
    for attempt in range(EARLY + LATE):
        doomed, key = yard.serve(), uuid4()
        alder, before = yard.caller(doomed, "alder"), deposits(yard)
        digest = alder.put(scene.market_id, price=f"{attempt + 1},50")
        with ThreadPoolExecutor(9) as pool:
            _noise(pool, yard, doomed)
            first = pool.submit(alder.submit, scene.market_id, digest, key)
            if attempt < EARLY:
                time.sleep(random.random() / 200)
            else:
                _seen(yard, before, first)
            doomed.kill()
        answer, committed = first.result(60), deposits(yard) > before
        cut += answer.status == 0 and committed
        lost += answer.status == 0 and not committed
        survivor = yard.caller(last, "alder")
        again = [survivor.submit(scene.market_id, digest, key) for _ in range(2)]
        assert [one.status for one in again] == [201, 201], again[0].text
        ids = {one.body["id"] for one in again}
        ids |= {answer.body["id"]} if answer.status == 201 else set()
        assert len(ids) == 1
        assert deposits(yard) == before + 1
    assert yard.kept(scene).whole and yard.verified().intact
    shown(
        f"{yard.kind}: {EARLY + LATE} kills: {cut} after the commit and before the answer,"
        f" {lost} before the commit; the same key gave one receipt each time"
    )


def deposits(yard: Yard) -> int:
    """How many are committed."""
    with yard.engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM deposit")).scalar_one())


def _noise(pool: ThreadPoolExecutor, yard: Yard, server: Process) -> None:
    """Other people's requests, so that an answer waits for its turn to leave."""

    def ask() -> None:
        caller = yard.caller(server)
        while caller.status("/") != 0:
            pass

    for _ in range(8):
        pool.submit(ask)


def _seen(yard: Yard, before: int, first: "Future[Answered]") -> None:
    """Until the deposit is committed, or answered."""
    with yard.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        query, limit = text("SELECT count(*) FROM deposit"), time.monotonic() + 60
        while connection.execute(query).scalar_one() == before and not first.done():
            assert time.monotonic() < limit
