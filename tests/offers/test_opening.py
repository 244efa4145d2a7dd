"""The opening: once, from a minute after the deadline, whole or naming what is altered."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from sad.accounts.permissions import NotAllowed
from sad.audit.tables import audit_event
from sad.kernel.errors import NotFound
from sad.kernel.money import Money
from sad.markets.tables import SpecificMarket
from sad.offers import queries
from sad.offers.opening import Opened, open_offers
from sad.offers.rules import AlreadyOpened, NotOpened, TooEarly
from sad.offers.sealing import MarketKeyUnreadable
from sad.offers.states import OfferState
from tests.offers.conftest import Stage
from tests.offers.scene import OPENING, T, typed

MILLISECOND = timedelta(milliseconds=1)


def opened(stage: Stage, part: str = "buyer") -> Opened:
    stage.clock.set(max(OPENING, stage.clock.now()))
    with stage.work(stage.actor(part)) as work:
        return open_offers(work, stage.scene.market_id)


def anomalies(given: Opened) -> list[str]:
    return [one["code"] for one in given.anomalies]


def damage(stage: Stage, statement: str) -> None:
    """What somebody who holds the database alone may write."""
    with stage.work() as work:
        connection = work.session.connection()
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE deposit DISABLE TRIGGER ALL"))
        else:
            connection.execute(text("DROP TRIGGER IF EXISTS deposit_no_update"))
            connection.execute(text("DROP TRIGGER IF EXISTS deposit_no_delete"))
        connection.execute(text(statement))


def test_what_was_sent_is_what_is_opened(stage: Stage) -> None:
    stage.submit("alder", stage.put("alder", price="12,50"))
    cells = typed(2, price="9,90")
    cells[2]["available"] = "10"
    stage.submit("birch", stage.put("birch", cells))
    given = opened(stage)
    assert (given.offers, given.unreadable, given.late, given.anomalies) == (2, 0, 0, [])
    with stage.read(stage.actor("buyer")) as work:
        alder, birch = queries.offers_of(work, stage.scene.market_id)
    assert (alder.ht, alder.payable) == (Money(75_000), Money(90_000))
    assert (birch.ht, birch.payable) == (Money(29_700), Money(29_700))
    line = birch.lines[stage.scene.lines[1]]
    assert (line.quantity, line.slices, line.unit_price) == (10, 2, Money(990))
    assert line.values["condition"] == "Bon"
    assert birch.lots[1].payable == Money(29_700)


def test_only_the_last_one_in_force_is_opened(stage: Stage) -> None:
    stage.submit("alder", stage.put("alder", price="10"))
    stage.submit("alder", stage.put("alder", price="20"))
    stage.submit("birch")
    stage.withdraw("birch")
    digest = stage.put("birch", price="1")
    stage.clock.set(T + MILLISECOND)
    stage.submit("birch", digest)
    given = opened(stage)
    assert (given.offers, given.late) == (1, 1)
    with stage.read(stage.actor("officer")) as work:
        (offer,) = queries.offers_of(work, stage.scene.market_id)
        market = work.get(SpecificMarket, stage.scene.market_id)
    assert offer.lines[stage.scene.lines[0]].unit_price == Money(2000)
    assert market.minutes is not None
    listed = {name: market.minutes[name] for name in ("offers", "replaced", "withdrawn", "late")}
    assert [len(rows) for rows in listed.values()] == [1, 1, 1, 1]
    assert all(set(row) == {"receipt", "received_at"} for row in listed["late"])


@pytest.mark.parametrize("moment", [T, T + timedelta(seconds=59), OPENING - MILLISECOND])
def test_not_before_a_minute_after_the_deadline(stage: Stage, moment: object) -> None:
    stage.submit("alder")
    stage.clock.set(moment)  # type: ignore[arg-type]  # parametrized with instants
    with stage.work(stage.actor("buyer")) as work, pytest.raises(TooEarly):
        open_offers(work, stage.scene.market_id)


def test_a_draft_not_sent_is_no_offer_and_none_at_all_can_be_opened(stage: Stage) -> None:
    stage.put("alder")
    assert opened(stage).offers == 0


@pytest.mark.parametrize("part", ["evaluator", "auditor", "administrator", "alder", "stranger"])
def test_only_who_may_opens(stage: Stage, part: str) -> None:
    stage.clock.set(OPENING)
    with stage.work(stage.actor(part)) as work, pytest.raises(NotAllowed):
        open_offers(work, stage.scene.market_id)


def test_another_organisation_knows_nothing_of_it(stage: Stage) -> None:
    stage.clock.set(OPENING)
    with stage.work(stage.actor("other_officer")) as work, pytest.raises(NotFound):
        open_offers(work, stage.scene.market_id)


def test_a_second_opening_is_refused_and_leaves_one_event(stage: Stage) -> None:
    stage.submit("alder")
    opened(stage)
    with pytest.raises(AlreadyOpened):
        opened(stage, "officer")
    with stage.read() as work:
        events = (
            work.session.connection()
            .execute(audit_event.select().where(audit_event.c.action == "market.opened"))
            .all()
        )
    assert len(events) == 1


def test_before_the_opening_agents_read_nothing(stage: Stage) -> None:
    stage.submit("alder")
    stage.clock.set(OPENING)
    with stage.read(stage.actor("officer")) as work, pytest.raises(NotOpened):
        queries.offers_of(work, stage.scene.market_id)


def test_a_sealed_deposit_altered_is_named_and_read_from_its_other_copy(stage: Stage) -> None:
    stage.submit("alder")
    damage(stage, "UPDATE offer_slot SET pli = mine")
    given = opened(stage)
    assert given.offers == 1
    assert set(anomalies(given)) == {"pli_unreadable"}


def test_both_copies_altered_make_an_unreadable_offer_that_blocks_nobody(stage: Stage) -> None:
    stage.submit("alder")
    stage.submit("birch")
    applicant = stage.scene.applicants["alder"]
    form = applicant.hex if _sqlite(stage) else str(applicant)
    damage(stage, f"UPDATE offer_slot SET pli = mine, mine = pli WHERE applicant_id = '{form}'")
    given = opened(stage)
    assert (given.offers, given.unreadable) == (1, 1)
    assert set(anomalies(given)) == {"pli_unreadable", "slot_unreadable"}
    with stage.read(stage.actor("buyer")) as work:
        states = {o.supplier_name: o.state for o in queries.offers_of(work, stage.scene.market_id)}
    assert states == {
        "Atelier alder": OfferState.UNREADABLE,
        "Atelier birch": OfferState.OPENED,
    }


def test_a_slot_put_back_to_an_older_version_is_named(stage: Stage) -> None:
    stage.submit("alder", stage.put("alder", price="10"))
    with stage.work() as work:
        connection = work.session.connection()
        connection.execute(text("CREATE TABLE older AS SELECT * FROM offer_slot"))
    stage.submit("alder", stage.put("alder", price="20"))
    columns = (
        "mine = (SELECT mine FROM older o WHERE o.applicant_id = offer_slot.applicant_id),"
        " pli = (SELECT pli FROM older o WHERE o.applicant_id = offer_slot.applicant_id)"
    )
    damage(stage, f"UPDATE offer_slot SET {columns}")
    given = opened(stage)
    assert (given.offers, given.unreadable) == (0, 1)
    assert "slot_rolled_back" in anomalies(given)


def test_a_deposit_removed_from_the_register_is_found_again_and_named(stage: Stage) -> None:
    stage.submit("alder")
    damage(stage, "DELETE FROM receipt_due")
    damage(stage, "DELETE FROM deposit")
    given = opened(stage)
    assert given.offers == 1
    assert anomalies(given) == ["deposit_missing"]


def test_a_receipt_altered_is_named(stage: Stage) -> None:
    stage.submit("alder")
    damage(stage, "UPDATE deposit SET receipt_sha256 = signature")
    given = opened(stage)
    assert given.offers == 1
    assert anomalies(given) == ["receipt_altered"]


def test_a_deadline_edited_by_hand_no_longer_unwraps_and_is_named(stage: Stage) -> None:
    stage.submit("alder")
    with stage.work() as work:
        market = work.locate(SpecificMarket, stage.scene.market_id)
        market.deadline_at = T - timedelta(hours=1)
        work.add(market)
    given = opened(stage)
    assert given.offers == 1  # from the other copy, checked against the receipt
    assert anomalies(given) == ["private_key_unreadable"]


def test_a_public_key_swapped_is_named_and_receives_nothing(stage: Stage) -> None:
    digest = stage.put("alder")
    stage.submit("alder", digest)
    with stage.work() as work:
        market = work.locate(SpecificMarket, stage.scene.market_id)
        market.public_key = b"00000000" + bytes(64)
        work.add(market)
    with pytest.raises(MarketKeyUnreadable):
        stage.submit("alder", digest)
    given = opened(stage)
    assert given.offers == 1
    assert anomalies(given) == ["public_key_altered"]


def test_an_offer_made_on_an_older_grid_is_opened_as_sent(stage: Stage) -> None:
    stage.submit("alder")
    with stage.work() as work:
        market = work.locate(SpecificMarket, stage.scene.market_id)
        market.frame_version = 2
        work.add(market)
    with stage.read(stage.actor("alder")) as work:
        assert queries.own_answer(work, stage.scene.market_id).outdated
    opened(stage)
    with stage.read(stage.actor("buyer")) as work:
        (offer,) = queries.offers_of(work, stage.scene.market_id)
    assert offer.frame_version == 1
    assert offer.ht == Money(75_000)


def _sqlite(stage: Stage) -> bool:
    with stage.read() as work:
        return work.session.connection().dialect.name == "sqlite"
