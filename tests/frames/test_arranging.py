"""Many lines of a grid at once: any acts leave a whole grid, the last one is undone exactly."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sad.db.work import Work
from sad.frames import arranging, queries, service
from sad.frames.arranging import NothingTicked, NothingToUndo
from sad.frames.columns import ColumnType
from sad.frames.drawing import edit_column
from sad.frames.schemas import ColumnInput, LineInput, SameInput
from sad.frames.service import SliceTooLarge
from sad.frames.usual import USUAL, lacking
from sad.frames.vocabulary import Side, role_of
from sad.kernel.errors import NotFound
from sad.kernel.ids import uuid7
from sad.markets.defaults import COLUMNS, GRADES
from tests.conftest import OpenWork
from tests.support.cast import Cast

ACTS = ("duplicate", "up", "down", "remove", "give", "add", "undo")


def make(work: Work, count: int = 4) -> UUID:
    frame = service.create(work, COLUMNS)
    for rank in range(1, count + 1):
        line = LineInput(designation=f"Pièce {rank}", quantity=Decimal(10), code=f"P-{rank}")
        service.add_line(work, frame.id, line)
    return frame.id


@contextmanager
def undone(work: Work) -> Iterator[None]:
    """What is tried inside leaves nothing behind."""
    with work.session.begin_nested() as point:
        yield
        point.rollback()
    work.session.expire_all()


def names(work: Work, frame_id: UUID) -> list[str]:
    lines = queries.frame(work, work.organisation_id, frame_id).lines
    return [line.designation.removeprefix("Pièce ") for line in lines]


def ids(work: Work, frame_id: UUID, *ranks: int) -> list[UUID]:
    lines = queries.frame(work, work.organisation_id, frame_id).lines
    return [lines[rank].id for rank in ranks]


def content(work: Work, frame_id: UUID) -> list[object]:
    lines = queries.frame(work, work.organisation_id, frame_id).lines
    return [(one.id, one.designation, one.quantity, one.slice_size, one.values) for one in lines]


def test_moved_together_past_the_others(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("buyer")) as w:
        frame = make(w)
        arranging.move(w, frame, ids(w, frame, 1, 2), -1)
        assert names(w, frame) == ["2", "3", "1", "4"]
        arranging.move(w, frame, ids(w, frame, 0, 1), -1)  # already first: they stay
        assert names(w, frame) == ["2", "3", "1", "4"]
        arranging.move(w, frame, ids(w, frame, 0, 1, 2), 1)
        assert names(w, frame) == ["4", "2", "3", "1"]
        lines = queries.frame(w, w.organisation_id, frame).lines
        assert [line.number for line in lines] == ["1", "2", "3", "4"]
        with pytest.raises(NotFound):
            arranging.reorder(w, frame, [line.id for line in lines[1:]])


def test_duplicated_beside_with_a_code_of_its_own(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("buyer")) as w:
        frame = make(w, 2)
        assert arranging.duplicate(w, frame, ids(w, frame, 0)) == 1
        assert arranging.duplicate(w, frame, ids(w, frame, 0)) == 1
        lines = queries.frame(w, w.organisation_id, frame).lines
        assert [line.code for line in lines] == ["P-1", "P-1-3", "P-1-2", "P-2"]
        assert len({line.number for line in lines}) == 4


def test_removed_then_put_back_once(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("buyer")) as w:
        frame = make(w)
        before = content(w, frame)
        arranging.remove(w, frame, ids(w, frame, 0, 2))
        assert names(w, frame) == ["2", "4"]
        assert arranging.undo(w, frame) == "removed"
        assert content(w, frame) == before
        with pytest.raises(NothingToUndo):
            arranging.undo(w, frame)
        with pytest.raises(NothingTicked):
            arranging.remove(w, frame, [uuid7()])


def test_the_same_to_all_or_to_none(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("buyer")) as w:
        frame = make(w, 3)
        key = next(one.key for one in COLUMNS if one.role == "requirements")
        line = ids(w, frame, 1)[0]
        asked = LineInput(designation="Pièce 2", quantity=Decimal(4), values={key: "Lavable"})
        arranging.write(w, frame, [(line, asked)], [])
        before = content(w, frame)
        every = ids(w, frame, 0, 1, 2)
        given = SameInput(slice_size=Decimal(2), values={key: "Démontable"})
        assert arranging.give(w, frame, every, given) == 3
        lines = queries.frame(w, w.organisation_id, frame).lines
        assert [(one.slices, one.values[key]) for one in lines] == [
            (5, "Démontable"), (2, "Démontable"), (5, "Démontable")
        ]  # fmt: skip
        arranging.undo(w, frame)
        assert content(w, frame) == before
        with undone(w), pytest.raises(SliceTooLarge):
            arranging.give(w, frame, every, SameInput(slice_size=Decimal(5)))
        assert content(w, frame) == before
        arranging.give(w, frame, every, SameInput(whole=True, empty=[key]))
        assert {
            one.values.get(key) for one in queries.frame(w, w.organisation_id, frame).lines
        } == {None}


def test_a_line_sent_twice_is_written_once(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("buyer")) as w:
        frame, fresh = make(w, 1), uuid7()
        for quantity in (3, 5):
            asked = LineInput(designation="Lampe", quantity=Decimal(quantity))
            arranging.write(w, frame, [(fresh, asked)], [fresh])
        lines = queries.frame(w, w.organisation_id, frame).lines
        assert [(one.number, one.quantity) for one in lines] == [("1", 10), ("2", 5)]
        with pytest.raises(NotFound):
            arranging.write(w, frame, [(uuid7(), asked)], [])


@settings(deadline=None, max_examples=6, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.sampled_from(ACTS), st.sets(st.integers(0, 6), min_size=1)), max_size=6)
)
def test_any_acts_leave_a_grid(read_once: Work, acts: list[tuple[str, set[int]]]) -> None:
    work = read_once
    with undone(work):
        frame = make(work, 3)
        for act, ranks in acts:
            before = content(work, frame)
            done = _act(work, frame, act, ranks)
            if done:
                with undone(work):
                    arranging.undo(work, frame)
                    assert content(work, frame) == before
            lines = queries.frame(work, work.organisation_id, frame).lines
            assert [line.position for line in lines] == list(range(1, len(lines) + 1))
            assert len({line.number for line in lines}) == len(lines)
            assert len({line.code for line in lines if line.code}) == len(
                [line for line in lines if line.code]
            )
            assert all(
                (line.slices or 0) * (line.slice_size or 0) <= line.quantity for line in lines
            )


def _act(work: Work, frame: UUID, act: str, ranks: set[int]) -> bool:
    """Does it; whether it can be undone."""
    lines = queries.frame(work, work.organisation_id, frame).lines
    chosen = [lines[rank].id for rank in ranks if rank < len(lines)]
    if act == "add":
        service.add_line(work, frame, LineInput(designation="Pièce", quantity=Decimal(7)))
    elif act == "undo":
        if work.get(service.ResponseFrame, frame).undo is not None:
            arranging.undo(work, frame)
    elif chosen and act == "give":
        arranging.give(work, frame, chosen, SameInput(slice_size=Decimal(3)))
    elif chosen and act in {"up", "down"}:
        arranging.move(work, frame, chosen, -1 if act == "up" else 1)
    elif chosen:
        {"duplicate": arranging.duplicate, "remove": arranging.remove}[act](work, frame, chosen)
    return bool(chosen) and act in {"duplicate", "remove", "give"}


@pytest.fixture
def read_once(work: OpenWork, cast: Cast) -> Iterator[Work]:
    with work(cast.actor("buyer")) as opened:
        yield opened


def test_what_choices_mean_follows_them(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("buyer")) as w:
        frame = make(w, 1)
        column = next(
            one
            for one in queries.frame(w, w.organisation_id, frame).supplier
            if one.key == "condition"
        )
        assert [meaning.picture for _, meaning in column.column.grades] == [
            "etat-1",
            "etat-2",
            "etat-3",
        ]
        fewer = ColumnInput(
            label="État",
            side=Side.SUPPLIER,
            type=ColumnType.CHOICE,
            choices=[GRADES[0], GRADES[2]],
            meanings=["Comme neuf.", "Usé."],
        )
        edit_column(w, frame, column.id, fewer, [0, 2])
        column = next(
            one
            for one in queries.frame(w, w.organisation_id, frame).supplier
            if one.key == "condition"
        )
        said = [(choice, *meaning) for choice, meaning in column.column.grades]
        assert said == [(GRADES[0], "Comme neuf.", "etat-1"), (GRADES[2], "Usé.", "etat-3")]
        assert service.copy(w, frame).id != frame


def test_usual_columns_are_read_back_by_their_names() -> None:
    for one in USUAL:
        for role, column in one.columns:
            assert role_of(column.label) is role
    known = tuple(given.column(f"c{n}") for n, (_, given) in enumerate(USUAL[0].columns))
    assert [one.key for one in lacking(known)] == [one.key for one in USUAL[1:]]
