"""An act key does its act once, on both databases."""

from uuid import uuid4

import pytest

from sad.db.acts import ActReused, begin, finish
from tests.conftest import OpenWork
from tests.support.cast import Cast

BODY = b"title=Tables"


def test_the_first_press_acts_and_the_second_reads_what_it_gave(work: OpenWork, cast: Cast) -> None:
    key, buyer = uuid4(), cast.actor("buyer")
    with work(buyer) as w:
        assert begin(w, key, "/marches", BODY) is None
        finish(w, key, {"location": "/marches/1"})
    with work(buyer) as w:
        assert begin(w, key, "/marches", BODY) == {"location": "/marches/1"}


def test_a_key_serves_one_act_of_one_person(work: OpenWork, cast: Cast) -> None:
    key = uuid4()
    with work(cast.actor("buyer")) as w:
        assert begin(w, key, "/marches", BODY) is None
    for part, body in (("buyer", b"title=Bancs"), ("officer", BODY)):
        with pytest.raises(ActReused), work(cast.actor(part)) as w:
            begin(w, key, "/marches", body)


def test_what_was_rolled_back_may_be_done_again(work: OpenWork, cast: Cast) -> None:
    key = uuid4()
    with pytest.raises(ActReused), work(cast.actor("buyer")) as w:  # noqa: PT012 - one Work
        begin(w, key, "/marches", BODY)
        begin(w, key, "/elsewhere", BODY)
    with work(cast.actor("buyer")) as w:
        assert begin(w, key, "/marches", BODY) is None
