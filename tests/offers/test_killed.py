"""A process killed in the middle of a rush: every receipt given is a submission found after."""

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from uuid import UUID, uuid4

from sad.db.engine import make_engine
from sad.db.work import writing
from sad.kernel.actor import Actor
from sad.offers import deposits, drafts, queries
from sad.offers.opening import open_offers
from tests.conftest import OpenWork
from tests.offers.conftest import Stage
from tests.offers.scene import OPENING, make_scene, typed
from tests.support.cast import Cast
from tests.support.clock import FixedClock
from tests.support.rings import FixedRings

SUPPLIERS = 30
GIVEN = 8


def rush(url: str, market_id: UUID, actors: dict[str, Actor], receipts: Connection) -> None:
    """Sends answer after answer, telling of each receipt once it is given, until it is killed."""
    engine, clock, rings = make_engine(url), FixedClock(), FixedRings()
    for part, actor in actors.items():
        with writing(engine, clock, rings, actor, "rush") as work:
            digest = drafts.put(work, market_id, typed()).draft.digest
        with writing(engine, clock, rings, actor, "rush") as work:
            given = deposits.submit(work, market_id, uuid4(), digest)
        receipts.send((part, given.deposit_id))


def test_a_receipt_given_is_a_deposit_kept(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work() as w:
        scene = make_scene(w, cast, extra=SUPPLIERS)
        url = w.session.get_bind().engine.url.render_as_string(hide_password=False)
    stage = Stage(scene, work, read, clock)
    actors = {part: stage.actor(part) for part in scene.applicants}
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(
        target=rush, args=(url, scene.market_id, actors, theirs)
    )
    process.start()
    theirs.close()
    given = dict(ours.recv() for _ in range(GIVEN))
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join(20)
    try:
        while True:
            part, deposit_id = ours.recv()
            given[part] = deposit_id
    except EOFError:
        pass
    for part, deposit_id in given.items():
        with read(stage.actor(part)) as w:
            own = queries.own_answer(w, scene.market_id)
            payload = queries.own_payload(w, scene.market_id, deposit_id)
        assert own.in_force is not None
        assert own.in_force.id == deposit_id
        assert own.in_force.attests(payload)
    clock.set(OPENING)
    with work(stage.actor("buyer")) as w:
        opened = open_offers(w, scene.market_id)
    # At most the one act whose answer was cut is kept without its receipt having been read.
    assert len(given) <= opened.offers <= len(given) + 1
    assert opened.anomalies == []
