"""Whoever writes in the database without the key rings: what it changes is refused or named."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, text
from sqlmodel import select

from sad.audit.verify import verify
from sad.markets.tables import SpecificMarket
from sad.offers import queries
from sad.offers.opening import Opened, open_offers
from sad.offers.rules import TooEarly
from sad.offers.sealing import MarketKeyUnreadable, make_market_keys
from sad.offers.states import OfferState
from tests.offers.conftest import Stage
from tests.offers.scene import OPENING, T, typed
from tests.support.rings import FixedRings

EARLY = T - timedelta(days=2)  # the instant a forger wishes it were
MINUTE = timedelta(seconds=60)


def forge(stage: Stage, act: Callable[[Connection], None]) -> None:
    """An owner of the tables: its triggers and checks removed, then its own statements."""
    with stage.work() as work:
        connection = work.session.connection()
        if connection.dialect.name == "postgresql":
            for table in ("deposit", "audit_event", "audit_chain"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            for name in ("opening_from", "opened_after", "deadline"):
                connection.execute(text(f"ALTER TABLE market DROP CONSTRAINT ck_market_{name}"))
        else:
            connection.execute(text("PRAGMA ignore_check_constraints = ON"))
            names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for name in connection.execute(text(names)).scalars().all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        act(connection)


def set_market(stage: Stage, **values: object) -> None:
    """Columns of the market, written by hand."""

    def write(connection: Connection) -> None:
        columns = ", ".join(f"{name} = :{name}" for name in values)
        connection.execute(text(f"UPDATE market SET {columns}"), _bound(connection, values))

    forge(stage, write)


def _bound(connection: Connection, values: dict[str, object]) -> dict[str, object]:
    """Instants as the database keeps them."""
    from sad.markets.tables import SpecificMarket as Table

    found = {}
    for name, value in values.items():
        kind = Table.__table__.c[name].type  # type: ignore[attr-defined]  # SQLModel
        process = kind.bind_processor(connection.dialect)
        found[name] = process(value) if process else value
    return found


def opened(stage: Stage, at: datetime = OPENING) -> Opened:
    stage.clock.set(at)
    with stage.work(stage.actor("buyer")) as work:
        return open_offers(work, stage.scene.market_id)


def codes(given: Opened) -> set[str]:
    return {one["code"] for one in given.anomalies}


def nothing_was_opened(stage: Stage) -> bool:
    with stage.read() as work:
        market = work.locate(SpecificMarket, stage.scene.market_id)
        return market.opened_at is None and market.state == "launched"


def test_a_deadline_brought_forward_opens_nothing_before_the_true_one(stage: Stage) -> None:
    """The receipts say until when nobody was to read."""
    stage.submit("alder")
    set_market(stage, deadline_at=EARLY, opening_from=EARLY + MINUTE)
    for moment in (EARLY + MINUTE, T, OPENING - timedelta(milliseconds=1)):
        with pytest.raises(TooEarly) as refused:
            opened(stage, moment)
        assert refused.value.facts["opening_from"] == OPENING
    assert nothing_was_opened(stage)
    given = opened(stage)
    assert (given.offers, codes(given)) == (1, {"private_key_unreadable"})


def test_an_opening_brought_forward_alone_opens_nothing_either(stage: Stage) -> None:
    stage.submit("alder")
    set_market(stage, opening_from=EARLY)
    with pytest.raises(TooEarly):
        opened(stage, EARLY + MINUTE)
    assert nothing_was_opened(stage)
    assert opened(stage).offers == 1


@pytest.mark.parametrize("statement", ["UPDATE deposit SET receipt = :junk", "DELETE FROM deposit"])
def test_receipts_destroyed_too_nothing_is_read_before_the_true_deadline(
    stage: Stage, statement: str
) -> None:
    stage.submit("alder")
    set_market(stage, deadline_at=EARLY, opening_from=EARLY + MINUTE)

    def destroy(connection: Connection) -> None:
        values = {"junk": b"00000000" + bytes(64)} if ":junk" in statement else {}
        connection.execute(text("DELETE FROM receipt_due"))
        connection.execute(text(statement), values)

    forge_again(stage, destroy)
    given = opened(stage, EARLY + MINUTE)
    assert given.offers == 0
    assert "private_key_unreadable" in codes(given)
    with stage.read(stage.actor("buyer")) as work:
        offers = queries.offers_of(work, stage.scene.market_id)
    assert all(offer.state is OfferState.UNREADABLE and not offer.lines for offer in offers)


def forge_again(stage: Stage, act: Callable[[Connection], None]) -> None:
    """Once triggers and checks are gone."""
    with stage.work() as work:
        act(work.session.connection())


def test_a_deadline_put_off_by_hand_is_named(stage: Stage) -> None:
    stage.submit("alder")
    later = T + timedelta(days=1)
    set_market(stage, deadline_at=later, opening_from=later + MINUTE)
    given = opened(stage, later + MINUTE)
    assert (given.offers, codes(given)) == (1, {"private_key_unreadable"})


@pytest.mark.parametrize("whose", ["a forger's", "another market's"])
def test_a_public_key_swapped_receives_nothing_and_is_named(stage: Stage, whose: str) -> None:
    stage.submit("alder")
    digest = stage.put("birch")
    rings = FixedRings() if whose == "another market's" else FixedRings(vault=FixedRings().signing)
    market = UUID(int=7) if whose == "another market's" else stage.scene.market_id
    keys = make_market_keys(rings, market, T)
    set_market(stage, public_key=keys.public)
    for act in (lambda: stage.submit("birch", digest), lambda: stage.put("birch", typed(2))):
        with pytest.raises(MarketKeyUnreadable):
            act()
    given = opened(stage)
    assert (given.offers, codes(given)) == (1, {"public_key_altered"})


def test_both_keys_swapped_are_named_and_nothing_is_lost(stage: Stage) -> None:
    stage.submit("alder")
    keys = make_market_keys(FixedRings(), UUID(int=7), T)
    set_market(stage, public_key=keys.public, private_key=keys.private)
    given = opened(stage)
    assert given.offers == 1
    assert codes(given) == {"public_key_altered", "private_key_unreadable"}


@pytest.mark.parametrize("column", ["mine", "pli"])
def test_two_slots_exchanged_are_named_and_each_offer_stays_its_author_s(
    stage: Stage, column: str
) -> None:
    stage.submit("alder", stage.put("alder", price="10"))
    stage.submit("birch", stage.put("birch", price="20"))

    def exchange(connection: Connection) -> None:
        rows = connection.execute(text(f"SELECT applicant_id, {column} AS c FROM offer_slot")).all()
        for one, other in (rows, rows[::-1]):
            connection.execute(
                text(f"UPDATE offer_slot SET {column} = :c WHERE applicant_id = :a"),
                {"c": bytes(other.c), "a": one.applicant_id},
            )

    forge(stage, exchange)
    given = opened(stage)
    assert (given.offers, given.unreadable) == (2, 0)
    assert codes(given) == ({"pli_unreadable"} if column == "pli" else set())
    with stage.read(stage.actor("buyer")) as work:
        prices = {
            offer.supplier_name: {line.unit_price.cents for line in offer.lines.values()}  # type: ignore[union-attr]  # every line has its price
            for offer in queries.offers_of(work, stage.scene.market_id)
        }
    assert prices == {"Atelier alder": {1000}, "Atelier birch": {2000}}


@pytest.mark.parametrize(
    ("statement", "kinds"),
    [
        ("UPDATE audit_chain SET head = :junk WHERE chain LIKE 'offer:%' AND seq > 0", {"altered"}),
        ("UPDATE audit_chain SET seq = seq - 1 WHERE chain LIKE 'offer:%' AND seq > 0",
         {"altered", "rolled_back", "inserted"}),
        ("DELETE FROM audit_chain WHERE chain LIKE 'offer:%' AND seq > 0", {"missing"}),
        ("UPDATE audit_event SET body = replace(body, 'sent', 'late') WHERE chain LIKE 'offer:%'",
         {"altered"}),
        ("DELETE FROM audit_event WHERE chain LIKE 'offer:%'", {"missing", "rolled_back"}),
    ],
)  # fmt: skip
def test_a_journal_changed_by_hand_is_named(stage: Stage, statement: str, kinds: set[str]) -> None:
    stage.submit("alder")
    values = {"junk": bytes(32)} if ":junk" in statement else {}
    forge(stage, lambda connection: _run(connection, statement, values))
    with stage.read() as work:
        report = verify(work.session.connection(), keys=FixedRings().vault)
    assert not report.intact
    applicant = stage.scene.applicants["alder"]
    assert {fault.chain for fault in report.faults} == {
        f"offer:{stage.scene.market_id}:{applicant}"
    }
    assert {fault.kind.value for fault in report.faults} <= kinds


def _run(connection: Connection, statement: str, values: dict[str, object]) -> None:
    assert connection.execute(text(statement), values).rowcount >= 1


def test_the_forgeries_start_from_something_intact(stage: Stage) -> None:
    stage.submit("alder")
    with stage.read() as work:
        assert verify(work.session.connection(), keys=FixedRings().vault).intact
        assert work.session.exec(select(SpecificMarket)).one().deadline_at == T
