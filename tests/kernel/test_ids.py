"""Identifiers: sorted by birth, or telling nothing."""

import time

from sad.kernel.ids import random_id, uuid7


def test_what_is_born_within_a_millisecond_keeps_its_order() -> None:
    born = []
    for _ in range(300):
        born.append(uuid7())
        time.sleep(0.000_005)
    assert born == sorted(born)
    assert born[-1].int >> 80 <= (born[0].int >> 80) + 300, "several of them within a millisecond"


def test_an_identifier_is_of_its_version() -> None:
    assert {uuid7().version for _ in range(50)} == {7}
    assert {uuid7().variant for _ in range(50)} == {"specified in RFC 4122"}
    assert random_id().version == 4
    assert len({uuid7() for _ in range(1000)}) == 1000
