"""Identical slices in rank order (P3): never more than asked, nor than offered."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sad.awards.slices import (
    Allocation,
    RankShared,
    SliceOffer,
    SliceSizeRefused,
    allocate,
    by_winner,
    slices_of,
)


def test_two_hundred_chairs_are_twenty_slices_of_ten() -> None:
    assert slices_of(Decimal("200.000"), Decimal(10)) == 20


@pytest.mark.parametrize(("quantity", "size"), [("205", "10"), ("0", "10"), ("20", "0")])
def test_slices_are_identical_or_refused(quantity: str, size: str) -> None:
    with pytest.raises(SliceSizeRefused) as refused:
        slices_of(Decimal(quantity), Decimal(size), where="lines[0].slice")
    assert refused.value.where == "lines[0].slice"


def test_the_best_ranked_first_then_the_next_and_the_rest_is_left() -> None:
    offers = [SliceOffer("C", 3, 2), SliceOffer("A", 1, 5), SliceOffer("B", 2, 8)]
    assert allocate(20, offers) == Allocation({"A": 5, "B": 8, "C": 2}, 5)
    assert allocate(7, offers) == Allocation({"A": 5, "B": 2}, 0)
    assert allocate(5, offers) == Allocation({"A": 5}, 0)
    assert allocate(3, []) == Allocation({}, 3)


def test_an_offer_of_no_slice_wins_nothing() -> None:
    assert allocate(4, [SliceOffer("A", 1, 0), SliceOffer("B", 2, 4)]) == Allocation({"B": 4}, 0)


def test_equals_are_served_together_or_not_chosen_among() -> None:
    equals = [SliceOffer("B", 1, 4), SliceOffer("A", 1, 6)]
    assert allocate(10, equals).given == {"A": 6, "B": 4}
    with pytest.raises(RankShared) as refused:
        allocate(9, equals)
    assert refused.value.facts == {"rank": 1, "offers": ["A", "B"], "wanted": 10, "left": 9}
    assert allocate(3, [SliceOffer("first", 1, 3), *_after(equals)]) == Allocation({"first": 3}, 0)


def _after(offers: list[SliceOffer]) -> list[SliceOffer]:
    return [SliceOffer(each.offer, each.rank + 1, each.slices) for each in offers]


def test_one_contract_per_winner() -> None:
    lines = {"chairs": Allocation({"B": 4, "A": 6}, 0), "tables": Allocation({"A": 1}, 2)}
    assert by_winner(lines) == {"A": {"chairs": 6, "tables": 1}, "B": {"chairs": 4}}


@given(asked=st.integers(0, 60), offered=st.lists(st.integers(0, 30), max_size=8), data=st.data())
@settings(deadline=None)
def test_any_slices_stay_within_what_is_asked_and_offered(
    asked: int, offered: list[int], data: st.DataObject
) -> None:
    offers = [SliceOffer(f"o{i}", i + 1, slices) for i, slices in enumerate(offered)]
    allocation = allocate(asked, offers)
    assert sum(allocation.given.values()) + allocation.left == asked
    assert allocation.left == max(0, asked - sum(offered))
    for offer in offers:
        assert 0 <= allocation.given.get(offer.offer, 0) <= offer.slices
    shuffled = data.draw(st.permutations(offers))
    assert allocate(asked, shuffled) == allocation
