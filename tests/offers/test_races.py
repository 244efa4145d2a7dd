"""Real concurrency on both databases: exactly one of what must be one, nothing lost, no retry."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import Any
from uuid import uuid4

import pytest

from sad.kernel.errors import Refusal
from sad.offers import deposits, drafts, queries
from sad.offers.opening import open_offers
from sad.offers.rules import AlreadyOpened, NotRecorded
from sad.offers.states import DepositKind
from tests.conftest import OpenWork
from tests.offers.conftest import Stage
from tests.offers.scene import OPENING, T, make_scene, typed
from tests.support.cast import Cast
from tests.support.clock import FixedClock


def together(acts: list[Callable[[], Any]]) -> list[Any]:
    """Every act at the same instant, each in its thread; a refusal is given as its class."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return act()
        except Refusal as refusal:
            return type(refusal)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_six_simultaneous_starts_make_one_draft(stage: Stage) -> None:
    def start() -> bool:
        with stage.work(stage.actor("alder")) as work:
            return drafts.start(work, stage.scene.market_id)

    assert Counter(together([start] * 6)) == {True: 1, False: 5}


def test_twelve_suppliers_in_the_same_second_get_twelve_receipts(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work() as w:
        scene = make_scene(w, cast, extra=10)
    stage = Stage(scene, work, read, clock)
    digests = {part: stage.put(part) for part in scene.applicants}

    def submit(part: str) -> Callable[[], Any]:
        return lambda: stage.submit(part, digests[part]).number

    numbers = together([submit(part) for part in digests])
    assert len(set(numbers)) == 12
    assert all(isinstance(number, str) for number in numbers)
    clock.set(OPENING)
    with work(stage.actor("buyer")) as w:
        assert open_offers(w, scene.market_id).offers == 12


def test_one_press_heard_twice_is_one_deposit(stage: Stage) -> None:
    key, digest = uuid4(), stage.put("alder")
    given = together([lambda: stage.submit("alder", digest, key=key)] * 4)
    assert len({one.deposit_id for one in given}) == 1
    assert Counter(one.again for one in given) == {False: 1, True: 3}


def test_two_officers_open_at_once_one_opening(stage: Stage) -> None:
    stage.submit("alder")
    stage.clock.set(OPENING)

    def opening(part: str) -> Callable[[], Any]:
        def act() -> Any:
            with stage.work(stage.actor(part)) as work:
                return open_offers(work, stage.scene.market_id).offers

        return act

    given = together([opening("buyer"), opening("officer")])
    assert sorted(given, key=str) == [1, AlreadyOpened]


@pytest.mark.parametrize("held", [True, False])
def test_a_deposit_in_time_behind_a_held_lock_commits_before_any_opening(
    stage: Stage, held: bool
) -> None:
    """Stamped T − 1 ms, waiting for its slot while the opening is asked from T + 60 s."""
    digest = stage.put("alder")
    stage.clock.set(T + timedelta(seconds=20))
    entered, leave = Event(), Event()

    def hold() -> None:
        with stage.work(stage.actor("alder")) as work:
            drafts.save_line(work, stage.scene.market_id, 1, {})
            entered.set()
            leave.wait(10)

    with ThreadPoolExecutor(2) as pool:
        holder = pool.submit(hold)
        assert entered.wait(10)
        deposit = pool.submit(stage.submit, "alder", digest, at=T - timedelta(milliseconds=1))
        if held:
            assert not deposit.done()
        leave.set()
        holder.result(20)
        deposit.result(20)
    stage.clock.set(OPENING)
    with stage.work(stage.actor("buyer")) as work:
        assert open_offers(work, stage.scene.market_id).offers == 1


def test_what_reaches_its_slot_after_the_opening_is_not_recorded(stage: Stage) -> None:
    digest = stage.put("alder")
    stage.clock.set(OPENING)
    with stage.work(stage.actor("buyer")) as work:
        assert open_offers(work, stage.scene.market_id).offers == 0
    with pytest.raises(NotRecorded):
        stage.submit("alder", digest, at=T)


def test_offers_opened_are_the_receipts_given(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    """Deposits stamped around the deadline race two openings: none in time is left out."""
    with work() as w:
        scene = make_scene(w, cast, extra=8)
    stage = Stage(scene, work, read, clock)
    digests = {part: stage.put(part) for part in scene.applicants}
    clock.set(OPENING)
    stamps = [T - timedelta(milliseconds=1), T, T + timedelta(milliseconds=1)]

    def deposit(number: int, part: str) -> Callable[[], Any]:
        def act() -> Any:
            with work(stage.actor(part)) as w:
                # As if the clock had just been moved on: received less than 30 s ago.
                w.now = T + timedelta(seconds=5)
                w.notes["received_at"] = stamps[number % 3]
                given = deposits.submit(w, scene.market_id, uuid4(), digests[part])
                return given.deposit_id

        return act

    def opening(part: str) -> Callable[[], Any]:
        def act() -> Any:
            with work(stage.actor(part)) as w:
                return open_offers(w, scene.market_id)

        return act

    acts = [deposit(number, part) for number, part in enumerate(digests)]
    given = together([*acts, opening("buyer"), opening("officer")])
    assert given.count(AlreadyOpened) == 1
    receipts = set()
    for part in digests:
        with read(stage.actor(part)) as w:
            own = queries.own_answer(w, scene.market_id)
        receipts |= {row.id for row in own.deposits if row.kind is not DepositKind.LATE}
    with read(stage.actor("buyer")) as w:
        offers = queries.offers_of(w, scene.market_id)
    assert {offer.deposit_id for offer in offers} == receipts


def test_two_colleagues_type_two_lines_at_once(stage: Stage) -> None:
    def save(position: int) -> Callable[[], Any]:
        def act() -> None:
            with stage.work(stage.actor("alder")) as work:
                drafts.save_line(work, stage.scene.market_id, position, typed()[position])

        return act

    together([save(position) for position in (1, 2, 3)])
    with stage.read(stage.actor("alder")) as work:
        assert queries.own_answer(work, stage.scene.market_id).draft.answered == {0, 1, 2}
