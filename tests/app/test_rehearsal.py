"""The rehearsal's grid: numbers as people type them, every fault at once."""

import pytest

from app import rehearsal
from sad.kernel.errors import Incomplete
from sad.kernel.money import Money

LINE = {
    "l1.quantity": "3",
    "l1.condition": "A",
    "l1.price": "1 180,50 €",
    "l1.date": "2027-02-15",
    "l3.quantity": "0",
}
PHOTO = "table.jpg|1234|" + "0a" * 32


def test_a_line_is_enough() -> None:
    (answer,) = rehearsal.read(LINE | {"l1.photo": PHOTO})
    assert (answer.line.code, answer.total) == ("T-01", Money(354150))
    assert str(answer.photo) == PHOTO


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ({"l1.quantity": "5"}, {"l1.quantity": "rehearsal.too_many"}),
        ({"l1.quantity": "trois"}, {"l1.quantity": "number.unreadable"}),
        ({"l1.price": "12,345"}, {"l1.price": "number.too_precise"}),
        (
            {"l1.price": "", "l1.date": "31/02", "l1.condition": "Z"},
            {"l1.price": "number.missing", "l1.date": "field.date", "l1.condition": "field.choice"},
        ),
        ({"l1.note": "x" * 301}, {"l1.note": "field.too_long"}),
        ({"l1.quantity": ""}, {"l1.quantity": "rehearsal.nothing"}),
    ],
)
def test_what_is_wrong_is_said_at_its_place(typed: dict[str, str], where: dict[str, str]) -> None:
    with pytest.raises(Incomplete) as refused:
        rehearsal.read(LINE | typed)
    found = {problem.where: problem.code for problem in refused.value.problems}
    assert found == where


@pytest.mark.parametrize("altered", ["", "a|b|c", PHOTO + "x", "n|1|" + "G" * 64, "a\nb" + PHOTO])
def test_an_altered_photograph_is_left_out(altered: str) -> None:
    (answer,) = rehearsal.read(LINE | {"l1.photo": altered})
    assert answer.photo is None
