"""At any past instant a balance is the sum of its movements then (acceptance 51)."""

from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from sad.audit.chains import funding_chain
from sad.audit.queries import chain_story
from sad.db.work import Work
from sad.funding import queries, service
from sad.funding.journal import from_journal
from sad.funding.tables import Movement
from sad.kernel.errors import Refusal
from sad.kernel.ids import uuid7
from sad.kernel.money import Money
from tests.funding.scene import Scene, make_scene
from tests.support.cast import Cast

NUMBERS = count()
STEPS = st.tuples(
    st.sampled_from(
        ["allocate", "transfer", "reserve", "release", "engage", "pay", "settle", "undo", "vote"]
    ),
    st.integers(1, 9_000_000),  # cents
    st.integers(0, 7),  # which of those already there
    st.integers(0, 2),  # hours later
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # one database, a new line each
)
@given(steps=st.lists(STEPS, min_size=4, max_size=25))
def test_a_balance_is_the_sum_of_its_movements(work, read, clock, cast: Cast, steps) -> None:
    officer = cast.actor("officer")
    with work(officer) as w:
        scene = make_scene(w)
    instants = [clock.now()]
    for act, cents, which, hours in steps:
        instants.append(clock.advance(hours=hours))
        try:
            with work(officer) as w:
                play(w, scene, act, Money(cents), which)
        except Refusal:
            continue  # nothing was written
    with read(officer) as w:
        rows = movements(w, scene)
        for instant in [*instants, clock.now() + timedelta(days=1)]:
            then = [row for row in rows if row.at <= instant]
            assert queries.line_as_of(w, scene.line, instant).available == sum(
                row.line_cents for row in then
            )
            for envelope in (scene.seats, scene.tables):
                assert queries.envelope_as_of(w, envelope, instant).available == sum(
                    row.envelope_cents for row in then if row.envelope_id == envelope
                )
        view = queries.line(w, scene.line)
        assert view.available == sum(row.line_cents for row in rows)
        assert view.available == view.voted - view.reserved - view.engaged
        for shown in view.envelopes:
            mine = sum(row.envelope_cents for row in rows if row.envelope_id == shown.id)
            assert shown.available == mine


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, min_size=4, max_size=25))
def test_rebuilt_from_the_journal_it_is_the_same(work, read, clock, cast: Cast, steps) -> None:
    officer = cast.actor("officer")
    with work(officer) as w:
        scene = make_scene(w)
    for act, cents, which, hours in steps:
        clock.advance(hours=hours)
        try:
            with work(officer) as w:
                play(w, scene, act, Money(cents), which)
        except Refusal:
            continue
    with read(officer) as w:
        events = chain_story(w, [funding_chain(cast.organisation_id, scene.line).name])
        rebuilt = from_journal(events)
        rows = movements(w, scene)
        assert [m.id for m in rebuilt.movements] == [row.id for row in rows]
        assert [m.at for m in rebuilt.movements] == [row.at for row in rows]
        assert rebuilt.line == queries.line(w, scene.line).available
        for shown in queries.line(w, scene.line).envelopes:
            assert rebuilt.envelopes.get(shown.id, 0) == shown.available


def movements(w: Work, scene: Scene) -> list[Movement]:
    """Every movement of the line, oldest first, as stored."""
    query = select(Movement).where(col(Movement.funding_line_id) == scene.line)
    return list(w.session.exec(query.order_by(col(Movement.seq))))


def play(w: Work, scene: Scene, act: str, amount: Money, which: int) -> None:
    """One act, on one of the movements already there where it needs one."""
    cause = f"play:{next(NUMBERS)}"
    ends = (scene.seats, scene.tables) if which % 2 else (scene.tables, scene.seats)
    taken: dict[str, Any] = {
        "funding_line_id": scene.line,
        "envelope_id": ends[0],
        "ht": Money(max(1, amount.cents * 5 // 6)),
        "ttc": amount,
        "market_id": uuid7(),
        "cause": cause,
    }
    if act == "vote":
        service.vote(w, scene.line, amount, cause, "DM")
    elif act == "allocate":
        service.allocate(w, ends[0], amount, cause)
    elif act == "transfer":
        service.transfer(w, *ends, amount, "essai", cause)
    elif act == "reserve":
        service.reserve(w, **taken)
    elif act == "engage":
        service.engage(w, **taken, award_id=uuid7(), number="E-1")
    else:
        on_one_there(w, scene, act, amount, which, cause)


def on_one_there(w: Work, scene: Scene, act: str, amount: Money, which: int, cause: str) -> None:
    """An act on a movement already there; nothing when there is none of its kind."""
    kinds = {"release": "reservation", "pay": "engagement", "settle": "engagement"}
    there = [m for m in movements(w, scene) if kinds.get(act, m.kind) == m.kind]
    if not there:
        return
    one = there[which % len(there)]
    if act == "release":
        service.release(w, one, cause)
    elif act == "pay":
        service.liquidate(w, one, Money(max(1, amount.cents // 2)), amount, "F", cause)
    elif act == "settle":
        service.settle(w, one, cause)
    else:
        service.reverse(w, one.id, "essai", cause)
