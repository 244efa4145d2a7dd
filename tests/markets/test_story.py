"""The story of a market: in order, with its money; nothing of the answers before the opening."""

import pytest

from sad.audit.chains import offer_chain
from sad.audit.service import record
from sad.kernel.errors import NotFound
from sad.markets.naming import people, things
from sad.markets.story import opened_markets, story
from sad.markets.tables import SpecificMarket
from tests.support.cast import Cast
from tests.support.markets import DEADLINE, Ready, launched, ready


@pytest.fixture
def place(work, cast: Cast) -> Ready:
    with work() as w:
        return ready(w, cast)


def _launched(work, cast: Cast, place: Ready) -> SpecificMarket:
    with work(cast.actor("buyer")) as w:
        return launched(w, cast, place)


def _answer(work, cast: Cast, place: Ready, market: SpecificMarket) -> None:
    """What a deposit leaves in the journal."""
    with work(cast.actor("alder")) as w:
        chain = offer_chain(
            market.organisation_id,
            market.system_id,
            market.category_id,
            market.id,
            place.applicants["alder"],
        )
        record(w, chain, "offer.sent", market.id, after={"receipt": "00"})


def _actions(read, cast: Cast, market: SpecificMarket, part: str = "officer") -> list[str]:
    with read(cast.actor(part)) as w:
        return [event.action for event in story(w, market.id).events]


def test_from_the_draft_to_the_launch_with_its_money(work, read, cast: Cast, place: Ready) -> None:
    told = _actions(read, cast, _launched(work, cast, place))
    assert told[0] == "market.drafted"
    assert told[-2:] == ["market.launched", "funding.reserved"]
    assert "chain.opened" not in told


def test_money_is_for_those_who_may_read_it(work, read, cast: Cast, place: Ready) -> None:
    market = _launched(work, cast, place)
    assert "funding.reserved" not in _actions(read, cast, market, "evaluator")
    assert "funding.reserved" in _actions(read, cast, market, "auditor")


def test_an_answer_changes_nothing_before_the_opening(
    work, read, clock, cast: Cast, place: Ready
) -> None:
    market = _launched(work, cast, place)
    before = _actions(read, cast, market)
    clock.advance(minutes=1)
    _answer(work, cast, place, market)
    assert _actions(read, cast, market) == before
    clock.set(DEADLINE)
    assert _actions(read, cast, market) == before
    clock.advance(minutes=2)
    with work() as w:
        row = w.get_in(SpecificMarket, market.organisation_id, market.id)
        row.state, row.opened_at = "opened", w.now
        w.add(row)
    assert _actions(read, cast, market)[-1] == "offer.sent"
    with read(cast.actor("officer")) as w:
        assert opened_markets(w) == [market.id]


def test_another_organisation_s_market_is_not_found(work, read, cast: Cast, place: Ready) -> None:
    market = _launched(work, cast, place)
    with read(cast.actor("other_officer")) as w, pytest.raises(NotFound):
        story(w, market.id)


def test_names_of_people_and_things(work, read, cast: Cast, place: Ready) -> None:
    market = _launched(work, cast, place)
    actors = [str(cast.people[part]) for part in ("buyer", "alder", "other_officer")]
    chains = [f"market:{market.id}", f"offer:{market.id}:x", f"system:{place.system_id}", "person:"]
    with read(cast.actor("officer")) as w:
        assert people(w, [*actors, "engine"]) == {actors[0]: "Buyer", actors[1]: "Atelier alder"}
        named = things(w, chains)
    assert named[f"market:{market.id}"] == f"{market.number} Tables et chaises"
    assert named[f"system:{place.system_id}"] == "Mobilier du Totem"
    with read(cast.actor("other_officer")) as w:
        assert things(w, chains) == {}
