"""Slots and envelopes: who opens what, and what each forgery meets."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sad.kernel.ids import uuid7
from sad.offers.sealing import (
    SMALLEST,
    DeadlineNotLater,
    EnvelopeUnreadable,
    MarketKeyUnreadable,
    Place,
    SlotUnreadable,
    key_id,
    make_market_keys,
    market_private_key,
    market_public_key,
    open_envelope,
    read_slot,
    rewrap_private_key,
    seal_envelope,
    write_slot,
)
from tests.support.rings import FixedRings, fixed_key

T = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
RINGS = FixedRings()
MARKET = uuid7()
PLACE = Place(uuid7(), MARKET, uuid7())
OTHER = replace(PLACE, applicant_id=uuid7())
KEYS = make_market_keys(RINGS, MARKET, T)
PUBLIC = market_public_key(RINGS, MARKET, KEYS.public)
PRIVATE = market_private_key(RINGS, MARKET, T, KEYS.private)
STATE = {"draft": {"prix": "12,50", "mot": "bibliothèque"}, "deposits": []}


def test_the_supplier_reads_its_own_state_back() -> None:
    slot = write_slot(RINGS, PLACE, STATE, None, PUBLIC)
    assert read_slot(RINGS, PLACE, slot.mine) == STATE


@given(st.none() | st.binary(max_size=200_000))
def test_the_opening_gets_the_exact_bytes_in_force(deposit: bytes | None) -> None:
    assert open_envelope(PRIVATE, PLACE, seal_envelope(PLACE, deposit, PUBLIC)) == deposit


def test_size_tells_nothing_below_the_smallest_and_doubles_above() -> None:
    sizes = {
        (len(slot.mine), len(slot.pli))
        for deposit in (None, b"", b"x" * 9000)
        for slot in [write_slot(RINGS, PLACE, STATE, deposit, PUBLIC)]
    }
    assert len(sizes) == 1
    noise = b"".join(fixed_key(str(n)).secret for n in range(1024))
    overhead = len(seal_envelope(PLACE, None, PUBLIC)) - SMALLEST
    assert len(seal_envelope(PLACE, noise, PUBLIC)) == 4 * SMALLEST + overhead


def test_two_writes_of_the_same_thing_share_no_byte_run() -> None:
    one, two = (write_slot(RINGS, PLACE, STATE, b"same", PUBLIC) for _ in range(2))
    assert one.mine[8:40] != two.mine[8:40]
    assert one.pli[8:40] != two.pli[8:40]


def test_nothing_typed_is_in_clear() -> None:
    slot = write_slot(RINGS, PLACE, STATE, b"phrase secrete", PUBLIC)
    assert b"phrase" not in slot.pli
    assert "bibliothèque".encode() not in slot.mine


@pytest.mark.parametrize("position", [0, 7, 8, 40, -1])
def test_an_altered_slot_is_refused(position: int) -> None:
    slot = write_slot(RINGS, PLACE, STATE, b"offre", PUBLIC)
    with pytest.raises(SlotUnreadable):
        read_slot(RINGS, PLACE, _flip(slot.mine, position))
    with pytest.raises(EnvelopeUnreadable):
        open_envelope(PRIVATE, PLACE, _flip(slot.pli, position))


@pytest.mark.parametrize("length", [0, 5, 8, 10, 50, 100])
def test_a_truncated_slot_is_refused(length: int) -> None:
    slot = write_slot(RINGS, PLACE, STATE, b"offre", PUBLIC)
    with pytest.raises(SlotUnreadable):
        read_slot(RINGS, PLACE, slot.mine[:length])
    with pytest.raises(EnvelopeUnreadable):
        open_envelope(PRIVATE, PLACE, slot.pli[:length])


def test_a_slot_copied_from_another_supplier_is_refused() -> None:
    theirs = write_slot(RINGS, OTHER, STATE, b"offre", PUBLIC)
    with pytest.raises(SlotUnreadable):
        read_slot(RINGS, PLACE, theirs.mine)
    with pytest.raises(EnvelopeUnreadable):
        open_envelope(PRIVATE, PLACE, theirs.pli)


def test_another_market_s_key_opens_nothing() -> None:
    keys = make_market_keys(RINGS, uuid7(), T)
    assert keys.fingerprint != KEYS.fingerprint
    with pytest.raises(MarketKeyUnreadable):  # a swapped public key
        market_public_key(RINGS, MARKET, keys.public)
    with pytest.raises(MarketKeyUnreadable):
        market_private_key(RINGS, MARKET, T, keys.private)


def test_a_deadline_edited_by_hand_no_longer_unwraps() -> None:
    with pytest.raises(MarketKeyUnreadable):
        market_private_key(RINGS, MARKET, T - timedelta(hours=1), KEYS.private)


def test_a_later_deadline_wraps_again_and_an_earlier_is_refused() -> None:
    later = T + timedelta(days=2)
    wrapped = rewrap_private_key(RINGS, MARKET, T, later, KEYS.private)
    assert market_private_key(RINGS, MARKET, later, wrapped) == PRIVATE
    with pytest.raises(MarketKeyUnreadable):
        market_private_key(RINGS, MARKET, T, wrapped)
    for moment in (T, T - timedelta(microseconds=1)):
        with pytest.raises(DeadlineNotLater):
            rewrap_private_key(RINGS, MARKET, T, moment, KEYS.private)


def test_after_a_rotation_old_keys_read_and_the_first_writes() -> None:
    slot = write_slot(RINGS, PLACE, STATE, None, PUBLIC)
    rotated = FixedRings(
        vault=(fixed_key("vault-2"), *RINGS.vault), opening=(fixed_key("opening-2"), *RINGS.opening)
    )
    assert read_slot(rotated, PLACE, slot.mine) == STATE
    assert market_private_key(rotated, MARKET, T, KEYS.private) == PRIVATE
    fresh = write_slot(rotated, PLACE, STATE, None, PUBLIC)
    assert key_id(fresh.mine) == rotated.vault[0].id
    assert key_id(slot.mine) == RINGS.vault[0].id


def test_a_lost_ring_is_a_refusal_not_a_crash() -> None:
    lost = FixedRings(vault=(fixed_key("new"),), opening=(fixed_key("new"),))
    slot = write_slot(RINGS, PLACE, STATE, None, PUBLIC)
    with pytest.raises(SlotUnreadable):
        read_slot(lost, PLACE, slot.mine)
    with pytest.raises(MarketKeyUnreadable):
        market_public_key(lost, MARKET, KEYS.public)


def _flip(data: bytes, position: int) -> bytes:
    changed = bytearray(data)
    changed[position] ^= 1
    return bytes(changed)
