"""Reading the journal: stories, filters, pages, and what must not be seen before an opening."""

import json
from datetime import timedelta

import pytest

from sad.audit.chains import market_chain, offer_chain, organisation_chain, supplier_chain
from sad.audit.queries import (
    CursorUnreadable,
    Filters,
    auditor_export,
    chain_story,
    journal_page,
)
from sad.audit.service import record
from sad.kernel.ids import uuid7
from tests.support.clock import START

ORG, SYSTEM, CATEGORY, MARKET, APPLICANT = (uuid7() for _ in range(5))
OTHER = uuid7()
CHAIN = market_chain(ORG, SYSTEM, CATEGORY, MARKET)
OFFER = offer_chain(ORG, SYSTEM, CATEGORY, MARKET, APPLICANT)


@pytest.fixture
def filled(work, clock) -> None:
    acts = [
        (CHAIN, "market.drafted", MARKET, {"title": "Tables"}),
        (CHAIN, "market.launched", MARKET, None),
        (OFFER, "offer.deposited", APPLICANT, None),
        (organisation_chain(OTHER), "organisation.named", OTHER, None),
        (supplier_chain(uuid7()), "supplier.named", "x", None),
    ]
    for chain, action, thing, details in acts:
        clock.advance(minutes=1)
        with work() as w:
            record(w, chain, action, thing, details=details)


@pytest.mark.usefixtures("filled")
def test_the_story_of_a_chain_is_told_in_order_with_its_details(read) -> None:
    with read() as r:
        story = chain_story(r, [CHAIN.name])
    told = [event.action for event in story]
    assert told == ["market.drafted", "market.launched", "chain.opened"]
    assert story[0].details == {"title": "Tables"}
    assert story[0].at == START + timedelta(minutes=1)


@pytest.mark.usefixtures("filled")
def test_offers_show_only_once_the_market_is_opened(read) -> None:
    with read() as r:
        before = journal_page(r, ORG, Filters(), opened=[])
        after = journal_page(r, ORG, Filters(), opened=[MARKET])
        lines = [json.loads(line) for line in auditor_export(r, ORG, opened=[])]
    assert "offer.deposited" not in {event.action for event in before.events}
    assert len(after.events) == len(before.events) + 1
    assert len(lines) == len(before.events)


@pytest.mark.usefixtures("filled")
def test_another_organisation_s_events_are_not_seen(read) -> None:
    with read() as r:
        page = journal_page(r, ORG, Filters(), opened=[MARKET])
        other = journal_page(r, OTHER, Filters(), opened=[MARKET])
    assert {event.object for event in other.events} == {str(OTHER)}
    assert str(OTHER) not in {event.object for event in page.events}


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("filters", "actions"),
    [
        (Filters(kind="market", action="market"), ["market.launched", "market.drafted"]),
        (Filters(action="market.launched"), ["market.launched"]),
        (Filters(object=str(MARKET)), ["market.launched", "market.drafted"]),
        (Filters(actor="nobody"), []),
        (
            Filters(kind="market", since=START + timedelta(minutes=2), action="market"),
            ["market.launched"],
        ),
        (Filters(until=START + timedelta(minutes=2), action="market"), ["market.drafted"]),
        (Filters(kind="m%"), []),
    ],
)
def test_filters(read, filters: Filters, actions: list[str]) -> None:
    with read() as r:
        page = journal_page(r, ORG, filters, opened=[])
    assert [event.action for event in page.events] == actions


@pytest.mark.usefixtures("filled")
def test_pages_follow_each_other_without_gap_nor_repeat(read) -> None:
    seen, cursor = [], None
    with read() as r:
        whole = journal_page(r, ORG, Filters(), opened=[]).events
        while True:
            page = journal_page(r, ORG, Filters(), opened=[], after=cursor, limit=2)
            seen += page.events
            cursor = page.following
            if cursor is None:
                break
    assert seen == whole


@pytest.mark.parametrize("cursor", ["", "x", "a~b~c", "a~b~99999999999999999999"])
def test_a_wrong_cursor_is_refused(read, cursor: str) -> None:
    with read() as r, pytest.raises(CursorUnreadable):
        journal_page(r, ORG, Filters(), opened=[], after=cursor)
