"""The account people read: names, pages, filters, the year's end; a constant number of queries."""

from datetime import timedelta

from sqlalchemy import event

from sad.funding import queries, service
from sad.funding.account import Narrowing
from sad.funding.journal import agrees
from sad.funding.states import MovementKind
from tests.funding.scene import cause, engage, euros, make_scene, reserve
from tests.support.cast import Cast


def test_movements_come_by_pages_newest_first(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        for _ in range(7):
            reserve(w, scene, 10)
        seen, before = [], None
        for _ in range(4):
            page = queries.movements(w, scene.line, before=before, limit=3)
            seen += [m.seq for m in page.movements]
            before = page.following
        assert seen == list(range(10, 0, -1))
        assert before is None


def test_movements_are_narrowed(work, clock, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
    later = clock.advance(days=2)
    with work(cast.actor("officer")) as w:
        reservation = reserve(w, scene, 10)
        service.transfer(w, scene.seats, scene.tables, euros(1), "moins cher", cause())
        market = reservation.market_id

        def count(**narrowing) -> int:
            return len(queries.movements(w, scene.line, Narrowing(**narrowing)).movements)

        assert count() == 6
        assert count(envelope_id=scene.tables) == 2
        assert count(kind=MovementKind.TRANSFER) == 2
        assert count(market_id=market) == 1
        assert count(since=later) == 3
        assert count(until=later) == 3
        assert [m.id for m in queries.of_market(w, market)] == [reservation.id]


def test_each_movement_says_who_and_why(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        service.transfer(w, scene.seats, scene.tables, euros(1), "moins cher", cause())
        shown = queries.movements(w, scene.line).movements[0]
    assert (shown.kind, shown.actor_name, shown.reason) == ("transfer", "Officer", "moins cher")
    assert (shown.envelope_label, shown.amount_cents) == ("Tables", 100)


def test_a_year_ends(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        half_paid = engage(w, scene, 1_200)
        service.liquidate(w, half_paid, euros(500), euros(600), "F-1", cause())
        settled = engage(w, scene, 500)
        service.settle(w, settled, cause())
        undone = engage(w, scene, 300)
        service.reverse(w, undone.id, "Erreur", cause())
        waiting = reserve(w, scene, 4_000)
        service.release(w, reserve(w, scene, 100), cause())
        end = queries.year_end(w, 2026)
        assert [(r.movement.id, r.liquidated, r.left) for r in end.engagements] == [
            (half_paid.id, 60_000, 60_000)
        ]
        assert [(r.movement.id, r.left) for r in end.reservations] == [(waiting.id, 400_000)]
        assert queries.year_end(w, 2025).engagements == []


def test_the_glance_takes_as_many_queries_for_one_line_as_for_ten(
    database, work, cast: Cast
) -> None:
    def queries_run() -> int:
        number = 0

        def seen(*_: object) -> None:
            nonlocal number
            number += 1

        with work(cast.actor("auditor")) as w:
            event.listen(database, "before_cursor_execute", seen)
            queries.overview(w)
            event.remove(database, "before_cursor_execute", seen)
        return number

    with work(cast.actor("officer")) as w:
        make_scene(w)
    one = queries_run()
    with work(cast.actor("officer")) as w:
        for _ in range(4):
            engage(w, make_scene(w), 10)
    assert queries_run() == one == 3


def test_the_journal_agrees(work, read, clock, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        engagement = engage(w, scene, 1_200)
    clock.advance(timedelta(days=1))
    with work(cast.actor("officer")) as w:
        service.settle(w, engagement, cause())
    with read(cast.actor("auditor")) as w:
        assert agrees(w, scene.line)
