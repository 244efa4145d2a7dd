"""Pressed twice, or by two people at once: one launch (acceptance 15 and 18)."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import Engine, func
from sqlmodel import select

from sad.db.work import Work, writing
from sad.funding.service import availability
from sad.funding.tables import Movement
from sad.kernel.errors import Incomplete, Refusal
from sad.kernel.money import Money
from sad.markets.launching import launch
from sad.markets.tables import Invitation, SpecificMarket
from sad.notifications.tables import Message
from sad.offers.tables import OfferSlot
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.clock import FixedClock
from tests.support.markets import draft, ready
from tests.support.rings import FixedRings


def count(work: Work, table: type) -> int:
    return int(work.session.exec(select(func.count()).select_from(table)).one())


@pytest.mark.parametrize("together", [2, 4])
def test_pressed_together_it_is_launched_once(
    work: OpenWork,
    database: Engine,
    clock: FixedClock,
    rings: FixedRings,
    cast: Cast,
    together: int,
) -> None:
    with work() as w:
        market = draft(w, cast, ready(w, cast))
    outcomes = race([partial(launch_one, market.id)] * together, database, clock, rings, cast)
    assert sorted(outcomes) == sorted(["done"] + ["markets.already_launched"] * (together - 1))
    with work(cast.actor("buyer")) as w:
        assert count(w, Invitation) == 2
        assert count(w, OfferSlot) == 2
        reservations = select(Movement).where(Movement.kind == "reservation")
        assert len(w.session.exec(reservations).all()) == 1
        assert count(w, Message) == 2


def test_two_buyers_together_above_the_line(
    work: OpenWork, database: Engine, clock: FixedClock, rings: FixedRings, cast: Cast
) -> None:
    with work() as w:
        place = ready(w, cast, voted=2_000_00)
        ids = [draft(w, cast, place).id for _ in range(2)]
    outcomes = race(
        [partial(launch_one, market_id) for market_id in ids],
        database,
        clock,
        rings,
        cast,
    )
    assert outcomes.count("done") == 1
    with work(cast.actor("buyer")) as w:
        left = availability(w, place.funding_line_id, place.envelope_id)
        assert left.line == Money(2_000_00 - 1_200_00)
        states = sorted(w.get(SpecificMarket, one).state for one in ids)
        assert states == ["draft", "launched"]


def launch_one(market_id: UUID, work: Work) -> None:
    launch(work, market_id)


def race(
    acts: Sequence[Callable[[Work], None]],
    database: Engine,
    clock: FixedClock,
    rings: FixedRings,
    cast: Cast,
) -> list[str]:
    """Runs the acts in as many threads, all started together; the outcome of each."""
    barrier, outcomes = threading.Barrier(len(acts)), ["?"] * len(acts)

    def run(index: int) -> None:
        barrier.wait()
        try:
            with writing(database, clock, rings, cast.actor("buyer"), "race") as w:
                acts[index](w)
            outcomes[index] = "done"
        except Incomplete as refusal:
            outcomes[index] = refusal.problems[0].code
        except Refusal as refusal:
            outcomes[index] = refusal.code

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
