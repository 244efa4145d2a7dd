"""The database itself refuses a movement that does not follow, and a past one rewritten."""

from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from sad.db.work import Work
from sad.funding.tables import Movement
from sad.kernel.ids import uuid7
from tests.funding.scene import make_scene, reserve
from tests.support.cast import Cast


def _next(w: Work, line: UUID, **changes: object) -> Movement:
    """What should come after the line's last movement, with something else about it."""
    query = select(Movement).where(col(Movement.funding_line_id) == line)
    last = w.session.exec(query.order_by(col(Movement.seq).desc())).first()
    assert last is not None
    values = last.model_dump() | {
        "id": uuid7(),
        "seq": last.seq + 1,
        "cause": "forged",
        "line_cents": -100,
        "envelope_cents": -100,
        "line_after": last.line_after - 100,
        "envelope_after": (last.envelope_after or 0) - 100,
    }
    return Movement(**values | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"seq": 99},
        {"line_after": 20_000_000},
        {"envelope_after": 6_000_000},
        {"envelope_after": None},
        {"line_cents": -99},
        {"envelope_cents": 0},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_movement_follows_the_one_before(work, cast: Cast, changes: dict[str, object]) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        reserve(w, scene, 1_000)
    with pytest.raises(DBAPIError, match="a balance is the one before"), work() as w:
        w.add(_next(w, scene.line, **changes))


def test_a_movement_is_not_before_the_one_before(work, clock, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        reserve(w, scene, 1_000)
    earlier = clock.advance(hours=-1)
    with pytest.raises(DBAPIError, match="a balance is the one before"), work() as w:
        w.add(_next(w, scene.line, at=earlier))
    with work() as w:
        w.add(_next(w, scene.line))


@pytest.mark.parametrize(
    "statement", ["UPDATE movement SET line_cents = 0", "DELETE FROM movement"]
)
def test_a_past_movement_is_not_rewritten(
    database: Engine, work, cast: Cast, statement: str
) -> None:
    with work(cast.actor("officer")) as w:
        make_scene(w)
    with database.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.exec_driver_sql(statement)
