"""The deadline passes under a rush, slots held, the worker stopped: nothing in time is lost."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from sad.notifications.outbox import kept_letters
from sad.offers import queries
from tests.faults.races import Press, another, spread, stamps, until
from tests.faults.yard import Answered, Process, Yard, wait
from tests.mail.relay import Relay, running_relay
from tests.offers.scene import Scene, as_supplier

Shown = Callable[[str], None]
RACES, SUPPLIERS = 10, 6
SOON = timedelta(seconds=25)  # to write ten markets and sixty drafts
MINUTE = timedelta(seconds=60)
HELD = timedelta(seconds=8)  # how long after the deadline the locks are kept
STUCK = 2  # races of which one slot is held beyond the half minute, on PostgreSQL


def test_ten_deadlines_raced(yard: Yard, shown: Shown) -> None:
    """Stamped before `T`, committed after it behind held locks; opened from `T` + 60 s, once."""
    with running_relay() as relay:
        yard.settings |= {"SMTP_URL": relay.url}
        server = yard.serve(workers=2)  # no worker anywhere
        deadline = datetime.now(UTC) + SOON
        scenes = _scenes(yard, deadline)
        presses = [
            Press.begun(yard, server, scene, part, yard.draft(scene, part))
            for scene in scenes
            for part in scene.applicants
        ]
        assert datetime.now(UTC) < deadline - timedelta(seconds=1), "this machine is too busy"
        with ThreadPoolExecutor(len(presses) + 2 * RACES + 1) as pool:
            stuck = pool.submit(_stick, yard, scenes[-STUCK:], deadline)
            with _locks(yard, scenes[:-STUCK], deadline):
                near = timedelta(milliseconds=20)
                spread(presses, deadline - 15 * near, deadline + near)
                until(deadline + HELD)
            waiting = [pool.submit(press.answer) for press in presses]
            until(deadline + MINUTE - timedelta(seconds=1))
            early = yard.caller(server, "buyer").open(scenes[0].market_id)
            assert (early.status, early.body["code"]) == (409, "offers.too_early")
            until(deadline + MINUTE)
            openings = list(pool.map(lambda ask: _open(yard, server, *ask), _asked(scenes)))
            stuck.result(30)
            answers = [answer.result(60) for answer in waiting]
        _check(yard, scenes, presses, answers, openings, shown, deadline)
        _catch_up(yard, relay, shown)
        assert "Traceback" not in server.said and "brume" not in server.said


def _scenes(yard: Yard, deadline: datetime) -> list[Scene]:
    first = yard.market(deadline, SUPPLIERS)
    scenes = [first]
    for number in range(2, RACES + 1):
        with yard.work() as work:
            scenes.append(another(work, first, number))
    return scenes


@contextmanager
def _locks(yard: Yard, scenes: list[Scene], deadline: datetime) -> Iterator[None]:
    """Slots held (embedded: the one writer) from just before the deadline."""
    with yard.engine.connect() as connection:
        until(deadline - timedelta(seconds=1))
        if yard.kind == "sqlite":
            connection.execute(text("BEGIN IMMEDIATE"))
        else:
            connection.execute(
                text("SELECT 1 FROM offer_slot WHERE market_id = ANY(:ids) FOR UPDATE"),
                {"ids": [scene.market_id for scene in scenes]},
            )
        yield
        connection.rollback()


def _stick(yard: Yard, scenes: list[Scene], deadline: datetime) -> None:
    """One slot of each of these markets is held beyond the half minute, until openings wait."""
    with yard.engine.connect() as connection:
        if yard.kind == "sqlite":
            until(deadline + MINUTE - timedelta(milliseconds=200))
            connection.execute(text("BEGIN IMMEDIATE"))
        else:
            until(deadline - timedelta(seconds=1))
            connection.execute(
                text(
                    "SELECT 1 FROM offer_slot WHERE market_id = ANY(:ids) AND applicant_id = :a"
                    " FOR UPDATE"
                ),
                {"ids": [s.market_id for s in scenes], "a": scenes[0].applicants["alder"]},
            )
        until(deadline + MINUTE + timedelta(seconds=2))
        connection.rollback()


def _asked(scenes: list[Scene]) -> list[tuple[Scene, str]]:
    return [(scene, part) for scene in scenes for part in ("buyer", "officer")]


def _open(yard: Yard, server: Process, scene: Scene, part: str) -> Answered:
    return yard.caller(server, part).open(scene.market_id)


def _check(
    yard: Yard,
    scenes: list[Scene],
    presses: list[Press],
    answers: list[Answered],
    openings: list[Answered],
    shown: Shown,
    deadline: datetime,
) -> None:
    assert {answer.status for answer in answers} <= {201, 503}, [a.text for a in answers]
    receipts: dict[Any, dict[str, dict[str, Any]]] = {scene.market_id: {} for scene in scenes}
    for press, answer in zip(presses, answers, strict=True):
        if answer.status == 201:
            receipts[press.scene.market_id][answer.body["id"]] = _receipt(yard, press, answer)
        else:
            assert answer.body["code"] == "offers.not_recorded"
    for rank, scene in enumerate(scenes):
        both = openings[2 * rank : 2 * rank + 2]
        assert sorted(one.status for one in both) == [201, 409], [one.text for one in both]
        given = receipts[scene.market_id]
        in_time = {one for one, receipt in given.items() if receipt["in_time"]}
        with yard.read(scene.cast.actor("buyer")) as work:
            offers = queries.offers_of(work, scene.market_id)
        assert {str(offer.deposit_id) for offer in offers} == in_time
        opened = next(one.body for one in both if one.status == 201)
        assert opened["late"] == len(given) - len(in_time)
        assert opened["anomalies"] == []
    every = [receipt for of_market in receipts.values() for receipt in of_market.values()]
    before = [stamp for stamp in stamps(every) if stamp <= deadline]
    for receipt, stamp in zip(every, stamps(every), strict=True):
        assert receipt["in_time"] == (stamp <= deadline)
    report = yard.verified()
    assert report.intact, report.faults
    refused = [answer for answer in answers if answer.status == 503]
    assert len(refused) <= STUCK
    if yard.kind == "postgresql":
        assert refused, "a slot was held beyond the half minute"
    nearest = min(deadline - stamp for stamp in before) / timedelta(milliseconds=1)
    shown(
        f"{yard.kind}: {RACES} races, {len(presses)} sendings: {len(before)} in time (the nearest"
        f" {nearest:.1f} ms before T), {len(every) - len(before)} late,"
        f" {len(refused)} not recorded; {RACES} openings of {2 * RACES} asked at once; offers"
        " opened = receipts given, each time"
    )


def _receipt(yard: Yard, press: Press, answer: Answered) -> dict[str, Any]:
    with yard.read(as_supplier(press.scene.cast, press.part)) as work:
        row = queries.own_receipt(work, press.scene.market_id, UUID(answer.body["id"]))
    assert row.signed
    found: dict[str, Any] = json.loads(row.signed.bytes)
    return found


def _catch_up(yard: Yard, relay: Relay, shown: Shown) -> None:
    """The workers come back after the openings: each mail once, no reminder that is too late."""
    with yard.work() as work:
        letters = kept_letters(work, 1000)
    assert relay.received == [] and len(letters) > RACES
    assert {letter.kind.split(".")[0] for letter in letters} == {"offer"}
    workers = [yard.worker() for _ in range(2)]
    wait(lambda: len(relay.received) >= len(letters), 60, workers[0])
    time.sleep(4)
    told = Counter(str(mail["message-id"]) for mail in relay.received)
    assert len(told) == len(letters) and set(told.values()) == {1}
    assert yard.verified().intact
    shown(
        f"{yard.kind}: no worker while T passed; two came back: {len(letters)} mails once each,"
        " no reminder after the deadline"
    )
